"""What the pages on agreements look up: what is in force, and what rests on it."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value
from wtforms import BooleanField, RadioField

from coordinator import clock, events, governance, web
from coordinator.choosing import Chooser, ChoosingForm, Option
from coordinator.db import session
from coordinator.errors import Refused
from coordinator.labels import label
from coordinator.models import (
    Account,
    Agreement,
    AgreementStatus,
    AgreementVersion,
    Area,
    AssignmentGrant,
    Clause,
    ClauseKind,
    Domain,
    GovernanceRole,
    Grant,
    Handover,
    Involvement,
    Objection,
    ObjectKind,
    Partner,
    Power,
    RoleName,
    Seat,
    Signatory,
    SignatoryStatus,
    Signature,
    Tafel,
    VersionStatus,
)
from coordinator.signing import queries as signing

EXPIRED: Final = "Verlopen"
EXPIRED_KEY: Final = "verlopen"
STATUS_CHOICES: Final = [
    *((status.value, label(status)) for status in AgreementStatus),
    (EXPIRED_KEY, EXPIRED),
]


HELD, NOT_HELD = "wel", "niet"
HOLDS_CHOICES: Final = [(HELD, "Geldt"), (NOT_HELD, "Geldt niet")]


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds of agreements that there are."""
    kinds = session().scalars(
        select(Agreement.kind)
        .where(Agreement.ended_on.is_(None), Agreement.kind != "")
        .distinct()
        .order_by(Agreement.kind)
    )
    return [(kind, kind) for kind in kinds]


def domain_choices() -> list[tuple[str, str]]:
    """Return code and name of all domains."""
    rows = session().execute(
        select(Domain.code, Domain.name).where(Domain.ended_on.is_(None)).order_by(Domain.name)
    )
    return [(code, name) for code, name in rows]


def find_agreement(code: str) -> Agreement | None:
    """Return an agreement with its parties; also one that is no longer in the package."""
    return session().scalar(
        select(Agreement).where(Agreement.code == code).options(selectinload(Agreement.parties))
    )


def agreements(
    status: str | None,
    holds: str | None,
    text: str | None,
    day: date,
    *,
    kind: str | None = None,
    partner: str | None = None,
    domain: str | None = None,
) -> Select[Agreement]:
    """Select the agreements on a day by title; one that is over is `EXPIRED_KEY`, and not signed.

    `holds` is a key of `HOLDS_CHOICES`: whether they are in force that day.
    """
    statement = (
        select(Agreement)
        .where(Agreement.there_on(day))
        .options(selectinload(Agreement.parties))
        .order_by(Agreement.title, Agreement.code)
    )
    if day < clock.today():
        statement = statement.where(Agreement.id.in_(_stood_so(status, holds, day)))
        status = holds = None
    is_over = Agreement.ends_on < day
    if status == EXPIRED_KEY:
        statement = statement.where(Agreement.status == AgreementStatus.SIGNED, is_over)
    elif status:
        statement = statement.where(Agreement.status == AgreementStatus(status))
        if status == AgreementStatus.SIGNED:
            statement = statement.where(or_(Agreement.ends_on.is_(None), ~is_over))
    if holds:
        is_held = Agreement.in_force(day)
        statement = statement.where(is_held if holds == HELD else ~is_held)
    if text:
        statement = statement.where(
            or_(
                Agreement.title.icontains(text, autoescape=True),
                Agreement.code.icontains(text, autoescape=True),
                Agreement.kind.icontains(text, autoescape=True),
            )
        )
    if kind:
        statement = statement.where(Agreement.kind == kind)
    if partner:
        is_meant = or_(
            Partner.name.icontains(partner, autoescape=True),
            func.lower(Partner.code) == partner.lower(),
        )
        statement = statement.where(Agreement.parties.any(is_meant))
    if domain:
        statement = statement.where(_is_about(domain, day))
    return statement


def _stood_so(status: str | None, holds: str | None, day: date) -> list[int]:
    """Return the ids of the agreements that were there on a past day and stood so then."""
    there = session().scalars(select(Agreement).where(Agreement.there_on(day))).all()
    found = governance.standings(there, day)
    chosen = []
    for agreement in there:
        standing = found.get(agreement.id)
        if standing is None:
            continue
        is_over = stand_words(standing, agreement, day)[0] == EXPIRED
        stood = EXPIRED_KEY if is_over else standing.status.value
        if status in (None, "", stood) and holds in (None, "", (NOT_HELD, HELD)[standing.in_force]):
            chosen.append(agreement.id)
    return chosen


def _is_about(domain: str, day: date) -> ColumnElement[bool]:
    """Whether a text names a domain; where it names none, whether something on it deals with it."""
    one = Domain.code == domain
    tafels = Agreement.tafels.any(Tafel.there_on(day))
    handovers = Agreement.handovers.any(Handover.there_on(day))
    return or_(
        Agreement.versions.any(AgreementVersion.domains.any(one)),
        and_(
            ~Agreement.versions.any(AgreementVersion.domains.any()),
            or_(
                Agreement.tafels.any(
                    and_(Tafel.there_on(day), or_(Tafel.all_domains, Tafel.domains.any(one)))
                ),
                Agreement.handovers.any(
                    and_(
                        Handover.there_on(day),
                        or_(Handover.all_domains, Handover.domains.any(one)),
                    )
                ),
                and_(~tafels, ~handovers),
            ),
        ),
    )


@dataclass(frozen=True)
class Row:
    """What the list says of an agreement beside its own columns."""

    stand: tuple[str, str]
    in_force: bool
    coming: str
    """That a newer version is on its way."""


def rows(agreements: Iterable[Agreement], day: date) -> dict[int, Row]:
    """Return by id what the list says of these agreements on a day; one query."""
    chosen = {agreement.id: agreement for agreement in agreements}
    versions: dict[int, list[AgreementVersion]] = defaultdict(list)
    for version in session().scalars(
        select(AgreementVersion)
        .where(AgreementVersion.agreement_id.in_(chosen))
        .order_by(AgreementVersion.number)
    ):
        versions[version.agreement_id].append(version)
    found = {}
    for key, agreement in chosen.items():
        standing = governance.standing_on(agreement, versions[key], day)
        newest = versions[key][-1]
        coming = ""
        if standing and newest is not standing.version:
            words = {
                VersionStatus.DRAFT: "is een concept",
                VersionStatus.TO_SIGN: "ligt ter ondertekening",
                VersionStatus.REFUSED: "is geweigerd",
                VersionStatus.SIGNED: "is ondertekend en gaat later in",
                VersionStatus.WITHDRAWN: "is ingetrokken",
            }
            coming = f"Versie {newest.number} {words[newest.status]}."
        found[key] = Row(
            stand_words(standing, agreement, day),
            standing is not None and standing.in_force,
            coming,
        )
    return found


@dataclass
class Resting:
    """What rests on one clause of an agreement, or on the whole of it."""

    tafels: list[Tafel] = field(default_factory=list)
    handovers: list[Handover] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)


def resting_on(agreement: Agreement, day: date) -> dict[int | None, Resting]:
    """Return what rests on an agreement on a day, by the number of the clause; None = on none."""
    found: dict[int | None, Resting] = defaultdict(Resting)
    current = session()
    for tafel in current.scalars(
        select(Tafel)
        .where(Tafel.agreement_id == agreement.id, Tafel.there_on(day))
        .order_by(Tafel.name)
    ):
        found[tafel.clause_number].tafels.append(tafel)
    for handover in current.scalars(
        select(Handover)
        .where(Handover.agreement_id == agreement.id, Handover.there_on(day))
        .options(
            joinedload(Handover.source),
            joinedload(Handover.target),
            selectinload(Handover.domains),
        )
        .order_by(Handover.id)
    ):
        found[handover.clause_number].handovers.append(handover)
    for seat in current.scalars(
        select(Seat)
        .where(Seat.agreement_id == agreement.id, Seat.there_on(day))
        .options(joinedload(Seat.tafel), joinedload(Seat.partner), joinedload(Seat.role))
        .order_by(Seat.id)
    ):
        found[seat.clause_number].seats.append(seat)
    return dict(found)


def to_review(agreement: Agreement) -> AgreementVersion | None:
    """Return the newest text when it was not signed yet: that is what people decide about."""
    latest = governance.newest(agreement)
    return latest if latest.status in (VersionStatus.DRAFT, VersionStatus.TO_SIGN) else None


def history(agreement: Agreement, reader: Account) -> list[events.Entry]:
    """Return what was done to an agreement."""
    return events.history(reader, (ObjectKind.AGREEMENT,), [agreement.code])


def stand_words(
    standing: governance.Standing | None, agreement: Agreement, day: date
) -> tuple[str, str]:
    """Return the stand of an agreement on a day in a word, and the kind of badge it gets."""
    if standing is None:
        return "Was er nog niet", "plain"
    last = standing.version.last_day if standing.version else agreement.ends_on
    if day >= clock.today():
        last = agreement.ends_on
    if standing.status is AgreementStatus.SIGNED and last is not None and last < day:
        return EXPIRED, "warning"
    kinds = {
        AgreementStatus.DRAFT: "plain",
        AgreementStatus.TO_SIGN: "active",
        AgreementStatus.SIGNED: "done",
        AgreementStatus.TERMINATED: "warning",
    }
    return label(standing.status), kinds[standing.status]


def force_words(agreement: Agreement, standing: governance.Standing | None, day: date) -> str:
    """Return in a sentence whether an agreement is in force on a day, and until or from when."""
    if standing is None:
        return "Deze afspraak was er toen nog niet."
    if standing.status is not AgreementStatus.SIGNED:
        words = {
            AgreementStatus.DRAFT: "Deze afspraak geldt niet. Zij is nog een concept.",
            AgreementStatus.TO_SIGN: "Deze afspraak geldt nog niet. Niet iedereen heeft getekend.",
            AgreementStatus.TERMINATED: "Deze afspraak geldt niet meer. Zij is opgezegd.",
        }
        return words[standing.status]
    starts_on, ends_on = agreement.starts_on, agreement.ends_on
    if standing.version is not None and day < clock.today():
        starts_on, ends_on = standing.version.starts_on, standing.version.last_day
    on = "vandaag" if day == clock.today() else "op deze dag"
    if starts_on and day < starts_on:
        return f"Deze afspraak is ondertekend en geldt vanaf {web.day(starts_on)}."
    if ends_on and day > ends_on:
        return f"Deze afspraak geldt niet meer. De laatste dag was {web.day(ends_on)}."
    if ends_on:
        return f"Deze afspraak geldt {on}, tot en met {web.day(ends_on)}."
    return f"Deze afspraak geldt {on}. Zij heeft geen einddatum."


@dataclass(frozen=True)
class Progress:
    """How far a version is, who is next, and what a draft still lacks."""

    title: str
    words: list[str]
    signed: list[Signatory]
    waiting: list[Signatory]
    refused: list[Signatory]
    missing: list[str]


def progress(version: AgreementVersion) -> Progress:
    """Return how far the newest version of an agreement is."""
    by_status = {
        status: [one for one in version.signatories if one.status is status]
        for status in SignatoryStatus
    }
    signed = by_status[SignatoryStatus.SIGNED]
    waiting = by_status[SignatoryStatus.ASKED]
    number = f"Versie {version.number}"
    title, words, missing = f"{number} is ondertekend", [], []
    if version.status is VersionStatus.DRAFT:
        title = f"{number} is een concept"
        missing = _missing(version) or signing.faults(version)
        words = (
            ["De leercoördinator schrijft deze tekst nog."]
            if missing
            else ["De tekst is compleet. De leercoördinator legt haar voor aan de partijen."]
        )
    elif version.status is VersionStatus.TO_SIGN:
        title = f"{number} ligt ter ondertekening"
        count = len(version.signatories)
        words = [f"{len(signed)} van de {count} partijen hebben getekend."]
        if len(signed) == 1:
            words = [f"Eén van de {count} partijen heeft getekend."]
    elif version.status is VersionStatus.REFUSED:
        title = f"{number} is geweigerd"
        words = ["De leercoördinator bespreekt dit met de partijen en maakt een nieuwe versie."]
    elif version.status is VersionStatus.WITHDRAWN:
        title = f"{number} is ingetrokken"
        words = ["Er ligt nu geen tekst voor. De leercoördinator maakt een nieuwe versie."]
    else:
        words = _signed_words(version)
    return Progress(title, words, signed, waiting, by_status[SignatoryStatus.REFUSED], missing)


def _missing(version: AgreementVersion) -> list[str]:
    """Return in words what a draft lacks before it can be put before the parties."""
    lacks = (
        (not version.parties, "Er zijn nog geen partijen gekozen."),
        (version.starts_on is None, "Er is nog geen ingangsdatum."),
        (not version.clauses, "Er zijn nog geen artikelen."),
    )
    return [words for is_missing, words in lacks if is_missing]


def _signed_words(version: AgreementVersion) -> list[str]:
    if version.signed_on:
        words = [
            f"Alle partijen hebben getekend. De laatste deed dat op {web.day(version.signed_on)}."
        ]
    else:
        words = ["Zij is buiten deze dienst getekend."]
    if version.is_signed_elsewhere and version.signed_on:
        words = [f"Zij is op papier getekend op {web.day(version.signed_on)}."]
    bodies = [one.body for one in version.ratifications if one.ratified_on is None]
    if bodies:
        words.append(f"Zij moet nog bekrachtigd worden door {web.enumerate_words(bodies)}.")
    if version.review_on:
        is_coming = version.review_on >= clock.today()
        verb = "De evaluatie is op" if is_coming else "De evaluatie was gepland op"
        words.append(f"{verb} {web.day(version.review_on)}.")
    return words


def count_objections(version: AgreementVersion) -> int:
    """Return how many objections to a version wait for an answer."""
    return (
        session().scalar(
            select(func.count())
            .select_from(Objection)
            .where(
                Objection.version_id == version.id,
                Objection.answered_at.is_(None),
                Objection.withdrawn_at.is_(None),
            )
        )
        or 0
    )


def numbers_of(agreement_id: int) -> list[tuple[int, str]]:
    """Return number and public id of the versions of an agreement, the oldest first."""
    rows = session().execute(
        select(AgreementVersion.number, AgreementVersion.public_id)
        .where(AgreementVersion.agreement_id == agreement_id)
        .order_by(AgreementVersion.number)
    )
    return [(number, public_id) for number, public_id in rows]


# Writing: what can be chosen, and whether somebody was first.


def find_clause(public_id: str) -> Clause | None:
    """Return a clause, with the whole version that it stands in."""
    version = session().scalar(
        governance.whole(select(AgreementVersion)).where(
            AgreementVersion.clauses.any(Clause.public_id == public_id)
        )
    )
    if version is None:
        return None
    clause = next(clause for clause in version.clauses if clause.public_id == public_id)
    set_committed_value(clause, "agreement_version", version)  # keeps the loaded whole of it
    return clause


def is_referred_to(agreement: Agreement) -> bool:
    """Whether something rests on an agreement beside the hand-overs of its own clauses."""
    referring = (Tafel.agreement_id, Seat.agreement_id, AssignmentGrant.agreement_id)
    return any(
        session().scalar(select(column).where(column == agreement.id).limit(1)) is not None
        for column in referring
    )


def is_writable(version: AgreementVersion) -> bool:
    """Whether its text may be changed as it stands: a draft, or what was signed on paper."""
    is_draft = version.status is VersionStatus.DRAFT
    return version.agreement.ended_on is None and (is_draft or governance.may_complete(version))


_CHOICES: Final[dict[str, tuple[type[Any], Any]]] = {
    "parties": (Partner, Partner.kind),
    "partner": (Partner, Partner.kind),
    "giver_partner": (Partner, Partner.kind),
    "domains": (Domain, None),
    "areas": (Area, Area.kind),
    "role": (GovernanceRole, None),
    "giver_role": (GovernanceRole, None),
}
_TAFELS: Final = ("tafel", "target", "giver_tafel")


def offer(form: ChoosingForm, kept: Iterable[Any] = ()) -> None:
    """Say what the choosers of a form can be filled with.

    `kept` are rows that were chosen before; they stay in the list when they left the network.
    """
    known: dict[type[Any], list[Option]] = {}
    ended = [row for row in kept if getattr(row, "ended_on", None)]
    for name, chooser in form.choosers.items():
        kind: type[Any] = Tafel
        if name not in _TAFELS:
            kind = Power if name == "power" else _CHOICES[name][0]
        if kind not in known:
            if kind is Tafel:
                known[kind] = _tafel_options()
            elif kind is Power:
                known[kind] = _power_options()
            else:
                known[kind] = _options(*_CHOICES[name])
            known[kind] += [
                Option(row.code, row.name, f"hoort niet meer bij het netwerk, {row.code}")
                for row in ended
                if type(row) is kind
            ]
        chooser.offer(known[kind])


def _options(kind: type[Any], note: Any) -> list[Option]:
    columns = [kind.code, kind.name, *([note] if note is not None else [])]
    rows = session().execute(
        select(*columns).where(kind.ended_on.is_(None)).order_by(kind.name, kind.code)
    )
    return _told_apart([Option(*row) for row in rows])


def _tafel_options() -> list[Option]:
    rows = session().execute(
        select(Tafel.code, Tafel.name, Tafel.level, Area.name)
        .join(Area, Tafel.area_id == Area.id)
        .where(Tafel.ended_on.is_(None))
        .order_by(Tafel.name, Tafel.code)
    )
    return _told_apart(
        [Option(code, name, f"{label(level)}, {area}") for code, name, level, area in rows]
    )


def _power_options() -> list[Option]:
    rows = session().execute(select(Power.public_id, Power.name).order_by(Power.name))
    return [Option(code, name) for code, name in rows]


def _told_apart(options: list[Option]) -> list[Option]:
    """Add the code where two have the same name and note."""
    count = Counter((option.name, option.note) for option in options)
    return [
        replace(option, note=", ".join(filter(None, (option.note, option.code))))
        if count[option.name, option.note] > 1
        else option
        for option in options
    ]


def rows_of(kind: type[Any], codes: Iterable[str]) -> list[Any]:
    """Return the rows with these codes, by name."""
    wanted = list(codes)
    if not wanted:
        return []
    found = session().scalars(select(kind).where(kind.code.in_(wanted)).order_by(kind.name))
    return list(found)


def find_row(kind: type[Any], code: str) -> Any:
    """Return the row with this code, or None for no code."""
    return session().scalars(select(kind).where(kind.code == code)).one() if code else None


def find_tafel(code: str) -> Tafel | None:
    """Return a table with its domains and area, or None for no code."""
    if not code:
        return None
    return (
        session()
        .scalars(
            select(Tafel)
            .where(Tafel.code == code)
            .options(selectinload(Tafel.domains), joinedload(Tafel.area))
        )
        .one()
    )


def find_power(public_id: str) -> Power | None:
    """Return a kind of decision, or None for no id."""
    return session().scalar(select(Power).where(Power.public_id == public_id))


PLAIN: Final = (*governance.FIELDS, "takes_over")
"""The columns of a version that are written as they are."""


def text_data(version: AgreementVersion) -> dict[str, Any]:
    """Return what stands in a version as the form on it holds it."""
    return {
        **{name: getattr(version, name) for name in PLAIN},
        "renewal": version.renewal.value,
        "parties": sorted(each.code for each in version.parties),
        "domains": sorted(each.code for each in version.domains),
        "areas": sorted(each.code for each in version.areas),
        "bodies": "\n".join(each.body for each in version.ratifications),
    }


def find_former(code: str | None) -> AgreementVersion | None:
    """Return the newest text of an agreement that was ended by notice; None of another one."""
    former = find_agreement(code) if code else None
    if former is None or former.status is not AgreementStatus.TERMINATED:
        return None
    return governance.newest(former)


def renewed_data(former: AgreementVersion) -> dict[str, Any]:
    """Return what the form on a new agreement begins with that takes the place of a former one."""
    days = dict.fromkeys(("starts_on", "ends_on", "review_on"))
    return {**text_data(former), **days, "takes_over": False, "replaces": former.title}


def signing_data(version: AgreementVersion) -> dict[str, Any]:
    """Return who signs a version in which capacity, and who is asked."""
    return {
        each.partner.code: [each.capacity, each.account.public_id if each.account else ""]
        for each in version.signatories
    }


def chosen_in(clause: Clause) -> list[Any]:
    """Return the rows that a clause names."""
    named = (
        clause.tafel,
        clause.target,
        clause.giver_tafel,
        clause.role,
        clause.giver_role,
        clause.partner,
        clause.giver_partner,
    )
    return [row for row in (*named, *clause.domains, *clause.areas) if row is not None]


def clause_data(clause: Clause) -> dict[str, Any]:
    """Return what stands in a clause as the forms on it hold it."""

    def code(thing: Any) -> list[str]:
        return [thing.code] if thing is not None else []

    return {
        "number": clause.number,
        "title": clause.title,
        "text": clause.text,
        "power": [clause.power.public_id] if clause.power else [],
        "involvement": (clause.involvement or Involvement.ACCOUNTABLE).value,
        "may_pass_on": clause.may_pass_on,
        "amount": clause.amount,
        "limits": clause.limits,
        "tafel": code(clause.tafel),
        "role": code(clause.role),
        "partner": code(clause.partner),
        "giver_tafel": code(clause.giver_tafel),
        "giver_role": code(clause.giver_role),
        "giver_partner": code(clause.giver_partner),
        "target": code(clause.target),
        "processing_days": clause.processing_days,
        "vote": clause.vote.value if clause.vote else "",
        "domains": sorted(each.code for each in clause.domains),
        "areas": sorted(each.code for each in clause.areas),
    }


def mark(data: Mapping[str, Any]) -> str:
    """Return a short mark of what stood there when a page was opened."""
    written = json.dumps(data, default=str, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:20]


def show_theirs(form: ChoosingForm, data: Mapping[str, Any]) -> bool:
    """Put what somebody else wrote meanwhile beside each field; return whether anybody did.

    What this person typed stays; sending the form again is then a choice.
    """
    if form["version"].data == mark(data):
        return False
    form["version"].data = mark(data)
    for name, theirs in data.items():
        if name not in form:
            continue
        own = form[name]
        value = sorted(own.data) if isinstance(own, Chooser) else own.data
        if (value or "") != (theirs or ""):
            own.errors = [*own.errors, f"Intussen staat hier: {_words(own, theirs)}."]
    form.refuse(
        Refused(
            "Iemand anders heeft deze tekst intussen gewijzigd. Wat u schreef staat er nog. Waar "
            "die ander iets anders schreef, staat dat erbij. Kies wat er moet staan en bewaar "
            "opnieuw."
        )
    )
    return True


def _words(field: Any, value: Any) -> str:
    if isinstance(field, Chooser):
        names = {option.code: option.name for option in field.options}
        value = web.enumerate_words([names.get(code, code) for code in value]) if value else ""
    elif isinstance(field, RadioField):
        choices: Any = field.choices
        value = {choice.value: choice.label for choice in choices}.get(value, value)
    elif isinstance(field, BooleanField):
        return "aangekruist" if value else "niet aangekruist"
    elif isinstance(value, date):
        value = web.day(value)
    return f"“{value}”" if value not in (None, "") else "niets"


def new_code() -> str:
    """Return a code for a new agreement that none ever had: A-2026-03."""
    start = f"A-{clock.today().year}-"
    taken = session().scalars(select(Agreement.code).where(Agreement.code.startswith(start)))
    used = [int(code.removeprefix(start)) for code in taken if code.removeprefix(start).isdigit()]
    return f"{start}{max(used, default=0) + 1:02}"


def signatures_on(version: AgreementVersion) -> Sequence[Signature]:
    """Return the signatures on a version that were not cancelled."""
    return (
        session()
        .scalars(
            select(Signature)
            .where(Signature.version_id == version.id, Signature.cancelled_at.is_(None))
            .options(joinedload(Signature.partner), joinedload(Signature.account))
            .order_by(Signature.id)
        )
        .all()
    )


def who_may_sign(version: AgreementVersion) -> dict[int, list[Account]]:
    """Return per partner of a version the bestuurders who may sign for it, now or soon."""
    found: dict[int, list[Account]] = defaultdict(list)
    grants = session().scalars(
        select(Grant)
        .where(
            Grant.role == RoleName.BOARD_MEMBER,
            Grant.partner_id.in_([partner.id for partner in version.parties]),
            Grant.ends_on >= clock.today(),
        )
        .options(joinedload(Grant.account))
        .order_by(Grant.id)
    )
    for grant in grants:
        if grant.account not in found[grant.partner_id or 0]:
            found[grant.partner_id or 0].append(grant.account)
    return found


def numbers_before(version: AgreementVersion) -> dict[int, ClauseKind]:
    """Return the numbers of clauses in the versions before one, and what each last gave."""
    rows = session().execute(
        select(Clause.number, Clause.kind)
        .join(Clause.agreement_version)
        .where(
            AgreementVersion.agreement_id == version.agreement_id,
            AgreementVersion.number < version.number,
        )
        .order_by(AgreementVersion.number)
    )
    return dict(rows.all())


def next_number(version: AgreementVersion) -> int:
    """Return a number for a new clause that no clause of this agreement ever had."""
    used = {clause.number for clause in version.clauses} | numbers_before(version).keys()
    return max(used, default=0) + 1


def asked_handover(source: str | None, target: str | None) -> tuple[Tafel, Tafel] | None:
    """Return the two tables that an address proposes a hand-over between."""
    if not source or not target:
        return None
    found = find_tafel(source), find_tafel(target)
    return (found[0], found[1]) if found[0] and found[1] else None
