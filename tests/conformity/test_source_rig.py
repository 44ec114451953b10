"""Does a programmable source do as it is told, and is it found out where it does not?"""

import asyncio
import threading
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.conformity.bench import SHORTEST
from osos.conformity.rig import Act, Hands, Lines, Rig, RigDidNot, lines_facts
from osos.conformity.rigs import SourceRig
from osos.conformity.rigs.scpi import ScpiLink, SourceTrouble
from osos.conformity.rigs.source import phasors
from osos.conformity.runs import run
from osos.conformity.verdicts import Outcome, Verdict
from osos.conformity.virtual import VirtualWorld
from osos.simulator.source import CONDUCTS, SourceServer, VirtualSource

PATIENT_S = 60.0  # what answers at all has answered by then, on a busy machine too
IMPATIENT_S = 0.2  # with what never answers, or only after seconds


class RealThing:
    """Covers and display of the virtual meter, which stands on the source's terminals."""

    def __init__(self, world):
        self._world = world

    def do(self, act):
        return self._world.do(act)

    def look(self, wanted):
        return self._world.look(wanted)


@contextmanager
def listening(conduct="sound"):
    """A source on a free port, in a thread of its own."""
    source = VirtualSource(conduct=CONDUCTS[conduct])
    ready, known = threading.Event(), {}

    async def live():
        server, stop = SourceServer(source), asyncio.Event()
        known.update(port=await server.open(0), loop=asyncio.get_running_loop(), stop=stop)
        ready.set()
        await stop.wait()
        await server.close()

    thread = threading.Thread(target=lambda: asyncio.run(live()))
    thread.start()
    assert ready.wait(60)
    try:
        yield source, known["port"]
    finally:
        known["loop"].call_soon_threadsafe(known["stop"].set)
        thread.join()


def _rig(port, world=None, *, within_s=PATIENT_S):
    return SourceRig(
        lambda: ScpiLink("127.0.0.1", port, answer_within_s=within_s), RealThing(world) if world else None
    )


def _lines(**facts):
    loaded = {"amps_ma": [5000, 2500, 100], "degrees": [0, 60, -30]}
    return Act("lines", lines_facts(Lines.plain(3, 2300)) | loaded | facts)


def test_what_is_asked_stands_on_the_terminals():
    with listening() as (source, port):
        rig = _rig(port)
        act = _lines(volts_dv=[2300, 2300, 0])
        assert rig.do(act) == act.facts
        assert rig.identity.startswith("OSOS,Virtual Source")
        rig.close()
        first, second, third = (source.terminal(number) for number in (1, 2, 3))
        assert (first.volts, first.volts_angle, first.amps, first.amps_angle) == (230, 0, 5, 0)
        assert (second.volts, second.volts_angle, second.amps, second.amps_angle) == (230, -120, 2.5, 180)
        assert (third.volts, third.amps) == (0, 0.1)


def test_swapped_and_reversed_lines_turn_the_phasors():
    plain, swapped = phasors(_lines().facts), phasors(_lines(swapped=True).facts)
    assert [one["volts_angle"] for one in plain] == [0, -120, 120]
    assert [one["volts_angle"] for one in swapped] == [0, 120, -120]
    back = phasors(_lines(reversed_current=[True, False, False]).facts)
    assert back[0]["amps_angle"] == 180
    wrong_way = phasors(_lines(reversed_voltage=[True, False, False]).facts)
    assert (wrong_way[0]["volts_angle"], wrong_way[0]["amps_angle"]) == (180, 0)


@pytest.mark.parametrize(
    ("conduct", "told"),
    [
        ("late", "silent"),
        ("silent", "silent"),
        ("garbled", "refused|unreadable"),
        ("hangs-up", "gone"),
        ("output-dead", "output stays off"),
    ],
)
def test_a_source_that_answers_badly_is_the_rigs_trouble(conduct, told):
    with listening(conduct) as (_, port):
        rig = _rig(port, within_s=IMPATIENT_S if told == "silent" else PATIENT_S)
        with pytest.raises(RigDidNot, match=told):
            rig.do(_lines())
        rig.close()


class _Noted:
    """The stage of `Hands`, without a run file."""

    def __init__(self, rig):
        self.act = rig.do


@pytest.mark.parametrize(
    ("conduct", "told"),
    [
        ("low-voltage", "volts L1: 223.1"),
        ("wrong-current", "amps L1: 5.25"),
        ("wrong-angle", "amps_angle L1: 15"),
    ],
)
def test_a_source_that_measures_back_something_else_is_found(conduct, told):
    with listening(conduct) as (_, port):
        rig = _rig(port)
        hands = Hands(_Noted(rig), phases=3, volts_dv=2300)
        with pytest.raises(RigDidNot, match=told):
            hands.load(5000)
        rig.close()


def test_a_phase_that_sticks_is_found_when_it_should_change():
    with listening("stuck-phase") as (_, port):
        rig = _rig(port)
        hands = Hands(_Noted(rig), phases=3, volts_dv=2300)
        hands.supply()
        with pytest.raises(RigDidNot, match="volts L2: 230"):
            hands.phase(2, on=False)
        rig.close()


def test_an_order_out_of_range_is_refused_and_told():
    with listening() as (_, port):
        rig = _rig(port)
        with pytest.raises(RigDidNot, match="Data out of range"):
            rig.do(_lines(volts_dv=[4000, 2300, 2300]))
        assert rig.do(_lines()) == _lines().facts  # and the next one is taken
        rig.close()


def test_nobody_listening_is_the_rigs_trouble():
    with listening() as (_, port):
        pass
    with pytest.raises(RigDidNot, match="unreachable"):
        _rig(port).do(_lines())


def test_the_form_runs_over_a_source_and_a_bad_one_fails_no_meter(combi):
    with listening() as (source, port):
        world = VirtualWorld(combi)
        rig = _Both(_rig(port, world), world)
        assert isinstance(rig, Rig)
        sound = run(world, rig, combi, groups=["FS"], repeats=SHORTEST)
        rig.close()
        verdicts = {result.verdict for result in sound.results}
        assert verdicts == {Verdict.PASS, Verdict.NOT_APPLICABLE}  # one-way meters alone have the other
        assert source.output
    with listening("low-voltage") as (_, port):
        world = VirtualWorld(combi)
        rig = _Both(_rig(port, world), world)
        bad = run(world, rig, combi, groups=["FS"], repeats=SHORTEST)
        rig.close()
        assert {result.verdict for result in bad.results} == {Verdict.WAITING, Verdict.NOT_APPLICABLE}
        assert {result.outcome for result in bad.results} == {Outcome.RIG, None}


class _Both:
    """The virtual meter on the terminals of the source: what stands there reaches it."""

    def __init__(self, rig, world):
        self._rig, self._world = rig, world
        self.close = rig.close

    def do(self, act):
        found = self._rig.do(act)
        if act.name == "lines":
            self._world.do(act)
        return found

    def look(self, wanted):
        return self._rig.look(wanted)


@given(st.text(max_size=60))
def test_a_source_answers_any_line_or_keeps_an_error(text):
    source = VirtualSource()
    answer = source.line(text)
    assert answer is None or answer.isprintable()
    assert len(source.errors) <= 1


def test_errors_queue_up_and_overflow():
    source = VirtualSource()
    for _ in range(40):
        source.line("NONSENSE 1")
    told = [source.line("SYST:ERR?") for _ in range(17)]
    assert told[0] == '-113,"Undefined header"'
    assert told[15] == '-350,"Queue overflow"'
    assert told[16] == '0,"No error"'


def test_a_link_is_not_fooled_by_numbers_that_are_none():
    with listening("garbled") as (_, port):
        link = ScpiLink("127.0.0.1", port, answer_within_s=PATIENT_S)
        with pytest.raises(SourceTrouble, match="unreadable"):
            link.number("MEAS:VOLT1?")
        link.close()
