"""What was agreed in Oeverland: the papers written out, powers, a text to sign, the assignment.

All of it is done through the actions that the pages use, as `story` does.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select

from coordinator import clock, governance
from coordinator.agreements import actions as agreements
from coordinator.agreements.queries import PLAIN, find_agreement
from coordinator.assignments import actions as assignments
from coordinator.db import session
from coordinator.models import (
    Account,
    Agreement,
    AgreementVersion,
    ClauseKind,
    Domain,
    GovernanceRole,
    Grant,
    Involvement,
    Partner,
    Power,
    Tafel,
    Vote,
)
from coordinator.powers import actions as powers
from coordinator.signing import actions as signing
from coordinator.signing import queries as signatures

INVEST, LEARN, ABSENCE, FORCE = (
    "Regionale inzet jeugdhulp vaststellen",
    "Leerbudget besteden",
    "Aanpak schoolaanwezigheid vaststellen",
    "Doorzetten als partners er niet uitkomen",
)
POWERS: Final = (
    (INVEST, "Besluiten waar de regio geld en mensen voor jeugdhulp inzet.", True),
    (LEARN, "Besluiten over leermomenten, begeleiding en materiaal.", False),
    (ABSENCE, "Besluiten hoe scholen en gemeenten samen optrekken als een kind thuis zit.", True),
    (FORCE, "Besluiten als partners het niet eens worden en een gezin daarop wacht.", True),
)
PAPERS: Final = {
    "MAN": {
        "ground": "Artikel 10:3 en verder van de Algemene wet bestuursrecht.",
        "task": "Wie namens de vijf colleges besluit over jeugdhulp in de regio.",
        "notice_days": 90,
        "amendment_rule": "Wijzigen kan met een besluit van alle vijf colleges.",
        "dispute_rule": "Zonder overeenstemming beslist elk college voor zijn eigen gemeente.",
        "publication": "Gemeentebladen van de vijf gemeenten",
    },
    "SAM": {
        "ground": "Artikel 2.7 van de Jeugdwet: samen zorgen voor goede hulp.",
        "task": "Hoe signalen de beleidstafel bereiken en hoe het antwoord terugkomt.",
        "notice_days": 180,
        "amendment_rule": "Elke partij kan wijziging vragen; alle partijen tekenen opnieuw.",
        "dispute_rule": "Wie afwijkt, legt aan de beleidstafel uit waarom.",
        "annexes": "Werkwijze signalen\nPrivacyafspraken",
    },
    "OND": {
        "task": "Hoe scholen en gemeenten samen optrekken als een kind thuis zit.",
        "notice_days": 90,
        "dispute_rule": "Komen partijen er niet uit, dan beslist de bestuurstafel.",
        "bodies": ["Gemeenteraad van Veldrade"],
    },
}
OBJECTION: Final = (
    "De beleidstafel heeft nog geen zetel voor ouders. Zonder hen besluiten wij hier liever niet "
    "over."
)
ANSWER: Final = (
    "Artikel 4 geeft Ervaringskracht Oeverland een zetel vanaf de eerste dag. Zij nemen een ouder "
    "mee."
)
TASK: Final = (
    "Signalen lezen en op weg sturen, agenda's van de regionale tafels voorbereiden, laten zien "
    "waar het netwerk geen weg heeft, en het leren tussen de tafels organiseren."
)
GAVE_TASK: Final = ("gem-vel", "gem-lin", "gem-oos", "erv", "gi")


@dataclass
class Register:
    """Writes the agreements of the example, in the order in which it happened."""

    people: dict[str, Account]
    today: date

    def write(self) -> None:
        """Do all of it, each on its own day."""
        for days_ago, act in (
            (60, self._add_powers),
            (58, self._write_out_mandate),
            (57, self._write_out_cooperation),
            (40, self._give_assignment),
            (20, self._put_before_parties),
            (16, self._first_signs),
            (9, self._object),
            (7, self._answer),
        ):
            day = self.today - timedelta(days=days_ago)
            with clock.frozen(datetime.combine(day, time(10), UTC)):
                act()
                session().flush()
                session().expire_all()

    @property
    def _coordinator(self) -> Account:
        return self.people["leercoordinator"]

    def _find(self, kind: type[Any], code: str) -> Any:
        return session().scalars(select(kind).where(kind.code == code)).one()

    def _power(self, name: str) -> Power:
        return session().scalars(select(Power).where(Power.name == name)).one()

    def _agreement(self, code: str) -> Agreement:
        found = find_agreement(code)
        if found is None:
            raise LookupError(code)
        return found

    def _newest(self, code: str) -> AgreementVersion:
        return governance.newest(self._agreement(code))

    def _add_powers(self) -> None:
        for name, description, is_exclusive in POWERS:
            powers.add(name, description, is_exclusive=is_exclusive, by=self._coordinator)

    def _write_out(self, code: str) -> AgreementVersion:
        """Write out what stands on a paper that a package brought."""
        version = self._newest(code)
        values: dict[str, Any] = {name: getattr(version, name) for name in PLAIN}
        values |= {
            "parties": list(version.parties),
            "domains": list(version.domains),
            "areas": list(version.areas),
            "bodies": [],
            **PAPERS[code],
        }
        agreements.write(version, values, by=self._coordinator)
        return version

    def _add(self, version: AgreementVersion, kind: ClauseKind, **given: Any) -> None:
        number = max((clause.number for clause in version.clauses), default=0) + 1
        agreements.add_clause(version, kind, {"number": number, **given}, by=self._coordinator)

    def _write_out_mandate(self) -> None:
        version = self._write_out("MAN")
        board, policy = self._find(Tafel, "S-JEU"), self._find(Tafel, "B-JEU")
        self._add(
            version,
            ClauseKind.POWER,
            title="Regionale inzet",
            text="Het portefeuillehoudersoverleg stelt vast waar de regio geld en mensen inzet.",
            power=self._power(INVEST),
            involvement=Involvement.ACCOUNTABLE,
            may_pass_on=True,
            amount=250_000,
            tafel=board,
        )
        self._add(
            version,
            ClauseKind.POWER,
            title="Kleine inzet",
            text="De voorzitter van de beleidstafel beslist over kleine inzet, tussen twee "
            "vergaderingen door.",
            power=self._power(INVEST),
            involvement=Involvement.CARRIES_OUT,
            amount=25_000,
            limits="Alleen als het niet kan wachten op de volgende vergadering.",
            tafel=policy,
            role=self._find(GovernanceRole, "voorzitter"),
            giver_tafel=board,
            domains=[self._find(Domain, "jeugd")],
        )

    def _write_out_cooperation(self) -> None:
        version = self._write_out("SAM")
        policy = self._find(Tafel, "B-JEU")
        self._add(
            version,
            ClauseKind.POWER,
            title="Leerbudget",
            text="De beleidstafel gaat over het leerbudget van de regio.",
            power=self._power(LEARN),
            involvement=Involvement.ACCOUNTABLE,
            may_pass_on=True,
            tafel=policy,
        )
        self._add(
            version,
            ClauseKind.POWER,
            title="Leerbudget uit handen geven",
            text="De leercoördinator besteedt het leerbudget.",
            power=self._power(LEARN),
            involvement=Involvement.CARRIES_OUT,
            amount=5_000,
            tafel=policy,
            role=self._find(GovernanceRole, "coordinator"),
            giver_tafel=policy,
        )

    def _give_assignment(self) -> None:
        assignment = assignments.add(
            assignments.Terms(
                account=self._coordinator,
                task=TASK,
                hours_per_week=20,
                budget=15_000,
                starts_on=self.today - timedelta(days=200),
                ends_on=self.today + timedelta(days=165),
                powers=[self._power(LEARN)],
            ),
            by=self._coordinator,
        )
        for code in GAVE_TASK:
            assignments.give(
                assignment,
                self._find(Partner, code),
                clock.today(),
                agreement="SAM",
                ground="Bijlage 1, werkwijze signalen",
                by=self._coordinator,
            )

    def _put_before_parties(self) -> None:
        """Put a text before nine parties that gives a table its mandate, a seat and a power."""
        agreements.start_next(self._agreement("OND"), by=self._coordinator)
        version = self._write_out("OND")
        policy = self._find(Tafel, "B-OND")
        self._add(
            version,
            ClauseKind.POWER,
            title="Schoolaanwezigheid",
            text="De beleidstafel stelt vast hoe scholen en gemeenten samen optrekken.",
            power=self._power(ABSENCE),
            involvement=Involvement.ACCOUNTABLE,
            tafel=policy,
        )
        self._add(
            version,
            ClauseKind.SEAT,
            title="Een zetel voor ouders",
            text="Ervaringskracht Oeverland krijgt een zetel aan de beleidstafel.",
            tafel=policy,
            partner=self._find(Partner, "erv"),
            role=self._find(GovernanceRole, "ervaringsdeskundige"),
            vote=Vote.ADVISORY,
        )
        signing.send(version, seen=str(version.version), by=self._coordinator)

    def _first_signs(self) -> None:
        signer = self.people["tweede bestuurder"]
        version = self._newest("OND")
        grants = session().scalars(select(Grant).where(Grant.account_id == signer.id)).all()
        own = next(
            each
            for each in signatures.own_signatures(version, signer.id, grants)
            if each.mandate is not None
        )
        signing.sign(version, own, text_hash=version.text_hash, proven_at=clock.now(), by=signer)

    def _object(self) -> None:
        signing.object_to(
            self._newest("OND"),
            self._find(Partner, "gem-vel"),
            clause_number=None,
            reason=OBJECTION,
            by=self.people["bestuurder"],
        )

    def _answer(self) -> None:
        version = self._newest("OND")
        objection = signatures.objections_of(version)[-1]
        signing.answer(objection, text=ANSWER, seen=str(objection.version), by=self._coordinator)
