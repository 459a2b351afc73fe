"""Matching: the index says the same as comparing everything, and the order is always the same."""

from random import Random

import pytest

from network.matching import Areas, Asked, Lack, Matcher, Need, Offer, compare
from network.region import Area, Level, Region, Scale

REGION = Region(
    areas=(
        Area("NL", "Nederland", Scale.NATIONAL),
        Area("JO", "Jeugdregio", Scale.REGIONAL, part_of=("NL",)),
        Area("VT", "Veiligheidsregio", Scale.REGIONAL, part_of=("NL",)),
        Area("G1", "Veldrade", Scale.LOCAL, part_of=("JO", "VT")),
        Area("G2", "Kruiswaard", Scale.LOCAL, part_of=("JO",)),
        Area("G3", "Zuidhoven", Scale.LOCAL, part_of=("VT",)),
    )
)
AREAS = Areas(REGION)
CODES = [area.code for area in REGION.areas]
DOMAINS = ["jeugd", "wonen", "ggz"]


def some(random: Random, codes: list[str], *, least: int) -> frozenset[str]:
    return frozenset(random.sample(codes, random.randint(least, 2)))


@pytest.mark.parametrize("seed", range(20))
def test_the_index_finds_what_comparing_everything_finds(seed: int) -> None:
    random = Random(seed)
    levels = [None, *Level]
    offers = [
        Offer(
            f"A{n}",
            random.choice(["Cursus", "intervisie", "Studiedag"]),
            random.choice(levels),
            random.choice([None, some(random, DOMAINS, least=0)]),
            random.choice([None, *CODES, "weg"]),
        )
        for n in range(random.randint(0, 12))
    ]
    needs = [
        Need(
            f"V{n}",
            random.choice(levels),
            some(random, DOMAINS, least=0),
            some(random, [*CODES, "weg"], least=0),
        )
        for n in range(12)
    ]
    matcher = Matcher(offers, AREAS)
    wanted = set()
    for need in needs:
        every = [compare(need, offer, AREAS) for offer in offers]
        fits = sorted((fit for fit in every if not fit.lacks), key=lambda fit: fit.order)
        assert matcher.fits(need) == fits
        assert matcher.is_met(need) == bool(fits)
        if fits:
            assert matcher.nearest(need) == fits[0]
        random.shuffle(offers)
        assert Matcher(offers, AREAS).fits(need) == fits
        wanted |= {fit.offer.code for fit in fits}
    asked = Asked(needs, AREAS)
    for offer in offers:
        assert asked.wants(offer) == (offer.code in wanted)
        if offer.code not in wanted:
            lacks = [compare(need, offer, AREAS).lacks for need in needs]
            alone = [lack for lack in (Lack.AREA, Lack.LEVEL) if {lack} in lacks]
            if alone:  # an offer without domains is not found by its domain
                assert asked.lack(offer) is alone[0]


def test_the_best_has_most_domains_then_the_level_then_the_nearest_area() -> None:
    both = frozenset({"jeugd", "wonen"})
    need = Need("LV-1", Level.PRACTICE, both, frozenset({"G1"}))
    offers = [
        Offer("1", "Eigen niveau, hier", Level.PRACTICE, both, "G1"),
        Offer("2", "Eigen niveau, jeugdregio", Level.PRACTICE, both, "JO"),
        Offer("3", "eigen niveau, jeugdregio later", Level.PRACTICE, both, "JO"),
        Offer("4", "Eigen niveau, land", Level.PRACTICE, both, "NL"),
        Offer("5", "Eigen niveau, overal", Level.PRACTICE, both, None),
        Offer("6", "Alle domeinen, overal", Level.PRACTICE, None, None),
        Offer("7", "Elk niveau, hier", None, both, "G1"),
        Offer("8", "Eén domein, hier", Level.PRACTICE, frozenset({"jeugd"}), "G1"),
    ]
    found = [fit.offer.code for fit in Matcher(reversed(offers), AREAS).fits(need)]
    assert found == list("12345678")
    assert compare(need, Offer("9", "Elders", None, both, "G2"), AREAS).lacks == {Lack.AREA}


def test_a_need_without_area_asks_for_the_whole_region() -> None:
    need = Need("LV-1", Level.PRACTICE, frozenset({"jeugd"}))
    assert AREAS.whole == {"NL"}  # the jeugdregio leaves Zuidhoven out
    assert compare(need, Offer("1", "Land", area="NL"), AREAS).lacks == set()
    assert compare(need, Offer("2", "Regio", area="JO"), AREAS).lacks == {Lack.AREA}


def test_what_lacks_least_is_nearest_and_the_area_is_the_least() -> None:
    need = Need("LV-1", Level.PRACTICE, frozenset({"jeugd"}), frozenset({"G2"}))
    jeugd = frozenset({"jeugd"})
    offers = [
        Offer("domein", "A", Level.PRACTICE, frozenset({"wonen"}), "G2"),
        Offer("niveau", "B", Level.BOARD, jeugd, "G2"),
        Offer("gebied", "C", Level.PRACTICE, jeugd, "G1"),
        Offer("twee", "D", Level.BOARD, jeugd, "G1"),
    ]
    order = []
    while fit := Matcher(offers, AREAS).nearest(need):
        order.append(fit.offer.code)
        offers.remove(fit.offer)
    assert order == ["gebied", "niveau", "domein", "twee"]
