"""Does the check character of a message fit, and if not, how is that said?"""

from collections.abc import Sequence

from osos.iec62056 import Check, Complaint, block_check
from osos.meters.telegram import NO_CHECK, complaint, distrusted

SOH, STX, ETX = b"\x01", b"\x02", b"\x03"
_FILL = b"\x00\xff\r\n"  # bytes that a line may put between ETX and the check character


def check_of(message: bytes, etx: int) -> Check:
    """Of a message STX … ETX BCC or SOH … ETX BCC whose ETX stands at `etx` (-1: nowhere)."""
    if etx < 0:
        return Check("bcc", None, None, ok=None)
    rest = message[etx + 1 :]
    # The XOR of everything, without what stands outside: a megabyte is not copied for it.
    start = message[0] if message[:1] in (SOH, STX) else 0
    computed = block_check(message) ^ start ^ (block_check(rest) if rest else 0)
    if not rest:
        return Check("bcc", None, computed, ok=None)
    sent = (rest.strip(_FILL) or rest)[0]
    return Check("bcc", sent, computed, ok=sent == computed)


def complaints_of(check: Check, telegram: bytes, offset: int, message: bytes) -> list[Complaint]:
    """What is wrong with the check of the message that begins at `offset`."""
    if check.ok:
        return []
    etx = message.find(ETX)
    if etx < 0:
        words = "a block that begins with STX has no ETX and no check character"
        return [complaint("etx-missing", telegram, offset + len(message), words, expected="ETX BCC")]
    at, expected = offset + etx + 1, f"{check.computed:02X}"
    if check.sent is None:
        words = "no block check character after ETX"
        return [complaint("bcc-missing", telegram, at, words, expected=expected)]
    words = "the block check character does not fit the block"
    return [complaint("bcc-wrong", telegram, at, words, found=f"{check.sent:02X}", expected=expected)]


def worst(checks: Sequence[Check]) -> Check:
    """The first that does not fit, else the last."""
    return next((one for one in checks if distrusted(one)), checks[-1] if checks else NO_CHECK)
