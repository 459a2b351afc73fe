"""Who may open what: the rules, the table RULES, the guard, and may().

Whatever a person may not open looks exactly like what does not exist: 404, the same page.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coordinator import clock, governance, holders, proof, signatures, web
from coordinator.accounts import queries as accounts
from coordinator.agenda import queries as agenda
from coordinator.agreements.queries import find_agreement, find_clause
from coordinator.assignments.queries import find_assignment, find_assignment_grant
from coordinator.db import SAFE_METHODS, RegionScoped
from coordinator.db import session as database
from coordinator.goals.queries import find_goal
from coordinator.labels import label
from coordinator.leervragen import queries as leervragen
from coordinator.models import (
    Account,
    AgendaItem,
    Agreement,
    AgreementVersion,
    Assignment,
    AssignmentGrant,
    Clause,
    Criterion,
    Decision,
    Grant,
    LearningEvent,
    LearningGoal,
    LearningOffer,
    LearningStructure,
    Leervraag,
    Meeting,
    Objection,
    Power,
    Ratification,
    Region,
    RegionUpload,
    RoleName,
    Room,
    ScanRound,
    Seat,
    Signal,
    SignIn,
    SignUp,
    Tafel,
    TakenHome,
)
from coordinator.moments import queries as moments
from coordinator.offers.queries import find_offer, find_structure
from coordinator.partners.queries import find_partner
from coordinator.powers.queries import find_power
from coordinator.regions.queries import find_upload
from coordinator.scans import queries as scans
from coordinator.seats.queries import Line, find_seat
from coordinator.signals.queries import find_signal
from coordinator.signing import queries as signing
from coordinator.tafels.queries import find_tafel

IDLE: Final = timedelta(minutes=30)
AT_MOST: Final = timedelta(hours=10)

csrf = CSRFProtect()

MAY_GRANT: Final = {
    RoleName.ADMINISTRATOR: frozenset({RoleName.ADMINISTRATOR, RoleName.COORDINATOR}),
    # Also a second leercoördinator: learning may not hang on one person.
    RoleName.COORDINATOR: frozenset(RoleName) - {RoleName.ADMINISTRATOR},
}
"""Which roles give and end which roles."""


@dataclass(frozen=True)
class Person:
    """Who is signed in, in one region, with the grants that are valid today."""

    account: Account
    region: Region | None
    grants: tuple[Grant, ...]
    regions: tuple[Region, ...]

    @property
    def name(self) -> str:
        return self.account.name

    @property
    def roles(self) -> str:
        """Return the roles in words, for in the header."""
        return ", ".join(dict.fromkeys(label(grant.role) for grant in self.grants))

    def has(self, *roles: RoleName) -> bool:
        """Whether one of these roles was granted for the region as it is today."""
        return any(grant.role in roles for grant in self.grants)

    @property
    def grantable(self) -> frozenset[RoleName]:
        """Return the roles this person may give and end in the region."""
        return frozenset[RoleName]().union(
            *(MAY_GRANT.get(grant.role, ()) for grant in self.grants)
        )

    def tafel_ids(self, *roles: RoleName) -> set[int]:
        """Return the tables for which one of these roles was granted."""
        return {g.tafel_id for g in self.grants if g.role in roles and g.tafel_id is not None}

    def partner_ids(self, *roles: RoleName) -> set[int]:
        """Return the partners for which one of these roles was granted."""
        return {g.partner_id for g in self.grants if g.role in roles and g.partner_id is not None}


def hash_token(token: str) -> str:
    """Return what is kept of a secret token."""
    return hashlib.sha256(token.encode()).hexdigest()


def start_sign_in(token: str) -> None:
    """Begin a fresh session for somebody whose password was just checked."""
    region = session.get("region")
    session.clear()
    g.pop("csrf_token", None)  # made from the session that is no more
    session["sign_in"] = token
    session["seen"] = clock.now().timestamp()
    if region:
        session["region"] = region


def identify() -> Person | None:
    """Return who sends this request; None without a valid sign-in."""
    token = session.get("sign_in")
    if not token:
        return None
    now = clock.now()
    statement = (
        select(SignIn)
        .where(SignIn.token_hash == hash_token(token), SignIn.ended_at.is_(None))
        .where(SignIn.started_at > now - AT_MOST)
        .options(joinedload(SignIn.account))
    )
    sign_in = database().scalar(statement)
    seen = datetime.fromtimestamp(session.get("seen", 0), clock.now().tzinfo)
    if sign_in is None or now - seen > IDLE:
        return None
    session["seen"] = now.timestamp()
    today = clock.today()
    grants = database().scalars(
        select(Grant)
        .where(Grant.account_id == sign_in.account_id)
        .where(Grant.starts_on <= today, Grant.ends_on >= today)
        .options(joinedload(Grant.region))
        .order_by(Grant.id)
    )
    by_region: dict[Region, list[Grant]] = {}
    for grant in grants:
        by_region.setdefault(grant.region, []).append(grant)
    chosen = next((r for r in by_region if r.slug == session.get("region")), None)
    region = chosen or next(iter(by_region), None)
    return Person(
        account=sign_in.account,
        region=region,
        grants=tuple(by_region.get(region, ())) if region else (),
        regions=tuple(r for r in by_region if r is not region),
    )


def person() -> Person:
    """Return who is signed in; for views behind a rule that asks for it."""
    signed_in: Person = g.person
    return signed_in


# The rules: named by whom they let in.


def anyone(_person: Person | None) -> bool:
    return True


def whoever_signed_in(_person: Person) -> bool:
    return True


def members(person: Person, *_objects: object) -> bool:
    return bool(person.grants)


def coordinators(person: Person, *_objects: object) -> bool:
    return person.has(RoleName.COORDINATOR)


def keepers_of_accounts(person: Person, *_objects: object) -> bool:
    return person.has(RoleName.COORDINATOR, RoleName.ADMINISTRATOR)


def keepers_of_the_role(person: Person, grant: Grant) -> bool:
    return grant.role in person.grantable


def uploader(person: Person, upload: RegionUpload) -> bool:
    return coordinators(person) and upload.account_id == person.account.id


def readers_of_agendas(person: Person) -> bool:
    return person.has(*agenda.READERS)


def readers_of_the_agenda(person: Person, meeting: Meeting) -> bool:
    return agenda.reads_agenda(person.grants, meeting.tafel_id)


def secretaries_of_the_tafel(person: Person, tafel: Tafel) -> bool:
    return coordinators(person) or tafel.id in person.tafel_ids(RoleName.SECRETARY)


def secretaries_of_the_meeting(person: Person, meeting: Meeting) -> bool:
    return coordinators(person) or meeting.tafel_id in person.tafel_ids(RoleName.SECRETARY)


def secretaries_of_the_seat(person: Person, seat: Seat | Line) -> bool:
    return coordinators(person) or seat.tafel_id in person.tafel_ids(RoleName.SECRETARY)


def secretaries_of_the_item(person: Person, item: AgendaItem) -> bool:
    return secretaries_of_the_meeting(person, item.meeting)


def deciders_on_the_item(person: Person, item: AgendaItem) -> bool:
    decides_here = item.meeting.tafel_id in person.tafel_ids(RoleName.BOARD_MEMBER)
    return decides_here or secretaries_of_the_item(person, item)


def readers_of_the_fixed_text(person: Person, version: AgreementVersion) -> bool:
    return bool(person.grants) and version.text != ""


def signers(person: Person, version: AgreementVersion) -> bool:
    """Let in the bestuurders of who signs, and who was asked by name; the page says who may."""
    at = person.partner_ids(signatures.SIGNS_AS)
    return readers_of_the_fixed_text(person, version) and any(
        each.partner_id in at or each.account_id == person.account.id
        for each in version.signatories
    )


def people_of_the_parties(person: Person, version: AgreementVersion) -> bool:
    at = person.partner_ids(*signatures.OBJECTS_AS)
    return version.text != "" and any(party.id in at for party in version.parties)


def maker_of_the_objection(person: Person, objection: Objection) -> bool:
    return bool(person.grants) and objection.made_by_id == person.account.id


def keepers_of_the_promise(person: Person, decision: Decision) -> bool:
    is_own = bool(person.grants) and decision.owner_account_id == person.account.id
    decides_here = decision.meeting.tafel_id in person.tafel_ids(RoleName.BOARD_MEMBER)
    return is_own or decides_here or secretaries_of_the_meeting(person, decision.meeting)


def givers(person: Person, *_objects: object) -> bool:
    return person.has(RoleName.EXPERT, RoleName.PROFESSIONAL, RoleName.MANAGER)


def givers_and_coordinators(person: Person, *_objects: object) -> bool:
    return givers(person) or coordinators(person)


def authors(person: Person, signal: Signal) -> bool:
    return bool(person.grants) and signal.author_id == person.account.id


def authors_and_coordinators(person: Person, signal: Signal) -> bool:
    return coordinators(person) or authors(person, signal)


def who_may_judge(person: Person, signal: Signal) -> bool:
    """Let in the author; the coordinator on behalf of an author without account."""
    return authors(person, signal) or (signal.author_id is None and coordinators(person))


def people_of_a_holder(person: Person, *_objects: object) -> bool:
    """Let in who is of a table or partner, for which they set goals; and who sets them for all."""
    return coordinators(person) or any(
        grant.tafel_id is not None or grant.partner_id is not None for grant in person.grants
    )


def people_of_the_goal(person: Person, goal: LearningGoal) -> bool:
    return coordinators(person) or holders.belongs(person.grants, goal.tafel_id, goal.partner_id)


def who_may_learn_from(person: Person, decision: Decision) -> bool:
    """Let in the coordinator, and an author who did not recognise two answers."""
    return coordinators(person) or (
        bool(person.grants) and leervragen.was_refused_twice(decision, person.account)
    )


def owner_and_coordinators(person: Person, leervraag: Leervraag) -> bool:
    is_own = bool(person.grants) and leervraag.owner_account_id == person.account.id
    return is_own or coordinators(person)


def who_may_answer(person: Person, scan_round: ScanRound) -> bool:
    return any(scans.takes_part(scan_round, grant.partner_id) for grant in person.grants)


def hosts_and_coordinators(person: Person, moment: LearningEvent) -> bool:
    return coordinators(person) or (bool(person.grants) and moments.leads(moment, person.account))


def people_of_what_was_taken_home(person: Person, taken: TakenHome) -> bool:
    return coordinators(person) or holders.belongs(person.grants, taken.tafel_id, taken.partner_id)


Rule = Callable[..., bool]
Loader = Callable[[str], object | None]

OPEN: Final = frozenset({anyone})

RULES: Final[dict[str, Rule]] = {
    "static": anyone,
    "home.index": whoever_signed_in,
    "home.privacy": anyone,
    "home.accessibility": anyone,
    "home.health": anyone,
    "home.security_txt": anyone,
    "home.choose_region": whoever_signed_in,
    # accounts
    "accounts.sign_in": anyone,
    "accounts.sign_out": whoever_signed_in,
    "accounts.forgot": anyone,
    "accounts.reset": anyone,
    "accounts.accept": anyone,
    "accounts.me": whoever_signed_in,
    "accounts.index": keepers_of_accounts,
    "accounts.invite": keepers_of_accounts,
    "accounts.show": keepers_of_accounts,
    "accounts.give_role": keepers_of_accounts,
    "accounts.invite_again": keepers_of_accounts,
    "accounts.extend_grant": keepers_of_the_role,
    "accounts.end_grant": keepers_of_the_role,
    # regions
    "regions.index": coordinators,
    "regions.upload": coordinators,
    "regions.preview": uploader,
    "regions.confirm": uploader,
    "regions.discard": uploader,
    "regions.export_zip": coordinators,
    "regions.export_xlsx": coordinators,
    # partners
    "partners.index": members,
    "partners.show": members,
    # tafels
    "tafels.index": members,
    "tafels.show": members,
    "tafels.effect": members,
    "tafels.edit_terms": secretaries_of_the_tafel,
    "tafels.new_meeting": secretaries_of_the_tafel,
    "tafels.move_meeting": secretaries_of_the_meeting,
    "tafels.cancel_meeting": secretaries_of_the_meeting,
    "tafels.plan": coordinators,
    "tafels.plan_csv": coordinators,
    # insight
    "insight.map": members,
    "insight.weak": members,
    "insight.report": members,
    "insight.report_pdf": members,
    "insight.report_xlsx": members,
    "insight.report_csv": members,
    "insight.gaps": members,
    "insight.gaps_csv": members,
    "insight.gaps_xlsx": members,
    # agreements
    "agreements.index": members,
    "agreements.show": members,
    "agreements.effect": members,
    "agreements.version_effect": members,
    "agreements.end": coordinators,
    "agreements.new": coordinators,
    "agreements.edit": coordinators,
    "agreements.new_version": coordinators,
    "agreements.discard": coordinators,
    "agreements.version": members,
    "agreements.compare": members,
    "agreements.signatories": coordinators,
    "agreements.add_clause": coordinators,
    "agreements.edit_clause": coordinators,
    "agreements.remove_clause": coordinators,
    # powers
    "powers.index": members,
    "powers.show": members,
    "powers.ask": members,
    "powers.new": coordinators,
    "powers.edit": coordinators,
    # signing
    "signing.show": readers_of_the_fixed_text,
    "signing.proof": readers_of_the_fixed_text,
    "signing.text": readers_of_the_fixed_text,
    "signing.send": coordinators,
    "signing.record": coordinators,
    "signing.sign": signers,
    "signing.decline": signers,
    "signing.object": people_of_the_parties,
    "signing.answer": coordinators,
    "signing.take_back": maker_of_the_objection,
    "signing.ratify": coordinators,
    # assignments
    "assignments.index": members,
    "assignments.show": members,
    "assignments.new": coordinators,
    "assignments.edit": coordinators,
    "assignments.add_giver": coordinators,
    "assignments.end_giver": coordinators,
    # goals
    "goals.index": members,
    "goals.show": members,
    "goals.new": people_of_a_holder,
    "goals.edit": people_of_the_goal,
    "goals.reach": people_of_the_goal,
    "goals.stop": people_of_the_goal,
    "goals.park": people_of_the_goal,
    "goals.resume": people_of_the_goal,
    "goals.limits": coordinators,
    "goals.set_limit": coordinators,
    # signals
    "signals.index": givers_and_coordinators,
    "signals.new": givers,
    "signals.show": authors_and_coordinators,
    "signals.read": coordinators,
    "signals.ask": coordinators,
    "signals.answer": authors,
    "signals.send": coordinators,
    "signals.refuse": coordinators,
    "signals.verify": who_may_judge,
    "signals.settle": coordinators,
    # seats
    "seats.index": members,
    "seats.experience": members,
    "seats.new": secretaries_of_the_tafel,
    "seats.edit": secretaries_of_the_seat,
    "seats.succeed": secretaries_of_the_seat,
    "seats.end": secretaries_of_the_seat,
    "seats.lapse": secretaries_of_the_seat,
    "seats.attendance": secretaries_of_the_meeting,
    "seats.hand_over_work": keepers_of_accounts,
    # agenda
    "agenda.index": readers_of_agendas,
    "agenda.show": readers_of_the_agenda,
    "agenda.close": secretaries_of_the_meeting,
    "agenda.decide": deciders_on_the_item,
    "agenda.hand_over": secretaries_of_the_item,
    "agenda.put_off": secretaries_of_the_item,
    "agenda.done": keepers_of_the_promise,
    # offers
    "offers.index": members,
    "offers.show": members,
    "offers.fitting": members,
    "offers.new": coordinators,
    "offers.edit": coordinators,
    "offers.end": coordinators,
    "offers.structures": members,
    "offers.structure": members,
    "offers.new_structure": coordinators,
    "offers.edit_structure": coordinators,
    "offers.end_structure": coordinators,
    # leervragen
    "leervragen.index": members,
    "leervragen.new": members,
    "leervragen.from_signal": authors_and_coordinators,
    "leervragen.from_decision": who_may_learn_from,
    "leervragen.show": members,
    "leervragen.interpret": coordinators,
    "leervragen.score": coordinators,
    "leervragen.choose": coordinators,
    "leervragen.not_choose": coordinators,
    "leervragen.link": coordinators,
    "leervragen.unlink": coordinators,
    "leervragen.align": coordinators,
    "leervragen.answer": owner_and_coordinators,
    "leervragen.embed": owner_and_coordinators,
    "leervragen.reopen": coordinators,
    "leervragen.bring": coordinators,
    "leervragen.order": coordinators,
    "leervragen.gaps": members,
    "leervragen.criteria": members,
    "leervragen.begin_criteria": coordinators,
    "leervragen.new_criterion": coordinators,
    "leervragen.edit_criterion": coordinators,
    "leervragen.end_criterion": coordinators,
    "leervragen.move_criterion": coordinators,
    # learning
    "learning.index": members,
    "learning.together": members,
    # moments
    "moments.index": members,
    "moments.mine": members,
    "moments.make_link": members,
    "moments.end_link": members,
    "moments.feed": anyone,
    "moments.show": members,
    "moments.ics": members,
    "moments.new": coordinators,
    "moments.plan": coordinators,
    "moments.edit": coordinators,
    "moments.cancel": coordinators,
    "moments.sign_up": members,
    "moments.sign_off": members,
    "moments.people": hosts_and_coordinators,
    "moments.sign_up_other": coordinators,
    "moments.sign_off_other": coordinators,
    "moments.attendance": hosts_and_coordinators,
    "moments.evaluate": members,
    "moments.take_home": people_of_a_holder,
    "moments.edit_taken_home": people_of_what_was_taken_home,
    "moments.rooms": coordinators,
    "moments.new_room": coordinators,
    "moments.edit_room": coordinators,
    "moments.end_room": coordinators,
    # scans
    "scans.index": members,
    "scans.new": coordinators,
    "scans.show": members,
    "scans.edit": coordinators,
    "scans.close": coordinators,
    "scans.answer": who_may_answer,
    "scans.give_in": who_may_answer,
    "scans.discard": members,
    "scans.results": members,
    "scans.texts": members,
}

LOADERS: Final[dict[str, Loader]] = {
    "account": accounts.find_person,
    "grant": accounts.find_grant,
    "upload": find_upload,
    "agreement": find_agreement,
    "clause": find_clause,
    "version": governance.find_version,
    "objection": signing.find_objection,
    "ratification": signing.find_ratification,
    "partner": find_partner,
    "tafel": find_tafel,
    "power": find_power,
    "assignment": find_assignment,
    "assignment_grant": find_assignment_grant,
    "meeting": agenda.find_meeting,
    "item": agenda.find_item,
    "decision": agenda.find_decision,
    "seat": find_seat,
    "signal": find_signal,
    "leervraag": leervragen.find_leervraag,
    "criterion": leervragen.find_criterion,
    "offer": find_offer,
    "structure": find_structure,
    "goal": find_goal,
    "scan_round": scans.find_scan_round,
    "room": moments.find_room,
    "moment": moments.find_moment,
    "sign_up": moments.find_sign_up,
    "taken_home": moments.find_taken_home,
}
"""How the one id in a URL becomes an object of the person's region: name in the URL -> query."""


def guard() -> ResponseReturnValue | None:
    """Decide on every request, before its view: who is this, and may they."""
    g.person = None
    if request.endpoint == "static":
        return None
    g.person = identify()
    if g.person is not None and g.person.region is not None:
        database().scope = g.person.region.id  # from here on, rows of this region only
    if request.endpoint is None:
        return None  # an unknown address: the same 404 as what one may not see
    if (request.content_length or 0) > current_app.config["MAX_CONTENT_LENGTH"]:
        abort(413)
    if "\0" in request.path or any("\0" in value for value in request.args.values()):
        abort(404)  # no text of ours holds one, and PostgreSQL refuses to look for it
    if request.endpoint in ASKS_AGAIN and g.person is not None:
        _ask_again(g.person)
    rule = RULES[request.endpoint]
    if rule not in OPEN:
        if g.person is None:
            return _ask_to_sign_in()
        objects = _load_objects()
        if objects is None or not rule(g.person, *objects):
            if request.method not in SAFE_METHODS and (first := web.find_first_answer()):
                return first  # the second click: the first one took away what was clicked on
            abort(404)
    if request.method not in SAFE_METHODS:
        csrf.protect()
        return web.answer_repeated()
    return None


ASKS_AGAIN: Final = frozenset({"signing.sign"})
"""Where the password is asked again; its field is called `password`."""


def _ask_again(signed_in: Person) -> None:
    """Check the password that came along, before anything is looked up that must be held."""
    password = request.form.get("password", "")
    if request.method in SAFE_METHODS or not password or proof.proven_at():
        return
    csrf.protect()
    g.proof_refused = proof.ask_again(signed_in.account, password, request.remote_addr or "")
    g.person = identify()  # the transaction in which they were looked up is over


class SignInEnded(Exception):
    """Somebody posts a form of ours, but is no longer signed in; `accounts` saves the text."""


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.method in SAFE_METHODS:
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    csrf.protect()  # another site's form is not carried past the sign-in
    raise SignInEnded


def _load_objects() -> list[object] | None:
    """Put the objects in place of the ids of the address; None when one is not there."""
    objects: list[object] = []
    for name, value in (request.view_args or {}).items():
        if name in LOADERS:
            # Without a region there is nothing to look in.
            found = LOADERS[name](value) if g.person.region else None
            if found is None:
                return None
            if request.method not in SAFE_METHODS and isinstance(found, HELD):
                found = _hold(found, LOADERS[name], value)
            request.view_args[name] = found  # type: ignore[index] # it is what we loop over
            objects.append(found)
    return objects


HELD: Final = (
    Assignment,
    AssignmentGrant,
    Signal,
    Meeting,
    Agreement,
    Tafel,
    Seat,
    Power,
    AgreementVersion,
    Clause,
    Objection,
    Ratification,
    Decision,
    LearningGoal,
    LearningStructure,
    LearningOffer,
    ScanRound,
    Leervraag,
    Criterion,
    Room,
    LearningEvent,
    SignUp,
    TakenHome,
)


def _held_row(found: Any) -> tuple[type[Any], int]:
    """Return which row is held: of what belongs to an agreement, the agreement.

    So that nobody signs a text while another takes it back, and two who sign see each other.
    """
    if isinstance(found, AgreementVersion):
        return Agreement, found.agreement_id
    if isinstance(found, Clause | Objection | Ratification):
        return Agreement, found.agreement_version.agreement_id
    if isinstance(found, AssignmentGrant):
        return Assignment, found.assignment_id
    if isinstance(found, SignUp | TakenHome):
        return LearningEvent, found.event_id
    return type(found), found.id


def _hold(found: Any, load: Loader, text: str) -> object | None:
    """Keep a row for this request until its commit, and look it up again.

    Of two who send a form on the same row, the second waits and then sees the first one's work.
    """
    kind, row_id = _held_row(found)
    held = select(kind.id).where(kind.id == row_id).with_for_update(key_share=True)
    database().execute(held)
    for row in database():
        if isinstance(row, RegionScoped):  # what was looked up may be another's by now
            database().expire(row)
    return load(text)


NAVIGATION: Final = (
    ("Vandaag", "home.index", {"home.index"}),
    ("Signalen", "signals.index", {"signals"}),
    ("Agenda", "agenda.index", {"agenda", "seats.attendance"}),
    (
        "Netwerk",
        "tafels.index",
        {
            "tafels",
            "partners",
            "agreements",
            "insight",
            "signing",
            "powers",
            "assignments",
            "seats.index",
            "seats.experience",
            "seats.new",
            "seats.edit",
            "seats.succeed",
            "seats.end",
        },
    ),
    (
        "Leren",
        "learning.index",
        {"learning", "leervragen", "goals", "offers", "moments", "scans"},
    ),
    (
        "Mensen",
        "accounts.index",
        {
            "accounts.index",
            "accounts.invite",
            "accounts.show",
            "accounts.give_role",
            "accounts.extend_grant",
            "seats.hand_over_work",
        },
    ),
    ("Regio", "regions.index", {"regions"}),
)
"""The main menu: label, page, and the slices and pages that hang under it."""


@dataclass(frozen=True)
class MenuItem:
    """One entry of the menu."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class OtherRegion:
    """A region to change to, and the address that does it."""

    name: str
    url: str


def _menu() -> dict[str, object]:
    """Give the templates who is here, and the pages and regions open to them."""
    signed_in: Person | None = g.get("person")
    nav: list[MenuItem] = []
    regions: list[OtherRegion] = []
    if signed_in is not None:
        nav = [
            MenuItem(label, url_for(page), bool({request.endpoint, request.blueprint} & under))
            for label, page, under in NAVIGATION
            if page in RULES and may(page)
        ]
        regions = [
            OtherRegion(region.name, url_for("home.choose_region", slug=region.slug))
            for region in signed_in.regions
        ]
    return {"person": signed_in, "may": may, "nav": nav, "regions": regions}


def may(endpoint: str, **objects: Any) -> bool:
    """Whether the person may open a page; templates show a link exactly where it opens."""
    rule = RULES[endpoint]
    if rule in OPEN:
        return True
    return g.get("person") is not None and rule(g.person, *objects.values())


class IncompleteRulesError(Exception):
    """A page without a rule, or a rule without a page."""


def check_rules(app: Flask) -> None:
    """Refuse to start when RULES and the URL map differ."""
    pages = set(app.view_functions)
    if missing := sorted(pages - RULES.keys()):
        raise IncompleteRulesError(f"no rule for: {', '.join(missing)}")
    if unused := sorted(RULES.keys() - pages):
        raise IncompleteRulesError(f"no page for the rule: {', '.join(unused)}")


def init_app(app: Flask) -> None:
    """Guard every request."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # the guard calls it, after it knows who asks
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the session
    csrf.init_app(app)
    app.before_request(guard)
    app.context_processor(_menu)
