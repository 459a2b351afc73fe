"""The planner against trying all ways, over hundreds of random small networks."""

import random

import pytest

from network import answers
from network.planner import TARGETS, NoRoute, Planner, Route
from network.region import (
    Agreement,
    AgreementStatus,
    Domain,
    Handover,
    Level,
    Meeting,
    MeetingStatus,
    Partner,
    Region,
    Role,
    Seat,
    Signal,
    Tafel,
)
from tests.network.brute import Brute
from tests.network.draw import AREAS, day

CHUNKS = 12
REGIONS_PER_CHUNK = 20


def some_region(rng):
    """Small, crowded and awkward: codes out of order, ties, rings, closed windows."""

    def bound(chance=0.3):
        return day(rng.randint(0, 30)) if rng.random() < chance else None

    def window():
        start, end = bound(), bound()
        return (end, start) if start and end and end < start else (start, end)

    def domains(chance):
        return (
            frozenset(rng.sample(["jeugd", "wonen"], rng.randint(1, 2)))
            if rng.random() < chance
            else None
        )

    statuses = list(AgreementStatus)
    agreements = [
        Agreement(
            code, code, "", (), rng.choice([AgreementStatus.SIGNED] * 6 + statuses), *window()
        )
        for code in ("A1", "A2", "A3")
    ]

    def resting(chance):
        return rng.choice(agreements).code if rng.random() < chance else None

    codes = rng.sample(
        ["a", "A", "b", "B", "Z9", "Z10", "1.10", "1.9", "_x", "-y"], rng.randint(2, 6)
    )
    # Often a ladder, so that routes are long; sometimes anything.
    ladder = [
        Level.PRACTICE,
        Level.POLICY,
        Level.MANAGEMENT,
        Level.BOARD,
        Level.POLICY,
        Level.BOARD,
    ]
    levels = ladder[: len(codes)] if rng.random() < 0.7 else rng.choices(list(Level), k=len(codes))
    tafels = [
        Tafel(
            code,
            code,
            level,
            rng.choice(["NL", "RR", "RR", "RR", "RR", "VR", "G1", "G2"]),
            domains(0.25),
            rng.choice([0, 0, 1, 3]),
            is_open=rng.random() < 0.15,
            agreement=resting(0.2),
        )
        for code, level in zip(codes, levels, strict=True)
    ]
    handovers = [
        Handover(a.code, b.code, domains(0.3), rng.choice([0, 0, 1, 4]), resting(0.25))
        for a in tafels
        for b in tafels
        for _ in range(rng.choice([0, 1, 1, 2]))
        if a.level <= b.level and (a is not b or rng.random() < 0.1)
    ]
    seats = [
        Seat(rng.choice(codes[:3]), rng.choice("pq"), "lid", "", None, *window())
        for _ in range(rng.randint(1, 4))
    ]
    step = rng.choice([1, 3, 5])  # a coarse calendar gives many ties
    meetings = [
        Meeting(
            code,
            day(number),
            status=MeetingStatus.CANCELLED if rng.random() < 0.15 else MeetingStatus.PLANNED,
        )
        for code in codes
        for number in rng.sample(range(2, 34, step), rng.randint(1, 6))
    ]
    signals = [
        Signal(
            f"s{number}",
            day(rng.randint(0, 12)),
            rng.choice(["p", "q", "p", None]),
            rng.choice(["G1", "G2", "RR"]),
            frozenset(rng.sample(["jeugd", "wonen"], rng.randint(1, 2))),
            title="t",
        )
        for number in range(3)
    ]
    return Region(
        AREAS,
        (Domain("jeugd", "Jeugd"), Domain("wonen", "Wonen")),
        (
            Partner("p", "p", "", frozenset({"jeugd"}), (rng.choice(["RR", "RR", "VR", "G1"]),)),
            Partner("q", "q", "", frozenset({"jeugd", "wonen"}), (rng.choice(["NL", "G2"]),)),
        ),
        tuple(agreements),
        tuple(tafels),
        tuple(meetings),
        (Role("lid", "Lid"),),
        tuple(seats),
        tuple(handovers),
        tuple(signals),
    )


def plain(route):
    """A route of the planner in the words of the brute force."""
    if isinstance(route, Route):
        assert route.arrival == route.meetings[-1]
        return route.tafels, route.meetings
    return route.reason if isinstance(route, NoRoute) else None


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_answer_differs_from_trying_all_ways(chunk):
    for number in range(REGIONS_PER_CHUNK):
        rng = random.Random(chunk * 1000 + number)
        region = some_region(rng)
        planner, brute = Planner(region), Brute(region)
        for signal in region.signals:
            for domain in sorted(signal.domains):
                for level in TARGETS:
                    cell = (signal.partner, signal.area, domain, level, signal.given_on)
                    assert plain(planner.route(*cell)) == brute.route(*cell), (chunk, number, cell)
        on = day(rng.randint(0, 12))
        rows = [
            (r.area, r.domain, r.level, r.partners, r.arrival, r.reason)
            for r in answers.coverage(region, on, planner)
        ]
        assert rows == list(brute.coverage(on)), (chunk, number, on)
        rows = [
            (r.area, r.domain, r.level, r.routes, r.indispensable)
            for r in answers.resilience(region, on)
        ]
        assert rows == list(brute.resilience(on)), (chunk, number, on)


@pytest.mark.parametrize("chunk", range(6))
def test_every_way_on_from_a_table_is_the_best_of_all_ways(chunk):
    for number in range(REGIONS_PER_CHUNK):
        rng = random.Random(50_000 + chunk * 1000 + number)
        region = some_region(rng)
        planner, brute = Planner(region), Brute(region)
        for _ in range(6):
            tafel = rng.choice(region.tafels).code
            level = rng.choice(TARGETS)
            cell = (rng.choice(["G1", "G2", "RR"]), rng.choice(["jeugd", "wonen"]), level)
            on = rng.choice(region.meetings).on if region.meetings else day(3)
            found = planner.attending(tafel, on, *cell)
            assert plain(found) == brute.attending(tafel, on, *cell), (chunk, number)
            ready_on = rng.choice([None, day(rng.randint(0, 20))])
            found = planner.onward(tafel, on, *cell, ready_on)
            assert plain(found) == brute.onward(tafel, on, *cell, ready_on), (chunk, number)
            assert found is None or tafel not in found.tafels


@pytest.mark.parametrize("chunk", range(4))
def test_a_what_if_gives_the_same_labels_as_a_fresh_scan(chunk):
    for number in range(15):
        rng = random.Random(90_000 + chunk * 1000 + number)
        region = some_region(rng)
        planner = Planner(region)
        for _ in range(3):  # one change upon another
            code, status = rng.choice(["A1", "A2", "A3"]), rng.choice(list(AgreementStatus))
            planner = planner.with_agreement(code, status)
            fresh = Planner(planner.region)
            assert planner.region.agreements_by_code[code].status is status
            for old, new in zip(planner._scan.labels, fresh._scan.labels, strict=True):
                assert (old == new).all(), (chunk, number)
