"""Persons without whom a road breaks."""

import random
from dataclasses import replace

from network.persons import holders, unavoidable_persons
from network.region import Level
from tests.network.brute import Brute
from tests.network.changes import named
from tests.network.draw import day, network
from tests.network.test_brute import some_region


def with_names(region, names):
    """The region with these persons on its seats, in the order of the seats."""
    seats = [
        replace(seat, person=name.strip("-"))
        for seat, name in zip(region.seats, names.split(), strict=True)
    ]
    return region.changed(seats=seats)


def persons(region, on=0, level=Level.POLICY):
    rows = unavoidable_persons(region, day(on), {("G1", "jeugd")})
    return next(" ".join(row[3]) for row in rows if row[2] is level)


def test_the_only_seat_with_entry_hangs_on_its_person():
    # x is of elsewhere: its seat keeps the table going, but gives no entry to p.
    region = network("U1 B1", "", "U1>B1", "p@U1 x@U1")
    assert persons(with_names(region, "Anna Bram")) == "Anna"
    assert persons(with_names(region, "- Bram")) == ""


def test_a_deputy_is_the_remedy():
    region = network("U1 B1", "", "U1>B1", "p@U1 p@U1")
    assert persons(with_names(region, "Anna Anna")) == "Anna"
    assert persons(with_names(region, "Anna Bram")) == ""
    assert persons(with_names(region, "Anna -")) == ""  # somebody whom we do not know
    assert persons(with_names(region, "- -")) == ""


def test_so_is_another_partner_or_an_open_table():
    assert persons(with_names(network("U1 B1", "", "U1>B1", "p@U1 q@U1"), "Anna Bram")) == ""
    assert persons(with_names(network("U1 U2 B1", "", "U1>B1 U2>B1", "p@U1 q@U2"), "A B")) == ""
    # Open: no seat is needed to enter, but somebody has to be there.
    region = network("U1/open B1", "", "U1>B1", "p@U1 q@U1")
    assert persons(with_names(region, "Anna Anna")) == "Anna"
    assert persons(with_names(region, "Anna -")) == ""


def test_a_table_on_the_way_may_hang_on_one_person():
    region = network("U1 M1 B1", "", "U1>M1 M1>B1", "p@U1 q@U1 q@M1")
    assert persons(with_names(region, "Cas Anna Bram")) == "Cas"  # in order of table: M1 first
    assert holders(with_names(region, "Cas Anna Bram"), day(0)) == {"M1": "Cas"}
    region = network("U1 M1 M2 B1", "", "U1>M1 U1>M2 M1>B1 M2>B1", "p@U1 q@U1 q@M1 q@M2")
    assert persons(with_names(region, "Cas Dirk Anna Bram")) == ""
    # The same person on both ways: no single table is missed, the person is.
    assert persons(with_names(region, "Cas Cas Anna Bram")) == "Cas"


def test_one_person_with_two_seats_makes_no_way_that_is_not_there():
    # Over one node for Anna, U1 > Anna > M2 > B1 would seem a way round Bram at M1.
    region = network("U1 M1 M2 B1", "", "U1>M1 M1>B1 M2>B1", "p@U1 x@M1 x@M2")
    assert persons(with_names(region, "Bram Anna Anna")) == "Anna Bram"


def test_only_the_seats_of_the_day_count():
    region = with_names(network("U1 B1", "", "U1>B1", "p@U1 q@U1/5-"), "Anna Bram")
    assert persons(region, on=4) == "Anna"
    assert persons(region, on=5) == ""
    assert persons(region, on=4, level=Level.BOARD) == ""


def test_no_person_differs_from_taking_each_away():
    seen = 0
    for number in range(80):
        rng = random.Random(number)
        region = named(some_region(rng), rng)
        if rng.random() < 0.5:  # more seats on the way
            region = region.changed(
                seats=[
                    *region.seats,
                    *(
                        replace(rng.choice(region.seats), tafel=t.code, person=rng.choice("AB"))
                        for t in region.tafels
                    ),
                ]
            )
        on = day(rng.randint(0, 20))

        def roads(region, on=on):
            return {row[:3]: row[3] for row in Brute(region).resilience(on)}

        whole = roads(region)
        broken = {cell: [] for cell in whole}
        for person in sorted({seat.person for seat in region.seats} - {""}):
            alone = {
                t.code
                for t in region.tafels
                if {s.person for s in region.seats if s.tafel == t.code and s.valid_on(on)}
                == {person}
            }
            without = region.changed(
                seats=[s for s in region.seats if s.person != person],
                handovers=[
                    h for h in region.handovers if h.source not in alone and h.target not in alone
                ],
                tafels=[
                    # A table where nobody is left is of no level that counts and lets nobody in.
                    replace(t, level=Level.PRACTICE, is_open=False) if t.code in alone else t
                    for t in region.tafels
                ],
            )
            for cell, count in roads(without).items():
                if not count and whole[cell]:
                    broken[cell].append(person)
        found = {row[:3]: list(row[3]) for row in unavoidable_persons(region, on)}
        assert found == broken, number
        seen += sum(map(bool, broken.values()))
    assert seen > 30
