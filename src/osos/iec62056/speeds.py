"""Which speed does a mode C character stand for?"""

BAUD = {"0": 300, "1": 600, "2": 1200, "3": 2400, "4": 4800, "5": 9600, "6": 19200}  # M-13

ORDER = (300, 9600, 19200, 4800, 2400)  # in which speeds are tried, after the profile's own (M-174)

BITS_A_BYTE = 10  # start, 7 data, parity, stop


def sending_s(size: int, baud: int | None) -> float:
    """Seconds that `size` bytes take on the wire; none where the line carries no speed (TCP, M-19)."""
    return size * BITS_A_BYTE / baud if baud else 0.0
