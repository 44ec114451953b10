"""How much does this room take before it says "too long"?"""

IDENTIFICATION_MAX = 64  # characters, M-12: longer than the standard's 16
ADDRESS_MAX = 32  # characters of a request's address, IEC 62056-21
LINE_MAX = 4096  # bytes: the longest seen is a DSMR log of 1.1 KB
COMMAND_MAX = 4096  # bytes of a programming message sent to a meter
MESSAGE_MAX = 4 << 20  # bytes of a data message: 17 280 records of the widest profile (P.12) take 3.4 MB
COMPLAINTS_MAX = 100  # a telegram; the last one says how many more there were
