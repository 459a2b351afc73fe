"""Who learns together: a standing table, or a partner and there perhaps one of its teams.

Goals and what was taken home hang on one. In a form a holder is a code: "tafel:B-JEU" or
"partner:ggz-j", with the team typed beside it.
"""

from collections.abc import Collection, Iterable
from typing import Final, Protocol

from sqlalchemy import select

from coordinator import clock
from coordinator.choosing import Option
from coordinator.db import session
from coordinator.models import Grant, Level, Partner, RoleName, Tafel

TAFEL: Final = "tafel:"
PARTNER: Final = "partner:"
LEVEL_OF: Final = {
    RoleName.EXPERT: Level.PRACTICE,
    RoleName.PROFESSIONAL: Level.PRACTICE,
    RoleName.MANAGER: Level.MANAGEMENT,
    RoleName.POLICY_OFFICER: Level.POLICY,
    RoleName.BOARD_MEMBER: Level.BOARD,
}
"""The level on which a role does its work; the other roles serve all levels."""


class Held(Protocol):
    """What hangs on a holder."""

    tafel_id: int | None
    partner_id: int | None
    team: str
    tafel: Tafel | None
    partner: Partner | None


def level_of(grants: Iterable[Grant]) -> Level | None:
    """Return the level on which somebody works; the first of their roles that has one."""
    return next((LEVEL_OF[grant.role] for grant in grants if grant.role in LEVEL_OF), None)


def words(held: Held) -> str:
    """Return "Beleidstafel jeugd" or "Lokaal team Veldrade, team noord"."""
    if held.tafel is not None:
        return held.tafel.name
    if held.partner is None:
        return ""
    return f"{held.partner.name}, {held.team}" if held.team else held.partner.name


def belongs(grants: Iterable[Grant], tafel_id: int | None, partner_id: int | None) -> bool:
    """Whether somebody is of this table or partner by one of their grants."""
    return any(
        (tafel_id is not None and grant.tafel_id == tafel_id)
        or (partner_id is not None and grant.partner_id == partner_id)
        for grant in grants
    )


def options(only: Collection[Grant] | None = None) -> list[Option]:
    """Return the tables and partners of the region; with grants: those that they are of."""
    today = clock.today()
    tafels = select(Tafel.code, Tafel.name).where(Tafel.there_on(today)).order_by(Tafel.name)
    partners = (
        select(Partner.code, Partner.name).where(Partner.there_on(today)).order_by(Partner.name)
    )
    if only is not None:
        tafels = tafels.where(Tafel.id.in_([g.tafel_id for g in only if g.tafel_id]))
        partners = partners.where(Partner.id.in_([g.partner_id for g in only if g.partner_id]))
    return [
        *(Option(TAFEL + code, name, "tafel") for code, name in session().execute(tafels)),
        *(Option(PARTNER + code, name, "partner") for code, name in session().execute(partners)),
    ]


def find(code: str) -> Tafel | Partner | None:
    """Return the table or partner of a code from `options`."""
    prefix, _, own_code = code.partition(":")
    if prefix + ":" == TAFEL:
        return session().scalar(select(Tafel).where(Tafel.code == own_code))
    if prefix + ":" == PARTNER:
        return session().scalar(select(Partner).where(Partner.code == own_code))
    return None
