"""Events: every act leaves one, nobody changes one, and tampering is found.

The tests on the chain run on a database of their own and really commit.
"""
# ruff: noqa: S608 (statements are put together from the test's own words)

import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import timedelta
from functools import partial
from inspect import isfunction
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo
from sqlalchemy import event as listening
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from coordinator import clock, events, governance, holders, terms, web
from coordinator.access import hash_token
from coordinator.agenda import actions as agenda_actions
from coordinator.agenda import queries as agenda_queries
from coordinator.agreements import queries as agreement_queries
from coordinator.agreements.queries import find_agreement, find_clause
from coordinator.assignments.queries import find_assignment, find_assignment_grant
from coordinator.cli import main
from coordinator.db import EVERYTHING, ScopedSession, db, scoped_to, session
from coordinator.example import package
from coordinator.goals import queries as goal_queries
from coordinator.leervragen import queries as leervraag_queries
from coordinator.models import (
    Account,
    AgendaItem,
    Agreement,
    Area,
    ClauseKind,
    Decision,
    DecisionKind,
    Domain,
    Event,
    EventHead,
    Grant,
    LearningFormat,
    LearningGoal,
    Leervraag,
    LeervraagChoice,
    LeervraagScore,
    LeervraagState,
    Level,
    Meeting,
    Presence,
    Ratification,
    Region,
    RegionUpload,
    Renewal,
    RoleName,
    Signal,
    SignalStatus,
    SignIn,
    Source,
    StructureKind,
    TakenHomeResult,
    Useful,
    Verb,
    Verdict,
    VersionStatus,
)
from coordinator.models.events import NO_HASH
from coordinator.moments import queries as moment_queries
from coordinator.offers import queries as offer_queries
from coordinator.planning import current_region
from coordinator.scans import queries as scan_queries
from coordinator.scans.bouwstenen import GROUPS
from coordinator.seats import attendance, work
from coordinator.seats.queries import find_seat
from coordinator.signals import actions as signal_actions
from coordinator.signals import queries as signal_queries
from coordinator.signing import queries as signing_queries
from network.package import read
from tests import make
from tests.conftest import new_app, on_sqlite
from tests.page import Browser, squeeze

COLUMNS = [column.name for column in Event.__table__.columns]
MANY = 1000
THREADS, EACH = 4, 20


# The chain.


def run(app, *words):
    """Run the command; return its exit code and all that it said."""
    done = CliRunner().invoke(main, ["audit", *words], obj=ScriptInfo(create_app=lambda: app))
    return done.exit_code, done.output


def record(region, times=1):
    for _ in range(times):
        events.record(Verb.REPLANNED, region, by=None, result="meeting_moved:3")


@pytest.fixture(scope="module")
def chained(database_url):
    """A region with 1,000 events and one with 3, each act in some transaction."""
    app = new_app(database_url, "events")
    with app.app_context(), scoped_to(EVERYTHING) as current:
        first, second = make.region("eerste"), make.region("tweede")
        record(second, 3)
        for _ in range(MANY // 100):
            record(first, 100)
            current.commit()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def sql(chained):
    """Change the table behind the service's back, triggers off; all is put back afterwards."""
    with chained.app_context(), db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            triggers = connection.execute(text(query)).all()
            for name, _sql in triggers:
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("ALTER TABLE events DISABLE TRIGGER USER"))
        rows = [dict(row) for row in connection.execute(select(Event.__table__)).mappings()]
        heads = [dict(row) for row in connection.execute(select(EventHead.__table__)).mappings()]
        connection.commit()

        def change(statement, **values):
            connection.execute(text(statement), values)
            connection.commit()

        yield change
        connection.rollback()
        connection.execute(text("DELETE FROM events"))
        connection.execute(text("DELETE FROM event_heads"))
        connection.execute(insert(Event.__table__), rows)
        connection.execute(insert(EventHead.__table__), heads)
        if is_sqlite:
            for _name, statement in triggers:
                connection.execute(text(statement))
        else:
            connection.execute(text("ALTER TABLE events ENABLE TRIGGER USER"))
        connection.commit()


def faults(app, *words):
    code, said = run(app, "verify", *words)
    assert code == 1, said
    return said


def test_an_untouched_chain_is_right(chained):
    assert run(chained, "verify") == (0, "1003 gebeurtenissen nagerekend. Alles klopt.\n")
    assert run(chained, "verify", "--region", "tweede")[1].startswith("3 ")
    code, said = run(chained, "verify", "--region", "derde")
    assert (code, "Er is geen regio derde" in said) == (1, True)


OTHER = {
    "region_id": "(SELECT id FROM regions WHERE slug = 'tweede')",
    "number": "5000",
    "recorded_at": "'2020-01-01T00:00:00.000000Z'",
    "role": "'coordinator'",
}


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_row_is_found_in_whatever_column(chained, sql, column):
    first = "(SELECT id FROM regions WHERE slug = 'eerste')"
    new = OTHER.get(column, "'x'")
    sql(f"UPDATE events SET {column} = {new} WHERE number = 500 AND region_id = {first}")
    assert "eerste, nummer 500: " in faults(chained).splitlines()[0]


def test_a_changed_row_with_a_hash_that_fits_again_is_found(chained, sql):
    with chained.app_context(), scoped_to(EVERYTHING) as current:
        row = current.scalars(
            select(Event)
            .join(Region, Region.id == Event.region_id)
            .where(Region.slug == "eerste", Event.number == 500)
        ).one()
        values = [getattr(row, name) for name in COLUMNS[:-1]]
        values[COLUMNS.index("recorded_at")] = "2020-01-01T00:00:00.000000Z"
        current.rollback()
    sql(
        "UPDATE events SET recorded_at = '2020-01-01T00:00:00.000000Z', hash = :hash "
        "WHERE number = 500 AND region_id = :region",
        hash=events.chained(values),
        region=values[0],
    )
    assert "eerste, nummer 501: sluit niet aan op het vorige nummer" in faults(chained)


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("number = 500", "nummer 500: ontbreekt."),
        ("number BETWEEN 500 AND 510", "nummer 500-510: ontbreekt."),
        ("number = 1", "nummer 1: ontbreekt."),
        ("number > 990", "nummer 990: is de laatste, maar de keten eindigt bij 1000"),
        ("number > 0", "nummer 0: is de laatste, maar de keten eindigt bij 1000"),
    ],
)
def test_a_deleted_row_is_found(chained, sql, where, said):
    sql(
        f"DELETE FROM events WHERE {where} AND region_id IN "
        "(SELECT id FROM regions WHERE slug = 'eerste')"
    )
    assert f"eerste, {said}" in faults(chained)


def test_swapped_rows_are_found(chained, sql):
    of = "AND region_id IN (SELECT id FROM regions WHERE slug = 'eerste')"
    for before, after in ((300, -1), (700, 300), (-1, 700)):
        sql(f"UPDATE events SET number = {after} WHERE number = {before} {of}")
    said = faults(chained)
    for number in (300, 301, 700, 701):
        assert f"eerste, nummer {number}: " in said
    assert "nummer 302" not in said


def forged(app, after):
    """Return a row that fits well after another."""
    with app.app_context(), scoped_to(EVERYTHING) as current:
        row = current.scalars(
            select(Event)
            .join(Region, Region.id == Event.region_id)
            .where(Region.slug == "eerste", Event.number == after)
        ).one()
        values = {name: getattr(row, name) for name in COLUMNS}
        current.rollback()
    values |= {"number": after + 1, "previous": values["hash"]}
    values["recorded_at"] = events.written(values["recorded_at"])
    values["hash"] = events.chained([values[name] for name in COLUMNS[:-1]])
    return values


INSERT = f"INSERT INTO events ({', '.join(COLUMNS)}) VALUES ({', '.join(':' + c for c in COLUMNS)})"


def test_an_inserted_row_is_found(chained, sql):
    row = forged(chained, 500)
    of = "AND region_id IN (SELECT id FROM regions WHERE slug = 'eerste')"
    sql(f"UPDATE events SET number = number + 5000 WHERE number > 500 {of}")
    sql(f"UPDATE events SET number = number - 4999 WHERE number > 5000 {of}")
    sql(INSERT, **row)
    said = faults(chained)
    assert "eerste, nummer 502: sluit niet aan op het vorige nummer" in said
    assert "eerste, nummer 501: " not in said  # by itself it is right; what follows is not


def test_a_row_added_behind_the_service_is_found(chained, sql):
    sql(INSERT, **forged(chained, MANY))
    assert "nummer 1001: is de laatste, maar de keten eindigt bij 1000" in faults(chained)


def test_a_row_with_the_number_zero_is_found(chained, sql):
    row = forged(chained, MANY) | {"number": 0}
    sql(INSERT, **row)
    assert "eerste, nummer 0: dit nummer hoort niet in de keten" in faults(chained)


def test_a_head_that_is_gone_or_changed_is_found(chained, sql):
    sql("UPDATE event_heads SET hash = 'x' WHERE number = 1000")
    assert "nummer 1000: heeft een andere hash dan het eind" in faults(chained)
    sql("DELETE FROM event_heads WHERE number = 1000")
    assert "het begin van de keten (event_heads) ontbreekt" in faults(chained)


def rewrite(sql, app, keep):
    """Do what who owns the database can do: a whole other chain that is right in itself."""
    sql("DELETE FROM events WHERE region_id IN (SELECT id FROM regions WHERE slug = 'eerste')")
    previous = NO_HASH
    with app.app_context(), scoped_to(EVERYTHING) as current:
        region = current.scalars(select(Region).where(Region.slug == "eerste")).one()
        event = Event(
            region_id=region.id,
            recorded_at=clock.now(),
            verb=Verb.SENT,
            object_kind="signal",
            object_id="x",
            result="board",
            actor="",
            on_behalf_of="",
            object_hash="",
        )
        head = EventHead(region_id=region.id, number=0, hash=previous)
        for _ in range(keep):
            copy = Event(**{n: getattr(event, n) for n in COLUMNS if n in event.__dict__})
            events._add(current, head, copy)
        current.expunge(head) if head in current else None
        current.flush()
        stored = current.get_one(EventHead, region.id)
        stored.number, stored.hash = head.number, head.hash
        current.commit()


def test_a_rewritten_chain_is_found_with_the_anchors_only(chained, sql, tmp_path):
    path = tmp_path / "ankers.txt"
    assert run(chained, "anchor", str(path))[0] == 0
    assert run(chained, "anchor", str(path)) == (0, f"2 ketens staan in {path}.\n")
    assert run(chained, "verify", "--anchors", str(path))[0] == 0
    assert len(path.read_text().splitlines()) == 4
    rewrite(sql, chained, MANY)
    assert run(chained, "verify")[0] == 0  # a chain alone does not stop who owns the database
    assert "eerste, nummer 1000: was op 20" in faults(chained, "--anchors", str(path))


def test_a_truncated_chain_is_found_with_the_anchors_only(chained, sql, tmp_path):
    path = tmp_path / "ankers.txt"
    run(chained, "anchor", str(path))
    of = "IN (SELECT id FROM regions WHERE slug = 'eerste')"
    sql(f"DELETE FROM events WHERE number > 900 AND region_id {of}")
    sql(
        "UPDATE event_heads SET number = 900, hash = (SELECT hash FROM events "
        f"WHERE number = 900 AND region_id {of}) WHERE region_id {of}"
    )
    assert run(chained, "verify")[0] == 0
    assert "eerste, nummer 1000: stond er op 20" in faults(chained, "--anchors", str(path))
    assert run(chained, "verify", "--anchors", str(path), "--region", "tweede")[0] == 0


def test_a_file_that_holds_no_anchors_is_refused(chained, tmp_path):
    path = tmp_path / "ankers.txt"
    path.write_text("eerste\tduizend\tabc\n")
    code, said = run(chained, "verify", "--anchors", str(path))
    assert (code, said) == (1, f"Regel 1 van {path} is geen ankerregel.\n")
    path.write_text(f"weg\t3\t{'0' * 64}\t2026-11-21T00:00:00.000000Z\n")
    assert "weg, nummer 3: deze regio is weg." in faults(chained, "--anchors", str(path))


REPLACE = {
    "sqlite": "INSERT OR REPLACE INTO events SELECT * FROM events WHERE number = 2",
    "postgresql": "TRUNCATE events",
}


@pytest.mark.parametrize("what", ["UPDATE events SET result = 'x'", "DELETE FROM events", REPLACE])
def test_the_database_refuses_to_change_or_remove_an_event(chained, what):
    with chained.app_context(), db.engine.connect() as connection:
        statement = what if isinstance(what, str) else what[connection.dialect.name]
        with pytest.raises(DBAPIError, match="events are for ever"):
            connection.execute(text(statement))
        connection.rollback()
    assert run(chained, "verify")[0] == 0


def test_an_act_that_is_rolled_back_leaves_no_event(chained):
    with chained.app_context(), scoped_to(EVERYTHING) as current:
        region = current.scalars(select(Region).where(Region.slug == "tweede")).one()
        record(region)
        current.rollback()
        current.commit()
        with current.begin_nested(), pytest.raises(RuntimeError, match="savepoint"):
            record(region)
        current.rollback()
    assert run(chained, "verify", "--region", "tweede")[1].startswith("3 ")


def test_chains_neither_fork_nor_have_gaps_when_many_write_at_once(database_url):
    app = new_app(database_url, "events_at_once")
    with app.app_context(), scoped_to(EVERYTHING) as current:
        ids = [make.region(slug).id for slug in ("een", "twee")]
        current.commit()
    barrier = threading.Barrier(THREADS, timeout=30)

    def work(number):
        barrier.wait()
        with app.app_context():
            for turn in range(EACH):
                # The first half both regions in one transaction, in both orders.
                with scoped_to(EVERYTHING) as current:
                    both = ids if number % 2 else ids[::-1]
                    for region_id in both if turn % 2 else both[:1]:
                        record(current.get_one(Region, region_id))
                    current.commit()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    total = THREADS * EACH * 3 // 2
    assert run(app, "verify") == (0, f"{total} gebeurtenissen nagerekend. Alles klopt.\n")
    with app.app_context(), scoped_to(EVERYTHING) as current:
        for region_id in ids:
            numbers = current.scalars(
                select(Event.number).where(Event.region_id == region_id).order_by(Event.number)
            ).all()
            assert numbers == list(range(1, total // 2 + 1))
        current.rollback()
        db.session.remove()
        db.engine.dispose()


# Whose act it is.


def test_a_pseudonym_is_stable_and_goes_with_its_key(app, inside):
    with inside():
        samira, joris = make.account("Samira"), make.account("Joris")
        first = events.pseudonym(samira)
        assert first == events.pseudonym(samira) != events.pseudonym(joris)
        before = app.extensions["settings"]
        app.extensions["settings"] = replace(before, pseudonym_key="another key" * 3)
        try:
            assert events.pseudonym(samira) != first
        finally:
            app.extensions["settings"] = before


def test_the_role_is_the_one_that_fits_the_act(app, inside):
    with inside():
        region = make.region()
    with inside(region):
        here = make.area(region=region)
        tables = [make.tafel(code, Level.POLICY, here) for code in "AB"]
        both = make.person(RoleName.EXPERT, region)
        make.grant(both, RoleName.SECRETARY, region, tafel=tables[0])
        make.grant(both, RoleName.COORDINATOR, region, ends_on=clock.today() - timedelta(days=1))

        def role(verb, tafel=None):
            return events._role_of(both, verb, region.id, tafel and tafel.id)

        assert role(Verb.GIVEN) is RoleName.EXPERT
        assert role(Verb.DECIDED, tables[0]) is RoleName.SECRETARY
        assert role(Verb.DECIDED, tables[1]) is None
        assert role(Verb.SENT) is None  # no longer a coordinator
        assert session().scope == region.id


# Every act.

NO_EVENT = {
    "accounts": {
        "start sign_in sign_out use_link change_password ask_new_password": "who comes in when is "
        "nobody's history; sign-ins are forgotten after a day",
        "send_invitation": "a mail; the role that was given has its event",
        "forget_what_is_over": "takes away what is over of sign-ins and links",
        "a_year_after check_grant check_end first_steps list_accounts": "changes nothing",
    },
    "agenda": {"why_not check_day": "changes nothing"},
    "agreements": {
        "check_can_end check_version end_words last_day first_day_without check_notice "
        "notice_words first_day_of_notice consequences check_writable check_there "
        "check_can_discard": "changes nothing"
    },
    "assignments": {},
    "leervragen": {"tell_asker": "sends a mail of an act that has an event"},
    "goals": {"check_not_closed check_step": "changes nothing"},
    "moments": {},
    "offers": {},
    "powers": {},
    "regions": {
        "receive discard drop_old_uploads": "an upload is not the region yet",
        "as_bytes open_package preview slug_of summary list_regions": "changes nothing",
        "export export_package": "a reading request cannot write",
    },
    "scans": {
        "save_place save_part discard_draft drop_old_drafts": "a draft is its writer's own",
        "add_sheet": "stored by give_in, and it hangs on nobody",
    },
    "seats": {
        "check_version now_words check_last_day check_succession why_no_attendance consequences": (
            "changes nothing"
        ),
    },
    "signals": {
        "make_up_for_lost_days replan_overdue catch_up": "planning.replan records what moves",
        "close send_back settle_status mark_read": "a part of the acts above",
        "tell_author tell_coordinators tell_no_road": "a mail about an act",
    },
    "signing": {},
    "tafels": {
        "check_can_change check_version words closing_words at_words consequences_of_move "
        "consequences_of_cancelling check_is_there check_terms terms_words terms_change "
        "consequences_of_terms": "changes nothing",
    },
}
SECRETS = ("Geheimpje", "Naamloos", "naamloos@voorbeeld.nl")


class Acts:
    """A region in which everything is done once, and what each act left."""

    def __init__(self, app, inside):
        self.app, self.inside = app, inside
        self.done = {}
        with inside():
            self.region = make.region("alles")
        with inside(self.region):
            self.network = make.small_network(self.region)
            self.author = self.person(RoleName.EXPERT, partner=self.network.team)
            self.coordinator = self.person(RoleName.COORDINATOR)
            self.secretary = self.person(RoleName.SECRETARY)
            for tafel in (self.network.walk_in, self.network.policy, self.network.practice):
                make.grant(self.secretary, RoleName.SECRETARY, self.region, tafel=tafel)

    def person(self, role, mail=None, **where):
        made = make.account(SECRETS[1], f"{mail or role.value}.{SECRETS[2]}")
        make.grant(made, role, self.region, **where)
        return made

    def seen(self):
        with self.inside(self.region) as current:
            return current.scalars(select(Event).order_by(Event.number)).all()

    def act(self, name, verb, do, by=None, role=None, days=0):
        """Do something; the first new event must tell of it."""
        before = len(self.seen())
        moment = clock.now() + timedelta(days=days)
        with clock.frozen(moment):
            with self.app.test_request_context(), scoped_to(self.region.id) as current:
                current.expire_on_commit = False
                made = do()
                current.commit()
            new = [event for event in self.seen()[before:] if event.verb is verb]
        assert new, f"{name} left no event {verb}"
        expected = (events.pseudonym(by) if by else "", role, moment)
        assert (new[0].actor, new[0].role, new[0].recorded_at) == expected, name
        self.done[name] = verb
        return made


@on_sqlite
def test_every_public_action_leaves_an_event_or_is_excepted_with_a_reason(app, inside, tmp_path):
    from coordinator.accounts import actions as accounts
    from coordinator.agenda import actions as agenda
    from coordinator.agreements import actions as agreements
    from coordinator.assignments import actions as assignments
    from coordinator.goals import actions as goals
    from coordinator.leervragen import actions as leervragen
    from coordinator.moments import actions as moments
    from coordinator.offers import actions as offers
    from coordinator.powers import actions as powers
    from coordinator.regions import actions as regions
    from coordinator.scans import actions as scans
    from coordinator.seats import actions as seats
    from coordinator.signals import actions as signals
    from coordinator.signing import actions as signing
    from coordinator.tafels import actions as tafels

    modules = {
        "accounts": accounts,
        "agenda": agenda,
        "agreements": agreements,
        "assignments": assignments,
        "powers": powers,
        "regions": regions,
        "seats": seats,
        "signals": signals,
        "signing": signing,
        "tafels": tafels,
    }
    with app.app_context():
        acts = Acts(app, inside)
        perform_everything(acts, tmp_path, **modules)
        perform_goals(acts, goals)
        perform_leervragen(acts, leervragen)
        perform_moments(acts, moments)
        perform_offers(acts, offers)
        perform_scans(acts, scans)
    modules["goals"] = goals
    modules["leervragen"] = leervragen
    modules["moments"] = moments
    modules["offers"] = offers
    modules["scans"] = scans
    folders = {path.parent.name for path in Path(agenda.__file__).parents[1].glob("*/actions.py")}
    assert folders == modules.keys()
    for name, module in modules.items():
        public = {
            word
            for word, thing in vars(module).items()
            if isfunction(thing) and thing.__module__ == module.__name__ and word[0] != "_"
        }
        excepted = set(" ".join(NO_EVENT[name]).split())
        driven = {one.partition(".")[2] for one in acts.done if one.startswith(f"{name}.")}
        assert driven | excepted == public, name
        assert not driven & excepted, name
    left = acts.seen()
    assert {event.verb for event in left} == set(Verb)
    for event in left:
        for column in COLUMNS:
            assert not any(secret in str(getattr(event, column)) for secret in SECRETS)


def perform_goals(acts, goals):
    coordinator, network = acts.coordinator, acts.network
    later = clock.today() + timedelta(days=30)

    def by_coordinator(name, verb, do):
        return acts.act(f"goals.{name}", verb, do, coordinator, RoleName.COORDINATOR)

    def find(goal):
        return goal_queries.find_goal(goal.public_id)

    def terms(better):
        holder = holders.find(f"tafel:{network.policy.code}")
        return goals.Terms(better, SECRETS[0], later, holder, "", Level.POLICY)

    def add():
        return goals.add(terms(SECRETS[0]), by=coordinator)

    goal, other = (by_coordinator("add", Verb.GOAL_SET, add) for _ in range(2))
    by_coordinator(
        "change",
        Verb.GOAL_CHANGED,
        lambda: goals.change(find(goal), terms(SECRETS[1]), by=coordinator),
    )
    by_coordinator(
        "park",
        Verb.GOAL_PARKED,
        lambda: goals.park(find(goal), SECRETS[0], later, by=coordinator),
    )
    by_coordinator(
        "resume", Verb.GOAL_RESUMED, lambda: goals.resume(find(goal), later, by=coordinator)
    )
    by_coordinator(
        "reach", Verb.GOAL_CLOSED, lambda: goals.reach(find(goal), SECRETS[0], by=coordinator)
    )
    by_coordinator(
        "stop", Verb.GOAL_CLOSED, lambda: goals.stop(find(other), SECRETS[0], by=coordinator)
    )
    by_coordinator(
        "set_limit", Verb.GOAL_LIMIT_SET, lambda: goals.set_limit(None, "", 4, by=coordinator)
    )


def perform_leervragen(acts, leervragen):
    coordinator, author, network = acts.coordinator, acts.author, acts.network

    def act(name, verb, do):
        return acts.act(f"leervragen.{name}", verb, do, coordinator, RoleName.COORDINATOR)

    def ask():
        return leervragen.ask(
            by=author,
            role=RoleName.EXPERT,
            level=Level.PRACTICE,
            question=SECRETS[0],
            background=SECRETS[1],
            domains=[session().merge(network.jeugd)],
            area=session().merge(network.here),
        )

    def do(name, verb, **given):
        method = getattr(leervragen, name)
        act(name, verb, lambda: method(found(), **given, by=coordinator))

    made, other = (
        acts.act("leervragen.ask", Verb.LEERVRAAG_ASKED, ask, author, RoleName.EXPERT)
        for _time in range(2)
    )

    def found(one=made):
        return leervraag_queries.find_leervraag(one.public_id)

    def weighs(place=0):
        return leervraag_queries.criteria()[place]

    changed = Verb.CRITERIA_CHANGED
    terms = {"name": SECRETS[2], "explanation": SECRETS[0], "weight": 2, "by": coordinator}
    act("begin_criteria", changed, lambda: leervragen.begin_criteria(by=coordinator))
    act("add_criterion", changed, lambda: leervragen.add_criterion(**terms))
    terms["name"] = SECRETS[1]
    act("change_criterion", changed, lambda: leervragen.change_criterion(weighs(-1), **terms))
    act(
        "move_criterion",
        changed,
        lambda: leervragen.move_criterion(weighs(1), is_up=True, by=coordinator),
    )
    act("end_criterion", changed, lambda: leervragen.end_criterion(weighs(-1), by=coordinator))
    act(
        "score",
        Verb.LEERVRAAG_SCORED,
        lambda: leervragen.score(found(), {weighs().id: 2}, by=coordinator),
    )
    do("not_choose", Verb.LEERVRAAG_NOT_CHOSEN, reason=SECRETS[0])
    do("choose", Verb.LEERVRAAG_CHOSEN, reason=SECRETS[1])
    act(
        "interpret",
        Verb.LEERVRAAG_INTERPRETED,
        lambda: leervragen.interpret(
            found(),
            interpretation=SECRETS[1],
            level=found().level,
            area=found().area,
            domains=found().domains,
            by=coordinator,
        ),
    )
    act(
        "link",
        Verb.LEERVRAAG_LINKED,
        lambda: leervragen.link(found(), [found(other)], title=SECRETS[2], by=coordinator),
    )
    do("unlink", Verb.LEERVRAAG_LINKED)
    do("align", Verb.LEERVRAAG_ALIGNED, owner=SECRETS[0], owner_account=None)
    do("bring", Verb.LEERVRAAG_BROUGHT)
    do("answer", Verb.LEERVRAAG_ANSWERED, text=SECRETS[1])
    do("embed", Verb.LEERVRAAG_EMBEDDED, where=SECRETS[2], on=clock.today())
    do("reopen", Verb.LEERVRAAG_REOPENED)


def perform_scans(acts, scans):
    coordinator, author, today = acts.coordinator, acts.author, clock.today()

    with acts.inside(acts.region):  # the package took the organisations away
        partner = make.partner("scan", region=acts.region)
        make.grant(author, RoleName.EXPERT, acts.region, partner=partner)

    def by_coordinator(name, verb, do, **how):
        return acts.act(f"scans.{name}", verb, do, coordinator, RoleName.COORDINATOR, **how)

    def terms(days):
        return scans.Terms(SECRETS[0], today, today + timedelta(days=days), ())

    def find():
        return scan_queries.find_scan_round(made.public_id)

    def give_in():
        scans.save_part(find(), GROUPS[0], {"1-1": {"text": SECRETS[1]}}, by=author)
        scans.save_place(find(), partner, Level.PRACTICE, by=author)
        grants = session().scalars(select(Grant).where(Grant.account_id == author.id)).all()
        scans.give_in(find(), grants, by=author)

    made = by_coordinator(
        "open_round", Verb.SCAN_ROUND_OPENED, lambda: scans.open_round(terms(3), by=coordinator)
    )
    by_coordinator(
        "change_round",
        Verb.SCAN_ROUND_CHANGED,
        lambda: scans.change_round(find(), terms(5), by=coordinator),
    )
    acts.act("scans.give_in", Verb.SCAN_GIVEN_IN, give_in, author, RoleName.EXPERT)
    by_coordinator(
        "close_round",
        Verb.SCAN_ROUND_CLOSED,
        lambda: scans.close_round(find(), by=coordinator),
        days=1,
    )


def perform_moments(acts, moments):
    coordinator, network = acts.coordinator, acts.network
    today = clock.today()

    def act(name, verb, do, days=0, by=coordinator, role=RoleName.COORDINATOR):
        return acts.act(f"moments.{name}", verb, do, by, role, days)

    def found():
        return moment_queries.find_moment(moment.public_id)

    def found_room():
        return moment_queries.find_room(room.public_id)

    def terms(begins="10:00", ends="11:00"):
        return moments.Terms(
            title=SECRETS[0],
            description=SECRETS[0],
            form=LearningFormat.COURSE,
            level=None,
            domains=[],
            area_id=None,
            held_on=today + timedelta(days=3),
            begins=begins,
            ends=ends,
            room="",
            place=SECRETS[2],
            is_online=True,
            places=None,
            hosts=[moments.Who(f"{SECRETS[1]} de eerste")],
            leervragen=[],
            goals=[],
            offer_id=None,
            structure_id=None,
        )

    room = act(
        "add_room",
        Verb.ROOM_ADDED,
        lambda: moments.add_room(SECRETS[0], SECRETS[2], 4, by=coordinator),
    )
    act(
        "change_room",
        Verb.ROOM_CHANGED,
        lambda: moments.change_room(found_room(), SECRETS[1], "", 5, by=coordinator),
    )
    act("end_room", Verb.ROOM_CHANGED, lambda: moments.end_room(found_room(), by=coordinator))

    def plan(**times):
        do = partial(moments.plan, terms(**times), by=coordinator)
        return act("plan", Verb.LEARNING_EVENT_PLANNED, do)

    moment = plan()
    changed = Verb.LEARNING_EVENT_CHANGED
    act("change", changed, lambda: moments.change(found(), terms(), by=coordinator))
    with acts.inside(acts.region) as current:
        grants = current.scalars(select(Grant).where(Grant.account_id == acts.author.id)).all()
    author = acts.author
    own = act(
        "sign_up",
        Verb.SIGNED_UP,
        lambda: moments.sign_up(found(), grants, by=author),
        by=author,
        role=RoleName.EXPERT,
    )
    name = f"{SECRETS[1]} de tweede"
    other = act(
        "sign_up_other",
        Verb.SIGNED_UP,
        lambda: moments.sign_up_other(found(), name, None, by=coordinator),
    )
    act(
        "sign_off",
        Verb.SIGNED_OFF,
        lambda: moments.sign_off(
            found(), moment_queries.find_sign_up(other.public_id), by=coordinator
        ),
    )
    act(
        "record_presence",
        Verb.PRESENCE_RECORDED,
        lambda: moments.record_presence(found(), {own.id: True}, by=coordinator),
        days=4,
    )
    act(
        "evaluate",
        Verb.EVALUATED,
        lambda: moments.evaluate(found(), Useful.YES, SECRETS[0], SECRETS[0], by=author),
        days=4,
        by=author,
        role=RoleName.EXPERT,
    )

    def take():
        return moments.take_home(
            found(),
            holders.find(f"tafel:{network.policy.code}"),
            "",
            TakenHomeResult.ADOPTED,
            SECRETS[0],
            by=coordinator,
        )

    taken = act("take_home", Verb.TAKEN_HOME, take, days=4)
    act(
        "change_taken_home",
        Verb.TAKEN_HOME,
        lambda: moments.change_taken_home(
            moment_queries.find_taken_home(taken.public_id),
            TakenHomeResult.NOT_APPLICABLE,
            SECRETS[0],
            by=coordinator,
        ),
        days=4,
    )
    act("make_link", Verb.CALENDAR_LINK_MADE, lambda: moments.make_link(by=coordinator))
    act("end_link", Verb.CALENDAR_LINK_ENDED, lambda: moments.end_link(by=coordinator))
    moment = plan(begins="11:00", ends="12:00")
    act(
        "cancel",
        Verb.LEARNING_EVENT_CANCELLED,
        lambda: moments.cancel(found(), SECRETS[0], by=coordinator),
    )


def perform_offers(acts, offers):
    coordinator, network = acts.coordinator, acts.network

    def act(name, verb, do):
        return acts.act(f"offers.{name}", verb, do, coordinator, RoleName.COORDINATOR)

    reach = offers.Reach(Level.POLICY, False, [network.jeugd], None)

    def merged():
        return replace(reach, domains=[session().merge(network.jeugd)])

    def terms():
        texts = {"title": SECRETS[0], "description": SECRETS[0], "contact": SECRETS[2]}
        return offers.Terms(
            format=LearningFormat.COURSE,
            reach=merged(),
            partner=None,
            provider=SECRETS[1],
            structure=None,
            cost_cents=0,
            places=8,
            **texts,
        )

    def place():
        texts = {"name": SECRETS[0], "description": SECRETS[0], "contact": SECRETS[2]}
        return offers.PlaceTerms(kind=StructureKind.ACADEMY, tafel=None, reach=merged(), **texts)

    def find(offer):
        return offer_queries.find_offer(offer.public_id)

    def find_place(structure):
        return offer_queries.find_structure(structure.public_id)

    offer = act("add", Verb.OFFER_ADDED, lambda: offers.add(terms(), by=coordinator))
    act("change", Verb.OFFER_CHANGED, lambda: offers.change(find(offer), terms(), by=coordinator))
    today = clock.today()
    act("end", Verb.OFFER_CHANGED, lambda: offers.end(find(offer), today, by=coordinator))
    made = act(
        "add_structure",
        Verb.STRUCTURE_ADDED,
        lambda: offers.add_structure(place(), by=coordinator),
    )
    act(
        "change_structure",
        Verb.STRUCTURE_CHANGED,
        lambda: offers.change_structure(find_place(made), place(), by=coordinator),
    )
    act(
        "end_structure",
        Verb.STRUCTURE_CHANGED,
        lambda: offers.end_structure(find_place(made), today, by=coordinator),
    )


def perform_everything(
    acts,
    tmp_path,
    accounts,
    agenda,
    agreements,
    assignments,
    powers,
    regions,
    seats,
    signals,
    signing,
    tafels,
):
    act, network = acts.act, acts.network
    author, coordinator, secretary = acts.author, acts.coordinator, acts.secretary
    words = SECRETS[0]

    def merged(row):
        return session().merge(row)

    def find(signal):
        found = signal_queries.find_signal(signal.public_id)
        assert found
        return found

    def give():
        return signals.give(
            by=merged(author),
            partner=merged(network.team),
            source=Source.EXPERT,
            area=merged(network.here),
            domains=[merged(network.jeugd)],
            title=words,
            words=words,
        )

    def by_author(name, verb, do, **how):
        return act(f"signals.{name}", verb, do, author, RoleName.EXPERT, **how)

    def by_coordinator(name, verb, do, **how):
        return act(name, verb, do, coordinator, RoleName.COORDINATOR, **how)

    def by_secretary(name, verb, do, **how):
        return act(name, verb, do, secretary, RoleName.SECRETARY, **how)

    signal = by_author("give", Verb.GIVEN, give)
    other = by_author("give", Verb.GIVEN, give)
    by_coordinator(
        "signals.ask", Verb.ASKED, lambda: signals.ask(find(signal), text=words, by=coordinator)
    )
    by_author("answer", Verb.ANSWERED, lambda: signals.answer(find(signal), text=words, by=author))
    by_coordinator(
        "signals.correct",
        Verb.CORRECTED,
        lambda: signals.correct(
            find(signal),
            area=merged(network.here),
            domains=[merged(network.jeugd), merged(network.onderwijs)],
            by=coordinator,
        ),
    )
    texts = {"interpretation": words, "title_for_tafels": words, "text_for_tafels": words}
    by_coordinator(
        "signals.interpret",
        Verb.INTERPRETED,
        lambda: signals.interpret(find(signal), **texts, by=coordinator),
    )
    by_coordinator(
        "signals.send",
        Verb.SENT,
        lambda: signals.send(find(signal), level=Level.POLICY, by=coordinator),
    )
    by_coordinator(
        "signals.refuse",
        Verb.REFUSED,
        lambda: signals.refuse(find(other), reason=words, by=coordinator),
    )

    def items(tafel):
        return agenda_queries.load_items(
            session().scalars(
                select(AgendaItem.id)
                .join(AgendaItem.meeting)
                .where(Meeting.tafel_id == tafel.id, AgendaItem.status == "planned")
            )
        )

    by_secretary(
        "agenda.hand_over",
        Verb.HANDED_OVER,
        lambda: agenda.hand_over(
            items(network.walk_in), to=merged(network.policy), note=words, by=secretary
        ),
        days=7,
    )
    by_secretary(
        "agenda.put_off",
        Verb.PUT_OFF,
        lambda: agenda.put_off(items(network.practice), reason=words, by=secretary),
        days=10,
    )
    decision = by_secretary(
        "agenda.decide",
        Verb.DECIDED,
        lambda: agenda.decide(
            items(network.policy)[:1],
            kind=DecisionKind.NOT_OURS,
            text=words,
            answer=words,
            whose=words,
            by=secretary,
        ),
        days=21,
    )

    def keep_promise():
        found = agenda_queries.find_decision(decision.public_id)
        found.done_by_on = clock.today()
        agenda.keep_promise(found, by=secretary)

    by_secretary("agenda.keep_promise", Verb.PROMISE_KEPT, keep_promise, days=21)
    by_secretary(
        "agenda.close_meeting",
        Verb.MEETING_CLOSED,
        lambda: agenda.close_meeting(
            agenda_queries.find_meeting(network.meetings["K"][0].public_id), by=secretary
        ),
        days=22,
    )
    by_author(
        "verify",
        Verb.VERIFIED,
        lambda: signals.verify(
            decision, signal=find(signal), verdict=Verdict.PARTLY, reason=words, by=author
        ),
        days=23,
    )
    by_coordinator(
        "signals.settle",
        Verb.SETTLED,
        lambda: signals.settle(
            decision, signal=find(signal), is_closed=False, reply=words, by=coordinator
        ),
        days=24,
    )

    def meeting(tafel, number):
        found = agenda_queries.find_meeting(network.meetings[tafel][number].public_id)
        assert found
        return found

    tomorrow = clock.today() + timedelta(days=1)
    by_secretary(
        "tafels.add_meeting",
        Verb.MEETING_ADDED,
        lambda: tafels.add_meeting(merged(network.policy), tomorrow, None, words, by=secretary),
    )
    by_coordinator(
        "tafels.edit_terms",
        Verb.TERMS_CHANGED,
        lambda: tafels.edit_terms(
            merged(network.walk_in), 5, 20, str(network.walk_in.version), by=coordinator
        ),
    )
    by_secretary(
        "tafels.cancel_meeting",
        Verb.MEETING_CANCELLED,
        lambda: tafels.cancel_meeting(
            meeting("B", 2), words, str(meeting("B", 2).version), by=secretary
        ),
    )
    by_coordinator(
        "tafels.move_meeting",
        Verb.MEETING_MOVED,
        lambda: tafels.move_meeting(
            meeting("S", 2),
            tomorrow,
            None,
            words,
            words,
            str(meeting("S", 2).version),
            by=coordinator,
        ),
    )

    def end():
        found = find_agreement("A1")
        assert found
        agreements.end(
            found, tomorrow, is_terminated=False, version=str(found.version), by=coordinator
        )

    by_coordinator("agreements.end", Verb.AGREEMENT_ENDED, end)

    power = by_coordinator(
        "powers.add",
        Verb.POWER_ADDED,
        lambda: powers.add(words, words, is_exclusive=False, by=merged(coordinator)),
    )
    by_coordinator(
        "powers.change",
        Verb.POWER_CHANGED,
        lambda: powers.change(merged(power), words, words, is_exclusive=True, by=coordinator),
    )

    today, partner = clock.today(), network.team

    def terms():
        return assignments.Terms(merged(coordinator), words, 8, None, today, today, [])

    assignment = by_coordinator(
        "assignments.add",
        Verb.ASSIGNMENT_ADDED,
        lambda: assignments.add(terms(), by=coordinator),
    )
    by_coordinator(
        "assignments.change",
        Verb.ASSIGNMENT_CHANGED,
        lambda: assignments.change(find_assignment(assignment.public_id), terms(), by=coordinator),
    )
    given_by = by_coordinator(
        "assignments.give",
        Verb.ASSIGNMENT_GRANTED,
        lambda: assignments.give(
            find_assignment(assignment.public_id),
            partner,
            today,
            agreement="A1",
            ground=words,
            by=coordinator,
        ),
    )
    by_coordinator(
        "assignments.take_back",
        Verb.ASSIGNMENT_TAKEN_BACK,
        lambda: assignments.take_back(
            find_assignment_grant(given_by.public_id), today, by=coordinator
        ),
    )

    def grant():
        return Grant(role=RoleName.COORDINATOR, starts_on=clock.today(), ends_on=clock.today())

    def invite():
        return accounts.invite(
            SECRETS[1], SECRETS[2], grant(), merged(acts.region), merged(coordinator)
        )[0]

    invited = by_coordinator("accounts.invite", Verb.ROLE_GIVEN, invite)
    assert invited
    given = by_coordinator(
        "accounts.give_role",
        Verb.ROLE_GIVEN,
        lambda: (
            one := grant(),
            accounts.give_role(merged(author), one, merged(acts.region), merged(coordinator)),
        )[0],
    )
    by_coordinator(
        "accounts.extend_grant",
        Verb.ROLE_EXTENDED,
        lambda: accounts.extend_grant(session().get_one(Grant, given.id), tomorrow, by=coordinator),
    )
    by_coordinator(
        "accounts.end_grant",
        Verb.ROLE_ENDED,
        lambda: accounts.end_grant(
            session().get_one(Grant, given.id), by=coordinator, by_administrator=False
        ),
    )
    act(
        "accounts.invite_by_command",
        Verb.ROLE_GIVEN,
        lambda: accounts.invite_by_command(
            f"nog.{SECRETS[2]}", SECRETS[1], "beheerder", "alles", "", "", None
        ),
    )
    write_agreements(acts, agreements)
    keep_seats(acts, seats)
    bring_in_force(acts, signing)
    bring_to_an_end(acts, signing, agreements)
    package.write("zilverdal", tmp_path / "pakket", clock.today())

    def confirm():
        upload = RegionUpload(
            account_id=coordinator.id,
            filename="pakket.zip",
            package=regions.as_bytes(read(tmp_path / "pakket"), ".zip"),
            seen_version="",
        )
        session().add(upload)
        session().flush()
        assert regions.confirm(
            upload, coordinator, seen=current_region().network_version, is_sure=True
        )

    by_coordinator("regions.confirm", Verb.REGION_IMPORTED, confirm)

    def import_again():
        path = tmp_path / "pakket" / "afspraken.csv"
        path.write_text(path.read_text().replace("Samenwerk", "Anders"))
        regions.import_package(tmp_path / "pakket", "alles", None, only_preview=False)

    act("regions.import_package", Verb.REGION_IMPORTED, import_again)


# The history on a page.


def bring_in_force(acts, signing):
    """Send, object, sign, ratify; and what the passing of days does to it."""
    network, coordinator, today = acts.network, acts.coordinator, clock.today()
    words = SECRETS[0]
    council = acts.person(RoleName.BOARD_MEMBER, mail="raad", partner=network.council)
    team = acts.person(RoleName.BOARD_MEMBER, mail="team", partner=network.team)
    tomorrow = today + timedelta(days=1)
    with acts.inside(acts.region):
        made = make.draft(
            network,
            "LEVEN",
            [network.council, network.team],
            title=words,
            starts_on=tomorrow,
            ends_on=tomorrow,
            renewal=Renewal.TACIT,
            renewal_months=12,
        )
        made.ratifications = [Ratification(body=words)]

    def by_coordinator(name, verb, do, **how):
        return acts.act(f"signing.{name}", verb, do, coordinator, RoleName.COORDINATOR, **how)

    def by_board(name, verb, do, by=council):
        return acts.act(f"signing.{name}", verb, do, by, RoleName.BOARD_MEMBER)

    def version():
        return governance.find_version(made.public_id)

    def own(by):
        granted = session().scalars(select(Grant).where(Grant.account_id == by.id)).all()
        return signing_queries.own_signatures(version(), by.id, granted)[0]

    by_coordinator(
        "send",
        Verb.VERSION_SENT,
        lambda: signing.send(version(), seen=str(version().version), by=coordinator),
    )
    objection = by_board(
        "object_to",
        Verb.OBJECTED,
        lambda: signing.object_to(
            version(), session().merge(network.council), clause_number=1, reason=words, by=council
        ),
    ).public_id

    def objected():
        return signing_queries.find_objection(objection)

    by_coordinator(
        "answer",
        Verb.OBJECTION_ANSWERED,
        lambda: signing.answer(
            objected(), text=words, seen=str(objected().version), by=coordinator
        ),
    )
    by_board(
        "take_back", Verb.OBJECTION_TAKEN_BACK, lambda: signing.take_back(objected(), by=council)
    )
    for by in (council, team):
        by_board(
            "sign",
            Verb.SIGNED,
            lambda by=by: signing.sign(
                version(),
                own(by),
                text_hash=version().text_hash,
                proven_at=clock.now(),
                by=session().merge(by),
            ),
            by,
        )
    by_coordinator(
        "ratify",
        Verb.RATIFIED,
        lambda: signing.ratify(
            signing_queries.find_ratification(made.ratifications[0].public_id),
            ratified_on=today,
            reference=words,
            by=coordinator,
        ),
    )
    acts.act("terms.taken_over", Verb.TAKEN_OVER, terms.do_due, days=1)
    acts.council = council


def bring_to_an_end(acts, signing, agreements):
    """Refuse one text; take back another because a party gives notice."""
    network, coordinator = acts.network, acts.coordinator
    with acts.inside(acts.region):
        made = make.draft(network, "NEE", [network.council])
        made.status = VersionStatus.TO_SIGN
        governance.freeze(made)
        held = session().scalars(select(Agreement).where(Agreement.code == "A2")).one()
        again = governance.next_version(held, None)
        again.status = VersionStatus.TO_SIGN
        governance.freeze(again)

    def decline():
        version = governance.find_version(made.public_id)
        granted = session().scalars(select(Grant).where(Grant.account_id == acts.council.id)).all()
        (own,) = signing_queries.own_signatures(version, acts.council.id, granted)
        by = session().merge(acts.council)
        signing.decline(version, own, reason=SECRETS[0], by=by)

    acts.act("signing.decline", Verb.DECLINED, decline, acts.council, RoleName.BOARD_MEMBER)
    with acts.inside(acts.region):
        paper = make.draft(network, "PAP", [network.council]).public_id

    def record():
        version = governance.find_version(paper)
        given = {"signed_on": clock.today(), "where": SECRETS[0], "seen": str(version.version)}
        signing.record(version, **given, by=session().merge(coordinator))

    acts.act("signing.record", Verb.SIGNED_ELSEWHERE, record, coordinator, RoleName.COORDINATOR)

    def give_notice():
        found = find_agreement("A2")
        assert found
        agreements.end(
            found,
            clock.today(),
            is_terminated=True,
            version=str(found.version),
            by=coordinator,
            given_by=session().merge(network.council),
        )

    acts.act("agreements.end", Verb.NOTICE_GIVEN, give_notice, coordinator, RoleName.COORDINATOR)


def write_agreements(acts, agreements):
    """Begin an agreement, write its text and clauses, and begin a next version."""
    coordinator, network = acts.coordinator, acts.network
    values = {
        **dict.fromkeys(agreement_queries.PLAIN, SECRETS[0]),
        **dict.fromkeys(("starts_on", "ends_on", "review_on", "renewal_months", "notice_days")),
        "takes_over": False,
        "renewal": Renewal.NONE,
        **dict.fromkeys(("parties", "domains", "areas"), ()),
        "bodies": [SECRETS[1]],
    }
    words = {"number": 1, "title": SECRETS[0], "text": SECRETS[1]}

    def by_coordinator(name, verb, do):
        return acts.act(f"agreements.{name}", verb, do, coordinator, RoleName.COORDINATOR)

    def version():
        return governance.newest(find_agreement("CONV"))

    def clause():
        return find_clause(version().clauses[0].public_id)

    def start_next():
        latest = version()
        governance.freeze(latest)
        latest.status = VersionStatus.TO_SIGN
        session().flush()
        agreements.start_next(latest.agreement, by=coordinator)

    by_coordinator(
        "begin",
        Verb.AGREEMENT_BEGUN,
        lambda: agreements.begin(
            {**values, "parties": [session().merge(network.team)]}, "CONV", by=coordinator
        ),
    )
    written = Verb.AGREEMENT_WRITTEN
    by_coordinator(
        "appoint_signatories",
        written,
        lambda: agreements.appoint_signatories(
            version(), {network.team.id: (SECRETS[0], None)}, by=coordinator
        ),
    )
    by_coordinator("write", written, lambda: agreements.write(version(), values, by=coordinator))
    kind = ClauseKind.NOTHING
    by_coordinator(
        "add_clause",
        written,
        lambda: agreements.add_clause(version(), kind, words, by=coordinator),
    )
    by_coordinator(
        "write_clause",
        written,
        lambda: agreements.write_clause(clause(), kind, words, by=coordinator),
    )
    by_coordinator(
        "remove_clause", written, lambda: agreements.remove_clause(clause(), by=coordinator)
    )
    by_coordinator("start_next", Verb.VERSION_BEGUN, start_next)
    by_coordinator(
        "begin",
        Verb.AGREEMENT_BEGUN,
        lambda: agreements.begin(values, "WEG", by=coordinator),
    )
    by_coordinator(
        "discard",
        Verb.DRAFT_DISCARDED,
        lambda: agreements.discard(find_agreement("WEG"), by=coordinator),
    )


def keep_seats(acts, seats):
    """Appoint, change, end, take over; attendance; and the work of who leaves."""
    coordinator, network, today = acts.coordinator, acts.network, clock.today()
    words = {"person": SECRETS[1], "deputy": SECRETS[0]}

    def by_secretary(name, verb, do, **how):
        return acts.act(f"seats.{name}", verb, do, acts.secretary, RoleName.SECRETARY, **how)

    def appoint():
        rows = (network.policy, network.team, network.member)
        return seats.appoint(*(session().merge(row) for row in rows), **words, by=acts.secretary)[
            0
        ].public_id

    public_id = by_secretary("appoint", Verb.APPOINTED, appoint)

    def seat():
        found = find_seat(public_id)
        assert found
        return found

    def version():
        return {"version": str(seat().version), "by": acts.secretary}

    given = {**words, "vote": None, "starts_on": None, "ends_on": None}
    by_secretary("change", Verb.SEAT_CHANGED, lambda: seats.change(seat(), **given, **version()))
    by_secretary("end", Verb.SEAT_ENDED, lambda: seats.end(seat(), today, **version()))
    tomorrow = today + timedelta(days=1)
    taken = {"person": SECRETS[1], "starts_on": tomorrow, "ends_on": tomorrow}
    by_secretary(
        "succeed", Verb.APPOINTED, lambda: seats.succeed(seat(), today, **taken, **version())
    )
    by_secretary("lapse", Verb.SEAT_ENDED, lambda: seats.lapse(seat(), by=acts.secretary), days=3)

    def attend():
        meeting = agenda_queries.find_meeting(network.meetings["U"][0].public_id)
        taken = {row.id: Presence.PRESENT for row in attendance.seats_at(meeting)}
        seen = attendance.fingerprint([])
        seats.record_attendance(meeting, taken, seen=seen, by=acts.secretary)

    by_secretary("record_attendance", Verb.ATTENDANCE_RECORDED, attend, days=11)

    def hand_over():
        decision = session().scalars(select(Decision)).first()
        decision.owner_account_id, decision.done_on = acts.author.id, None
        session().flush()
        region = session().merge(acts.region)
        seats.hand_over_work(
            acts.author,
            region,
            {"promises": coordinator},
            seen=work.find(acts.author, region).fingerprint,
            may_give=(),
            by=coordinator,
        )

    acts.act("seats.hand_over_work", Verb.PASSED_ON, hand_over, coordinator, RoleName.COORDINATOR)


@on_sqlite
def test_a_history_says_roles_and_no_names(app, inside, browse, count_queries):
    with app.app_context():
        acts = Acts(app, inside)
        network = acts.network
        with app.test_request_context(), scoped_to(acts.region.id) as current:
            current.expire_on_commit = False
            signal = signal_actions.give(
                by=current.merge(acts.author),
                partner=current.merge(network.team),
                source=Source.EXPERT,
                area=current.merge(network.here),
                domains=[current.merge(network.jeugd)],
                title="Titel",
                words="Woorden",
            )
            current.commit()
    url = f"/signalen/{signal.public_id}"
    browser, coordinators = browse(acts.author), browse(acts.coordinator)

    def history(browser, url):
        lists = browser.get(url).document.all("ol")
        return [squeeze(found.text) for found in lists if "·" in found.text]

    def queries(browser):
        browser.get(url)
        with count_queries() as sent:
            browser.get(url)
        return len(sent)

    (first,) = history(browser, url)
    assert first.startswith("Het signaal is gegeven.")
    assert first.endswith("· Door uzelf")
    (first,) = history(coordinators, url)
    assert first.endswith("· Ervaringsdeskundige")
    before = queries(browser)
    for text_ in ("Eerste vraag", "Tweede vraag", "Derde vraag"):
        coordinators.post(f"{url}/vragen", {"text": text_}, status=302)
        browser.post(f"{url}/antwoorden", {"text": "Geen idee."}, status=302)
    coordinators.post(f"{url}/niet-doorsturen", {"reason": "Al opgelost."}, status=302)
    (whole,) = history(browser, url)
    assert whole.count("Er is een vraag gesteld aan de melder.") == 3
    assert "uur · Leercoördinator" in whole
    assert "Het signaal gaat niet verder." in whole
    assert not any(secret in whole for secret in SECRETS)
    assert queries(browser) == before


@on_sqlite
def test_an_agreement_tells_its_history(app, inside, browse):
    with app.app_context():
        acts = Acts(app, inside)
    browser = browse(acts.coordinator)
    assert "Geschiedenis" not in browser.get("/afspraken/A1").text
    day = clock.today() + timedelta(days=30)
    query = {"hoe": "laatste-dag", "datum": day.isoformat()}
    asked = browser.get("/afspraken/A1/beeindigen", query_string=query)
    url = "/afspraken/A1/beeindigen"
    sent = browser.client.post(url, data=Browser.hidden_fields(asked.document, url))
    assert sent.status_code == 302
    page = browse(acts.author).get("/afspraken/A1").text
    assert "Geschiedenis" in page
    assert f"Er is een laatste dag vastgelegd: {web.day(day)}." in page
    assert "uur · Leercoördinator" in page


# Two people at once (SAFETY 6): on connections of their own, and they really commit.


class TwoPeople:
    """Two coordinators, and a signal that lies at the beleidstafel today for two domains."""

    def __init__(self, app):
        self.app = app
        today = clock.now()
        with app.app_context(), scoped_to(EVERYTHING) as current:
            self.region = make.region()
            current.commit()
            people = [make.person(RoleName.COORDINATOR, self.region) for _ in range(2)]
            self.people = [person.id for person in people]
            self.tokens = [secrets.token_urlsafe() for _ in people]
            self.scope = self.region.id
            current.commit()
        with app.app_context(), scoped_to(self.scope) as current:
            current.expire_on_commit = False
            network = make.small_network(current.get_one(Region, self.scope))
            given = {
                "by": None,
                "partner": network.team,
                "source": Source.EXPERT,
                "area": network.here,
                "title": "Titel",
                "words": "Woorden",
            }
            both = [network.jeugd, network.onderwijs]
            self.fresh = signal_actions.give(**given, domains=both).public_id
            signal = signal_actions.give(**given, domains=both)
            self.lying = signal.public_id
            by = current.get_one(Account, self.people[0])
            words = {"interpretation": "d", "title_for_tafels": "t", "text_for_tafels": "t"}
            signal_actions.interpret(signal, **words, by=by)
            signal_actions.send(signal, level=Level.POLICY, by=by)
            for tafel, days in ((network.walk_in, 7), (network.practice, 10)):
                with clock.frozen(today + timedelta(days=days)):
                    agenda_actions.hand_over(self.items(tafel), to=network.policy, by=by)
            self.policy = network.policy
            current.commit()
        self.day = today + timedelta(days=21)
        with app.app_context(), scoped_to(EVERYTHING) as current, clock.frozen(self.day):
            for number, token in zip(self.people, self.tokens, strict=True):
                current.add(SignIn(account_id=number, token_hash=hash_token(token)))
            current.commit()

    def items(self, tafel):
        wanted = select(AgendaItem.id).join(AgendaItem.meeting).where(Meeting.tafel_id == tafel.id)
        planned = wanted.where(AgendaItem.status == "planned").order_by(AgendaItem.id)
        return agenda_queries.load_items(session().scalars(planned))

    def post_at_once(self, *posts):
        """Let both open the page and then send their form at the same moment."""
        browsers, barrier = [], threading.Barrier(2, timeout=30)
        for token in self.tokens:
            browser = Browser(self.app)
            with browser.client.session_transaction() as cookie:
                cookie["sign_in"] = token
                cookie["seen"] = self.day.timestamp()
            browsers.append(browser)

        def send(browser, url, query, data, on=None):
            page = browser.get(on or url, query_string=query)
            hidden = Browser.hidden_fields(page.document, url)
            barrier.wait()
            return browser._answer(browser.client.post(url, data={**hidden, **data}))

        with clock.frozen(self.day), ThreadPoolExecutor(2) as pool:
            waiting = [
                pool.submit(copy_context().run, send, browser, *post)
                for browser, post in zip(browsers, posts, strict=True)
            ]
            answers = [one.result() for one in waiting]
        return sorted(answers, key=lambda answer: answer.status)

    def ask(self, statement):
        with self.app.app_context(), scoped_to(self.scope) as current:
            found = current.scalars(statement).all()
            current.expunge_all()
            current.rollback()
        return found


def _linger(_session):
    time.sleep(0.15)  # what one has done is not visible yet when the other looks


@pytest.fixture
def two(database_url):
    app = new_app(database_url, "events_two_people")
    made = TwoPeople(app)
    listening.listen(ScopedSession, "before_commit", _linger)
    yield made
    listening.remove(ScopedSession, "before_commit", _linger)
    is_right = run(app, "verify")[0] == 0
    with app.app_context():
        db.engine.dispose()
    assert is_right


def test_two_who_read_the_same_signal_lose_nothing(two):
    url = f"/signalen/{two.fresh}/lezen"
    posts = [
        (
            url,
            {},
            {
                "interpretation": f"Duiding van {who}.",
                "title_for_tafels": f"Titel van {who}",
                "text_for_tafels": f"Tekst van {who}.",
                "area": "G1",
                "domains": ["jeugd", "onderwijs"],
            },
        )
        for who in ("links", "rechts")
    ]
    first, second = two.post_at_once(*posts)
    assert (first.status, second.status) == (302, 422)
    (kept,) = two.ask(select(Signal).where(Signal.public_id == two.fresh))
    winner = kept.interpretation.split()[-1][:-1]
    loser = {"links": "rechts", "rechts": "links"}[winner]
    assert f"Duiding van {winner}." in second.html
    assert f"Duiding van {loser}." in second.html
    assert f"Tekst van {winner}." in second.html
    assert f"Tekst van {loser}." in second.html


DECISION = {"kind": "not_ours", "whose": "Het rijk"}


def test_two_who_decide_on_the_same_item_lose_nothing(two):
    with two.app.app_context(), scoped_to(two.scope) as current:
        ids = [item.public_id for item in two.items(two.policy)]
        current.rollback()
    url = f"/agendapunten/{ids[0]}/besluit"
    posts = [
        (
            url,
            {},
            {
                **DECISION,
                "domains": [ids[0]],
                "text": f"Besluit van {who}.",
                "answer": f"Antwoord van {who}.",
            },
        )
        for who in ("links", "rechts")
    ]
    first, second = two.post_at_once(*posts)
    assert (first.status, second.status) == (302, 422)
    (kept,) = two.ask(select(Decision))
    loser = "rechts" if "links" in kept.text else "links"
    assert f"Antwoord van {loser}." in second.html
    assert f"Besluit van {loser}." in second.html
    assert "al een uitkomst vastgelegd" in second.text
    assert kept.text in second.text


def test_two_who_decide_on_two_domains_of_a_signal_both_count(two):
    with two.app.app_context(), scoped_to(two.scope) as current:
        ids = [item.public_id for item in two.items(two.policy)]
        current.rollback()
    posts = [
        (
            f"/agendapunten/{item}/besluit",
            {},
            {**DECISION, "domains": [item], "text": "Besluit.", "answer": "Antwoord."},
        )
        for item in ids
    ]
    assert len(posts) == 2
    assert [answer.status for answer in two.post_at_once(*posts)] == [302, 302]
    assert two.ask(select(func.count(Decision.id))) == [2]
    (signal,) = two.ask(select(Signal).where(Signal.public_id == two.lying))
    assert signal.status is SignalStatus.ANSWERED


def test_two_who_set_a_goal_do_not_pass_the_limit_and_make_no_circle(two):
    def goal(**given):
        with two.app.app_context(), scoped_to(two.scope) as current:
            current.expire_on_commit = False
            made = make.goal(tafel_id=two.policy.id, **given)
            current.commit()
        return made

    goals = [goal() for _ in range(2)]  # of three there is room for one more
    sent = {
        "due_on": (two.day + timedelta(days=30)).date().isoformat(),
        "seen_by": "We vragen het.",
        "holder": f"tafel:{two.policy.code}",
        "level": Level.POLICY.value,
    }
    url = "/leerdoelen/nieuw"
    posts = [(url, {}, {**sent, "better": f"Doel van {who}"}) for who in ("links", "rechts")]
    first, second = two.post_at_once(*posts)
    assert (first.status, second.status) == (302, 422), first.alert
    assert "De grens is 3." in second.alert
    (kept,) = two.ask(select(LearningGoal.better).where(LearningGoal.better.startswith("Doel")))
    assert {"Doel van links": "Doel van rechts"}.get(kept, "Doel van links") in second.html
    posts = [
        (
            f"/leerdoelen/{one.public_id}/wijzigen",
            {},
            {**sent, "better": "Beter.", "predecessor": other.public_id},
        )
        for one, other in (goals, reversed(goals))
    ]
    first, second = two.post_at_once(*posts)
    assert (first.status, second.status) == (302, 422)
    assert "Dat doel komt zelf na dit doel." in second.alert


def test_two_who_choose_a_leervraag_or_bring_it_to_the_tables_do_it_once(two):
    with two.app.app_context(), scoped_to(two.scope) as current:
        domain = current.scalars(select(Domain).where(Domain.code == "jeugd")).one()
        area = current.scalars(select(Area).where(Area.code == "G1")).one()
        made = make.leervraag(domains=[domain], area_id=area.id)
        weighs = make.criterion()
        current.add(LeervraagScore(leervraag_id=made.id, criterion_id=weighs.id, points=2))
        current.commit()
        url = f"/leervragen/{made.public_id}"
    reasons = {"kiezen": "Dit wil ik.", "niet-kiezen": "Dit wil ik niet."}
    posts = [(f"{url}/{how}", {}, {"reason": reason}) for how, reason in reasons.items()]
    first, second = two.post_at_once(*posts)
    assert (first.status, second.status) == (302, 422), first.alert
    assert "Iemand anders heeft deze vraag intussen gewijzigd." in second.alert
    (kept,) = two.ask(select(LeervraagChoice))
    assert reasons["niet-kiezen" if kept.is_chosen else "kiezen"] in second.html
    with two.app.app_context(), scoped_to(two.scope) as current:
        current.scalars(select(Leervraag)).one().state = LeervraagState.CHOSEN
        current.commit()
    before = len(two.ask(select(Signal)))
    answers = two.post_at_once(*[(f"{url}/naar-de-tafels", {}, {}, url)] * 2)
    assert [answer.status for answer in answers] == [302, 302]
    assert len(two.ask(select(Signal))) == before + 1


def test_two_who_end_the_same_agreement_lose_nothing(two):
    days = [(two.day + timedelta(days=more)).date().isoformat() for more in (30, 60)]
    asked = [{"hoe": "laatste-dag", "datum": day} for day in days]
    url = "/afspraken/A1/beeindigen"
    first, second = two.post_at_once(*((url, query, query) for query in asked))
    assert (first.status, second.status) == (302, 422)
    (kept,) = two.ask(select(Agreement).where(Agreement.code == "A1"))
    other = next(day for day in days if day != kept.ends_on.isoformat())
    assert f"De laatste dag is nu {web.day(kept.ends_on)}" in second.text
    assert f'value="{other}"' in second.html
