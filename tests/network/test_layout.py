"""Where things stand on the map: rings, sectors, room for every node, and little that moves."""

import random
from dataclasses import replace
from itertools import pairwise
from math import hypot
from pathlib import Path

import pytest

from network.layout import Kind, LinkKind, Shown, State, layout
from network.package import read
from network.region import AgreementStatus, Domain, Level, Partner, Region, Seat, Tafel
from tests.network.draw import day, network

REGIONS = Path(__file__).parents[3] / "shared" / "regions"

DRAWN = network(
    "U1@G1#jeugd U2@G2#wonen M1#jeugd B1#jeugd B2=A2#wonen S1",
    handovers="U1>M1 M1>B1 B1>S1=A1 U2>B2 B2>S1",
    seats="p@U1 p@S1 q@U2/5-9",
    agreements="A1/5-20 A2?",
)


def ends(found, kind=None):
    return {
        (link.source.partition(":")[2], link.target.partition(":")[2])
        for link in found.links
        if kind is None or link.kind is kind
    }


def crowd(tafels=40, partners=200, seed=1):
    """A region with this many tables and partners, of many domains."""
    rng = random.Random(seed)
    domains = [f"d{n}" for n in range(6)]
    tables = [
        Tafel(f"T{n:03}", f"Tafel nummer {n}", level, "RR", frozenset(rng.sample(domains, 3)))
        for n in range(tafels)
        for level in [rng.choice([*Level, Level.PRACTICE, Level.PRACTICE])]
    ]
    return DRAWN.changed(
        domains=[Domain(code, f"Domein {code}") for code in domains],
        tafels=tables,
        handovers=(),
        partners=[
            Partner(f"p{n:04}", f"Organisatie {n}", "", frozenset(rng.sample(domains, 2)), ("G1",))
            for n in range(partners)
        ],
        seats=[
            Seat(rng.choice(tables).code, f"p{rng.randrange(partners):04}", "lid")
            for _ in range(3 * partners)
        ],
    )


def overlapping(found):
    """The pairs of nodes that touch: boxes where there is text, circles where there is none."""
    pairs = []
    for index, one in enumerate(found.nodes):
        for other in found.nodes[:index]:
            if one.text or other.text:
                a, b = one.box, other.box
                touch = a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
            else:
                touch = hypot(one.x - other.x, one.y - other.y) < one.r + other.r
            if touch:
                pairs.append((one.key, other.key))
    return pairs


def from_middle(found, key):
    node = found.by_key[key]
    return round(node.x - found.middle[0], 1), round(node.y - found.middle[1], 1)


def moved(before, after):
    """How many nodes that are in both stand elsewhere."""
    return sum(
        from_middle(before, key) != from_middle(after, key)
        for key in before.by_key.keys() & after.by_key.keys()
    )


def test_boards_stand_in_the_middle_and_partners_outside_in_the_sector_of_their_domain():
    found = layout(DRAWN, day(6))

    def far(key):
        x, y = from_middle(found, key)
        return hypot(x / 1.35, y)

    rings = [["tafel:S1"], ["tafel:B1", "tafel:B2"], ["tafel:M1"], ["tafel:U1", "tafel:U2"]]
    rings.append(["partner:p", "partner:q"])
    for inner, outer in pairwise(rings):
        assert max(map(far, inner)) < min(map(far, outer))
    assert [sector.code for sector in found.sectors] == ["jeugd", "wonen"]
    sector = {node.code: node.sector for node in found.nodes}
    assert sector["S1"] is None
    assert sector["B1"] == sector["M1"] == sector["U1"] == sector["p"] == "jeugd"
    assert sector["B2"] == sector["U2"] == sector["q"] == "wonen"
    for node in found.nodes:  # two domains: jeugd is the right half, wonen the left half
        assert node.sector is None or (node.x > found.middle[0]) == (node.sector == "jeugd")


def test_links_are_hand_overs_in_force_and_seats_held_that_day():
    on_6, on_30 = layout(DRAWN, day(6)), layout(DRAWN, day(30))
    assert ends(on_6, LinkKind.HANDOVER) == {("U1", "M1"), ("M1", "B1"), ("B1", "S1")}
    assert ends(on_30, LinkKind.HANDOVER) == {("U1", "M1"), ("M1", "B1")}
    assert ends(on_6, LinkKind.SEAT) == {("p", "U1"), ("p", "S1"), ("q", "U2")}
    assert ends(on_30, LinkKind.SEAT) == {("p", "U1"), ("p", "S1")}
    # No hand-over leads to or from a table without a mandate; the table is there, and says so.
    assert not on_6.by_key["tafel:B2"].in_force
    assert on_6.by_key["tafel:S1"].in_force


def test_filters_keep_what_belongs_to_a_domain_a_level_an_area():
    def codes(**shown):
        return {node.code for node in layout(DRAWN, day(6), Shown(**shown)).nodes}

    assert codes(domain="wonen") == {"U2", "B2", "S1", "p", "q"}
    assert codes(level=Level.PRACTICE) == {"U1", "U2", "p", "q"}
    assert codes(area="G1") == {"U1", "M1", "B1", "B2", "S1", "p", "q"}  # and what serves it
    assert codes(area="RR") == {"U1", "U2", "M1", "B1", "B2", "S1", "p", "q"}
    assert codes(area="bestaat-niet") == set()
    assert codes(keys=frozenset({"tafel:U1", "partner:p"})) == {"U1", "p"}
    assert [s.code for s in layout(DRAWN, day(6), Shown(domain="wonen")).sectors] == ["wonen"]
    assert layout(Region(), day(6)).nodes == ()


def test_of_two_regions_it_tells_what_was_gained_and_lost():
    after = DRAWN.changed(
        tafels=[t for t in DRAWN.tafels if t.code != "M1"],
        agreements=[replace(a, status=AgreementStatus.SIGNED) for a in DRAWN.agreements],
        handovers=[h for h in DRAWN.handovers if "M1" not in (h.source, h.target)],
        seats=[*DRAWN.seats, Seat("B1", "q", "lid")],
    )
    found = layout(DRAWN, day(6), then=after)
    states = {node.code: node.state for node in found.nodes if node.state is not State.SAME}
    assert states == {"M1": State.LOST, "B2": State.GAINED}
    by_state = {state: set() for state in State}
    for link in found.links:
        by_state[link.state].add((link.source, link.target))
    assert by_state[State.GAINED] == {
        ("tafel:U2", "tafel:B2"),
        ("tafel:B2", "tafel:S1"),
        ("partner:q", "tafel:B1"),
    }
    assert by_state[State.LOST] == {("tafel:U1", "tafel:M1"), ("tafel:M1", "tafel:B1")}
    assert len(by_state[State.SAME]) == len(found.links) - 5


def test_too_many_nodes_are_folded_by_the_smallest_areas_that_are_enough():
    region = crowd()
    by_town = layout(region, day(6), fold_above=100)
    assert by_town.is_folded
    (town,) = [node for node in by_town.nodes if node.kind is Kind.AREA]
    assert (town.code, town.tafels, town.partners) == ("G1", 0, 200)
    assert len(by_town.nodes) == 41
    everywhere = layout(region, day(6), fold_above=10)
    (around,) = everywhere.nodes
    assert (around.code, around.tafels, around.partners) == ("RR", 40, 200)
    links = layout(region, day(6), fold_above=1000).links
    assert sum(link.count for link in by_town.links) == len(links)
    assert everywhere.links == ()


@pytest.mark.parametrize("size", [(6, 5), (16, 28), (40, 90), (60, 240), (400, 1600)])
def test_nothing_overlaps_and_everything_is_on_the_map(size):
    found = layout(crowd(*size), day(6), fold_above=10**6)
    assert len(found.nodes) == sum(size)
    for node in found.nodes:
        left, top, right, bottom = node.box
        assert 0 <= left < right <= found.width
        assert 0 <= top < bottom <= found.height
    if sum(size) < 1000:
        assert overlapping(found) == []
    else:  # all pairs would take a while
        sample = replace(found, nodes=tuple(random.Random(1).sample(found.nodes, 600)))
        assert overlapping(sample) == []


def test_names_that_begin_alike_do_not_look_the_same():
    long = "Overleg dat in heel de regio over alle scholen en opvang gaat, groep"
    found = layout(
        DRAWN.changed(
            tafels=[replace(DRAWN.tafels[0], code=f"U{n}", name=f"{long} {n}") for n in range(9)]
            + [
                Tafel(code, "Beleidstafel 1", Level.POLICY, area, frozenset({"jeugd"}))
                for code, area in (("B1", "G1"), ("B2", "RR"), ("B3", "RR"))
            ],
            partners=[replace(DRAWN.partners[0], code=f"p{n}", name=f"{long} {n}") for n in "abc"],
            handovers=(),
            seats=(),
        ),
        day(6),
    )
    texts = [node.text for node in found.nodes]
    assert all(texts)
    assert len(set(texts)) == len(texts)
    # Tables that are called the same are told apart by their area, and then by their code.
    town, around = (DRAWN.areas_by_code[code].name for code in ("G1", "RR"))
    assert [found.by_key[f"tafel:B{n}"].label for n in (1, 2, 3)] == [
        f"Beleidstafel 1 ({town})",
        f"Beleidstafel 1 ({around}) (B2)",
        f"Beleidstafel 1 ({around}) (B3)",
    ]


def test_the_same_rows_in_another_order_give_the_same_picture():
    region = crowd()
    shuffled = {
        name: random.Random(2).sample(getattr(region, name), len(getattr(region, name)))
        for name in ("tafels", "partners", "seats", "domains", "areas")
    }
    assert layout(region.changed(**shuffled), day(6)) == layout(region, day(6))


def test_a_small_change_moves_few_nodes():
    region = crowd()
    before = layout(region, day(6))
    changes = {
        "a partner more": region.changed(
            partners=[*region.partners, Partner("p0100x", "Nieuw", "", frozenset({"d2"}), ("G1",))]
        ),
        "a partner less": region.changed(
            partners=[p for p in region.partners if p.code != "p0050"],
            seats=[s for s in region.seats if s.partner != "p0050"],
        ),
        "a seat more": region.changed(seats=[*region.seats, Seat("T003", "p0007", "lid")]),
        "a table less": region.changed(
            tafels=[t for t in region.tafels if t.code != "T020"],
            seats=[s for s in region.seats if s.tafel != "T020"],
        ),
    }
    shares = {
        name: moved(before, layout(after, day(6))) / len(before.nodes)
        for name, after in changes.items()
    }
    assert max(shares.values()) < 0.4, shares
    assert sum(shares.values()) / len(shares) < 0.25, shares


@pytest.mark.shared
@pytest.mark.skipif(not REGIONS.exists(), reason="../shared/regions is absent")
def test_the_example_regions_are_readable():
    nijmegen = read(REGIONS / "nijmegen")
    whole = layout(nijmegen, day(6))
    assert not whole.is_folded
    assert len(whole.nodes) == len(nijmegen.tafels) + len(nijmegen.partners)
    assert overlapping(whole) == []
    assert all(node.text for node in whole.nodes if node.level in (Level.POLICY, Level.BOARD))
    nederland = read(REGIONS / "nederland")
    country = layout(nederland, day(6))
    assert country.is_folded
    assert overlapping(country) == []
    assert all(node.text for node in country.nodes)
    assert sum(node.tafels + (node.kind is Kind.TAFEL) for node in country.nodes) == 822
    assert sum(node.partners for node in country.nodes) == 2353
    for node in country.nodes:
        if node.kind is Kind.AREA:
            part = layout(nederland, day(6), Shown(area=node.code))
            assert not part.is_folded
            assert overlapping(part) == []
