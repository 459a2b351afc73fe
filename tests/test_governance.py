"""Versions of agreements and the network: what a text gives, and when it is there."""

import random
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coordinator import clock, governance, labels, planning, terms
from coordinator.db import session
from coordinator.errors import Refused
from coordinator.models import (
    Agreement,
    AgreementStatus,
    AgreementVersion,
    Clause,
    ClauseKind,
    Handover,
    Involvement,
    Journey,
    Level,
    Partner,
    Power,
    Ratification,
    Region,
    Renewal,
    RoleName,
    Seat,
    Signatory,
    Signature,
    Tafel,
    VersionStatus,
)
from coordinator.regions import writing
from coordinator.regions.comparison import compare
from network import region as pure
from network.region import Vote
from tests import make
from tests.conftest import Inside, on_sqlite

A_DAY = timedelta(days=1)
K = ClauseKind


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


@pytest.fixture
def region(inside: Inside) -> Region:
    with inside():
        return make.region()


def clause(number: int, kind: ClauseKind = K.NOTHING, **given: Any) -> Clause:
    given = {"processing_days": 0, "domains": [], "areas": [], **given}
    return Clause(number=number, kind=kind, **given)


def new_agreement(code: str = "N", *clauses: Clause, **given: Any) -> AgreementVersion:
    """Return the draft of a new agreement that was written here."""
    session().flush()
    given = {
        "title": f"Afspraak {code}",
        "parties": [],
        "domains": [],
        "areas": [],
        "ratifications": [],
        **given,
    }
    parties = given["parties"]
    agreement = Agreement(
        code=code, title=given["title"], status=AgreementStatus.DRAFT, parties=list(parties)
    )
    session().add(agreement)
    version = AgreementVersion(
        clauses=list(clauses),
        signatories=[Signatory(partner_id=each.id, partner=each) for each in parties],
        **given,
    )
    governance.start(agreement, version, None)
    governance.settle(version)
    return version


def rewrite(version: AgreementVersion, *clauses: Clause) -> None:
    """Give a draft these clauses and no others."""
    version.clauses = [each for each in clauses if each in version.clauses]
    session().flush()
    version.clauses = list(clauses)
    session().flush()


def reread(version: AgreementVersion) -> AgreementVersion:
    session().flush()
    session().expire_all()
    found = governance.find_version(version.public_id)
    assert found is not None
    return found


def versions(code: str) -> list[AgreementVersion]:
    session().flush()
    session().expire_all()
    agreement = session().scalars(select(Agreement).where(Agreement.code == code)).one()
    return list(governance.versions_of(agreement))


def network() -> pure.Region:
    session().flush()
    return planning.network_of(session(), with_signals=True)


def take_in(package: pure.Region) -> None:
    writing.take_over(session(), compare(network(), package))
    session().flush()
    session().expire_all()


def agreed(region: pure.Region, code: str, **changes: Any) -> pure.Region:
    return region.changed(
        agreements=(
            replace(each, **changes) if each.code == code else each for each in region.agreements
        )
    )


def gives(version: AgreementVersion) -> list[tuple[int, ClauseKind, str | None, str | None]]:
    return [
        (
            each.number,
            each.kind,
            each.tafel.code if each.tafel else None,
            each.target.code if each.target else None,
        )
        for each in version.clauses
    ]


# From package to text.


def test_a_package_gives_text_and_only_what_it_changes_gives_a_new_version(
    region: Region, inside: Inside
) -> None:
    with inside(region) as current:
        net = make.small_network(region)
        (first,) = versions("A1")
        assert gives(first) == [(1, K.HANDOVER, "U", "B")]
        assert [each.partner.code for each in first.signatories] == ["lt1", "sch2"]
        assert (first.status, first.is_signed_elsewhere) == (VersionStatus.SIGNED, True)
        assert first.text == governance.canonical_text(first)
        assert gives(versions("A2")[0]) == [(1, K.MANDATE, "S", None)]
        text = first.text_hash

        same = network()
        take_in(same)
        take_in(
            same.changed(
                tafels=(replace(t, name="Anders") if t.code == "S" else t for t in same.tafels)
            )
        )
        assert [len(versions(code)) for code in ("A1", "A2")] == [1, 1], "nothing it says changed"

        # A draft on top of it is withdrawn when the package says something else.
        draft = governance.next_version(versions("A1")[0].agreement, None)
        assert draft.number == 2
        governance.freeze(draft)
        draft.status = VersionStatus.TO_SIGN
        signer = make.person(RoleName.BOARD_MEMBER, region, partner=net.team)
        current.add(
            Signature(
                version_id=draft.id,
                partner_id=net.team.id,
                account_id=signer.id,
                signer="S",
                text_hash=draft.text_hash,
                grant_id="x",
                mandate_starts_on=in_days(-1),
                mandate_ends_on=in_days(1),
                proof="password",
                proven_at=clock.now(),
            )
        )
        moved = network()
        steps = (
            pure.Handover("K", "B", frozenset({"jeugd"}), 4, "A1") if h.source == "K" else h
            for h in moved.handovers
        )
        take_in(agreed(moved.changed(handovers=steps), "A1", title="Anders", ends_on=in_days(400)))
        one, two, three = versions("A1")
        assert one.text_hash == text, "the text that held is as it was"
        assert (one.holds_until, three.starts_on) == (in_days(-1), clock.today())
        assert two.status is VersionStatus.WITHDRAWN
        assert current.scalars(select(Signature)).one().cancelled_at is not None
        assert three.status is VersionStatus.SIGNED
        assert (three.title, three.ends_on) == ("Anders", in_days(400))
        assert gives(three) == [(1, K.HANDOVER, "U", "B"), (2, K.HANDOVER, "K", "B")]
        numbers = {
            row.source_id: row.clause_number for row in current.scalars(select(Handover)).all()
        }
        assert (numbers[net.practice.id], numbers[net.walk_in.id]) == (1, 2)
        assert governance.version_on([one, three], in_days(-1)) is one
        assert governance.version_on([one, three], clock.today()) is three

        take_in(network().changed(agreements=network().agreements))
        last = network()
        take_in(
            last.changed(
                tafels=(replace(t, agreement=None) if t.code == "S" else t for t in last.tafels)
            )
        )
        assert len(versions("A1")) == 3
        assert gives(versions("A2")[-1]) == [], "the mandate is gone, and so is its clause"
        table = current.scalars(select(Tafel).where(Tafel.code == "S")).one()
        assert (table.agreement_id, table.clause_number) == (None, None)
        again = network()
        take_in(agreed(again, "A2", status=AgreementStatus.TERMINATED))
        count = len(versions("A2"))
        assert versions("A2")[-1].last_day == in_days(-1)
        take_in(
            network().changed(
                tafels=(replace(t, agreement="A2") if t.code == "S" else t for t in again.tafels)
            )
        )
        assert len(versions("A2")) == count + 1


@on_sqlite
def test_what_a_draft_proposes_outlives_a_package(region: Region, inside: Inside) -> None:
    with inside(region):
        net = make.small_network(region)
        new_agreement(
            "N",
            clause(1, text="Wij doen dit samen."),
            clause(2, K.MANDATE, tafel=net.policy),
            clause(3, K.HANDOVER, tafel=net.walk_in, target=net.board),
            clause(4, K.SEAT, tafel=net.board, partner=net.team, role=net.member),
        )
        there = network()
        assert there.tafels_by_code["B"].agreement is None, "it would stop before all have signed"
        take_in(agreed(there, "N", title="Beter"))
        (draft,) = versions("N")
        assert draft.title == "Beter"
        assert [number for number, *_ in gives(draft)] == [1, 2, 3, 4]
        left = network()
        take_in(left.changed(handovers=(h for h in left.handovers if h.agreement != "N")))
        (draft,) = versions("N")
        assert [number for number, *_ in gives(draft)] == [1, 2, 4], "the step is gone from both"
        # A text that a party refused stays that, also when its table gets another name.
        governance.freeze(draft)
        draft.status = VersionStatus.REFUSED
        for name in ("Beleid", "Beleid jeugd"):
            take_in(
                network().changed(
                    tafels=(
                        replace(each, name=name, agreement="N") if each.code == "B" else each
                        for each in network().tafels
                    )
                )
            )
        (draft,) = versions("N")
        assert draft.status is VersionStatus.REFUSED
        draft.status = VersionStatus.TO_SIGN
        governance.put_in_force(draft)
        assert network().tafels_by_code["B"].agreement == "N"
        take_in(agreed(network(), "N", title="Nog beter"))
        assert [number for number, *_ in gives(versions("N")[-1])] == [1, 2, 4]


# One version after another.


def test_a_new_version_begins_as_the_newest_and_takes_it_back(
    region: Region, inside: Inside
) -> None:
    with inside(region):
        net = make.small_network(region)
        version = new_agreement(
            "N",
            clause(
                2,
                K.POWER,
                tafel=net.policy,
                power=Power(name="Inkoop"),
                limits="klein",
                involvement=Involvement.ACCOUNTABLE,
                domains=[net.jeugd],
            ),
            parties=[net.team],
            ratifications=[Ratification(body="Raad")],
        )
        agreement = version.agreement
        assert governance.next_version(agreement, None) is version, "a draft is written on in"
        version.takes_over = True
        governance.freeze(version)
        version.status = VersionStatus.TO_SIGN
        governance.settle(version)
        assert agreement.status is AgreementStatus.TO_SIGN
        second = governance.next_version(agreement, None)
        assert version.status is VersionStatus.WITHDRAWN
        assert str(agreement.status) == "concept"
        assert (second.number, second.text) == (2, "")
        header = version.text.replace("Versie: 1\n", "Versie: 2\n")
        assert governance.canonical_text(second) == header, "nothing is lost"
        assert governance.canonical_text(reread(second)) == header
        second.status = VersionStatus.REFUSED
        assert governance.next_version(agreement, None).number == 3
        agreement.status = AgreementStatus.TERMINATED
        versions("N")[-1].status = VersionStatus.SIGNED
        with pytest.raises(Refused, match="opgezegd"):
            governance.next_version(agreement, None)


FOLLOWS = [
    (None, None, True, "vanaf welke dag"),
    (None, 10, False, "zonder einddatum"),
    (None, 10, True, None),
    (20, 10, False, "overlapt"),
    (20, 20, False, "overlapt"),
    (20, 20, True, None),
    (20, 21, False, None),
    (20, 22, True, "gat"),
    (20, -300, True, "later ingaan"),
    (20, -299, True, None),
]
"""Last day of the first, first day of the second, whether it takes over, what is refused."""


def test_a_version_follows_the_one_before_without_overlap_or_gap(
    region: Region, inside: Inside
) -> None:
    with inside(region):
        make.small_network(region)
        (first,) = versions("A1")
        second = governance.next_version(first.agreement, None)
        for ends, starts, takes_over, refusal in FOLLOWS:
            first.ends_on = None if ends is None else in_days(ends)
            second.starts_on = None if starts is None else in_days(starts)
            second.takes_over = takes_over
            if refusal:
                with pytest.raises(Refused, match=refusal):
                    governance.check_follows(second)
            else:
                governance.check_follows(second)


# From text to network.


def some_clauses(chance: random.Random, net: make.SmallNetwork) -> list[Clause]:
    """Return clauses of all kinds, some about the same things as those of another version."""
    tables = [net.walk_in, net.practice, net.policy, net.board]
    partners = [net.team, net.school, net.council]
    member, domains = net.member, [net.jeugd, net.onderwijs]
    found: list[Clause] = []
    for number in sorted(chance.sample(range(1, 9), 5)):
        kind = chance.choice([K.HANDOVER, K.HANDOVER, K.SEAT, K.SEAT, K.MANDATE, K.NOTHING])
        table = chance.choice(tables)
        if kind is K.MANDATE:
            if any(each.tafel is table and each.kind is kind for each in found):
                continue
            found.append(clause(number, kind, tafel=table))
        elif kind is K.SEAT:
            partner = chance.choice(partners)
            vote = chance.choice([None, *Vote])
            found.append(clause(number, kind, tafel=table, partner=partner, role=member, vote=vote))
        elif kind is K.HANDOVER:
            table = chance.choice(tables[:3])
            target = chance.choice([t for t in tables if t is not table and t.level >= table.level])
            limited = chance.choice([[], [domains[0]], domains])
            days = chance.choice([0, 3])
            found.append(
                clause(
                    number, kind, tafel=table, target=target, domains=limited, processing_days=days
                )
            )
        else:
            found.append(clause(number, text="Tekst"))
    return found


@on_sqlite
@pytest.mark.parametrize("seed", range(4))
def test_the_network_before_signing_is_the_one_after_it(
    region: Region, inside: Inside, seed: int
) -> None:
    chance = random.Random(seed)
    with inside(region) as current:
        net = make.small_network(region)
        version = new_agreement(
            "N",
            *some_clauses(chance, net),
            parties=[net.team],
            starts_on=chance.choice([None, in_days(-3), clock.today()]),
            ends_on=chance.choice([None, in_days(200)]),
        )
        for number in (1, 2, 3):
            version = reread(version)
            assert network().agreements_by_code["N"].status is not AgreementStatus.SIGNED or (
                number > 1
            )
            expected = governance.region_with(network(), version)
            journeys = current.scalars(select(Journey)).all()
            governance.put_in_force(version)
            assert network() == expected, number
            assert journeys == current.scalars(select(Journey)).all()
            assert governance.is_shown(version)
            # The text and the network say the same: no package makes another version.
            agreements = [version.agreement]
            governance.follow(agreements)
            assert len(versions("N")) == number
            version = governance.next_version(versions("N")[-1].agreement, None)
            assert network() == expected, "a draft changes nothing"
            version.starts_on, version.takes_over = in_days(number - 1), True
            version.ends_on = chance.choice([None, in_days(300)])
            kept = [each for each in version.clauses if chance.random() < 0.5]
            numbers = {each.number for each in kept}
            others = [c for c in some_clauses(chance, net) if c.number not in numbers]
            mandated = {c.tafel for c in kept if c.kind is K.MANDATE}
            rewrite(
                version,
                *kept,
                *(c for c in others if c.kind is not K.MANDATE or c.tafel not in mandated),
            )
            if number == 2:
                break
            version.starts_on = clock.today()


def test_a_signed_version_moves_promises_and_makes_seats(region: Region, inside: Inside) -> None:
    with inside(region) as current:
        net = make.small_network(region)
        signal = make.signal(net.here, (net.jeugd,), partner=net.team)
        planning.plan_new([signal])
        version = new_agreement(
            "N",
            clause(1, K.HANDOVER, tafel=net.walk_in, target=net.board),
            clause(2, K.SEAT, tafel=net.board, partner=net.school, role=net.member),
        )
        step = current.scalars(select(Handover).where(Handover.clause_number == 1)).all()[-1]
        assert (step.source_id, step.target_id) == (net.walk_in.id, net.board.id)
        assert governance.put_in_force(version) == 1, "the way to the board is one table shorter"
        plan = {j.level: [s["tafel"] for s in j.plan] for j in current.scalars(select(Journey))}
        assert plan[Level.BOARD] == ["K", "S"]
        seat = current.scalars(select(Seat).where(Seat.agreement_id == version.agreement_id)).one()
        assert (seat.partner_id, seat.person, seat.clause_number) == (net.school.id, "", 2)


def test_a_version_that_begins_later_takes_over_on_its_day(region: Region, inside: Inside) -> None:
    with inside(region) as current:
        net = make.small_network(region)
        (first,) = versions("A1")
        second = governance.next_version(first.agreement, None)
        second.starts_on, second.takes_over = in_days(5), True
        rewrite(
            second,
            clause(1, K.HANDOVER, tafel=net.walk_in, target=net.board),
            clause(2, K.SEAT, tafel=net.board, partner=net.team, role=net.member),
        )
        third = new_agreement("M", clause(1, K.MANDATE, tafel=net.policy), starts_on=in_days(5))
        before = network()
        expected = governance.region_with(before, reread(second))
        governance.put_in_force(second)
        governance.put_in_force(reread(third))
        now = network()
        assert (now.handovers, now.seats, now.tafels) == (
            before.handovers,
            before.seats,
            before.tafels,
        ), "until then nothing moves, and the table meets on"
        assert now.in_force("A1", in_days(4))
        assert now.in_force("A1", in_days(6))
        assert versions("A1")[0].holds_until == in_days(4)
        assert governance.apply_due(in_days(4)) == 0
        with clock.frozen(clock.now() + timedelta(days=5)):
            assert governance.apply_due(clock.today()) == 2
            assert governance.apply_due(clock.today()) == 0
            then = network()
            assert (then.handovers, then.seats) == (expected.handovers, expected.seats)
            assert then.tafels_by_code["B"].agreement == "M"
            assert then.tafels_by_code["S"].agreement == "A2"
        # Of two that were due while nobody ran it, only the newest holds.
        pair = versions("A2")
        for number in (2, 3):
            version = governance.next_version(pair[0].agreement, None)
            version.starts_on, version.takes_over = in_days(5 * number), True
            rewrite(version, clause(number, K.MANDATE, tafel=net.board))
            governance.put_in_force(version)
        with clock.frozen(clock.now() + timedelta(days=30)):
            assert governance.apply_due(clock.today()) == 1
            table = current.scalars(select(Tafel).where(Tafel.code == "S")).one()
            assert table.clause_number == 3


def test_seats_follow_their_clause_and_keep_their_people(region: Region, inside: Inside) -> None:
    with inside(region) as current:
        net = make.small_network(region)
        seats = [(net.board, net.team), (net.board, net.school), (net.policy, net.team)]
        version = new_agreement(
            "N",
            *(
                clause(n, K.SEAT, tafel=table, partner=partner, role=net.member)
                for n, (table, partner) in enumerate(seats, 1)
            ),
            starts_on=in_days(-10),
            ends_on=in_days(100),
        )
        governance.put_in_force(version)

        def rows() -> list[Any]:
            current.flush()
            return [
                (s.clause_number, s.partner.code, s.person, s.vote, s.starts_on, s.ends_on)
                for s in current.scalars(
                    seats_on(version.agreement_id).execution_options(populate_existing=True)
                )
            ]

        taken = current.scalars(seats_on(version.agreement_id)).all()
        taken[0].person = "Ineke"
        taken[1].person, taken[1].ends_on = "Joost", in_days(30)
        second = governance.next_version(version.agreement, None)
        second.starts_on, second.takes_over, second.ends_on = clock.today(), True, in_days(500)
        second.clauses[0].vote = Vote.DECIDING
        second.clauses[2].partner, second.clauses[2].partner_id = net.council, net.council.id
        current.flush()
        governance.put_in_force(second)
        assert rows() == [
            (1, "lt1", "Ineke", Vote.DECIDING, in_days(-10), in_days(500)),
            (2, "sch2", "Joost", None, in_days(-10), in_days(30)),
            (3, "lt1", "", None, in_days(-10), in_days(-1)),
            (3, "gem", "", None, clock.today(), in_days(500)),
        ]


def test_seats_go_on_with_the_agreement_that_is_renewed(region: Region, inside: Inside) -> None:
    with inside(region) as current:
        net = make.small_network(region)
        version = new_agreement(
            "N",
            clause(1, K.SEAT, tafel=net.board, partner=net.team, role=net.member),
            clause(2, K.SEAT, tafel=net.board, partner=net.school, role=net.member),
            ends_on=date(2026, 12, 31),
            renewal=Renewal.TACIT,
            renewal_months=12,
        )
        governance.put_in_force(version)
        sooner = current.scalars(seats_on(version.agreement_id)).all()[1]
        sooner.ends_on = date(2026, 12, 1)
        current.flush()
        with clock.frozen(datetime(2026, 12, 31, 12, tzinfo=UTC)):
            assert terms.renew_due(clock.today()) == 1
        assert [seat.ends_on for seat in current.scalars(seats_on(version.agreement_id)).all()] == [
            date(2027, 12, 31),
            date(2026, 12, 1),
        ]


def seats_on(agreement_id: int) -> Any:
    return (
        select(Seat)
        .where(Seat.agreement_id == agreement_id, Seat.ended_on.is_(None))
        .options(joinedload(Seat.partner))
        .order_by(Seat.id)
    )


def test_a_clause_about_what_left_the_network_gives_nothing(region: Region, inside: Inside) -> None:
    with inside(region) as current:
        net = make.small_network(region)
        version = new_agreement(
            "N",
            clause(1, K.HANDOVER, tafel=net.practice, target=net.board),
            clause(2, K.MANDATE, tafel=net.board),
            clause(3, K.SEAT, tafel=net.policy, partner=net.experts, role=net.member),
        )
        left = network()
        take_in(
            left.changed(
                tafels=(t for t in left.tafels if t.code != "S"),
                meetings=(m for m in left.meetings if m.tafel != "S"),
                seats=(s for s in left.seats if s.tafel != "S"),
                handovers=(h for h in left.handovers if "S" not in (h.source, h.target)),
                partners=(p for p in left.partners if p.code != "eed"),
            )
        )
        assert current.scalars(select(Partner).where(Partner.code == "eed")).one().ended_on
        version = reread(version)
        expected = governance.region_with(network(), version)
        governance.put_in_force(version)
        assert network() == expected
        assert planning.planner().region == planning.network_of(current)


# The canonical text.


TRICKY = [
    "Artikel 2\nKop:\n    Iets anders",
    "Artikel 2\r\n\r\nKop:\n    Iets anders",
    "x\u2028Artikel 2\u2028Geeft: Zetel",
    "x\u2028\u2029Artikel 2",
    "- a\n- b",
    "- a\n\n- b",
    "a\n    Tekst:\n    b",
    "a\nTekst:\nb",
    "een\ttab",
    "een tab",
    "e\u0301e\u0301n",
    "één!",
    "",
    "alle",
    "geen",
    "    ingesprongen\nniet",
    "eerst\n    ingesprongen",
]
SAME = [
    ("regel een\nregel twee", "regel een \r\nregel twee\r\n"),
    ("één", "e\u0301e\u0301n"),
    ("een", "  een\t\n"),
    ("a\nb", "a\u2028b"),
]


def test_the_text_is_another_one_exactly_when_what_it_says_is(
    region: Region, inside: Inside
) -> None:
    with inside(region):
        net = make.small_network(region)
        version = new_agreement(
            "N",
            clause(1, text="a"),
            clause(3, text="b"),
            parties=[net.team],
            ratifications=[Ratification(body="Raad")],
        )
        party, (first, last) = version.signatories[0], version.clauses

        def written(**given: str) -> str:
            for name, text in given.items():
                thing = {"first": first, "last": last, "party": party}.get(name, version)
                setattr(thing, {"party": "capacity"}.get(name, "text"), text) if (
                    thing is not version
                ) else setattr(version, name, text)
            return governance.canonical_text(version)

        seen: dict[str, object] = {}
        for place in ("title", "ground", "annexes", "replaces", "party", "first", "last"):
            for text in TRICKY:
                if not text:
                    continue
                found = written(**{place: text})
                assert seen.setdefault(found, (place, text)) == (place, text)
                ours = [line for line in found.splitlines() if not line.startswith("    ")]
                assert ours.count("Artikel 1") == ours.count("Artikel 3") == 1
                assert "Artikel 2" not in ours, "what people write never looks like ours"
            written(**{place: ""})
        for one, other in SAME:
            assert written(title=one, first=one) == written(title=other, first=other)
        assert governance.hash_of("één\n") != governance.hash_of("één")
        before = governance.canonical_text(version)
        for thing, name, value in (
            (version, "starts_on", clock.today()),
            (version, "notice_days", 0),
            (version, "takes_over", True),
            (version, "parties", []),
            (first, "number", 2),
            (first, "kind", K.MANDATE),
            (first, "tafel", net.policy),
            (first, "domains", [net.jeugd]),
        ):
            setattr(thing, name, value)
            text = governance.canonical_text(version)
            assert text != before, name
            before = text


def test_a_text_that_is_fixed_keeps_the_names_and_words_of_its_day(
    region: Region, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    with inside(region):
        net = make.small_network(region)
        power = Power(name="Inkoop")
        version = new_agreement(
            "N",
            clause(
                1,
                K.POWER,
                tafel=net.board,
                power=power,
                involvement=Involvement.ACCOUNTABLE,
            ),
            clause(
                2, K.SEAT, tafel=net.board, partner=net.team, role=net.member, vote=Vote.ADVISORY
            ),
            parties=[net.team],
        )
        governance.freeze(version)
        monkeypatch.setattr(labels, "LABELS", defaultdict(lambda: "Een later woord"))
        net.team.name, net.board.name = "Nieuw team", "Artikel 9\nKop:"
        power.name = "Anders"
        found = reread(version)
        assert governance.canonical_text(found) == found.text
        assert governance.hash_of(found.text) == found.text_hash
        found.status = VersionStatus.TO_SIGN
        second = governance.next_version(found.agreement, None)
        assert "Artikel 9 Kop: (S)" in governance.canonical_text(second)
        assert "\n    Anders (" in governance.canonical_text(second)
