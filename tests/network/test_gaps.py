"""What would open a cell without a road."""

import json
import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from network import answers
from network.answers import as_csv, coverage
from network.cli import main
from network.effect import with_submission_days
from network.gaps import Ask, Kind, applied, find_steps, gaps, last_day
from network.package import read, write
from network.planner import Planner
from network.region import AgreementStatus, Level
from tests.network.draw import day, network
from tests.network.test_brute import some_region

EXAMPLES = Path(__file__).parents[3] / "shared" / "regions"
REGIONS = 10
KINDS = [kind.value for kind in Kind]


def proposals(region, on=0, level="beleid", most=None):
    """The proposals for G1 and jeugd, as text with what each opens."""
    return [
        f"{' '.join(row.proposal)}: {row.opens}"
        for row in gaps(region, day(on), most=most)
        if (row.area, row.domain, row.level.value) == ("G1", "jeugd", level)
    ]


def test_each_kind_of_addition_is_proposed_where_it_opens_the_cell():
    # G1 and G2, jeugd and wonen: four cells that nobody can enter; partners p and q.
    assert proposals(network("U1 B1", "U1 3; B1 8", "U1>B1")) == [
        "zetel B1 p: 4",
        "zetel B1 q: 4",
        "zetel U1 p: 4",
        "zetel U1 q: 4",
    ]
    assert proposals(network("U1 B1", "U1 3; B1 8", "", "p@U1 q@U1")) == [
        "zetel B1 p: 4",
        "zetel B1 q: 4",
        "doorgeleiding U1 B1: 4",
    ]
    closed = network("U1 B1", "U1 3; B1 8", "U1>B1=A1", "p@U1", "A1?")
    assert "afspraak A1: 4" in proposals(closed)


def test_a_meeting_is_proposed_on_the_first_day_on_which_it_works():
    region = network("U1:2 B1:3", "U1 5; B1 7", "U1>B1+1", "p@U1")
    # B1 after U1 on day 5: day 5 + 1 + 3. U1 in time for B1 on day 7: from day 2, to 7 - 1 - 3.
    assert [p for p in proposals(region) if p.startswith("verg")] == [
        f"vergadering B1 {day(9)}: 4",
        f"vergadering U1 {day(2)}: 4",
    ]
    assert f"vergadering U1 {day(3)}: 4" in proposals(region, on=1)
    assert not [p for p in proposals(region, on=2) if p.startswith("vergadering U1")]
    # Never on the day itself, however short the way.
    region = network("B1/open", "")
    assert proposals(region) == [f"vergadering B1 {day(1)}: 4"]


def test_a_submission_lead_is_shortened_no_more_than_needed():
    region = network("U1 B1:9", "U1 5; B1 12 20x", "U1>B1+1", "p@U1")
    assert [p for p in proposals(region) if p.startswith("aan")] == ["aanlevertermijn B1 6: 4"]
    assert proposals(with_submission_days(region, "B1", 6)) == []
    # The meeting on the day of U1 itself stays out of reach.
    region = network("U1 B1:9", "U1 5; B1 5", "U1>B1", "p@U1")
    assert not [p for p in proposals(region) if p.startswith("aan")]


def kinds(region, kind, on=0, level="beleid"):
    found = proposals(region, on, level)
    return [p.partition(" ")[2].partition(":")[0] for p in found if p.startswith(kind)]


def test_a_hand_over_goes_to_the_same_or_a_higher_level():
    region = network("U1 B1 B2 S1", "U1 9; B1 3; B2 5; S1 8", "B2>S1", "p@B1 q@B1")
    assert kinds(region, "door", level="bestuur") == ["B1 B2", "B1 S1"]
    assert kinds(network("M1 U1 B1", "M1 3; U1 5; B1 8", "U1>B1", "p@M1"), "door") == ["M1 B1"]


def test_an_addition_keeps_to_the_days_of_what_it_meets():
    # A meeting on the day of the next table's, or before its hand-over is in force, is no use.
    assert kinds(network("U1 B1", "B1 7", "U1>B1", "p@U1"), "verg", on=5) == [f"U1 {day(6)}"]
    assert kinds(network("U1 B1", "B1 7", "U1>B1", "p@U1"), "verg", on=6) == []
    early = network("U1 B1", "B1 7", "U1>B1=A1", "p@U1", "A1/20-")
    assert kinds(early, "verg") == []
    # The closing day itself is in time, and no signal is at two tables on one day.
    assert kinds(network("B1:5", "B1 5"), "zetel") == ["B1 p", "B1 q"]
    assert kinds(network("B1:5", "B1 5"), "zetel", on=1) == []
    assert kinds(network("U1 B1", "U1 3; B1 3", "", "p@U1"), "door") == []
    assert kinds(network("U1 B1:4", "U1 3; B1 7", "", "p@U1"), "door") == ["U1 B1"]
    assert kinds(network("U1 B1:5", "U1 3; B1 7", "", "p@U1"), "door") == []
    # A table meets when its mandate is in force, and a seat is of no use after its last day.
    assert kinds(network("B1/open=A1", "", agreements="A1/5-"), "verg") == [f"B1 {day(5)}"]
    assert kinds(network("B1=A1", "", "", "p@B1/-4", "A1/5-"), "verg") == []
    seated = network("B1:9=A1", "B1 8 25", "", "p@B1/-10", "A1/20-")
    assert kinds(seated, "aan") == []


def local(region):
    """The region in which p works in G1 only, and q in G2."""
    places = {"p": ("G1",), "q": ("G2",)}
    return region.changed(
        partners=[replace(p, working_areas=places[p.code]) for p in region.partners]
    )


def found_for(region, kind):
    return {
        (row.area, " ".join(row.proposal[1:])): row.opens
        for row in gaps(region, day(0), most=None)
        if row.proposal[0] == kind and row.domain == "jeugd" and row.level.value == "beleid"
    }


def test_what_is_needed_elsewhere_counts_where_it_opens_that_too():
    # G2 needs a meeting of B1 from day 4 on, G1 from day 9 on: that of day 9 opens both.
    region = local(network("U1@VR U2 B1", "U1 8; U2 3", "U1>B1 U2>B1", "p@U1 q@U2"))
    assert found_for(region, "vergadering") == {
        ("G1", f"B1 {day(9)}"): 4,
        ("G2", f"B1 {day(4)}"): 2,
    }
    # The seat in G1 ends sooner, so there submission has to close later.
    region = local(network("B1:20", "B1 8 12", "", "p@B1/-8 q@B1/-12"))
    assert found_for(region, "aanlevertermijn") == {("G1", "B1 8"): 4, ("G2", "B1 12"): 2}
    # Of two ways in, the one that asks least.
    region = network("B1:20", "B1 8 12", "", "p@B1/-12 q@B1/-8")
    assert found_for(region, "aanlevertermijn") == {("G1", "B1 12"): 4, ("G2", "B1 12"): 4}


def test_of_each_kind_the_best_of_a_cell_or_more_when_asked():
    region = network("B1 B2 B3 B4", "B1 3; B2 3; B3 3; B4 3")
    assert len(proposals(region, most=None)) == 8
    assert proposals(region, most=1) == ["zetel B1 p: 4"]
    assert proposals(region, most=3) == ["zetel B1 p: 4", "zetel B1 q: 4", "zetel B2 p: 4"]
    assert [
        row.proposal[0] for row in gaps(network("U1 B1", "U1 3; B1 8", "", "p@U1 q@U1"), day(0))
    ][:2] == ["zetel", "doorgeleiding"]


def test_a_cell_with_a_road_or_without_a_partner_has_no_proposals():
    assert proposals(network("B1/open", "B1 3")) == []
    region = network("B1", "B1 3")
    assert proposals(region.changed(partners=())) == []
    # Nothing single helps where no table of the level is.
    assert proposals(network("U1", "U1 3", "", "p@U1")) == []


def tried(region, on):
    """Every single addition, each really carried out: cell -> proposal -> how many it opens."""
    planner = Planner(region)
    closed = {
        (r.area, r.domain, r.level): region.partners_in(r.area, r.domain)
        for r in coverage(region, on, planner)
        if r.arrival is None and r.partners
    }

    def opened(proposal):
        if proposal not in known:
            after = applied(region, proposal)
            then = planner.changed_to(after)
            known[proposal] = {
                (area, domain, level)
                for (area, domain, level), partners in closed.items()
                if then.may_arrive(partners, area, domain, level, on)
            }
        return known[proposal]

    known, found = {}, {}
    tafels = {t.code: t for t in region.tafels}
    for cell, partners in closed.items():
        near = [t.code for t in region.tafels if region.covers(t, cell[0], cell[1])]
        candidates = [("zetel", t, p) for t in near for p in partners]
        candidates += [
            ("doorgeleiding", a, b)
            for a in near
            for b in near
            if a != b and tafels[a].level <= tafels[b].level
        ]
        candidates += [
            ("afspraak", a.code)
            for a in region.agreements
            if a.status is not AgreementStatus.SIGNED
        ]
        helping = [p for p in candidates if cell in opened(p)]
        for code in near:
            days = (str(on + timedelta(days=n)) for n in range(1, 45))
            by_day = (("vergadering", code, d) for d in days)
            leads = range(tafels[code].submission_days - 1, -1, -1)
            by_lead = (("aanlevertermijn", code, str(n)) for n in leads)
            for several in (by_day, by_lead):
                first = next((p for p in several if cell in opened(p)), None)
                helping += [first] if first else []
        found[cell] = {p: len(opened(p)) for p in helping}
    return found


def some_gaps(rng):
    """A random region in which more tables close early."""
    region = some_region(rng)
    hurry = [replace(t, submission_days=rng.choice([t.submission_days, 6])) for t in region.tafels]
    return region.changed(tafels=hurry)


def test_all_and_only_the_additions_that_open_a_cell_are_proposed():
    seen = set()
    for number in range(REGIONS):
        rng = random.Random(number)
        region, on = some_gaps(rng), day(rng.randint(3, 16))
        rows, expected = gaps(region, on, most=None), tried(region, on)
        found = {cell: {} for cell in expected}
        for row in rows:
            found[row.area, row.domain, row.level][row.proposal] = row.opens
        assert found == expected, number
        seen |= {row.proposal[0] for row in rows}
        keys = [
            (r.area, r.domain, r.level.rank, -r.opens, KINDS.index(r.proposal[0]), r.proposal)
            for r in rows
        ]
        assert keys == sorted(keys), number
        first = {}
        for row in rows:
            first.setdefault((row.area, row.domain, row.level, row.proposal[0]), row)
        assert gaps(region, on) == list(first.values()), number
        for row in coverage(region, on, planner := Planner(region)):
            last = last_day(planner, row.area, row.domain, row.level)
            partners = region.partners_in(row.area, row.domain)
            roads = [
                planner.may_arrive(partners, row.area, row.domain, row.level, day(n))
                for n in range(-10, 45)
            ]
            assert roads == [last is not None and day(n) <= last for n in range(-10, 45)], number
    assert seen == set(KINDS)


@pytest.mark.skipif(not EXAMPLES.exists(), reason="../shared/regions is absent")
@pytest.mark.parametrize(
    ("name", "on"), [("klein", date(2026, 12, 1)), ("nijmegen", date(2027, 9, 1))]
)
def test_every_proposal_for_an_example_region_opens_what_it_says(name, on):
    region = read(EXAMPLES / name)
    closed = {(r.area, r.domain, r.level) for r in coverage(region, on) if r.arrival is None}
    rows = gaps(region, on)
    assert rows
    for proposal in sorted({row.proposal for row in rows}):
        after = coverage(applied(region, proposal), on)
        opened = closed - {(r.area, r.domain, r.level) for r in after if r.arrival is None}
        told = {(r.area, r.domain, r.level, r.opens) for r in rows if r.proposal == proposal}
        assert {cell[:3] for cell in told} <= opened
        assert {opens for *_, opens in told} == {len(opened)}


def test_the_command_line_gives_the_same_list(tmp_path, capsys):
    region = network("U1 B1", "U1 3; B1 8", "U1>B1", "")
    write(region, tmp_path / "r")
    out = tmp_path / "gaps.csv"
    command = ["gaps", str(tmp_path / "r"), "--date", "2027-01-01"]
    assert main([*command, "--out", str(out)]) == 0
    rows = gaps(region, day(0))
    assert out.read_text() == as_csv(answers.GapRow, rows)
    assert out.read_text().splitlines()[:2] == [
        "gebied,domein,niveau,voorstel,opent",
        "G1,jeugd,beleid,zetel B1 p,4",
    ]
    assert main([*command, "--all"]) == 0
    assert capsys.readouterr().out == as_csv(answers.GapRow, gaps(region, day(0), most=None))
    assert main([*command, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)[0]
    assert first == {
        "gebied": "G1",
        "domein": "jeugd",
        "niveau": "beleid",
        "voorstel": ["zetel", "B1", "p"],
        "opent": 4,
    }


def test_another_proposal_is_refused():
    with pytest.raises(ValueError, match="stoel"):
        applied(network("U1"), ("stoel", "U1"))


def test_a_signal_that_lies_at_a_table_goes_on_from_there():
    region = network("U1 B1:3", "U1 3; B1 8", "", "p@U1")

    def found(region, on, at="U1"):
        ask = Ask("G1", "jeugd", Level.POLICY, ("p",), day(on), at)
        return {" ".join(one) for one in find_steps(Planner(region), [ask]).opened}

    # Not the seat: it is past the door already. U1 on day 3, then B1 on day 8.
    assert found(region, 0) == {"doorgeleiding U1 B1"}
    # After day 3 the table where it lies meets no more; one step does not do.
    assert found(region, 4) == set()
    onward = region.changed(handovers=network("U1 B1:3", "", "U1>B1").handovers)
    assert found(onward, 4) == {f"vergadering U1 {day(5)}"}
    closed = network("U1 B1:3", "U1 3; B1 8", "U1>B1=A1", "p@U1", "A1?")
    assert found(closed, 0) == {"doorgeleiding U1 B1", "afspraak A1"}
    # A table that does not deal with the cell holds it for good.
    assert found(network("U1 B1@G2", "U1 3; B1 8"), 0, "B1") == set()
