"""The bridge to `network.mandates`: who may decide what, as clauses in the database grant it.

`known` reads every clause that grants a power; `conflicts_of` says of one version of an agreement
what it would contradict once it is signed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

import network.region as pure
from coordinator import clock, governance, web
from coordinator.db import session
from coordinator.models import (
    AgreementStatus,
    AgreementVersion,
    Area,
    Clause,
    ClauseKind,
    Domain,
    GovernanceRole,
    Partner,
    Tafel,
    VersionStatus,
)
from network.mandates import Holder, Mandates, PowerGrant, Question, Scope

A_DAY: Final = timedelta(days=1)
NAMED: Final = 3


@dataclass(frozen=True)
class Known:
    """What the clauses of a region grant, and the clause behind each grant."""

    region: pure.Region
    clauses: dict[str, Clause]
    grants: tuple[PowerGrant, ...]

    @cached_property
    def mandates(self) -> Mandates:
        """Return all of it as one whole, to be asked."""
        return Mandates(self.region, self.grants)

    def clause(self, grant: PowerGrant) -> Clause:
        """Return the clause that a grant was read from."""
        return self.clauses[grant.clause]

    @cached_property
    def _names(self) -> dict[tuple[str, str], str]:
        """The names of tables, roles and partners by their codes, those that ended too."""
        names = {
            (kind, row.code): row.name
            for kind, rows in (
                ("tafel", self.region.tafels),
                ("role", self.region.roles),
                ("partner", self.region.partners),
            )
            for row in rows
        }
        for clause in self.clauses.values():
            for kind, thing in (
                ("tafel", clause.tafel),
                ("tafel", clause.giver_tafel),
                ("role", clause.role),
                ("role", clause.giver_role),
                ("partner", clause.partner),
                ("partner", clause.giver_partner),
            ):
                if thing is not None:
                    names[kind, thing.code] = thing.name
        return names

    def holder_words(self, holder: Holder) -> str:
        """Return "Voorzitter van Beleidstafel jeugd", or the name of a table or partner."""
        if holder.partner is not None:
            return self._names[("partner", holder.partner)]
        tafel = self._names[("tafel", holder.tafel)] if holder.tafel else "elke tafel"
        return f"{self._names[('role', holder.role)]} van {tafel}" if holder.role else tafel

    def domain_words(self, domains: Iterable[str]) -> str:
        """Return the names of domains, all of them."""
        known = self.region.domains_by_code
        names = sorted(known[code].name if code in known else code for code in domains)
        return web.enumerate_words(names) if names else "geen enkel domein"

    def area_words(self, areas: Iterable[str]) -> str:
        """Return the names of areas; of many only the first."""
        known = self.region.areas_by_code
        names = sorted(known[code].name if code in known else code for code in areas)
        if not names:
            return "geen enkel gebied"
        if len(names) <= NAMED + 1:
            return web.enumerate_words(names)
        return f"{', '.join(names[:NAMED])} en nog {len(names) - NAMED} gebieden"

    def scope_words(self, scope: Scope) -> str:
        """Return " voor Jeugd in Oeverdam"; nothing where nothing limits."""
        domains = f" voor {self.domain_words(scope.domains)}" if scope.domains is not None else ""
        areas = f" in {self.area_words(scope.areas)}" if scope.areas is not None else ""
        return domains + areas


def clause_words(clause: Clause) -> str:
    """Return "artikel 3 van Mandaatbesluit inkoop"."""
    return f"artikel {clause.number} van {clause.agreement_version.title}"


def known(power: str | None = None, day: date | None = None) -> Known:
    """Return what clauses grant, signed or not; of one power (its public id) only, if asked.

    Before today as it was known on that day: what was signed later was not signed yet. A text that
    was withdrawn grants nothing, and will not.
    """
    shown = day or clock.today()
    statement = (
        select(Clause)
        .join(Clause.agreement_version)
        .join(Clause.power)
        .where(
            Clause.kind == ClauseKind.POWER,
            Clause.involvement.is_not(None),
        )
        .options(
            joinedload(Clause.agreement_version).options(
                joinedload(AgreementVersion.agreement),
                selectinload(AgreementVersion.domains),
                selectinload(AgreementVersion.areas),
            ),
            joinedload(Clause.power),
            joinedload(Clause.tafel),
            joinedload(Clause.role),
            joinedload(Clause.partner),
            joinedload(Clause.giver_tafel),
            joinedload(Clause.giver_role),
            joinedload(Clause.giver_partner),
            selectinload(Clause.domains),
            selectinload(Clause.areas),
        )
    )
    if power is not None:
        statement = statement.where(Clause.power.has(public_id=power))
    clauses = session().scalars(statement).all()
    region = governance.planner_on(shown).region
    grants = {}
    for clause in clauses:
        version = clause.agreement_version
        status = governance.STATUS_OF.get(governance.status_on(version, shown))
        grant = grant_of(region, version, clause)
        if status is not None and grant is not None:
            grants[clause] = replace(grant, status=status)
    return Known(
        region, {grant.clause: clause for clause, grant in grants.items()}, tuple(grants.values())
    )


def grant_of(region: pure.Region, version: AgreementVersion, clause: Clause) -> PowerGrant | None:
    """Return what a clause would grant, signed; None as long as it does not say what to whom."""
    holder = _holder(clause.tafel, clause.role, clause.partner)
    if clause.power is None or clause.involvement is None or holder is None:
        return None
    agreement = version.agreement
    ends_on = version.last_day
    for thing in (agreement, *_people_of(clause)):
        if thing is not None and thing.ended_on is not None:  # it left the network
            ends_on = min(ends_on or date.max, thing.ended_on - A_DAY)
    return PowerGrant(
        clause=f"{agreement.code}/{version.number:03}/{clause.number:03}",
        agreement=agreement.code,
        power=clause.power.public_id,
        holder=holder,
        giver=_holder(clause.giver_tafel, clause.giver_role, clause.giver_partner),
        involvement=clause.involvement,
        is_exclusive=clause.power.is_exclusive,
        may_pass_on=clause.may_pass_on,
        amount=clause.amount,
        domains=_both(_codes(version.domains), _codes(clause.domains)),
        areas=_both_areas(region, _codes(version.areas), _codes(clause.areas)),
        starts_on=version.starts_on,
        ends_on=ends_on,
        limit_text=clause.limits,
    )


def _people_of(clause: Clause) -> tuple[Tafel | GovernanceRole | Partner | None, ...]:
    """Return who holds what a clause grants, and who passed it on."""
    return (
        clause.tafel,
        clause.role,
        clause.partner,
        clause.giver_tafel,
        clause.giver_role,
        clause.giver_partner,
    )


def left_words(clause: Clause, day: date) -> str:
    """Say who of a clause is not in the network any more on a day; nothing when all are."""
    for thing in _people_of(clause):
        if thing is not None and not thing.there_on(day):
            return f"{thing.name} hoort sinds {web.day(thing.ended_on)} niet meer bij het netwerk."
    return ""


def _holder(
    tafel: Tafel | None, role: GovernanceRole | None, partner: Partner | None
) -> Holder | None:
    if partner is not None:
        return Holder(partner=partner.code)
    if tafel is None and role is None:
        return None
    return Holder(tafel.code if tafel else None, role.code if role else None)


def _codes(rows: Sequence[Domain | Area]) -> frozenset[str] | None:
    return frozenset(row.code for row in rows) or None


def _both(first: frozenset[str] | None, second: frozenset[str] | None) -> frozenset[str] | None:
    if first is None or second is None:
        return second if first is None else first
    return first & second


def _both_areas(
    region: pure.Region, first: frozenset[str] | None, second: frozenset[str] | None
) -> frozenset[str] | None:
    """Return the largest areas that lie within both."""
    if first is None or second is None:
        return second if first is None else first
    shared = {
        area.code
        for area in region.areas
        for around in [region.containing(area.code)]
        if not around.isdisjoint(first) and not around.isdisjoint(second)
    }
    return frozenset(code for code in shared if region.containing(code) & shared == {code})


# Before signing.


@dataclass(frozen=True)
class Conflict:
    """A clause of a version that another clause contradicts, and how."""

    own: Clause
    other: Clause
    text: str


def _as_signed(
    version: AgreementVersion, *, with_open: bool = False
) -> tuple[Known, list[tuple[Clause, PowerGrant]]]:
    """Return what all clauses grant once a version is signed, and what its own clauses do.

    `with_open`: once all that lies to be signed is.
    """
    there = known()
    code = version.agreement.code
    own = [
        (clause, grant)
        for clause in version.clauses
        if (grant := grant_of(there.region, version, clause)) is not None
    ]
    others = [
        replace(grant, status=AgreementStatus.SIGNED)
        if with_open and grant.status is AgreementStatus.TO_SIGN
        else grant
        for grant in there.grants
        if grant.agreement != code
    ]
    clauses = {grant.clause: there.clause(grant) for grant in others}
    clauses |= {grant.clause: clause for clause, grant in own}
    return Known(there.region, clauses, (*others, *(grant for _, grant in own))), own


def conflicts_of(version: AgreementVersion) -> list[Conflict]:
    """Return what a version would contradict once it is signed.

    The clauses, with what belongs to them, are those of `governance.whole`. Other texts of the
    same agreement do not count: this one takes over from them, or they are refused for that.
    """
    return list(_conflicts(version, _as_signed(version)[0]))


def rivals_of(version: AgreementVersion) -> list[str]:
    """Return what a version would contradict of the other texts that lie to be signed."""
    together, _own = _as_signed(version, with_open=True)
    return [
        f"{conflict.text} Die tekst ligt ook ter ondertekening. Is een van de twee ondertekend, "
        "dan kan de andere dat niet meer."
        for conflict in _conflicts(version, together)
        if conflict.other.agreement_version.status is VersionStatus.TO_SIGN
        and conflict.other.agreement_version.agreement_id != version.agreement_id
    ]


def _conflicts(version: AgreementVersion, together: Known) -> Iterator[Conflict]:
    code = version.agreement.code
    for pair in together.mandates.conflicts():
        mine, other = pair.first, pair.second
        if mine.agreement != code:
            mine, other = other, mine
        if mine.agreement != code:
            continue
        first, second = together.clause(mine), together.clause(other)
        where = together.scope_words(pair.scope)
        yield Conflict(
            first,
            second,
            f"Artikel {first.number} geeft «{first.power.name if first.power else ''}» aan "
            f"{together.holder_words(mine.holder)}. "
            f"{_capital(clause_words(second))} geeft haar ook aan "
            f"{together.holder_words(other.holder)}{where}, "
            f"{web.period_words(pair.starts_on, pair.ends_on)}. "
            "Over deze bevoegdheid kan er maar één eindverantwoordelijk zijn.",
        )


def passed_on_in_vain(version: AgreementVersion, today: date) -> list[str]:
    """Return which sub-mandates of a version would not hold, for their giver has no such power.

    Asked of the first day that the version holds, as `conflicts_of` once it is signed.
    """
    together, own = _as_signed(version)
    day = max(version.starts_on or today, today)
    found = []
    for clause, grant in own:
        if grant.giver is None or clause.power is None:
            continue
        question = Question(grant.power, grant.holder, day)
        if not together.mandates.answer(question, grant).may_advise:
            found.append(
                f"Artikel {clause.number} geeft «{clause.power.name}» door namens "
                f"{together.holder_words(grant.giver)}. Die heeft deze bevoegdheid op "
                f"{web.day(day)} niet, of mag haar niet doorgeven."
            )
    return found


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
