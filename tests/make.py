"""Test data: plain functions with defaults. Use them inside `with inside(region):`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from coordinator import clock, governance
from coordinator.db import session
from coordinator.models import (
    Account,
    Agreement,
    AgreementStatus,
    AgreementVersion,
    Area,
    Assignment,
    AssignmentGrant,
    Clause,
    ClauseKind,
    Criterion,
    Domain,
    EventHost,
    GovernanceRole,
    Grant,
    Handover,
    Involvement,
    LearningEvent,
    LearningFormat,
    LearningGoal,
    LearningOffer,
    LearningStructure,
    Leervraag,
    Level,
    Meeting,
    Partner,
    Power,
    Region,
    RoleName,
    Room,
    Scale,
    ScanAnswer,
    ScanRound,
    ScanScore,
    ScanSheet,
    Seat,
    Signal,
    Signatory,
    SignUp,
    SignUpStatus,
    Source,
    StructureKind,
    Tafel,
    TakenHome,
    TakenHomeResult,
)

_numbers = count(1)


_together = ContextVar("together", default=False)


def _add(row: Any) -> Any:
    session().add(row)
    if not _together.get():
        session().flush()
    return row


@contextmanager
def together() -> Iterator[None]:
    """Send the rows of the block at its end in one go; within it they have no ids yet."""
    kept = _together.set(True)
    try:
        with session().no_autoflush:
            yield
    finally:
        _together.reset(kept)
    session().flush()


def _of(region: Region | None) -> dict[str, int]:
    return {"region_id": region.id} if region else {}


def region(slug: str | None = None, name: str = "Regio Oeverland") -> Region:
    return _add(Region(slug=slug or f"regio-{next(_numbers)}", name=name))


def account(name: str = "Samira", email: str | None = None, **given: Any) -> Account:
    return _add(Account(name=name, email=email or f"mens{next(_numbers)}@voorbeeld.nl", **given))


def grant(
    account: Account,
    role: RoleName,
    region: Region,
    *,
    partner: Partner | None = None,
    tafel: Tafel | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Grant:
    return _add(
        Grant(
            account_id=account.id,
            role=role,
            region_id=region.id,
            partner_id=partner.id if partner else None,
            tafel_id=tafel.id if tafel else None,
            starts_on=starts_on or clock.today() - timedelta(days=30),
            ends_on=ends_on or clock.today() + timedelta(days=300),
        )
    )


def person(
    role: RoleName,
    region: Region,
    *,
    name: str | None = None,
    partner: Partner | None = None,
    tafel: Tafel | None = None,
) -> Account:
    """Return an account with one valid grant."""
    made = account(name or role.name.capitalize())
    grant(made, role, region, partner=partner, tafel=tafel)
    return made


def area(
    code: str = "G1", *, part_of: tuple[Area, ...] = (), region: Region | None = None, **given: Any
) -> Area:
    given = {"name": f"Gebied {code}", "scale": Scale.LOCAL, **given}
    return _add(Area(code=code, part_of=list(part_of), **given, **_of(region)))


def domain(code: str = "jeugd", name: str | None = None, region: Region | None = None) -> Domain:
    return _add(Domain(code=code, name=name or code.capitalize(), **_of(region)))


def partner(
    code: str = "lt1",
    *,
    domains: tuple[Domain, ...] = (),
    areas: tuple[Area, ...] = (),
    region: Region | None = None,
    **given: Any,
) -> Partner:
    given = {"name": f"Organisatie {code}", **given}
    row = Partner(code=code, domains=list(domains), working_areas=list(areas), **given)
    if region:
        row.region_id = region.id
    return _add(row)


def agreement(code: str = "A1", region: Region | None = None, **given: Any) -> Agreement:
    given = {"title": f"Afspraak {code}", "status": AgreementStatus.SIGNED, **given}
    made = _add(Agreement(code=code, parties=given.pop("parties", []), **given, **_of(region)))
    governance.follow([made])
    return made


def tafel(
    code: str,
    level: Level,
    area: Area,
    *,
    domains: tuple[Domain, ...] | None = None,
    agreement: Agreement | None = None,
    **given: Any,
) -> Tafel:
    """Return a table; without domains it deals with all of them."""
    given = {"name": f"Tafel {code}", **given}
    return _add(
        Tafel(
            code=code,
            level=level,
            area_id=area.id,
            all_domains=domains is None,
            domains=list(domains or ()),
            agreement_id=agreement.id if agreement else None,
            region_id=area.region_id,
            **given,
        )
    )


def meeting(tafel: Tafel, held_on: date, **given: Any) -> Meeting:
    return _add(Meeting(tafel_id=tafel.id, held_on=held_on, region_id=tafel.region_id, **given))


def role(code: str = "lid", region: Region | None = None, **given: Any) -> GovernanceRole:
    given = {"name": code.capitalize(), **given}
    return _add(GovernanceRole(code=code, **given, **_of(region)))


def seat(tafel: Tafel, partner: Partner, role: GovernanceRole, **given: Any) -> Seat:
    return _add(
        Seat(
            tafel_id=tafel.id,
            partner_id=partner.id,
            role_id=role.id,
            region_id=tafel.region_id,
            **given,
        )
    )


def handover(
    source: Tafel, target: Tafel, *, agreement: Agreement | None = None, **given: Any
) -> Handover:
    return _add(
        Handover(
            source_id=source.id,
            target_id=target.id,
            agreement_id=agreement.id if agreement else None,
            region_id=source.region_id,
            **given,
        )
    )


def signal(
    area: Area,
    domains: tuple[Domain, ...],
    *,
    title: str = "Hulp stopt op de achttiende verjaardag",
    partner: Partner | None = None,
    author: Account | None = None,
    given_on: date | None = None,
    **given: Any,
) -> Signal:
    """Return a signal without journeys; `planning.plan_new([signal])` gives it those."""
    given = {"source": Source.EXPERT, "description": "Niemand belde meer.", **given}
    return _add(
        Signal(
            code=f"sig{next(_numbers)}",
            given_on=given_on or clock.today(),
            title=title,
            area_id=area.id,
            area=area,
            domains=list(domains),
            partner=partner,
            author_id=author.id if author else None,
            region_id=area.region_id,
            **given,
        )
    )


@dataclass(frozen=True)
class SmallNetwork:
    """Two places, two domains, four tables: each row by what it is."""

    whole: Area
    here: Area
    there: Area
    jeugd: Domain
    onderwijs: Domain
    team: Partner
    school: Partner
    experts: Partner
    council: Partner
    cooperation: Agreement
    mandate: Agreement
    walk_in: Tafel
    practice: Tafel
    policy: Tafel
    board: Tafel
    member: GovernanceRole
    meetings: dict[str, list[Meeting]]
    """Per code of a table, in order of day."""


def small_network(region: Region) -> SmallNetwork:
    """Return a network in which signals travel; its days are counted from today.

    K (open, jeugd) and U (members) hand over to the beleidstafel B, and B to the bestuurstafel S.
    U -> B rests on the agreement A1, table S on A2. A signal given today at `team` in `here` on
    jeugd goes by K: it is at B after 21 days and at S after 42. On onderwijs it goes by U.
    """
    today = clock.today()
    with together():
        whole = area(
            "RR", name="Rivierenrand", scale=Scale.REGIONAL, kind="jeugdregio", region=region
        )
        here = area("G1", name="Oeverdam", part_of=(whole,), kind="gemeente", region=region)
        there = area("G2", name="Waalwoude", part_of=(whole,), kind="gemeente", region=region)
        jeugd = domain("jeugd", "Jeugd en gezin", region)
        onderwijs = domain("onderwijs", "Onderwijs", region)
        both = (jeugd, onderwijs)
        team = partner(
            "lt1", name="Lokaal team Oeverdam", domains=both, areas=(here,), region=region
        )
        school = partner(
            "sch2",
            name="Scholengroep Waalwoude",
            domains=(onderwijs,),
            areas=(there,),
            region=region,
        )
        experts = partner(
            "eed", name="Ervaringsdeskundigen", domains=both, areas=(whole,), region=region
        )
        council = partner(
            "gem", name="Gemeente Oeverdam", domains=both, areas=(here,), region=region
        )
    with together():
        cooperation, mandate = (
            _add(
                Agreement(
                    code=code,
                    title=title,
                    kind=kind,
                    status=AgreementStatus.SIGNED,
                    starts_on=today - timedelta(days=300),
                    parties=parties,
                    **_of(region),
                )
            )
            for code, title, kind, parties in (
                (
                    "A1",
                    "Samenwerkingsafspraak signalen",
                    "samenwerkingsovereenkomst",
                    [team, school],
                ),
                ("A2", "Mandaat bestuurlijk overleg", "mandaatbesluit", []),
            )
        )
    with together():
        walk_in = tafel(
            "K",
            Level.PRACTICE,
            whole,
            name="Spreekuur ervaringen",
            domains=(jeugd,),
            is_open=True,
        )
        practice = tafel(
            "U", Level.PRACTICE, whole, name="Uitvoerdersoverleg", domains=both, submission_days=3
        )
        policy = tafel(
            "B",
            Level.POLICY,
            whole,
            name="Beleidstafel jeugd",
            domains=both,
            submission_days=7,
            feedback_days=21,
        )
        board = tafel(
            "S",
            Level.BOARD,
            whole,
            name="Bestuurlijk overleg",
            submission_days=14,
            feedback_days=28,
            agreement=mandate,
        )
        member = role("lid", region)
    with together():
        for table, organisation in (
            (practice, team),
            (practice, school),
            (policy, council),
            (board, council),
        ):
            seat(table, organisation, member)
        handover(walk_in, policy, all_domains=False, domains=[jeugd])
        handover(practice, policy, processing_days=2, agreement=cooperation)
        handover(policy, board, processing_days=3)
    governance.follow([cooperation, mandate])
    with together():
        meetings = {
            table.code: [
                meeting(table, today + timedelta(days=days), time=at, location="Oeverdam")
                for days in (first, first + 28, first + 56)
            ]
            for table, first, at in (
                (walk_in, 7, ""),
                (practice, 10, "09:30"),
                (policy, 21, "10:00"),
                (board, 42, "14:00"),
            )
        }
    return SmallNetwork(
        whole=whole,
        here=here,
        there=there,
        jeugd=jeugd,
        onderwijs=onderwijs,
        team=team,
        school=school,
        experts=experts,
        council=council,
        cooperation=cooperation,
        mandate=mandate,
        walk_in=walk_in,
        practice=practice,
        policy=policy,
        board=board,
        member=member,
        meetings=meetings,
    )


def power(name: str = "Inkoop", region: Region | None = None, **given: Any) -> Power:
    return _add(Power(name=name, **given, **_of(region)))


def power_clause(
    agreement: Agreement,
    power: Power,
    *,
    holder: tuple[Tafel | None, GovernanceRole | None, Partner | None],
    giver: tuple[Tafel | None, GovernanceRole | None, Partner | None] = (None, None, None),
    involvement: Involvement = Involvement.ACCOUNTABLE,
    domains: tuple[Domain, ...] = (),
    areas: tuple[Area, ...] = (),
    **given: Any,
) -> Clause:
    """Return a clause that gives a power, at the end of the newest text of an agreement."""
    version = governance.newest(agreement)
    clause = Clause(
        number=max((each.number for each in version.clauses), default=0) + 1,
        kind=ClauseKind.POWER,
        power=power,
        involvement=involvement,
        tafel=holder[0],
        role=holder[1],
        partner=holder[2],
        giver_tafel=giver[0],
        giver_role=giver[1],
        giver_partner=giver[2],
        domains=list(domains),
        areas=list(areas),
        region_id=version.region_id,
        **given,
    )
    version.clauses.append(clause)
    return _add(clause)


def assignment(account: Account, region: Region | None = None, **given: Any) -> Assignment:
    """Return an assignment from a month ago until a year ahead."""
    today = clock.today()
    given = {
        "task": "Breng signalen bij de tafels die erover gaan.",
        "starts_on": today - timedelta(days=30),
        "ends_on": today + timedelta(days=330),
        "powers": [],
        **given,
    }
    return _add(Assignment(account_id=account.id, account=account, **given, **_of(region)))


def assignment_grant(assignment: Assignment, partner: Partner, **given: Any) -> AssignmentGrant:
    given = {"granted_on": assignment.starts_on, **given}
    return _add(
        AssignmentGrant(
            assignment_id=assignment.id,
            partner_id=partner.id,
            region_id=assignment.region_id,
            **given,
        )
    )


def draft(net: SmallNetwork, code: str, parties: list[Partner], **given: Any) -> AgreementVersion:
    """Return the draft of a new agreement; it lets the practice table hand over to the board.

    Each of the parties signs, any of its bestuurders.
    """
    title = "Convenant Oeverdam"
    parties = [session().get_one(Partner, each.id) for each in parties]
    agreement = _add(
        Agreement(code=code, title=title, status=AgreementStatus.DRAFT, parties=list(parties))
    )
    version = AgreementVersion(
        parties=list(parties),
        domains=[],
        areas=[],
        clauses=[
            Clause(
                number=1,
                title="Doorgeleiding",
                text="Het overleg geeft door aan het bestuur.",
                kind=ClauseKind.HANDOVER,
                tafel=session().get_one(Tafel, net.practice.id),
                target=session().get_one(Tafel, net.board.id),
                processing_days=1,
                domains=[],
                areas=[],
            )
        ],
        signatories=[
            Signatory(partner=each, partner_id=each.id, capacity="wethouder jeugd")
            for each in parties
        ],
        ratifications=[],
        **{"title": title, "starts_on": clock.today(), "notice_days": 60, **given},
    )
    governance.start(agreement, version, None)
    governance.settle(version)
    return version


def leervraag(question: str = "Hoe houden we contact?", **given: Any) -> Leervraag:
    """Return a leervraag that was asked today; without more: on the level of practice."""
    code = f"LV-{next(_numbers)}"
    given = {"code": code, "asked_on": clock.today(), "level": Level.PRACTICE, **given}
    return _add(Leervraag(question=question, domains=list(given.pop("domains", ())), **given))


def goal(better: str = "Een gezin vertelt zijn verhaal één keer.", **given: Any) -> LearningGoal:
    """Return a learning goal; it takes `tafel_id` or `partner_id`."""
    due_on = clock.today() + timedelta(days=90)
    given = {"level": Level.PRACTICE, "due_on": due_on, "seen_by": "We vragen het.", **given}
    return _add(LearningGoal(better=better, domains=list(given.pop("domains", ())), **given))


def structure(name: str = "Academie jeugd", **given: Any) -> LearningStructure:
    """Return a place for learning; without domains it is for all of them."""
    domains = list(given.pop("domains", ()))
    given = {"kind": StructureKind.ACADEMY, "all_domains": not domains, **given}
    return _add(LearningStructure(name=name, domains=domains, **given))


def offer(title: str = "Intervisie", **given: Any) -> LearningOffer:
    """Return an offer; without domains it is for all of them."""
    domains = list(given.pop("domains", ()))
    given = {"format": LearningFormat.PEER_REVIEW, "all_domains": not domains, **given}
    return _add(LearningOffer(title=title, domains=domains, **given))


def criterion(
    name: str = "Gezinnen merken het", region: Region | None = None, **given: Any
) -> Criterion:
    return _add(Criterion(name=name, **{"weight": 3, **given}, **_of(region)))


def scan_round(name: str = "najaar", **given: Any) -> ScanRound:
    """Return a round of the self-scan for all organisations, of which today is the second day."""
    days = {"opens_on": clock.today() - timedelta(days=1), "closes_on": clock.today()}
    return _add(ScanRound(name=name, partners=list(given.pop("partners", ())), **days | given))


def scan_sheet(
    scan_round: ScanRound, partner: Partner, level: Level, answers: dict[str, ScanScore | str]
) -> ScanSheet:
    """Return a sheet: a score or a text by question ("11-2")."""
    sheet = _add(ScanSheet(round_id=scan_round.id, partner_id=partner.id, level=level))
    for key, given in answers.items():
        bouwsteen, number = map(int, key.split("-"))
        score = given if isinstance(given, ScanScore) else None
        _add(
            ScanAnswer(
                sheet_id=sheet.id,
                bouwsteen=bouwsteen,
                question=number,
                score=score,
                text="" if score else given,
            )
        )
    return sheet


def room(name: str = "De Oeverzaal", region: Region | None = None, **given: Any) -> Room:
    return _add(Room(name=name, **given, **_of(region)))


def moment(
    title: str = "Casuïstiek op dinsdag", *, hosts: tuple[Account | str, ...] = (), **given: Any
) -> LearningEvent:
    """Return a leermoment in a week from 10.00 to 12.00; without domains it is for all of them."""
    related = {name: list(given.pop(name, ())) for name in ("domains", "leervragen", "goals")}
    given = {
        "format": LearningFormat.CASE_DISCUSSION,
        "held_on": clock.today() + timedelta(days=7),
        "begins": "10:00",
        "ends": "12:00",
        "place": "" if "room_id" in given else "Oeverdam",
        "all_domains": not related["domains"],
        **given,
    }
    leading = [
        EventHost(name=one) if isinstance(one, str) else EventHost(name=one.name, account_id=one.id)
        for one in hosts
    ]
    return _add(LearningEvent(title=title, hosts=leading, **related, **given))


def sign_up(
    moment: LearningEvent,
    who: Account | str,
    status: SignUpStatus = SignUpStatus.PLACED,
    **given: Any,
) -> SignUp:
    of = {"name": who} if isinstance(who, str) else {"account_id": who.id}
    return _add(SignUp(event_id=moment.id, status=status, **of, **given))


def taken_home(moment: LearningEvent, **given: Any) -> TakenHome:
    """Return what a table (tafel_id) or a partner (partner_id) took home."""
    given = {"result": TakenHomeResult.ADOPTED, "text": "Wij beginnen er ook mee.", **given}
    return _add(TakenHome(event_id=moment.id, recorded_on=clock.today(), **given))


def scanned(partner: Partner) -> ScanRound:
    """Return a closed round in which five people of an organisation wrote the same."""
    then = clock.today() - timedelta(days=9)
    made = scan_round("voorjaar", opens_on=then, closes_on=then, partners=[partner])
    for _ in range(5):
        scan_sheet(made, partner, Level.PRACTICE, {"1-1": "Luisteren"})
    return made
