"""Who shares a question and never met on it, and who should sit together."""

import random
from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest

from network.learning import (
    DealtWith,
    Event,
    Goal,
    Learning,
    Option,
    gatherings,
    learning_graph,
    not_met,
    person,
    proposal,
    question_of,
    smallest_cover,
)
from network.region import (
    Area,
    Domain,
    Leervraag,
    Level,
    Partner,
    Region,
    Role,
    Scale,
    Seat,
    Tafel,
)

TODAY = date(2027, 1, 1)
LEVELS = {"U": Level.PRACTICE, "M": Level.MANAGEMENT, "B": Level.POLICY, "S": Level.BOARD}


def region(tafels, partners, seats):
    """Tables "U1#jeugd S1", partners "lt#jeugd,ggz", seats "Anna:lt@U1" (":lt@U1" has no name)."""

    def split(text):
        return [each.split("#") for each in text.split()]

    return Region(
        areas=(Area("G1", "Oeverdam", Scale.LOCAL),),
        domains=tuple(Domain(code, code) for code in ("ggz", "jeugd", "wonen")),
        roles=(Role("lid", "Lid"),),
        tafels=tuple(
            Tafel(
                code, code, LEVELS[code[0]], "G1", frozenset(rest[0].split(",")) if rest else None
            )
            for code, *rest in split(tafels)
        ),
        partners=tuple(
            Partner(code, code, "", frozenset(rest[0].split(",")), ("G1",))
            for code, *rest in split(partners)
        ),
        seats=tuple(
            Seat(tafel, partner, "lid", name, starts_on=start, ends_on=end)
            for name, partner, tafel, start, end in map(a_seat, seats.split())
        ),
    )


def a_seat(text):
    """Split "Anna:lt@U1"; "/-" held until yesterday only, "/+" starts tomorrow."""
    seat, _, when = text.partition("/")
    name, at = seat.split(":")
    partner, tafel = at.split("@")
    start = date(2027, 1, 2) if when == "+" else None
    return name, partner, tafel, start, date(2026, 12, 31) if when == "-" else None


def asked(code="v", level=Level.PRACTICE, domains=("jeugd",)):
    return Leervraag(code, date(2026, 11, 1), level, domains=frozenset(domains))


def strangers(found, kind="person"):
    """Words like "Anna!Bram": Anna never met Bram."""
    return " ".join(
        f"{one.name}!{','.join(other.name for other in found.never_with(one))}"
        for one in found.strangers
        if one.node[0] == kind
    )


SMALL = region(
    "U1 U2#jeugd U3#wonen M1 S1",
    "lt#jeugd gi#jeugd,ggz won#wonen",
    "Anna:lt@U1 Bram:gi@U2 Cas:won@U3 Dirk:lt@S1 Eva:gi@U2/+ Fien:gi@U2/- :gi@U1",
)


def met(*, events=(), dealt_with=(), others=(), same=(), goals=(), on=TODAY):
    learning = Learning((asked(), *others), same, goals, events, dealt_with)
    return not_met(learning_graph(SMALL, learning, on), "v")


def test_who_sits_that_day_at_a_table_of_its_level_and_knows_its_domain_shares_a_question():
    found = met()
    assert [node for node in found.sharing if node[0] == "tafel"] == [
        ("tafel", "U1"),
        ("tafel", "U2"),
    ]
    assert strangers(found) == "Anna!Bram Bram!Anna"  # Eva comes later, Fien has gone
    assert strangers(found, "partner") == "gi!lt lt!gi"
    # Dirk sits higher, Cas knows another domain; gi knows jeugd at U1 too, without a name.
    assert found.sharing["partner", "gi"].shared == ((Level.PRACTICE, frozenset({"jeugd"})),)
    assert strangers(met(on=date(2027, 1, 2))) == "Anna!Bram,Eva Bram!Anna,Eva Eva!Anna,Bram"


def test_the_same_question_on_another_level_brings_its_people_in():
    other = asked("w", Level.BOARD, ("wonen", "jeugd"))
    found = met(others=(other,), same=(frozenset({"v", "w"}),))
    assert found.question.levels == {Level.PRACTICE, Level.BOARD}
    assert found.question.domains == {"jeugd", "wonen"}
    assert strangers(found).startswith("Anna!Bram,Cas,Dirk")
    assert found.sharing[person("Dirk")].shared == ((Level.BOARD, frozenset({"jeugd"})),)
    assert strangers(met(others=(other,))) == "Anna!Bram Bram!Anna"


def test_a_question_about_no_domain_is_about_all_of_them():
    graph = learning_graph(SMALL, Learning((asked(domains=()),)), TODAY)
    assert strangers(not_met(graph, "v")) == "Anna!Bram,Cas Bram!Anna,Cas Cas!Anna,Bram"
    assert [one.name for one in proposal(graph, "v").people] == ["Anna"]


def test_who_were_at_one_event_on_the_question_have_met():
    event = Event("e", "e", TODAY, frozenset({"v"}), people=frozenset({"ANNA", "Bram", "Zoë"}))
    found = met(events=(event,))
    assert strangers(found) == strangers(found, "partner") == strangers(found, "tafel") == ""
    alone = Event("e", "e", TODAY, frozenset({"v"}), people=frozenset({"Anna"}))
    other = Event("f", "f", TODAY, frozenset({"v"}), people=frozenset({"Bram"}))
    assert strangers(met(events=(alone, other))) == "Anna!Bram Bram!Anna"
    # About a goal that serves it, about another question, on a later day; for a partner only.
    goal = Goal("g", "g", Level.PRACTICE, leervraag="v")
    people = frozenset({"Anna", "Bram"})
    through = Event("e", "e", TODAY, goals=frozenset({"g"}), people=people)
    assert strangers(met(events=(through,), goals=(goal,))) == ""
    apart = Event("e", "e", TODAY, frozenset({"w"}), people=people)
    assert strangers(met(events=(apart,), others=(asked("w"),))) == "Anna!Bram Bram!Anna"
    later = Event("e", "e", date(2027, 1, 2), frozenset({"v"}), people=people)
    assert strangers(met(events=(later,))) == "Anna!Bram Bram!Anna"
    sent = Event("e", "e", TODAY, frozenset({"v"}), partners=frozenset({"lt", "gi"}))
    assert strangers(met(events=(sent,)), "partner") == ""
    assert strangers(met(events=(sent,))) == "Anna!Bram Bram!Anna"


def test_who_sat_at_a_table_on_the_day_that_dealt_with_it_have_met():
    found = met(dealt_with=(DealtWith("v", "U1", TODAY),))
    assert strangers(found, "partner") == ""  # gi sits there, though we do not know by whom
    assert strangers(found) == "Anna!Bram Bram!Anna"
    assert strangers(found, "tafel") == "U1!U2 U2!U1"
    # Fien still sat at U2 then; who comes after her has not spoken of it.
    before = met(dealt_with=(DealtWith("v", "U2", date(2026, 12, 1)),), on=date(2027, 1, 2))
    assert strangers(before) == "Anna!Bram,Eva Bram!Anna,Eva Eva!Anna,Bram"
    later = met(dealt_with=(DealtWith("v", "U2", TODAY),), on=date(2026, 12, 31))
    assert not later.sharing[person("Fien")].met


def test_somebody_at_two_tables_brings_them_together():
    small = region("U1 U2", "lt#jeugd gi#jeugd", "Anna:lt@U1 Anna:lt@U2 Bram:gi@U2")
    learning = Learning((asked(),), dealt_with=(DealtWith("v", "U1", TODAY),))
    found = not_met(learning_graph(small, learning, TODAY), "v")
    assert strangers(found, "tafel") == ""
    assert strangers(found) == "Anna!Bram Bram!Anna"


def test_the_graph_holds_everything_that_is_learned():
    learning = Learning(
        (asked(), asked("w", Level.BOARD)),
        (frozenset({"v", "w"}),),
        (Goal("g", "g", Level.PRACTICE, frozenset({"jeugd"}), "v"),),
        (Event("e", "e", TODAY, frozenset({"v"}), frozenset({"g"}), frozenset({"Anna", "Zoë"})),),
        (DealtWith("v", "U1", TODAY), DealtWith("v", "U1", date(2026, 12, 1))),
        frozenset({"anna", "Wim"}),
    )
    graph = learning_graph(SMALL, learning, TODAY)
    relations = {
        frozenset(pair): relation
        for *pair, relation in graph.edges(data="relation")
        if {"leervraag", "goal", "event"} & {pair[0][0], pair[1][0]}
    }
    v, e, g = ("leervraag", "v"), ("event", "e"), ("goal", "g")
    assert relations == {
        frozenset({v, ("leervraag", "w")}): "same_as",
        frozenset({g, v}): "serves",
        frozenset({e, v}): "is_about",
        frozenset({e, g}): "is_about",
        frozenset({e, person("Anna")}): "was_at",
        frozenset({e, person("Zoë")}): "was_at",
        frozenset({v, ("tafel", "U1")}): "dealt_with",
    }
    assert graph.nodes[v]["levels"] == {Level.PRACTICE}
    assert graph.nodes[v]["domains"] == {"jeugd"}
    assert graph.nodes[person("Anna")]["lived"]
    assert person("Wim") not in graph
    assert not graph.nodes[person("Zoë")]["levels"]
    assert len(gatherings(graph, question_of(graph, "w"))) == 3  # Fien sat there in December
    for wrong in (
        Learning((asked(),), same=(frozenset({"v", "x"}),)),
        Learning(goals=(Goal("g", "g", Level.BOARD, leervraag="x"),)),
        Learning(events=(Event("e", "e", TODAY, partners=frozenset({"x"})),)),
        Learning((asked(),), dealt_with=(DealtWith("v", "x", TODAY),)),
    ):
        with pytest.raises(KeyError, match="x"):
            learning_graph(SMALL, wrong, TODAY)
    with pytest.raises(KeyError, match="leervraag x"):
        not_met(graph, "x")


def names(found):
    return " ".join(one.name for one in found.people)


def test_a_proposal_covers_levels_and_domains_with_the_fewest_people():
    tafels = "U1 U2 M1#jeugd B1 S1#ggz"
    partners = "lt#jeugd gem#jeugd,ggz won#wonen beleid#jeugd"
    seats = "Anna:lt@U1 Bram:gem@U2 Cas:gem@B1 Dirk:gem@S1 Eva:won@S1 Eva:won@U1 Fien:gem@U2"
    learning = Learning((asked(domains=("jeugd", "ggz")),), lived=frozenset({"Fien"}))
    graph = learning_graph(region(tafels, partners, seats), learning, TODAY)
    found = proposal(graph, "v")
    assert names(found) == "Fien"  # as much as Bram, and lived experience
    assert names(proposal(graph, "v", without=["fien"])) == "Bram"
    assert names(proposal(graph, "v", without=["Fien", "Bram"])) == "Anna Cas"
    whole = proposal(graph, "v", levels=Level)
    assert names(whole) == "Fien Cas Dirk"  # from practice to board
    assert (whole.missing_levels, whole.missing_domains) == ((Level.MANAGEMENT,), ())
    fien, cas, dirk = whole.people
    assert (fien.levels, fien.domains) == ((Level.PRACTICE,), ("ggz", "jeugd"))
    assert (fien.only_levels, fien.only_domains) == ((Level.PRACTICE,), ())
    assert fien.lived
    assert not cas.lived
    assert not fien.has_met
    assert [seat.tafel for seat in dirk.seats] == ["S1"]
    assert dirk.domains == ("ggz",)
    # Eva sits there for another domain: she neither covers the board nor speaks for practice.
    nobody = learning_graph(region("U1", "won#wonen", "Eva:won@U1"), learning, TODAY)
    none = proposal(nobody, "v")
    assert not none.people
    assert none.missing_levels == (Level.PRACTICE,)
    assert none.missing_domains == ("ggz", "jeugd")


def test_who_writes_down_what_others_say_brings_no_level():
    small = region("U1 U2 S1", "lt#jeugd", "Anna:lt@U1 Anna:lt@S1 Bram:lt@U2")
    seats = [replace(one, role="griffier") if one.tafel == "S1" else one for one in small.seats]
    learning = Learning((asked(), asked("w", Level.BOARD)), (frozenset({"v", "w"}),))
    learning = replace(learning, dealt_with=(DealtWith("w", "S1", TODAY),))
    speaks = learning_graph(small.changed(seats=seats), learning, TODAY)
    assert names(proposal(speaks, "v")) == "Anna"
    graph = learning_graph(
        small.changed(seats=seats), replace(learning, recorders=frozenset({"griffier"})), TODAY
    )
    found = proposal(graph, "v")
    assert (names(found), found.missing_levels) == ("Bram", (Level.BOARD,))  # Anna was there
    assert not_met(graph, "v").sharing[person("Anna")].shared == ((Level.PRACTICE, {"jeugd"}),)
    assert graph.nodes[person("Anna")]["levels"] == {Level.PRACTICE}


def test_seats_without_a_name_that_would_bring_what_nobody_does_are_named():
    seats = "Anna:lt@U1 :gem@B1 :lt@B1 :gem@S1 :gem@M1/- :lt@U1"
    small = region("U1 B1 S1#ggz M1", "lt#jeugd gem#jeugd,ggz", seats)
    graph = learning_graph(small, Learning((asked(domains=("jeugd", "ggz")),)), TODAY)
    found = proposal(graph, "v", levels=Level)
    assert names(found) == "Anna"
    assert found.missing_levels == (Level.MANAGEMENT, Level.POLICY, Level.BOARD)
    assert [(seat.tafel, seat.partner) for seat in found.to_name] == [("B1", "gem"), ("S1", "gem")]
    assert [seat.tafel for seat in proposal(graph, "v").to_name] == ["B1"]  # knows ggz


def test_a_domain_may_bear_the_name_of_a_level():
    small = region("U1", "lt#beleid", "Anna:lt@U1")
    graph = learning_graph(small, Learning((asked(domains=("beleid",)),)), TODAY)
    found = proposal(graph, "v", levels=[Level.PRACTICE, Level.POLICY])
    assert (found.missing_levels, found.missing_domains) == ((Level.POLICY,), ())


def test_of_equals_comes_who_has_not_spoken_of_it_yet_then_the_first_by_name():
    small = region("U1 U2", "lt#jeugd", "Cas:lt@U2 Bram:lt@U2 Anna:lt@U1")
    learning = Learning((asked(),))
    assert names(proposal(learning_graph(small, learning, TODAY), "v")) == "Anna"
    learning = Learning((asked(),), dealt_with=(DealtWith("v", "U1", TODAY),))
    assert names(proposal(learning_graph(small, learning, TODAY), "v")) == "Bram"


def brute_cover(universe, options):
    """Try all groups, from small to large, and take the best of the first size that works."""

    def cover(group):
        found = 0
        for option in group:
            found |= option.mask
        return found == universe

    def worth(group):
        return (
            not any(option.lived for option in group),
            -sum(option.is_new for option in group),
            -sum(option.mask.bit_count() for option in group),
            sorted(option.name for option in group),
        )

    for size in range(len(options) + 1):
        if groups := [group for group in combinations(options, size) if cover(group)]:
            return sorted(option.name for option in min(groups, key=worth))
    return None


@pytest.mark.parametrize("seed", range(6))
def test_the_cover_is_the_best_of_all_smallest_ones(seed):
    rng = random.Random(seed)
    sizes = set()
    for _ in range(150):
        elements = rng.randint(1, 6)
        universe = (1 << elements) - 1
        options = [
            Option(
                sum(1 << place for place in range(elements) if rng.random() < 0.4),
                rng.random() < 0.2,
                rng.random() < 0.6,
                f"p{name:02}",
            )
            for name in rng.sample(range(30), rng.randint(1, 11))
        ]
        expected = brute_cover(universe, options)
        if expected is None:
            with pytest.raises(ValueError, match="do not cover"):
                smallest_cover(universe, options)
        else:
            assert [one.name for one in smallest_cover(universe, options)] == expected
            sizes.add(len(expected))
    assert sizes >= {1, 2, 3}
