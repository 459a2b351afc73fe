"""What is open in a region for somebody who leaves, and who could take it over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from coordinator import clock, web
from coordinator.db import session
from coordinator.labels import label
from coordinator.models import (
    Account,
    AgreementVersion,
    Assignment,
    Decision,
    Grant,
    Leervraag,
    LeervraagState,
    Meeting,
    Region,
    RoleName,
    Seat,
    Signatory,
    SignatoryStatus,
    Tafel,
    VersionStatus,
)

KEPT_ALONE: Final = (RoleName.SECRETARY, RoleName.COORDINATOR)
LEFT_SINCE: Final = timedelta(days=90)
"""A role that ended longer ago is no longer the work of who had it."""


@dataclass(frozen=True)
class OpenWork:
    """Everything that waits for one person."""

    to_sign: Sequence[Signatory]
    promises: Sequence[Decision]
    assignment: Sequence[Assignment]
    leervragen: Sequence[Leervraag]
    roles: Sequence[Grant]
    """Tables, or the region, that nobody else keeps."""
    seats: Sequence[Seat]

    def of(self, kind: str) -> Sequence[Any]:
        """Return what is open of one kind."""
        found: Sequence[Any] = getattr(self, kind)
        return found

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of which something is open."""
        return [kind for kind in KINDS if self.of(kind)]

    @property
    def words(self) -> list[str]:
        """Return how much is open of each kind: "2 beloften"."""
        counted = ((len(self.of(kind)), one, more) for kind, (one, more) in KINDS.items())
        return [
            f"{web.number(count)} {one if count == 1 else more}"
            for count, one, more in counted
            if count
        ]

    @property
    def fingerprint(self) -> str:
        """Return what tells whether the work changed in the meantime."""
        ids = [f"{kind}:{sorted(row.id for row in self.of(kind))}" for kind in KINDS]
        return sha256("|".join(ids).encode()).hexdigest()[:16]


KINDS: Final = {
    "to_sign": ("afspraak om te tekenen", "afspraken om te tekenen"),
    "promises": ("belofte", "beloften"),
    "assignment": ("opdracht", "opdrachten"),
    "leervragen": ("leervraag", "leervragen"),
    "roles": ("rol die niemand anders heeft", "rollen die niemand anders heeft"),
    "seats": ("zetel", "zetels"),
}


def find(account: Account, region: Region) -> OpenWork:
    """Return what is open in a region for an account; one query per kind."""
    current, today = session(), clock.today()
    return OpenWork(
        to_sign=current.scalars(
            select(Signatory)
            .join(Signatory.agreement_version)
            .where(
                Signatory.account_id == account.id,
                Signatory.status == SignatoryStatus.ASKED,
                AgreementVersion.status.in_((VersionStatus.DRAFT, VersionStatus.TO_SIGN)),
            )
            .options(
                joinedload(Signatory.agreement_version).joinedload(AgreementVersion.agreement),
                joinedload(Signatory.partner),
            )
            .order_by(Signatory.id)
        ).all(),
        promises=current.scalars(
            select(Decision)
            .where(Decision.owner_account_id == account.id, Decision.done_on.is_(None))
            .options(joinedload(Decision.meeting).joinedload(Meeting.tafel))
            .order_by(Decision.done_by_on, Decision.id)
        ).all(),
        assignment=current.scalars(
            select(Assignment)
            .where(Assignment.account_id == account.id, Assignment.ends_on >= today)
            .order_by(Assignment.id)
        ).all(),
        leervragen=current.scalars(
            select(Leervraag)
            .where(Leervraag.owner_account_id == account.id, Leervraag.ended_on.is_(None))
            .where(Leervraag.state.in_((LeervraagState.ALIGNED, LeervraagState.ANSWERED)))
            .options(joinedload(Leervraag.owner_account))
            .order_by(Leervraag.asked_on, Leervraag.id)
        ).all(),
        roles=_roles(account, region),
        seats=current.scalars(
            select(Seat)
            .join(Seat.tafel)
            .where(Seat.person == account.name, Seat.ended_on.is_(None))
            .where(or_(Seat.ends_on.is_(None), Seat.ends_on > today))
            .options(joinedload(Seat.tafel), joinedload(Seat.partner), joinedload(Seat.role))
            .order_by(Tafel.name, Seat.id)
        ).all(),
    )


def _roles(account: Account, region: Region) -> list[Grant]:
    """Return the roles of somebody that nobody else in the region has or gets; one per place."""
    today = clock.today()
    other = aliased(Grant)
    same = (
        select(other.id)
        .where(
            other.region_id == Grant.region_id,
            other.role == Grant.role,
            other.tafel_id.is_not_distinct_from(Grant.tafel_id),
            other.account_id != account.id,
            other.ends_on >= today,
        )
        .exists()
    )
    grants = session().scalars(
        select(Grant)
        .where(Grant.account_id == account.id, Grant.region_id == region.id)
        .where(Grant.role.in_(KEPT_ALONE), Grant.ends_on >= today - LEFT_SINCE, ~same)
        .options(joinedload(Grant.tafel))
        .order_by(Grant.ends_on.desc(), Grant.id)
    )
    latest: dict[tuple[RoleName, int | None], Grant] = {}
    for grant in grants:
        latest.setdefault((grant.role, grant.tafel_id), grant)
    return list(latest.values())


def people(region: Region, besides: Account) -> list[Account]:
    """Return who has a role in the region today, with those roles; but not somebody."""
    return list(session().scalars(_people(region).where(Account.id != besides.id)))


def _people(region: Region) -> Select[Account]:
    today = clock.today()
    valid = (Grant.region_id == region.id) & (Grant.starts_on <= today) & (Grant.ends_on >= today)
    return (
        select(Account)
        .where(select(Grant.id).where(Grant.account_id == Account.id, valid).exists())
        .options(selectinload(Account.grants.and_(valid)))
        .order_by(Account.name, Account.id)
    )


def person_words(account: Account) -> str:
    """Return "Samira Aksoy, leercoördinator"; the account comes from `people`."""
    roles = dict.fromkeys(label(grant.role).lower() for grant in account.grants)
    return f"{account.name}, {web.enumerate_words(list(roles))}"


def may_sign_for(account: Account, partner_id: int) -> bool:
    """Whether somebody from `people` is a bestuurder of a partner today."""
    return any(
        grant.role is RoleName.BOARD_MEMBER and grant.partner_id == partner_id
        for grant in account.grants
    )
