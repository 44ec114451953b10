"""Are parity bits and check characters what the standard says?"""

import functools
import operator

from hypothesis import given
from hypothesis import strategies as st

from osos.iec62056 import Password, add_parity, block_check, crc16, same_address, strip_parity
from osos.iec62056.complaints import Complaints
from osos.iec62056.parity import DAMAGED, heard_bits, seven_bits

seven = st.binary(max_size=200).map(lambda data: bytes(byte & 0x7F for byte in data))


@given(seven)
def test_the_check_character_is_the_xor_of_all_bytes(block):
    assert block_check(block) == functools.reduce(operator.xor, block, 0)


def test_the_printed_check_characters():
    assert block_check(b"B0\x03") == 0x71
    assert block_check(b"MKS123456789\x03") == 0x67  # M-25
    assert block_check(b"1.8.0(000123.4*kWh)\r\n!\r\n\x03") == 0x7E
    assert block_check(b"\x03") == 3
    assert block_check(b"") == 0
    assert block_check(b"\xff\x03") == 0x7C  # parity bits do not count


def test_the_p1_checksum():
    assert crc16(b"123456789") == 0xBB3D


@given(seven)
def test_parity_added_and_stripped_is_nothing_done(data):
    sent = add_parity(data)
    assert all(byte.bit_count() % 2 == 0 for byte in sent)
    assert strip_parity(sent) == (data, ())
    assert heard_bits(sent) == data


@given(seven.filter(bool), st.data())
def test_a_turned_bit_is_located(data, draw):
    at = draw.draw(st.integers(0, len(data) - 1))
    sent = bytearray(add_parity(data))
    sent[at] ^= 1 << draw.draw(st.integers(0, 7))
    assert strip_parity(bytes(sent))[1] == (at,)
    assert heard_bits(bytes(sent))[at] == DAMAGED


def test_a_recording_with_parity_is_told_from_one_with_a_bad_byte():
    text = b"1.8.0(000123.456*kWh)\r\n" * 5
    kept = Complaints(text)
    assert seven_bits(add_parity(text), kept) == text
    assert [each.code for each in kept.listed()] == ["parity-kept"]
    spoiled = bytearray(add_parity(text))
    spoiled[30] ^= 0x80
    some = Complaints(text)
    seven_bits(bytes(spoiled), some)
    assert [(each.code, each.offset) for each in some.listed()] == [("parity-kept", 0), ("parity-wrong", 30)]
    one = Complaints(text)
    bad = text[:6] + b"\xb0\xb0\x81" + text[9:]
    assert seven_bits(bad, one) == text[:6] + b"00\x81" + text[9:]  # 0x81 would become SOH
    assert [(each.code, each.offset, each.found) for each in one.listed()] == [("parity-bit", 6, "b0 b0 81")]


def test_an_hmac_password_is_sent_as_64_capital_hex_digits():
    """RFC 4231, test case 2."""
    command = Password("Jefe", 3, "hmac").answer("what do ya want for nothing?")
    assert command.name == "P3"
    assert command.bracket() == "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843"
    assert Password("12345678").answer("seed").bracket() == "12345678"


def test_addresses():
    def mine(address, **more):
        return same_address(address, flag="MKS", serial="000123456", **more)

    assert mine("MKS000123456")
    assert mine("MKS123456")
    assert mine("000123456")
    assert not mine("123456", bare_serial=False)
    assert not mine("MKS1234567")
    assert not mine("XYZ000123456")
    assert not mine("MKS")
    assert not mine("MKS 123456")
    assert not mine("")
