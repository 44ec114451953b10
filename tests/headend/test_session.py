"""What does a session do with what a modem sends?"""

from dataclasses import replace

from osos.headend import outcomes
from osos.headend.actions import Close, Keep, Known, Prepared, Say, Verdict, Write
from osos.headend.conversation import Ended, Request
from osos.headend.outcomes import Finding
from osos.modems.mass_json import Frame, Malformed, frame, split
from osos.quantities import DeviceId

METER = "123456789"


def heartbeat(bench, reference="h-1"):
    return bench.message("heartbeat", {"signal": 18}, reference=reference)


def reading(bench, reference="r-1", raw="0.0.0(123456789)\r\n"):
    body = {"readDate": "2026-03-02 00:05:11", "meter": {"serialNumber": METER}, "data": {"rawData": raw}}
    return bench.message("read", body, reference=reference)


def known(bench):
    bench.exchange(heartbeat(bench))
    return bench


def says(actions):
    return [action.message for action in actions if isinstance(action, Say)]


def request(bench, **more):
    facts = {"what": "read short", "function": "read", "body": {"directive": "short"}, "line": "rs485-1"}
    return Request(**{**facts, "meter": METER, "answered": True, "at": bench.at, **more})


# -- keep, commit, acknowledge --


def test_nothing_is_written_before_the_entry_is_committed(bench) -> None:
    actions = bench.hear(reading(bench))
    keep = bench.only(Keep, actions)
    assert not [action for action in actions if isinstance(action, (Write, Say))]
    assert bench.only(Write, bench.commit(keep.entry)).data == bench.reply(keep.entry)


def test_what_the_store_did_not_take_is_not_acknowledged_and_may_come_again(bench) -> None:
    known(bench)
    keep = bench.only(Keep, bench.hear(reading(bench)))
    assert bench.session.not_kept(keep.entry, now=bench.now) == []
    again = bench.only(Keep, bench.hear(reading(bench)))
    assert again.entry.frames == keep.entry.frames
    assert bench.only(Write, bench.commit(again.entry))


def test_an_entry_committed_after_the_end_writes_to_nobody(bench) -> None:
    known(bench)
    keep = bench.only(Keep, bench.hear(reading(bench)))
    bench.session.end(Finding(outcomes.PEER_CLOSED), now=bench.now, at=bench.at)
    assert bench.commit(keep.entry) == []


def test_the_first_message_of_an_admitted_device_makes_it_known_once(bench) -> None:
    assert bench.only(Known, bench.exchange(heartbeat(bench))).facts == bench.facts
    assert not [action for action in bench.exchange(heartbeat(bench, "h-2")) if isinstance(action, Known)]


def test_an_unknown_device_is_answered_and_shown_the_door(bench) -> None:
    keep = bench.only(Keep, bench.hear(heartbeat(bench)))
    refused = Verdict(finding=Finding(outcomes.NOT_AUTHORISED), reply=b"#{9401}$", close=True)
    assert bench.commit(keep.entry, refused) == [Write(b"#{9401}$"), Close(Finding(outcomes.NOT_AUTHORISED))]


def test_a_connection_speaks_for_one_device(bench) -> None:
    known(bench)
    other = bench.message("heartbeat", {"signal": 1}, device=DeviceId("XYZ", "1"))
    keep = bench.only(Keep, bench.hear(other))
    assert keep.entry.fault.kind is outcomes.NOT_AUTHORISED
    assert keep.entry.device == DeviceId("XYZ", "1")


def test_a_plain_acknowledgement_is_kept_but_not_acknowledged(bench) -> None:
    known(bench)
    keep = bench.only(Keep, bench.hear(bench.message("ack", reference="nobody-asked")))
    assert keep.entry.asked is None
    assert bench.reply(keep.entry) is None


# -- broken frames --


def test_broken_bytes_are_kept_with_the_reason_and_the_next_frame_is_served(bench) -> None:
    raw = b'#{"device":{"flag":"ABC","serialNumber":"100200300400500"},"referenceId":"b-1",oops}$'
    keep = bench.only(Keep, bench.session.received(Malformed(raw, "broken", "byte 0x6f"), now=0, at=bench.at))
    assert keep.entry.frames == (raw,)
    assert keep.entry.fault.kind is outcomes.MALFORMED
    assert "byte 0x6f" in keep.entry.fault.en
    assert (str(keep.entry.device), keep.entry.reference) == ("ABC100200300400500", "b-1")
    assert bench.only(Write, bench.exchange(heartbeat(bench)))


def test_json_that_is_no_message_is_named(bench) -> None:
    payload = b'{"device":{"flag":"ABC","serialNumber":"100200300400500"},"referenceId":"b-2"}'
    keep = bench.only(Keep, bench.session.received(Frame(payload, frame(payload)), now=0, at=bench.at))
    assert "no function" in keep.entry.fault.en
    assert keep.entry.reference == "b-2"


def test_line_ends_between_frames_say_nothing(bench) -> None:
    assert bench.session.received(Malformed(b"\r\n", "noise", ""), now=0, at=bench.at) == []


def test_frame_after_frame_broken_ends_the_connection(bench) -> None:
    known(bench)
    ends = []
    for _ in range(bench.settings.link.malformed_frames + 1):
        actions = bench.session.received(
            Malformed(b"\xff\xfe", "noise", "2 bytes"), now=bench.now, at=bench.at
        )
        ends += [action for action in actions if isinstance(action, Close)]
    assert [end.finding.kind for end in ends] == [outcomes.TOO_MANY_BROKEN]


# -- split messages --


def parts_of(bench, reference="s-1"):
    long = reading(bench, reference, raw="1.8.0(000123.456*kWh)\r\n" * 600)
    return [Frame(payload, frame(payload)) for payload in split(long, 4096)]


def hear_part(bench, part):
    return bench.session.received(part, now=bench.now, at=bench.at)


def test_parts_are_joined_and_kept_together_after_the_last(bench) -> None:
    known(bench)
    parts = parts_of(bench)
    assert len(parts) > 2
    for part in parts[:-1]:
        assert hear_part(bench, part) == []
    keep = bench.only(Keep, hear_part(bench, parts[-1]))
    assert keep.entry.frames == tuple(part.raw for part in parts)
    assert keep.entry.parts == tuple(range(1, len(parts) + 1))
    assert keep.entry.message.response["data"]["rawData"].count("\n") == 600


def test_parts_out_of_order_and_repeated_make_the_same_message(bench) -> None:
    known(bench)
    parts = parts_of(bench)
    shuffled = [parts[-1], parts[1], parts[1], *parts[2:-1], parts[0]]
    actions = [action for part in shuffled for action in hear_part(bench, part)]
    keep = bench.only(Keep, actions)
    assert keep.entry.message.response["data"]["rawData"].count("\n") == 600
    assert len(keep.entry.frames) == len(parts)


def test_a_set_that_stays_incomplete_is_kept_and_refused(bench) -> None:
    known(bench)
    parts = parts_of(bench)
    hear_part(bench, parts[0])
    assert bench.session.deadline <= bench.now + 60
    keep = bench.only(Keep, bench.wait(60))
    assert keep.entry.frames == (parts[0].raw,)
    assert keep.entry.fault.kind is outcomes.INCOMPLETE
    assert keep.entry.reference == "s-1"


def test_half_a_set_is_kept_when_the_connection_ends(bench) -> None:
    known(bench)
    parts = parts_of(bench)
    hear_part(bench, parts[0])
    keep = bench.only(Keep, bench.session.end(Finding(outcomes.PEER_CLOSED), now=bench.now, at=bench.at))
    assert keep.entry.fault.kind is outcomes.INCOMPLETE


def test_more_sets_at_once_than_anybody_needs_push_out_the_oldest(bench) -> None:
    known(bench)
    actions = [action for n in range(12) for action in hear_part(bench, parts_of(bench, f"s-{n}")[0])]
    dropped = [action.entry.reference for action in actions if isinstance(action, Keep)]
    assert dropped == ["s-0", "s-1", "s-2", "s-3"]


# -- first time --


def introduction(bench, registered=False, reference="i-1"):
    body = {
        "registered": registered,
        "brand": "Örnek",
        "timezone": "+03:00",
        "deviceDate": "2026-03-02 00:00:07",
    }
    return bench.message("identification", body, reference=reference)


def acknowledge(bench, say):
    return bench.exchange(bench.message("ack", reference=say.reference_id))


def test_a_new_modem_is_configured_then_told_directives_then_schedules(new_modem) -> None:
    actions = new_modem.exchange(introduction(new_modem))
    assert isinstance(actions[0], Write)  # the acknowledgement goes first
    [configuration] = says(actions)
    assert configuration.function == "configuration"
    assert configuration.request["registered"] is True
    assert configuration.request["deviceDate"] == "2026-03-02 00:00:00"
    assert configuration.request["retryInterval"] == 10

    actions = acknowledge(new_modem, configuration)
    assert new_modem.only(Prepared, actions).registered
    [directive] = says(actions)
    assert directive.request["operation"] == "add"

    actions = acknowledge(new_modem, directive)
    [schedule] = says(actions)
    assert schedule.function == "schedule"

    actions = acknowledge(new_modem, schedule)
    assert new_modem.only(Prepared, actions).plan == new_modem.settings.plan.fingerprint(
        new_modem.facts.meters
    )
    assert says(actions) == []


def test_a_registered_modem_with_its_plan_is_left_alone(bench) -> None:
    actions = bench.exchange(introduction(bench, registered=True))
    assert says(actions) == []


def test_a_modem_that_says_it_is_new_is_configured_whatever_we_believed(bench) -> None:
    [configuration] = says(bench.exchange(introduction(bench, registered=False)))
    assert configuration.function == "configuration"


def test_a_modem_that_says_it_is_registered_is_configured_when_we_do_not_know_it_yet(new_modem) -> None:
    """The registry was restored from an older copy: the modem is not asked who it is, it has just said so."""
    [configuration] = says(new_modem.exchange(introduction(new_modem, registered=True)))
    assert configuration.function == "configuration"


def test_an_admitted_modem_that_never_introduced_itself_is_asked_who_it_is(new_modem) -> None:
    [question] = says(new_modem.exchange(heartbeat(new_modem)))
    assert (question.function, question.request) == ("identification", None)
    assert says(acknowledge(new_modem, question)) == []
    answer = introduction(new_modem, registered=True, reference=question.reference_id)
    [configuration] = says(new_modem.exchange(answer))
    assert configuration.function == "configuration"


def test_a_refused_directive_is_an_outcome_and_the_plan_is_not_called_known(new_modem) -> None:
    [configuration] = says(new_modem.exchange(introduction(new_modem)))
    [directive] = says(acknowledge(new_modem, configuration))
    refusal = new_modem.message(
        "ack", {"failCode": 9422, "failDescription": "too many steps"}, reference=directive.reference_id
    )
    actions = new_modem.exchange(refusal)
    ended = new_modem.only(Ended, actions)
    assert (ended.finding.code, "too many steps" in ended.finding.en) == (9422, True)
    [schedule] = says(actions)
    assert not [action for action in acknowledge(new_modem, schedule) if isinstance(action, Prepared)]


def test_a_meter_found_to_be_combi_changes_the_plan_within_the_session(bench) -> None:
    known(bench)
    combi = tuple(replace(meter, kind="combi") for meter in bench.facts.meters)
    bench.facts = replace(bench.facts, meters=combi)
    [first, *_] = says(bench.exchange(heartbeat(bench, "h-2")))
    assert first.function == "directive"


# -- asking --


def test_a_read_is_sent_acknowledged_answered_and_has_an_outcome(bench) -> None:
    known(bench)
    [say] = says(bench.session.ask(request(bench, job=4), now=bench.now, at=bench.at))
    assert say.request == {"directive": "short"}
    assert acknowledge(bench, say) == []
    keep = bench.only(Keep, bench.hear(reading(bench, say.reference_id)))
    assert keep.entry.asked.job == 4
    verdict = Verdict(facts=bench.facts, reply=b"#ack$", readings_new=12)
    ended = bench.only(Ended, bench.commit(keep.entry, verdict))
    assert (ended.finding.code, ended.result.readings_new, ended.request.job) == (0, 12, 4)


def test_an_answer_counts_though_its_acknowledgement_was_lost(bench) -> None:
    known(bench)
    [say] = says(bench.session.ask(request(bench), now=bench.now, at=bench.at))
    assert bench.only(Ended, bench.exchange(reading(bench, say.reference_id))).finding.code == 0


def test_a_meter_that_stays_silent_is_told_by_the_modem_and_named(bench) -> None:
    known(bench)
    [say] = says(bench.session.ask(request(bench), now=bench.now, at=bench.at))
    acknowledge(bench, say)
    refusal = bench.message("ack", {"failCode": 9408}, reference=say.reference_id)
    assert bench.only(Ended, bench.exchange(refusal)).finding.kind is outcomes.METER_SILENT


def test_a_refusal_without_a_readable_code_is_still_a_refusal(bench) -> None:
    known(bench)
    [say] = says(bench.session.ask(request(bench), now=bench.now, at=bench.at))
    refusal = bench.message("ack", {"failDescription": "hayır"}, reference=say.reference_id)
    ended = bench.only(Ended, bench.exchange(refusal))
    assert ended.finding.kind is outcomes.VALUE_REFUSED
    assert "hayır" in ended.finding.tr


def test_a_request_that_could_not_be_written_down_is_not_sent(bench) -> None:
    known(bench)
    say = bench.only(Say, bench.session.ask(request(bench), now=bench.now, at=bench.at))
    gone = Finding(outcomes.STORE_FULL, "locked")
    ended = bench.only(Ended, bench.session.unsaid(say, gone, now=bench.now, at=bench.at))
    assert ended.finding is gone


def test_the_end_of_the_connection_is_the_outcome_of_what_was_open_and_waiting(bench) -> None:
    known(bench)
    for _ in range(3):
        bench.session.ask(request(bench), now=bench.now, at=bench.at)
    ended = bench.session.end(Finding(outcomes.PEER_CLOSED), now=bench.now, at=bench.at)
    assert [each.finding.kind for each in ended] == [outcomes.CONNECTION_LOST] * 3


# -- silence --


def test_a_peer_that_never_shows_a_known_device_is_closed(bench) -> None:
    assert bench.wait(14.9) == []
    assert bench.only(Close, bench.wait(0.1)).finding.kind is outcomes.UNIDENTIFIED


def test_a_peer_is_not_blamed_while_the_store_is_slow(bench) -> None:
    bench.hear(heartbeat(bench))
    assert not [action for action in bench.wait(60) if isinstance(action, Close)]


def test_two_heartbeats_missed_end_the_session(bench) -> None:
    known(bench)
    assert bench.wait(2099) == []
    assert bench.only(Close, bench.wait(1)).finding.kind is outcomes.IDLE
