"""What the pages on people ask the database.

Accounts and grants belong to no session scope, for one person may work in several regions:
every query on them names the region itself.
"""

from collections.abc import Sequence
from datetime import date, datetime

from flask import g
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from coordinator import clock
from coordinator.db import session
from coordinator.models import (
    Account,
    AccountLink,
    Grant,
    LinkKind,
    Partner,
    Region,
    RoleName,
    SignIn,
    SignInFailure,
    Tafel,
)


def find_by_email(email: str) -> Account | None:
    """Return the account with this address, however it was typed."""
    return session().scalar(select(Account).where(Account.email == email.strip().lower()))


def failures(key: str, since: datetime) -> tuple[int, datetime | None]:
    """Return how often this key failed since a moment, and when last."""
    statement = select(func.count(), func.max(SignInFailure.failed_at)).where(
        SignInFailure.key == key, SignInFailure.failed_at > since
    )
    count, last = session().execute(statement).one()
    return count, last


def find_link(kind: LinkKind, token_hash: str, *, to_use: bool = False) -> AccountLink | None:
    """Return a link that still works; `to_use` holds it, so that it is used once."""
    statement = (
        select(AccountLink)
        .where(AccountLink.kind == kind, AccountLink.token_hash == token_hash)
        .where(AccountLink.used_at.is_(None), AccountLink.expires_at > clock.now())
    )
    if to_use:
        statement = statement.with_for_update(of=AccountLink)
    return session().scalar(statement.options(joinedload(AccountLink.account, innerjoin=True)))


def open_links(account: Account) -> Sequence[AccountLink]:
    """Return the links of an account that were not used yet."""
    statement = select(AccountLink).where(
        AccountLink.account_id == account.id, AccountLink.used_at.is_(None)
    )
    return session().scalars(statement).all()


def open_sign_ins(account: Account) -> Sequence[SignIn]:
    """Return where somebody is signed in."""
    statement = select(SignIn).where(SignIn.account_id == account.id, SignIn.ended_at.is_(None))
    return session().scalars(statement).all()


def owner_of(token_hash: str) -> int | None:
    """Return the id of the account that signed in with this token, also when that has ended."""
    return session().scalar(select(SignIn.account_id).where(SignIn.token_hash == token_hash))


def people(
    region: Region, *, text: str = "", role: RoleName | None = None, stand: str = ""
) -> Select[Account]:
    """Return the people with a role in a region, each with those grants.

    `stand` is "" for roles of today or later, "invited" for those of them who did not accept
    yet, "ended" for people without any of these.
    """
    grants = select(Grant.id).where(Grant.account_id == Account.id, Grant.region_id == region.id)
    if role is not None:
        grants = grants.where(Grant.role == role)
    lasting = grants.where(Grant.ends_on >= clock.today()).exists()
    statement = select(Account)
    if stand == "ended":
        statement = statement.where(grants.exists(), ~lasting)
    else:
        statement = statement.where(lasting)
    if stand == "invited":
        statement = statement.where(Account.password_hash.is_(None))
    if text:
        statement = statement.where(
            Account.name.icontains(text, autoescape=True)
            | Account.email.icontains(text, autoescape=True)
        )
    loaded = selectinload(Account.grants.and_(Grant.region_id == region.id))
    return statement.options(
        loaded.joinedload(Grant.partner), loaded.joinedload(Grant.tafel)
    ).order_by(Account.name, Account.id)


def find_person(public_id: str) -> Account | None:
    """Return somebody who has or had a role in the region of this request."""
    region: Region | None = g.person.region
    if region is None:
        return None
    has_role = select(Grant.id).where(Grant.account_id == Account.id, Grant.region_id == region.id)
    return session().scalar(
        select(Account).where(Account.public_id == public_id.upper(), has_role.exists())
    )


def find_grant(public_id: str) -> Grant | None:
    """Return a grant of the region of this request, with whose it is and where."""
    region: Region | None = g.person.region
    if region is None:
        return None
    return session().scalar(
        select(Grant)
        .where(Grant.public_id == public_id.upper(), Grant.region_id == region.id)
        .options(
            joinedload(Grant.account, innerjoin=True),
            joinedload(Grant.partner),
            joinedload(Grant.tafel),
        )
    )


def grants_of(account: Account, region: Region | None = None) -> Sequence[Grant]:
    """Return somebody's grants, of one region or of all; those that last longest first."""
    statement = select(Grant).where(Grant.account_id == account.id)
    if region is not None:
        statement = statement.where(Grant.region_id == region.id)
    return (
        session()
        .scalars(
            statement.options(
                joinedload(Grant.region, innerjoin=True),
                joinedload(Grant.partner),
                joinedload(Grant.tafel),
            ).order_by(Grant.ends_on.desc(), Grant.id)
        )
        .all()
    )


def find_same_role(grant: Grant) -> Grant | None:
    """Return a grant of the same role at the same place whose days overlap."""
    return session().scalar(
        select(Grant).where(
            Grant.account_id == grant.account_id,
            Grant.region_id == grant.region_id,
            Grant.role == grant.role,
            Grant.partner_id.is_not_distinct_from(grant.partner.id if grant.partner else None),
            Grant.tafel_id.is_not_distinct_from(grant.tafel.id if grant.tafel else None),
            Grant.starts_on <= grant.ends_on,
            Grant.ends_on >= grant.starts_on,
        )
    )


def coordinators_besides(grant: Grant, day: date) -> int:
    """Return how many other people are leercoördinator of a grant's region on a day.

    Holds the region: two coordinators who end each other's role wait for one another.
    """
    session().scalar(select(Region).where(Region.id == grant.region_id).with_for_update())
    statement = select(func.count(Grant.id)).where(
        Grant.region_id == grant.region_id,
        Grant.role == RoleName.COORDINATOR,
        Grant.id != grant.id,
        Grant.starts_on <= day,
        Grant.ends_on >= day,
    )
    return session().scalar(statement) or 0


def partner_choices() -> list[tuple[str, str]]:
    """Return the partners of the region for a select: code and name."""
    statement = select(Partner.code, Partner.name).where(Partner.ended_on.is_(None))
    rows = session().execute(statement.order_by(Partner.name, Partner.code))
    return [(code, name) for code, name in rows]


def tafel_choices() -> list[tuple[str, str]]:
    """Return the tables of the region for a select: code and name."""
    statement = select(Tafel.code, Tafel.name).where(Tafel.ended_on.is_(None))
    rows = session().execute(statement.order_by(Tafel.name, Tafel.code))
    return [(code, name) for code, name in rows]


def find_partner(code: str, region_id: int) -> Partner | None:
    """Return a partner of a region by its code."""
    return session().scalar(
        select(Partner).where(
            Partner.code == code, Partner.region_id == region_id, Partner.ended_on.is_(None)
        )
    )


def find_tafel(code: str, region_id: int) -> Tafel | None:
    """Return a table of a region by its code."""
    return session().scalar(
        select(Tafel).where(
            Tafel.code == code, Tafel.region_id == region_id, Tafel.ended_on.is_(None)
        )
    )


def find_region(slug: str) -> Region | None:
    """Return a region by the word that stands for it in commands."""
    return session().scalar(select(Region).where(Region.slug == slug))


def region_slugs() -> Sequence[str]:
    """Return the words that stand for the regions."""
    return session().scalars(select(Region.slug).order_by(Region.slug)).all()


def accounts() -> Sequence[Account]:
    """Return all accounts, each with their grants and regions; for the command line."""
    return (
        session()
        .scalars(
            select(Account)
            .options(selectinload(Account.grants).joinedload(Grant.region))
            .order_by(Account.email)
        )
        .all()
    )


def is_empty() -> bool:
    """Whether nobody has an account yet."""
    return session().scalar(select(Account.id).limit(1)) is None
