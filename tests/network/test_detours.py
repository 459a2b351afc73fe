"""Partners that all roads pass, and the single additions that go round a table or partner."""

import random
from collections import Counter
from dataclasses import replace

from network.detours import round_partners, round_tafels
from network.gaps import applied
from network.persons import sole_partners, unavoidable_partners
from network.region import Level
from tests.network.brute import Brute
from tests.network.draw import day, network
from tests.network.test_brute import some_region


def partners(region, level=Level.POLICY):
    rows = unavoidable_partners(region, day(0), {("G1", "jeugd")})
    return next(" ".join(row[3]) for row in rows if row[2] is level)


def words(detours):
    return [f"{' '.join(one.proposal)}: {one.cells}" for one in detours]


def test_a_road_hangs_on_a_partner_by_its_seat_its_table_or_its_open_door():
    assert partners(network("U1 B1", "", "U1>B1", "p@U1 x@B1")) == "p x"
    assert partners(network("U1 B1", "", "U1>B1", "p@U1 q@U1")) == ""
    # At M1 only x sits, which works elsewhere: without it the table stands still.
    assert partners(network("U1 M1 B1", "", "U1>M1 M1>B1", "p@U1 q@U1 x@M1")) == "x"
    # A table without any seat hangs on nobody that we know of; an open one takes from both.
    assert partners(network("U1/open B1", "", "U1>B1", "")) == ""
    assert sole_partners(network("U1 M1", "", "", "p@U1 p@U1 p@M1 q@M1/3-"), day(0)) == {
        "M1": "p",
        "U1": "p",
    }


def test_what_goes_round_is_proposed_where_most_hangs_first():
    # G1 and G2, jeugd and wonen, each for two partners: all pass B1 on the way to S1.
    region = network("U1 B1 S1", "", "U1>B1 B1>S1 U1>S1=A1", "p@U1 q@U1", "A1?")
    found = round_tafels(region, day(0), ["B1", "S1", "U1"], most=None)
    assert words(found["B1"]) == [
        "afspraak A1: 4",
        "doorgeleiding U1 S1: 4",
        "zetel S1 p: 4",
        "zetel S1 q: 4",
    ]
    assert found["S1"] == ()  # the only bestuurstafel
    assert words(round_tafels(region, day(0), ["U1"])["U1"]) == [
        "zetel B1 p: 8",
        "zetel B1 q: 8",
        "zetel S1 p: 4",
    ]
    region = network("U1 B1", "", "U1>B1", "p@U1")
    rows = list(unavoidable_partners(region, day(0)))
    assert words(round_partners(region, day(0), ["p"], rows)["p"]) == [
        "zetel U1 q: 4",  # where it sits itself
        "zetel B1 q: 4",
    ]


def gone(region, partner, on):
    """The region without a partner and without the tables that only it holds up."""
    alone = {code for code, sole in sole_partners(region, on).items() if sole == partner}
    return region.changed(
        partners=[
            replace(p, working_areas=()) if p.code == partner else p for p in region.partners
        ],
        seats=[s for s in region.seats if s.partner != partner],
        handovers=[h for h in region.handovers if not {h.source, h.target} & alone],
        tafels=[
            replace(t, level=Level.PRACTICE, is_open=False) if t.code in alone else t
            for t in region.tafels
        ],
    )


def routes(region, on):
    return {row[:3]: row[3] for row in Brute(region).resilience(on)}


def test_no_partner_and_no_detour_differs_from_trying_each():
    hanging = detours = agreements = 0
    for number in range(100):
        rng = random.Random(number)
        region, on = some_region(rng), day(rng.randint(0, 20))
        codes = [partner.code for partner in region.partners]
        whole = routes(region, on)
        broken = {cell: [] for cell in whole}
        for partner in codes:
            for cell, count in routes(gone(region, partner, on), on).items():
                if whole[cell] and not count:
                    broken[cell].append(partner)
        rows = list(unavoidable_partners(region, on))
        assert {row[:3]: list(row[3]) for row in rows} == broken, number
        hanging += sum(map(bool, broken.values()))

        additions = [
            *(("zetel", t.code, partner) for t in region.tafels for partner in codes),
            *(
                ("doorgeleiding", a.code, b.code)
                for a in region.tafels
                for b in region.tafels
                if a.level <= b.level and a is not b
            ),
        ]
        passed = {row[:3]: set(row[4]) for row in Brute(region).resilience(on)}
        helps = {t.code: Counter() for t in region.tafels}
        spares = {code: Counter() for code in codes}
        for proposal in additions:
            changed = applied(region, proposal)
            for *cell, count, still in Brute(changed).resilience(on):
                for tafel in passed[tuple(cell)] - set(still) if count else ():
                    helps[tafel][proposal] += 1
            if proposal[0] == "zetel":
                for row in unavoidable_partners(changed, on):
                    for partner in set(broken[row[:3]]) - set(row[3]):
                        spares[partner][proposal] += 1
        found = round_tafels(region, on, list(helps), most=None)
        assert {
            code: {one.proposal: one.cells for one in some if one.proposal[0] != "afspraak"}
            for code, some in found.items()
        } == helps, number
        for code, some in found.items():
            for one in some:
                if one.proposal[0] == "afspraak":  # it does at least what is said of it
                    signed = Brute(applied(region, one.proposal)).resilience(on)
                    freed = [
                        cell
                        for *cell, count, still in signed
                        if count and code in passed[tuple(cell)] - set(still)
                    ]
                    assert len(freed) >= one.cells
                    agreements += 1
        round_them = round_partners(region, on, codes, rows, most=None)
        assert {
            code: {one.proposal: one.cells for one in some} for code, some in round_them.items()
        } == spares, number
        detours += sum(map(len, helps.values())) + sum(map(len, spares.values()))
    assert hanging > 100
    assert detours > 250
    assert agreements
