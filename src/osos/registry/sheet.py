"""Which letters do the bytes of a saved list mean?"""

_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


def decode_sheet(data: bytes) -> str:
    """The text of a CSV file as spreadsheet programs save it in Turkey.

    By its byte order mark, else UTF-8, else Windows-1254; what that leaves open becomes U+FFFD, which
    the line's own check then names.
    """
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1254", "replace")
