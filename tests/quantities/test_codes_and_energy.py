"""Do codes survive being taken apart, and do sums of energy stay exact?"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.quantities import (
    DeviceId,
    Energy,
    NotADevice,
    NotAnObisCode,
    Obis,
    Quality,
    ReactiveEnergy,
)

part = st.from_regex(r"[0-9A-Z]{1,3}", fullmatch=True)
codes = st.builds(
    Obis,
    code=st.lists(part, min_size=2, max_size=4).map(".".join),
    history=st.none() | st.integers(0, 999),
    prefix=st.none() | st.sampled_from(["1-0", "0-0", "1-1"]),
)


@given(codes)
def test_a_code_reads_back_as_it_was_printed(code: Obis) -> None:
    assert Obis.parse(str(code)) == code


printed = st.from_regex(
    r"([0-9]-[0-9]:)?[0-9A-Z]{1,3}(\.[0-9A-Z]{1,3}){1,3}([*&][0-9]{1,3})?", fullmatch=True
)


@given(printed)
def test_a_code_as_meters_print_it_keeps_each_of_its_parts(text: str) -> None:
    bare, _, row = text.replace("&", "*").partition("*")
    prefix, _, code = bare.rpartition(":")
    assert Obis.parse(text) == Obis(code, int(row) if row else None, prefix or None)


@given(st.text(max_size=30))
def test_any_text_is_a_code_or_a_named_refusal(text: str) -> None:
    try:
        code = Obis.parse(text)
    except NotAnObisCode as refusal:
        assert refusal.text == text
    else:
        assert Obis.parse(str(code)) == code


def test_two_zeros_are_not_one() -> None:
    assert Obis.parse("96.77.00*1") != Obis.parse("96.77.0*1")  # short and long interruptions (M-110)


@given(st.lists(st.integers(0, 10**9)))
def test_a_sum_of_energies_is_the_sum_of_its_wh(parts: list[int]) -> None:
    total = Energy.wh(0)
    for wh in parts:
        total = total + Energy.wh(wh)
    assert total == Energy.wh(sum(parts))


@given(st.integers(0, 10**9 - 1))
def test_a_register_of_six_and_three_digits_is_whole_wh(wh: int) -> None:
    assert Energy.kwh(f"{wh // 1000:06}.{wh % 1000:03}") == Energy.wh(wh)
    assert ReactiveEnergy.kvarh(Decimal(wh) / 1000) == ReactiveEnergy.varh(wh)


def test_what_is_not_a_whole_wh_is_refused() -> None:
    for text in ("0.0001", "abc", "NaN", "Infinity"):
        with pytest.raises(ValueError, match=r"not a number|finer"):
            Energy.kwh(text)
    with pytest.raises(TypeError, match="whole numbers"):
        Energy(1.5)  # type: ignore[arg-type]  # that is the claim


def test_active_and_reactive_do_not_add() -> None:
    with pytest.raises(TypeError, match="do not add"):
        Energy.wh(1) + ReactiveEnergy.varh(1)  # type: ignore[operator]  # that is the claim


@given(st.sampled_from(Quality))
def test_a_quality_is_found_by_its_mark_again(quality: Quality) -> None:
    assert Quality.of_mark(quality.mark) is quality


def test_a_device_reads_back_as_it_was_printed() -> None:
    assert DeviceId.parse("MKS123456789") == DeviceId("MKS", "123456789")
    assert DeviceId.parse("123456789") == DeviceId("", "123456789")
    assert str(DeviceId.parse("MKS123456789")) == "MKS123456789"


@pytest.mark.parametrize(
    ("flag", "serial"), [("mks", "1"), ("MKSX", "1"), ("MKS", ""), ("MKS", "1/2"), ("MKS", "9" * 33)]
)
def test_what_is_no_device_is_refused_with_both_parts_named(flag: str, serial: str) -> None:
    with pytest.raises(NotADevice) as refusal:
        DeviceId(flag, serial)
    assert refusal.value.flag == flag and refusal.value.serial == serial
