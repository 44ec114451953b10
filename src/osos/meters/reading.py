"""How does any telegram become readings?"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from osos.iec62056.complaints import Complaints
from osos.iec62056.parity import seven_bits
from osos.meters.elektromed_frames import read_elektromed_frame
from osos.meters.lis200 import read_lis200
from osos.meters.other_families import read_dlms, read_sml
from osos.meters.p1 import read_p1
from osos.meters.profile_replies import read_plain_reply, read_records
from osos.meters.profiles import MeterProfile
from osos.meters.pushes import read_elektromed, read_gridbox, read_grp, read_viko
from osos.meters.readouts import read_mode_c, read_vdew_form
from osos.meters.recognise import binary_form_of, form_of
from osos.meters.telegram import Telegram, complaint

# By the form that `recognise` names.
_READERS: Mapping[str, Callable[[bytes, MeterProfile | None], Telegram]] = MappingProxyType(
    {
        "sml": read_sml,
        "dlms": read_dlms,
        "elektromed-frame": read_elektromed_frame,
        "grp": read_grp,
        "viko": read_viko,
        "gridbox": read_gridbox,
        "elektromed": read_elektromed,
        "records": read_records,
        "vdew": read_vdew_form,
        "lis200": read_lis200,
        "p1": read_p1,
        "mode-c": read_mode_c,
    }
)


def read(telegram: bytes, *, profile: MeterProfile | None = None) -> Telegram:
    """Everything a telegram says; without a profile, the identification chooses it (M-160).

    Takes what a modem collected: with or without identification, echoes, P0 messages, STX, ETX, BCC, one data
    block or several. Never raises on any bytes: what is wrong is a complaint with its place.
    """
    plain_reply = read_plain_reply(telegram, profile)
    if plain_reply is not None:
        return plain_reply
    if not telegram[:64].strip() and not telegram.strip():
        return Telegram("unknown", complaints=[complaint("empty", telegram, 0, "no bytes at all")])
    binary = binary_form_of(telegram)
    if binary is not None:
        return _READERS[binary](telegram, profile)
    lifted = Complaints(telegram)
    plain = seven_bits(telegram, lifted)
    found = _READERS[form_of(plain)](plain, profile)
    # An eighth bit that leaves no printed character is kept, so it is heard again.
    again = [one for one in found.complaints if not one.code.startswith("parity-")]
    found.complaints[:] = sorted([*lifted.listed(), *again], key=lambda one: one.offset)
    return found
