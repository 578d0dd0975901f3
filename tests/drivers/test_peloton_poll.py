"""The conversation with a bike: what is asked, when, and what is believed."""

from itertools import pairwise

import pytest

from drivers import peloton
from drivers.peloton import Decoder, request
from drivers.peloton_poll import KnownBike, PelotonPoll

TABLE = [100 + 20 * index for index in range(31)]


class Bike:
    """Answers at once; ``deaf`` holds the questions it does not hear."""

    def __init__(self, *, bike_id=b"\x01\x02", table=TABLE, scaled=False, deaf=()):
        self.bike_id, self.table, self.scaled, self.deaf = bike_id, table, scaled, set(deaf)

    def answer(self, question):
        kind, code = question[:2]
        if (kind, code) in self.deaf:
            return b""
        if kind == peloton.CALIBRATION:
            return reply(0xF7, digits(self.table[code], 4))
        payloads = {0x00: b"510", 0xFB: self.bike_id, 0x41: b"290", 0x44: b"63320", 0x4A: digits(420, 4)}
        if self.scaled:
            payloads[0x49] = b"040"
        return reply(0xFE if kind == 0xFE else code, payloads[code]) if code in payloads else b""


def reply(code, payload):
    body = bytes([0xF1, code, len(payload)]) + payload
    return body + bytes([sum(body) % 256, 0xF6])


def digits(value, length):
    return str(value).zfill(length)[::-1].encode()


def converse(bike, seconds, known=None):
    """Returns (when, question, fields of the Sample) of each exchange; the bike answers after 2 ms."""
    poll, decoder, log = PelotonPoll(known if known is not None else KnownBike(), 0.0), Decoder(), []
    while poll.next_at_s < seconds:
        now_s = poll.next_at_s
        question = poll.ask(now_s)
        frames = decoder.feed(bike.answer(question))
        fields = {}
        for frame in frames:
            fields |= poll.hear(frame, now_s + 0.002)
        log.append((now_s, question, fields))
    return log


def asked(log):
    return [question for _, question, _ in log]


def test_it_boots_as_the_tablet_does_and_then_asks_in_turn():
    log = converse(Bike(), 3.0)
    boot = [request(0xFE, 0x00), request(0xF5, 0xFB), *(request(0xF7, index) for index in range(31))]
    assert asked(log)[:33] == boot
    assert asked(log)[33:36] == [request(0xF5, code) for code in (0x41, 0x44, 0x4A)]
    assert asked(log)[36:39] == asked(log)[33:36]
    assert asked(log)[39:42] == [request(0xF5, code) for code in (0x41, 0x44, 0x49)]  # does it know percent?
    assert log[33][2] == {"cadence_rpm": 92.0}
    assert log[34][2] == {"power_w": 233.6}
    assert log[35][2] == {}, "the first reading of the resistance may be a spike"
    assert log[38][2] == {"resistance_pct": pytest.approx(100 * 16 / 30)}


def test_riding_asks_one_question_each_100_ms():
    times = [at_s for at_s, question, _ in converse(Bike(), 10.0) if question[0] == 0xF5][3:]
    assert all(after - before == pytest.approx(0.1, abs=0.001) for before, after in pairwise(times))


def test_numbers_flow_well_before_two_seconds():
    log = converse(Bike(), 3.0)
    assert next(at_s for at_s, _, fields in log if fields) < 1.8


def test_a_bike_that_knows_percent_is_asked_for_it_and_believed():
    log = converse(Bike(scaled=True), 6.0)
    tail = asked(log)[-9:]
    assert tail.count(request(0xF5, 0x49)) == 3
    assert request(0xF5, 0x4A) not in tail
    assert log[-1][2] or log[-2][2] or log[-3][2]
    assert {fields["resistance_pct"] for _, _, fields in log[-9:] if "resistance_pct" in fields} == {40.0}


def test_a_bike_that_stops_to_answer_in_percent_is_read_raw_again():
    bike, known = Bike(scaled=True), KnownBike()
    poll, decoder = PelotonPoll(known, 0.0), Decoder()
    resistances = []
    while poll.next_at_s < 20.0:
        now_s = poll.next_at_s
        bike.scaled = now_s < 6.0
        frames = decoder.feed(bike.answer(poll.ask(now_s)))
        resistances += [poll.hear(frame, now_s).get("resistance_pct") for frame in frames]
    assert resistances[-6:].count(pytest.approx(100 * 16 / 30)) == 2


def test_a_bike_that_comes_back_keeps_its_table():
    known = KnownBike()
    converse(Bike(), 3.0, known)
    log = converse(Bike(), 1.2, known)
    assert asked(log)[2:5] == [request(0xF7, index) for index in (3, 15, 27)], "is it really the same bike's table?"
    assert asked(log)[5] == request(0xF5, 0x41)
    assert log[10][2] == {"resistance_pct": pytest.approx(100 * 16 / 30)}


@pytest.mark.parametrize("differs", [3, 15, 27])
def test_another_bike_with_the_same_id_is_asked_for_its_own_table(differs):
    known, other = KnownBike(), list(TABLE)
    other[differs] += 1
    converse(Bike(), 3.0, known)
    log = converse(Bike(table=other), 3.0, known)
    assert known.table.counts == tuple(other)
    assert asked(log).count(request(0xF7, 0x00)) == 1


def test_a_bike_that_no_longer_says_its_table_is_not_read_with_the_old_one():
    known = KnownBike()
    converse(Bike(), 3.0, known)
    log = converse(Bike(deaf=[(0xF7, index) for index in range(31)]), 4.0, known)
    assert known.table is None
    assert not any("resistance_pct" in fields for _, _, fields in log)
    assert any("cadence_rpm" in fields for _, _, fields in log)


def test_another_bike_at_the_same_port_is_asked_for_its_own_table():
    known = KnownBike()
    converse(Bike(), 3.0, known)
    log = converse(Bike(bike_id=b"\x09", table=[value + 9 for value in TABLE]), 3.0, known)
    assert asked(log)[2] == request(0xF7, 0x00)
    assert known.table.counts[0] == TABLE[0] + 9


def test_a_bike_that_does_not_say_who_it_is_is_asked_for_its_table_again():
    known = KnownBike()
    converse(Bike(), 3.0, known)
    log = converse(Bike(deaf=[(0xF5, 0xFB)]), 4.0, known)
    assert request(0xF7, 0x00) in asked(log)


@pytest.mark.parametrize(("lost", "ready_s"), [(0, 1.8), (1, 2.0), (2, 2.5), (5, 3.5)])
def test_a_lost_answer_is_asked_for_again(lost, ready_s):
    bike, known = Bike(), KnownBike()
    poll, decoder = PelotonPoll(known, 0.0), Decoder()
    while poll.next_at_s < ready_s:
        now_s = poll.next_at_s
        question = poll.ask(now_s)
        if question == request(0xF7, 0x07) and lost:
            lost -= 1
            continue
        for frame in decoder.feed(bike.answer(question)):
            poll.hear(frame, now_s)
    assert known.table.counts == tuple(TABLE)


@pytest.mark.parametrize("first_late", [0, 5, 17, 30])
@pytest.mark.parametrize("late_s", [0.12, 0.3, 0.7])
def test_late_answers_never_pass_for_the_next_entry(first_late, late_s):
    """A reply does not say which entry it is: a bike that stalls must not shift the table."""
    bike, known = Bike(), KnownBike()
    poll, decoder, line = PelotonPoll(known, 0.0), Decoder(), []
    while poll.next_at_s < 12.0:
        arrived = [(at_s, data) for at_s, data in line if at_s <= poll.next_at_s]
        line = line[len(arrived) :]
        for at_s, data in arrived:
            for frame in decoder.feed(data):
                poll.hear(frame, at_s)
        if arrived:
            continue  # an answer may have brought the next question forward
        now_s = poll.next_at_s
        question = poll.ask(now_s)
        late = question == request(0xF7, first_late) and now_s < 3.0
        at_s = max(now_s + (late_s if late else 0.005), line[-1][0] if line else 0.0)
        line.append((at_s, bike.answer(question)))
    assert known.table.counts == tuple(TABLE)


@pytest.mark.parametrize("table", [TABLE[::-1], [500] * 31])
def test_a_table_that_cannot_be_true_is_not_used_and_read_again(table):
    bike, known = Bike(table=table), KnownBike()
    log = converse(bike, 5.0, known)
    assert known.table is None
    assert not any("resistance_pct" in fields for _, _, fields in log)
    assert any("cadence_rpm" in fields for _, _, fields in log)
    bike.table = TABLE
    converse(bike, 12.0, known)
    assert known.table is not None


def test_a_bike_without_a_table_still_gives_cadence_and_power():
    log = converse(Bike(deaf=[(0xF7, index) for index in range(31)]), 4.0)
    assert next(at_s for at_s, _, fields in log if "cadence_rpm" in fields) < 1.0
    assert any("power_w" in fields for _, _, fields in log)


def test_a_silent_bike_is_asked_gently():
    everything = [(0xFE, 0), (0xF5, 0xFB), *((0xF5, code) for code in (0x41, 0x44, 0x4A, 0x49))]
    log = converse(Bike(deaf=everything), 5.0)
    assert len(log) <= 52
    assert request(0xF7, 0x00) not in asked(log)


def test_a_bike_that_wakes_up_late_is_asked_for_its_table():
    bike, known = Bike(deaf=[(0xFE, 0), (0xF5, 0xFB)]), KnownBike()
    log = converse(bike, 4.0, known)
    assert request(0xF7, 0x1E) in asked(log)
    assert known.table is not None


def test_a_late_caller_does_not_make_up_for_lost_turns():
    poll = PelotonPoll(KnownBike(bike_id=b"\x01\x02"), 0.0)
    for now_s in (0.0, 0.1, 0.2):
        poll.ask(now_s)
    poll.ask(5.0)
    assert poll.next_at_s >= 5.05
