"""What a change does: the planner of the changed region, and the differences in words and days."""

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from network import answers, effect
from network.effect import (
    with_agreement,
    with_handover,
    with_meeting,
    with_seat,
    with_submission_days,
    without_person,
    without_seat,
    without_tafel,
)
from network.package import read, write
from network.planner import TARGETS, Planner
from network.region import AgreementStatus, Handover, Level, Meeting, MeetingStatus, Reason, Seat
from tests.network.changes import KINDS, named
from tests.network.draw import agreement, day, network
from tests.network.test_brute import some_region

REGIONS = Path(__file__).parents[3] / "shared" / "regions"
SIGNED, TERMINATED = AgreementStatus.SIGNED, AgreementStatus.TERMINATED


def expected(before, after, on):
    """The whole answers of both regions laid side by side."""

    def keyed(rows):
        return {(r.area, r.domain, r.level): r for r in rows}

    old, new = keyed(answers.coverage(before, on)), keyed(answers.coverage(after, on))
    arrivals, reasons, weaknesses = set(), set(), set()
    for key in old.keys() | new.keys():
        was = (old[key].arrival, old[key].reason) if key in old else (None, None)
        now = (new[key].arrival, new[key].reason) if key in new else (None, None)
        if was[0] != now[0]:
            arrivals.add((*key, was[0], now[0], was[1], now[1]))
        elif was[1] != now[1]:
            reasons.add((*key, None, None, was[1], now[1]))
    old, new = keyed(answers.resilience(before, on)), keyed(answers.resilience(after, on))
    for key in old.keys() | new.keys():
        was = (old[key].routes, old[key].indispensable) if key in old else (0, ())
        now = (new[key].routes, new[key].indispensable) if key in new else (0, ())
        if was != now:
            weaknesses.add((*key, was[0], now[0], was[1], now[1]))
    return arrivals, reasons, weaknesses


def found(change):
    arrivals, reasons = (
        [
            (
                r.area,
                r.domain,
                r.level,
                r.arrival_before,
                r.arrival_after,
                r.reason_before,
                r.reason_after,
            )
            for r in rows
        ]
        for rows in (change.arrivals, change.reasons)
    )
    weaknesses = [
        (
            r.area,
            r.domain,
            r.level,
            r.routes_before,
            r.routes_after,
            r.indispensable_before,
            r.indispensable_after,
        )
        for r in change.weaknesses
    ]
    for rows in (arrivals, reasons, weaknesses):
        keys = [(area, domain, level.rank) for area, domain, level, *_ in rows]
        assert keys == sorted(set(keys))
    return set(arrivals), set(reasons), set(weaknesses)


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_planner_is_to_the_bit_a_fresh_one(kind):
    for number in range(8):
        rng = random.Random(f"{kind} {number}")
        region = named(some_region(rng), rng)
        planner = Planner(region)
        for turn in range(3):  # one change upon another, the first of this kind
            change = KINDS[kind if turn == 0 else rng.choice(list(KINDS))]
            after = change(planner.region, rng)
            before, planner = planner, planner.changed_to(after)
            fresh = Planner(after)
            for mine, other in zip(planner._scan.labels, fresh._scan.labels, strict=True):
                assert (mine == other).all(), (kind, number)
            for name in ("tafel_window", "handover_window", "onward"):
                assert getattr(planner._scan, name) == getattr(fresh._scan, name), (kind, number)
            for name in ("seats", "open_in", "days", "submission", "between", "node"):
                mine, other = (getattr(p._network, name) for p in (planner, fresh))
                assert mine == other, (kind, number, name)
            on = day(rng.randint(0, 12))
            assert found(effect.effect(before.region, after, on, before)) == expected(
                before.region, after, on
            ), (kind, number)
            rows = answers.coverage(after, on, planner)
            assert rows == answers.coverage(after, on, fresh), (kind, number)


def test_only_what_a_change_touches_is_scanned_again():
    region = network("U1 B1#jeugd B2#wonen", "U1 3; B1 8; B2 8", "U1>B1 U1>B2", "p@U1")
    planner = Planner(region)

    def scanned(after):
        then = planner.changed_to(after)
        return [d for d in ("jeugd", "wonen") if then.is_rescanned("G1", d)]

    assert scanned(region) == []
    assert scanned(with_seat(region, Seat("B1", "p", "lid"))) == []
    assert scanned(with_meeting(region, Meeting("B2", day(5)))) == ["wonen"]
    assert scanned(with_handover(region, Handover("U1", "B1", None, 2))) == ["jeugd"]
    assert scanned(with_submission_days(region, "U1", 2)) == ["jeugd", "wonen"]
    assert scanned(without_tafel(region, "B1", day(4))) == ["jeugd"]


@pytest.mark.skipif(not REGIONS.exists(), reason="../shared/regions is absent")
@pytest.mark.parametrize("name", ["klein", "nijmegen"])
def test_an_agreement_has_the_effect_that_what_if_gives(name):
    region, on = read(REGIONS / name), date(2027, 1, 15)
    planner = Planner(region)
    for made in region.agreements[:: 1 if name == "klein" else 3]:
        for status in (SIGNED, TERMINATED):
            change = effect.effect(region, with_agreement(region, made.code, status), on, planner)
            assert [
                (r.area, r.domain, r.level, r.arrival_before, r.arrival_after)
                for r in change.arrivals
            ] == [
                (r.area, r.domain, r.level, r.arrival_now, r.arrival_then)
                for r in answers.what_if(region, on, made.code, status, planner)
            ]


def test_an_effect_tells_what_is_gained_lost_faster_and_slower():
    region = network("U1 B1 S1=A1", "U1 3; B1 8; S1 12 20", "U1>B1 B1>S1", "p@U1", "A1?")
    region = region.changed(domains=region.domains[:1])
    signed = with_agreement(region, "A1", SIGNED)
    change = effect.effect(region, signed, day(0))
    assert [(r.area, r.level, r.arrival_after) for r in change.gained] == [
        ("G1", Level.BOARD, day(12)),
        ("G2", Level.BOARD, day(12)),
    ]
    assert change.gained[0].reason_before is Reason.NO_AGREEMENT
    assert change.gained[0].days is None
    assert [r.appeared for r in change.weaknesses] == [("B1", "S1", "U1")] * 2
    assert (change.lost, change.faster, change.slower, change.reasons) == ((), (), (), ())
    back = effect.effect(signed, region, day(0))
    assert [r.reason_after for r in back.lost] == [Reason.NO_AGREEMENT] * 2
    assert [r.vanished for r in back.weaknesses] == [("B1", "S1", "U1")] * 2
    moved = with_meeting(signed, Meeting("S1", day(16)), instead_of=day(12))
    assert [r.days for r in effect.effect(signed, moved, day(0)).slower] == [4, 4]
    assert [r.days for r in effect.effect(moved, signed, day(0)).faster] == [-4, -4]
    late = with_agreement(region, "A1", SIGNED, (None, day(5)))
    unmet = effect.effect(region, without_tafel(region, "B1", day(0)), day(0))
    assert {r.reason_after for r in unmet.reasons} == {Reason.NO_MEETING}
    assert effect.effect(region, late, day(6)).arrivals == ()


def test_a_planner_of_another_region_is_refused():
    region = network("U1")
    with pytest.raises(ValueError, match="andere regio"):
        effect.effect(region, region, day(0), Planner(network("U2")))


def test_a_table_that_stops_is_there_until_the_day_before():
    region = network("U1 B1=A1 S1", "U1 3; B1 8 9; S1 20", "U1>B1 B1>S1", "p@U1 q@B1", "A1/5-30")
    after = without_tafel(region, "B1", day(9))
    assert [m.on for m in after.meetings_by_tafel["B1"]] == [day(8)]
    assert [s.ends_on for s in after.seats_by_tafel["B1"]] == [day(8)]
    routes = {on: next(r.routes for r in answers.resilience(after, day(on))) for on in (8, 9)}
    assert routes == {8: 1, 9: 0}
    assert after.agreements_by_code["A1"] == region.agreements_by_code["A1"]
    assert after.tafels_by_code["B1"].agreement not in (None, "A1")
    late = without_tafel(region, "B1", day(40))
    assert late.agreements_by_code["gestopt-1"].ends_on == day(30)  # that of A1
    never = without_tafel(region, "B1", date.min)
    assert not never.meetings_by_tafel["B1"]
    assert not never.seats_by_tafel["B1"]
    again = without_tafel(without_tafel(region, "U1", day(9)), "B1", day(9))
    assert len(again.agreements) == 3
    taken = region.changed(agreements=(*region.agreements, agreement("A2"), agreement("A3")))
    taken = taken.changed(
        agreements=[replace(a, code="gestopt-3") if a.code == "A3" else a for a in taken.agreements]
    )
    assert without_tafel(taken, "B1", day(9)).tafels_by_code["B1"].agreement == "gestopt-4"


def test_a_person_who_is_away_leaves_the_seat_empty_and_comes_back():
    region = network("U1 U2", "U1 3 8 12; U2 8", "", "p@U1 p@U2/5- q@U2")
    seats = [replace(s, person="" if s.partner == "q" else "Anna") for s in region.seats]
    region = region.changed(seats=seats)
    after = without_person(region, "Anna", day(4), day(9))
    assert [(s.starts_on, s.ends_on) for s in after.seats_by_tafel["U1"]] == [
        (None, day(3)),
        (day(10), None),
    ]
    assert [(s.partner, s.starts_on) for s in after.seats_by_tafel["U2"]] == [
        ("p", day(10)),
        ("q", None),
    ]
    # At U1 nobody is left, at U2 there is somebody whose name is not known.
    cancelled = [(m.tafel, m.on) for m in after.meetings if m.status is MeetingStatus.CANCELLED]
    assert cancelled == [("U1", day(8))]
    # Signals about a whole region go by U1 too.
    touched = effect.effect(region, after, day(4)).touched
    assert {("RR", "jeugd"), ("G1", "jeugd")} <= touched
    bounded = region.changed(seats=[replace(seats[0], starts_on=day(2), ends_on=day(12))])
    for first, last, left in (
        (4, 9, [(2, 3), (10, 12)]),
        (1, 9, [(10, 12)]),
        (4, 12, [(2, 3)]),
        (-5, -3, [(2, 12)]),
        (15, 20, [(2, 12)]),
        (2, 12, []),
    ):
        after = without_person(bounded, "Anna", day(first), day(last))
        assert [(s.starts_on, s.ends_on) for s in after.seats] == [
            (day(a), day(b)) for a, b in left
        ]
    for_good = without_person(region, "Anna", day(4))
    assert [(s.starts_on, s.ends_on) for s in for_good.seats_by_tafel["U1"]] == [(None, day(3))]
    with pytest.raises(KeyError):
        without_person(region, "", day(4))
    with pytest.raises(KeyError):
        without_person(region, "Cas", day(4))
    with pytest.raises(ValueError, match="laatste dag"):
        without_person(region, "Anna", day(4), day(3))


def test_without_a_person_a_table_on_the_way_is_no_reserve_any_more():
    region = network("U1 U2 M1 B1 B2", "", "U1>B1 U2>M1 M1>B2", "p@U1 p@U2 q@M1")
    region = region.changed(seats=[replace(s, person=f"van {s.tafel}") for s in region.seats])
    ill = without_person(region, "van M1", day(0), day(60))
    found = effect.effect(region, ill, day(0), idle=["M1"])
    assert {(r.area, r.routes_before, r.routes_after) for r in found.weaknesses} == {
        ("G1", 2, 1),
        ("G2", 2, 1),
    }
    assert not effect.effect(region, ill, day(0)).weaknesses


def test_a_change_of_what_is_not_there_is_refused():
    region = network("U1 B1", "U1 3", "U1>B1", "p@U1")
    for change in (
        lambda: with_agreement(region, "A9", SIGNED),
        lambda: without_tafel(region, "U9", day(1)),
        lambda: without_seat(region, Seat("U1", "q", "lid")),
        lambda: with_seat(region, Seat("U9", "p", "lid")),
        lambda: with_seat(region, Seat("U1", "x", "lid")),
        lambda: with_handover(region, Handover("U1", "B9")),
        lambda: with_meeting(region, Meeting("U9", day(1))),
        lambda: with_meeting(region, Meeting("U1", day(5)), instead_of=day(4)),
        lambda: with_submission_days(region, "U9", 1),
    ):
        with pytest.raises(KeyError):
            change()
    with pytest.raises(ValueError, match="lager niveau"):
        with_handover(region, Handover("B1", "U1"))
    with pytest.raises(ValueError, match="-1"):
        with_submission_days(region, "U1", -1)
    with pytest.raises(TypeError, match="tafel"):
        region.changed(tafel=())


def test_a_changed_region_is_a_package_that_reads_back_equal(tmp_path):
    for number, (kind, change) in enumerate(KINDS.items()):
        rng = random.Random(number)
        region = network("U1 B1:3", "U1 3; B1 9", "U1>B1=A1", "p@U1 q@B1/2-", "A1")
        region = change(named(region, rng), rng)
        write(region, tmp_path / str(number))
        assert read(tmp_path / str(number)) == region, kind


def test_the_fast_change_of_a_region_equals_replace():
    for number in range(20):
        rng = random.Random(number)
        region = some_region(rng)
        region.containing("G1")
        rows = list(region.seats)
        rng.shuffle(rows)
        areas = [replace(a, part_of=()) if a.code == "G1" else a for a in region.areas]
        assert region.changed(seats=rows) == region
        changed = region.changed(areas=areas, seats=rows[:1])
        assert changed == replace(region, areas=tuple(areas), seats=tuple(rows[:1]))
        assert changed.containing("G1") == {"G1"}


def test_targets_come_in_the_order_of_the_answers():
    assert list(TARGETS) == sorted(TARGETS)
