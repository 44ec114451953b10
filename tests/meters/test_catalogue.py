"""Does the catalogue give each meter what the requirements print for it?"""

import pytest

from osos.meters import catalogue, rows


def codes(y: str, **meter: object) -> list[str]:
    return [entry.code for entry in catalogue(2).packet(y, **meter)]


def test_the_short_packet_of_a_one_way_home_meter_holds_no_export_and_no_reactive_energy():
    assert codes("6", kind="1p") == [
        *("0.0.0", "0.2.0", "0.9.1", "0.9.2", "0.9.5", "1.8.0", "1.8.1", "1.8.2", "1.8.3", "1.8.4", "1.6.0"),
        *("96.1.3", "96.2.5", "32.7.0", "31.7.0", "14.7.0", "33.7.0", "F.F.0", "F.F.1"),
    ]


def test_a_two_way_combi_with_relay_prints_all_four_quadrants_and_its_relay():
    short = codes("6", kind="combi", ways=2, options={"relay"})
    assert {"2.8.0", "2.6.0", "5.8.0", "6.8.0", "7.8.0", "8.8.0", "96.3.10", "96.3.12"} <= set(short)
    assert short.index("5.8.0") < short.index("7.8.0") < short.index("8.8.0") < short.index("6.8.0")


def test_a_packet_never_holds_what_the_kind_or_the_options_lack():
    assert not {"96.3.10", "52.7.0", "5.8.0"} & set(codes("0", kind="1p"))


def test_the_long_packet_of_a_gen2_combi_is_about_1100_lines():
    assert 1050 <= len(list(rows(catalogue(2).packet("0", kind="combi", ways=2)))) <= 1150  # M-32


def test_month_end_energies_print_month_by_month_all_else_code_by_code():  # M-33
    order = [(entry.code, row) for entry, row in rows(catalogue(2).packet("7", kind="combi"))]
    months = [line for line in order if line[0].startswith("1.8.")]
    assert months[:5] == [("1.8.1", 1), ("1.8.2", 1), ("1.8.3", 1), ("1.8.4", 1), ("1.8.1", 2)]
    demand = [line for line in order if line[0] == "1.6.0"]
    assert demand == [("1.6.0", k) for k in range(1, 13)]
    assert ("1.8.0", 1) not in order  # M-36: kept, not printed


def test_gen3_prints_ten_rows_of_each_interruption_list_in_packet_9_and_all_in_packet_0():  # M-34
    interruptions = catalogue(3).packet("9", kind="combi")
    assert (
        sum(entry.code == "96.7.10" and row is not None for entry, row in rows(interruptions, packet="9"))
        == 10
    )
    whole = catalogue(3).packet("0", kind="combi")
    assert sum(entry.code == "96.7.10" and row is not None for entry, row in rows(whole, packet="0")) == 200


def test_the_technical_packet_is_head_and_instantaneous_values():  # M-34
    assert codes("5", kind="1p") == ["0.0.0", "0.9.1", "0.9.2", "32.7.0", "31.7.0", "14.7.0", "33.7.0"]


@pytest.mark.parametrize(
    ("profile", "kind", "ways", "columns"),
    [
        ("P.01", "combi", 1, ("1.8.0", "5.8.0", "8.8.0", "1.6.0")),
        ("P.01", "1p", 2, ("1.8.0", "2.8.0", "1.6.0", "2.6.0", "32.7.0 max", "32.7.0 min")),
        ("P.02", "combi", 2, ("1.8.1", "1.8.2", "1.8.3", "2.8.1", "2.8.2", "2.8.3")),
        ("P.02", "3p", 1, None),
    ],
)
def test_load_profile_columns_are_those_of_the_table(profile, kind, ways, columns):  # M-101
    assert catalogue(2).columns(profile, kind=kind, ways=ways) == columns


def test_a_code_that_changed_its_meaning_between_generations_has_no_name_of_its_own():  # M-162
    assert catalogue(2).find("96.7.10").en == "Phase 1 short interruption count"
    assert catalogue(3).find("96.7.10").en == "Three-phase interruption still open"
    assert catalogue(None).find("96.7.10") is None
    assert catalogue(None).find("1.8.0").tr == "Kümülatif aktif enerji (+)"


def test_every_entry_says_how_it_is_written_and_who_may():
    clock = catalogue(2).find("0.9.1")
    assert (clock.write.rule, clock.write.command, clock.write.argument) == ("standard", "W2", "time")
    assert catalogue(2).find("1.8.0").write is None
