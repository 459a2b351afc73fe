"""Who may decide what, by which chain of clauses.

Grants are drawn by hand in a few words, their clauses numbered from 1:

    "S1+ ; lid@B1<S1 $20 #jeugd =RR /5-9"     holder<giver and what limits it

A holder is a table (S1), a role (lid), a role at a table (lid@B1) or a partner (p). After it: + may
be passed on, ! exclusive, ~ carries out, ? advises, ^ not signed, $ amount, # domains, = areas,
/ first and last day; days are numbers, as in `tests.network.draw`.
"""

import random
import re
from dataclasses import replace
from itertools import product
from time import perf_counter

import pytest

from network.mandates import (
    Holder,
    Involvement,
    Mandates,
    PowerGrant,
    Problem,
    Question,
    Scope,
)
from network.region import AgreementStatus, Domain, Region
from tests.network.draw import AREAS, _bounds, day

REGION = Region(areas=AREAS, domains=(Domain("jeugd", "Jeugd"), Domain("wonen", "Wonen")))
INVOLVEMENTS = {"~": Involvement.CARRIES_OUT, "?": Involvement.ADVISES}


def holder(text):
    role, _, tafel = text.rpartition("@")
    if tafel.islower():
        role, tafel = tafel, ""
    if len(role) == 1:
        return Holder(partner=role)
    return Holder(tafel=tafel or None, role=role or None)


def grants(text):
    found = []
    for number, words in enumerate(text.split(";"), 1):
        who, giver, flags, rest = re.fullmatch(
            r"\s*([\w@]+)(?:<([\w@]+))?([+!~?^]*)(.*)", words.strip()
        ).groups()
        marks = {word[0]: word[1:] for word in rest.split()}
        starts_on, ends_on = _bounds(marks.get("/"))
        found.append(
            PowerGrant(
                clause=f"{number:02}",
                agreement=f"A{number}",
                power="inkoop",
                holder=holder(who),
                giver=holder(giver) if giver else None,
                involvement=next(
                    (INVOLVEMENTS[flag] for flag in flags if flag in INVOLVEMENTS),
                    Involvement.ACCOUNTABLE,
                ),
                is_exclusive="!" in flags,
                may_pass_on="+" in flags,
                amount=int(marks["$"]) if "$" in marks else None,
                domains=frozenset(marks["#"].split(",")) if "#" in marks else None,
                areas=frozenset(marks["="].split(",")) if "=" in marks else None,
                starts_on=starts_on,
                ends_on=ends_on,
                status=AgreementStatus.TO_SIGN if "^" in flags else AgreementStatus.SIGNED,
            )
        )
    return found


def ask(text, who, on=0, **place):
    """The answer in words: "ja", or the clauses that go wrong with their problems."""
    answer = Mandates(REGION, grants(text)).answer(
        Question("inkoop", holder(who), day(on), **place)
    )
    if not answer.chain:
        return "?"
    return ("ja " if answer.is_allowed else "nee ") + " ".join(
        link.grant.clause.lstrip("0") + "".join(f":{problem.value}" for problem in link.problems)
        for link in answer.chain
    )


def test_a_holder_is_a_table_a_role_or_a_partner():
    for wrong in ({}, {"tafel": "B1", "partner": "p"}, {"role": "lid", "partner": "p"}):
        with pytest.raises(ValueError, match="een houder"):
            Holder(**wrong)
    drawn = "B1 lid@B1 B2 lid voorzitter p q".split()
    assert [str(h).replace(" ", "") for h in sorted(map(holder, drawn))] == drawn


def test_who_a_grant_is_given_to():
    assert ask("B1", "B1") == "ja 1"
    assert ask("lid", "lid@B1") == "ja 1"
    assert ask("lid@B1", "lid@B1") == "ja 1"
    # A table as a whole is another than who sits there; a role at one table is not at each.
    assert {ask(*x) for x in (("B1", "lid@B1"), ("lid@B1", "B1"), ("lid@B1", "lid"))} == {"?"}
    assert {ask(*x) for x in (("lid@B1", "lid@B2"), ("lid", "B1"), ("p", "q"))} == {"?"}
    # And likewise for who gives.
    assert ask("lid+; p<lid@B1", "p") == "ja 1 2"
    assert ask("lid@B1+; p<lid", "p") == "nee 2:giver_has_no_power"


@pytest.mark.parametrize(
    ("drawn", "answer"),
    [
        ("S1+; B1<S1+; p<B1", "ja 1 2 3"),
        ("S1; B1<S1+; p<B1", "nee 1:may_not_pass_on 2 3"),
        ("S1+^; B1<S1+; p<B1", "nee 1:not_signed 2 3"),
        ("S1+; B1<S1+ /1-; p<B1", "nee 1 2:not_begun 3"),
        ("S1+; B1<S1+ /-0; p<B1", "ja 1 2 3"),
        ("S1+; B1<S1+; p<B1 /-8", "ja 1 2 3"),
        ("S1+?; B1<S1+; p<B1", "nee 1:only_advises 2 3"),
        ("B1<S1+; p<B1", "nee 1:giver_has_no_power 2"),
        ("S1+; B1<S1+ /1-; p<B1 $5", "nee 1 2:not_begun 3:over_amount"),
        ("S1+ #wonen =G2; B1<S1+; p<B1", "nee 1:other_domain:other_area 2 3"),
        # Round in a circle is nothing, with a root somewhere in it it is.
        ("B1<p+; p<B1+", "nee 2:giver_has_no_power"),
        ("B1<p+; p<B1+; B1+", "ja 3 2"),
        # The shortest; then the first clauses; when there is none, the least that is wrong.
        ("S1+; B1<S1+; p<B1; p<S1", "ja 1 4"),
        ("S1+; S2+; p<S2; p<S1", "ja 1 4"),
        ("S1+; p<S1; p^", "ja 1 2"),
        ("p^; S1+^; p<S1^", "nee 1:not_signed"),
        ("p^ $5; S1+; B1<S1+; p<B1^", "nee 2 3 4:not_signed"),
    ],
)
def test_a_chain_holds_when_each_link_does(drawn, answer):
    assert ask(drawn, "p", domain="jeugd", area="G1", amount=10) == answer


def test_the_days_and_the_amount_themselves_are_included():
    assert ask("p /3-5 $10", "p", on=3, amount=10) == ask("p /3-5 $10", "p", on=5) == "ja 1"
    assert ask("p /3-5", "p", on=6) == "nee 1:ended"
    assert ask("p /5-3", "p", on=4) == "nee 1:not_begun"  # never: it ends before it begins
    terminated = replace(*grants("p /0-99"), status=AgreementStatus.TERMINATED)
    assert terminated.in_time(day(1)) is Problem.ENDED


def test_an_area_holds_for_what_it_contains():
    assert ask("p =RR", "p", area="G1") == ask("p =RR", "p", area="RR") == "ja 1"
    assert ask("p =G1", "p", area="RR") == "nee 1:other_area"
    assert ask("p =VR", "p", area="G2") == "nee 1:other_area"
    with pytest.raises(KeyError):
        ask("p", "p", area="nergens")


def test_what_is_not_asked_may_be_anything_that_all_links_allow():
    assert ask("S1+ #jeugd; p<S1 #jeugd,wonen", "p") == "ja 1 2"
    assert ask("S1+ #jeugd; p<S1 #wonen", "p") == "nee 1 2:other_domain"
    # Two regions that share one gemeente.
    drawn = "S1+ =RR $50 /-9; p<S1~ =VR #jeugd $80 /3-"
    answer = Mandates(REGION, grants(drawn)).answer(Question("inkoop", Holder(partner="p"), day(4)))
    assert answer.limits.scope == Scope(frozenset({"jeugd"}), frozenset({"G1"}))
    assert (answer.limits.amount, answer.limits.starts_on, answer.limits.ends_on) == (
        50,
        day(3),
        day(9),
    )
    assert answer.involvement is Involvement.CARRIES_OUT
    # The largest areas, not all that they contain.
    answer = Mandates(REGION, grants("p =RR,NL,G1")).answer(answer.question)
    assert answer.limits.scope == Scope(None, frozenset({"NL"}))
    assert answer.involvement is Involvement.ACCOUNTABLE


def test_one_clause_can_be_asked_about():
    given = grants("p; S1+; p<S1; p<S2")
    mandates = Mandates(REGION, given)
    question = Question("inkoop", Holder(partner="p"), day(0))
    for grant, clauses in ((given[0], ["01"]), (given[2], ["02", "03"]), (given[3], ["04"])):
        chain = mandates.answer(question, by=grant).chain
        assert [link.grant.clause for link in chain] == clauses
    assert mandates.answer(question, by=given[3]).chain[0].problems == (Problem.GIVER_HAS_NO_POWER,)
    assert not mandates.answer(question, by=given[1]).chain  # it does not lead there


def table(drawn, who, on=0, powers=("inkoop",), region=REGION):
    """The matrix in words: involvements, gaps, overlaps."""

    def words(scope):
        return " ".join(
            "alles" if part is None else ",".join(sorted(part))
            for part in (scope.domains, scope.areas)
        )

    holders = [holder(text) for text in who.split()]
    found = Mandates(region, grants(drawn)).matrix(day(on), powers, holders)
    held = " ".join(
        f"{known}={row.involvement.value}:{','.join(g.clause.lstrip('0') for g in row.grants)}"
        for (_, known), row in found.held.items()
    )
    return (
        held,
        [words(gap.scope) for gap in found.gaps],
        [
            f"{words(row.scope)} {','.join(g.clause.lstrip('0') for g in row.grants)}"
            for row in found.overlaps
        ],
    )


def test_the_matrix_tells_who_is_accountable_and_who_is_not():
    held, gaps, overlaps = table("S1+; B1<S1; lid?; p<q", "S1 B1 lid@B1 p q")
    assert held == "S1=accountable:1 B1=carries_out:2 lid @ B1=advises:3"
    assert (gaps, overlaps) == ([], [])
    # Nobody is accountable on the day, or only for some cells.
    assert table("S1 /1-; p~", "p") == ("p=carries_out:2", ["alles alles"], [])
    assert table("S1 #jeugd; B1 #wonen =G1", "")[1:] == (["wonen G2"], [])
    assert table("S1 #jeugd =G1", "")[1] == ["jeugd G2", "wonen alles"]
    assert table("S1", "", powers=("inkoop", "toezicht"))[1] == ["alles alles"]
    # A region without domains and areas has one cell.
    assert table("S1 #jeugd; p", "", region=Region()) == ("", [], [])


def test_more_than_one_accountable_is_an_overlap_where_both_are():
    assert table("S1; S1 #jeugd", "")[2] == []  # the same one twice
    assert table("S1 =RR; B1 =VR #jeugd", "")[2] == ["jeugd G1 1,2"]
    assert table("S1; B1+ #jeugd; p #jeugd =G2; q<B1", "")[2] == ["jeugd G1 1,2", "jeugd G2 1,2,3"]
    # Only the clause that is about the cell, and not who carries out.
    assert table("S1 #jeugd; B1 #jeugd; S1 #wonen; p~", "")[2] == ["jeugd alles 1,2"]


def conflicts(drawn, signed=()):
    return [
        " ".join(
            (
                row.first.clause.lstrip("0"),
                row.second.clause.lstrip("0"),
                f"{(row.starts_on - day(0)).days if row.starts_on else ''}-"
                f"{(row.ends_on - day(0)).days if row.ends_on else ''}",
            )
        )
        for row in Mandates(REGION, grants(drawn)).as_if_signed(signed).conflicts()
    ]


def test_two_clauses_cannot_both_say_only_this_one():
    assert conflicts("S1!; B1!") == ["1 2 -"]
    assert conflicts("S1! /-9; B1 /4-") == ["1 2 4-9"]  # one of them says so
    assert conflicts("S1! /-9; B1! /9-") == ["1 2 9-9"]
    for fine in (
        "S1; B1",
        "S1!; S1!",
        "S1! /-9; B1! /10-",
        "S1! #jeugd; B1! #wonen",
        "S1! =G1; B1! =G2",
        "S1!; B1!~",
        "S1!; B1!?",
        "S1!; B1!^",
        "S1+!; B1<S1!",
    ):
        assert conflicts(fine) == [], fine
    assert conflicts("S1! =RR; B1! =VR") == ["1 2 -"]
    # As it would be with the second one signed.
    assert conflicts("S1!; B1!^; p!^", signed={"A2"}) == ["1 2 -"]
    # A sub-mandate is exclusive for who gives it.
    assert conflicts("S1+; p<S1!; q<S1; q<B1") == ["2 3 -"]
    assert conflicts("lid+; p<lid!; q<lid@B1") == ["2 3 -"]


HOLDERS = [holder(text) for text in "S1 B1 lid@B1 lid p".split()]


def some_grants(rng):
    """A few grants; in some scenes much is wrong, in others little."""
    wrong = rng.choice([0.05, 0.4])

    def some(values):
        return frozenset(v for v in values if rng.random() < 0.6) if rng.random() < wrong else None

    def bound(*days):
        return day(rng.choice(days)) if rng.random() < wrong else None

    found = []
    for number in range(rng.randint(3, 8)):
        givers = [None, rng.choice(HOLDERS), *(grant.holder for grant in found[-2:])]
        grant = PowerGrant(
            clause=f"{number:02}",
            agreement="A1",
            power="inkoop",
            holder=rng.choice(HOLDERS),
            giver=rng.choice(givers),
            involvement=rng.choice([*Involvement, *[Involvement.ACCOUNTABLE] * 6]),
            is_exclusive=rng.random() < 0.3,
            may_pass_on=rng.random() > wrong,
            amount=rng.choice([None, None, 10, 20]),
            domains=some(("jeugd", "wonen")),
            areas=some(area.code for area in AREAS),
            starts_on=bound(0, 3),
            ends_on=bound(2, 4),
            status=AgreementStatus.SIGNED
            if rng.random() > wrong / 2
            else rng.choice([*AgreementStatus]),
        )
        found.append(grant)
    return found


class Brute:
    """The same by trying every row of different clauses; shares no code with the mandates."""

    def __init__(self, given):
        self.given = given

    def is_for(self, grant, who):
        granted = grant.holder
        return granted == who or (
            granted.tafel is granted.partner is None is not granted.role
            and granted.role == who.role
        )

    def rows(self, who):
        """Every row of clauses, each given by the holder of the one before it, up to this one."""

        def longer(row):
            yield row
            for grant in self.given:
                if grant not in row and row[0].giver and self.is_for(grant, row[0].giver):
                    yield from longer([grant, *row])

        for grant in self.given:
            if self.is_for(grant, who):
                yield from longer([grant])

    def faults(self, row, question, domain, area):
        """How much is wrong with a row; None when it does not begin where a chain begins."""
        begins = row[0].giver is None
        if not begins and any(self.is_for(grant, row[0].giver) for grant in self.given):
            return None
        count = not begins
        for place, grant in enumerate(row):
            signed = grant.status == "ondertekend"
            on = question.day
            count += not signed or bool(
                (grant.starts_on and on < grant.starts_on) or (grant.ends_on and on > grant.ends_on)
            )
            count += grant.involvement is Involvement.ADVISES
            count += grant.domains is not None and domain not in grant.domains
            count += grant.areas is not None and not (self.around(area) & grant.areas)
            count += bool(question.amount and grant.amount and question.amount > grant.amount)
            count += place < len(row) - 1 and not grant.may_pass_on
        return count

    def around(self, area):
        known = {"G1": {"G1", "RR", "VR", "NL"}, "G2": {"G2", "RR", "NL"}, "RR": {"RR", "NL"}}
        return known.get(area, {area})

    def best(self, question):
        """The least faults, the length and the clauses of the best row."""
        domains = [question.domain] if question.domain else ["jeugd", "wonen", "anders"]
        areas = [question.area] if question.area else ["G1", "G2", "elders"]
        return min(
            (
                (count, len(row), [grant.clause for grant in row])
                for row in self.rows(question.holder)
                for domain, area in product(domains, areas)
                if (count := self.faults(row, question, domain, area)) is not None
            ),
            default=None,
        )

    def involvement(self, who, on, domain, area):
        """The strongest involvement in one cell."""
        found = []
        for row in self.rows(who):
            advising = any(grant.involvement is Involvement.ADVISES for grant in row)
            row = [
                replace(grant, involvement=Involvement.CARRIES_OUT) if advising else grant
                for grant in row
            ]
            if row[0].giver is None and not self.faults(
                row, Question("", who, on, domain, area), domain, area
            ):
                if advising:
                    found.append(2)
                else:
                    found.append(int(len(row) > 1 or row[0].involvement != "accountable"))
        return list(Involvement)[min(found)] if found else None


def test_the_answers_equal_those_of_trying_every_row_of_clauses():
    seen = dict.fromkeys(("ja", "nee", "long", "circle"), 0)
    for number in range(400):
        rng = random.Random(number)
        given = some_grants(rng)
        mandates, brute = Mandates(REGION, rng.sample(given, len(given))), Brute(given)
        for who in HOLDERS:
            question = Question(
                "inkoop",
                who,
                day(rng.randint(0, 5)),
                rng.choice([None, "jeugd"]),
                rng.choice([None, "G1", "G2", "RR"]),
                rng.choice([None, 10, 15, 30]),
            )
            answer, expected = mandates.answer(question), brute.best(question)
            count = sum(len(link.problems) for link in answer.chain)
            if expected is None:  # no clause, or circles only
                assert not answer.is_allowed
                assert bool(answer.chain) == any(brute.rows(who))
                seen["circle"] += bool(answer.chain)
            else:
                clauses = [link.grant.clause for link in answer.chain]
                assert (count, len(clauses), clauses) == expected, number
                assert answer.is_allowed == (count == 0)
                seen["ja" if answer.is_allowed else "nee"] += 1
                seen["long"] += answer.is_allowed and len(clauses) > 2
    assert min(seen.values()) > 10, seen


def test_the_matrix_and_the_conflicts_equal_those_of_trying_every_cell():
    seen = dict.fromkeys(("held", "gap", "overlap", "conflict"), 0)
    for number in range(150):
        rng = random.Random(number)
        given, on = some_grants(rng), day(rng.randint(0, 5))
        mandates, brute = Mandates(REGION, given), Brute(given)
        matrix = mandates.matrix(on, ["inkoop"], HOLDERS)
        cells = list(product(("jeugd", "wonen"), ("G1", "G2")))

        def places(rows, cells=cells):
            return [
                (cell, row)
                for row in rows
                for cell in cells
                if (row.scope.domains is None or cell[0] in row.scope.domains)
                and (row.scope.areas is None or cell[1] in row.scope.areas)
            ]

        held = {}
        for who in HOLDERS:
            found = {brute.involvement(who, on, *cell) for cell in cells} - {None}
            if found:
                held["inkoop", who] = min(found, key=list(Involvement).index)
        assert {key: row.involvement for key, row in matrix.held.items()} == held, number
        gaps, overlaps = [], {}
        for cell in cells:
            accountable = {
                grant.holder
                for grant in given
                if grant.giver is None
                and grant.involvement is Involvement.ACCOUNTABLE
                and not brute.faults([grant], Question("", None, on), *cell)
            }
            gaps += [] if accountable else [cell]
            if len(accountable) > 1:
                overlaps[cell] = sorted(accountable)
        assert sorted(cell for cell, _ in places(matrix.gaps)) == gaps, number
        assert len(places(matrix.overlaps)) == len(overlaps)
        assert {cell: list(row.holders) for cell, row in places(matrix.overlaps)} == overlaps
        pairs = {
            (first.clause, second.clause, cell, n)
            for first, second in product(given, given)
            for cell in cells
            for n in range(-1, 7)
            if first.clause < second.clause
            and first.holder != second.holder
            and first.involvement == second.involvement == "accountable"
            and (first.is_exclusive or second.is_exclusive)
            and (
                first.giver == second.giver
                or {first.giver, second.giver} == {Holder(role="lid"), Holder("B1", "lid")}
            )
            and not any(
                brute.faults([replace(grant, giver=None)], Question("", None, day(n)), *cell)
                for grant in (first, second)
            )
        }
        assert {
            (row.first.clause, row.second.clause, cell, n)
            for cell, row in places(mandates.conflicts())
            for n in range(-1, 7)
            if (row.starts_on is None or row.starts_on <= day(n))
            and (row.ends_on is None or day(n) <= row.ends_on)
        } == pairs, number
        for key, rows in (
            ("held", held),
            ("gap", gaps),
            ("overlap", overlaps),
            ("conflict", pairs),
        ):
            seen[key] += bool(rows)
    assert min(seen.values()) > 15, seen


def test_two_thousand_clauses_in_layers_of_two_hundred_take_no_time():
    # 200 ** 10 rows of clauses lead to the last layer.
    layers = [[Holder(f"T{layer}", f"r{n % 20}") for n in range(200)] for layer in range(10)]
    given = [
        PowerGrant(
            f"{layer}/{n:03}",
            f"A{layer}",
            "inkoop",
            who,
            layers[layer - 1][(n * 7) % 200] if layer else None,
            may_pass_on=True,
            amount=None if n % 3 else 1000,
        )
        for layer, row in enumerate(layers)
        for n, who in enumerate(row)
    ]
    before = perf_counter()
    mandates = Mandates(REGION, given)
    answer = mandates.answer(Question("inkoop", layers[-1][5], day(0)))
    near = mandates.answer(Question("inkoop", layers[-1][5], day(0), amount=2000))
    matrix = mandates.matrix(day(0), ["inkoop"], layers[0] + layers[-1])
    assert perf_counter() - before < 2
    assert (answer.is_allowed, len(answer.chain)) == (True, 10)
    assert (near.is_allowed, near.limits.amount) == (True, None)
    assert len(matrix.held) == 40
