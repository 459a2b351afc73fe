"""What stands in a region, and what a package would do to it."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

import network.region as pure
from coordinator import planning
from coordinator.db import session
from coordinator.models import (
    Agreement,
    Area,
    Domain,
    GovernanceRole,
    Handover,
    Leervraag,
    Meeting,
    Partner,
    Region,
    RegionImport,
    RegionUpload,
    Seat,
    Signal,
    SignalStatus,
    Tafel,
)
from coordinator.regions.comparison import Change, Comparison, compare

KINDS: Final[dict[str, tuple[str, type[Any]]]] = {
    "gebieden": ("Gebieden", Area),
    "domeinen": ("Domeinen", Domain),
    "partners": ("Partners", Partner),
    "afspraken": ("Afspraken", Agreement),
    "tafels": ("Tafels", Tafel),
    "vergaderingen": ("Vergaderingen", Meeting),
    "rollen": ("Rollen", GovernanceRole),
    "zetels": ("Zetels", Seat),
    "doorgeleidingen": ("Doorgeleidingen", Handover),
    "signalen": ("Signalen", Signal),
    "leervragen": ("Leervragen", Leervraag),
}
"""The files of a package: their names for people, and where their rows are kept."""


def count_rows() -> list[tuple[str, int]]:
    """Return how many rows of each kind the region has now."""
    found = []
    for words, kind in KINDS.values():
        statement = select(func.count()).select_from(kind)
        if hasattr(kind, "ended_on"):
            statement = statement.where(kind.ended_on.is_(None))
        found.append((words, session().scalar(statement) or 0))
    return found


def find_last_import() -> RegionImport | None:
    """Return the package that was taken in last."""
    return session().scalar(
        select(RegionImport)
        .options(joinedload(RegionImport.account))
        .order_by(RegionImport.id.desc())
        .limit(1)
    )


def find_region(slug: str) -> Region | None:
    """Return the region with this slug; for commands, which may see all of them."""
    return session().scalar(select(Region).where(Region.slug == slug))


def find_upload(public_id: str) -> RegionUpload | None:
    """Return an upload of this region."""
    if session().scope is None:
        return None
    return session().scalar(select(RegionUpload).where(RegionUpload.public_id == public_id))


# The region as a package.

_NOT_TEXT: Final = (*range(9), 11, 12, *range(14, 32), 127, *range(0xD800, 0xE000), 0xFFFE, 0xFFFF)
_CONTROL: Final = dict.fromkeys(_NOT_TEXT)


def clean(text: str) -> str:
    """Return a text without what no package can hold: control characters, spaces around it."""
    return text.translate(_CONTROL).strip()


def _clean(row: Any) -> Any:
    wrong = {}
    for each in fields(row):
        value = getattr(row, each.name)
        if type(value) is str and (cleaned := clean(value)) != value:
            wrong[each.name] = cleaned
    return replace(row, **wrong) if wrong else row


def region_as_package() -> pure.Region:
    """Return this session's region as a package holds it."""
    region = planning.network_of(session(), with_signals=True)
    return pure.Region(
        **{each.name: tuple(map(_clean, getattr(region, each.name))) for each in fields(region)}
    )


# What a package would do.


def may_change(signal: Any) -> bool:
    """Whether a package may still change a signal: it brought it, and nobody has read it."""
    return (
        signal.author_id is None
        and signal.given_at is None
        and signal.status is SignalStatus.NEW
        and signal.read_on is None
    )


def unchangeable(codes: Iterable[str]) -> set[str]:
    """Return which of these signals a package may not change any more."""
    wanted = set(codes)
    if not wanted:
        return set()
    statement = select(
        Signal.code, Signal.author_id, Signal.given_at, Signal.status, Signal.read_on
    )
    return {s.code for s in session().execute(statement) if s.code in wanted and not may_change(s)}


@dataclass(frozen=True)
class Shift:
    """How many routes of open signals would arrive at another moment, or not at all."""

    earlier: int = 0
    later: int = 0
    no_more: int = 0
    at_last: int = 0
    otherwise: int = 0
    """The same arrival over other tables or with another answer day."""

    @property
    def total(self) -> int:
        return self.earlier + self.later + self.no_more + self.at_last + self.otherwise


@dataclass(frozen=True)
class Preview:
    """What taking in a package would do to the region as it is now."""

    changes: Comparison
    kept: tuple[Change, ...]
    """Signals that differ in the package but stay as they are here."""
    staying: tuple[Change, ...]
    """Signals that the package lacks; they stay."""
    shift: Shift
    tafels_now: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be written."""
        return self.new + self.changed + self.gone == 0

    @property
    def new(self) -> int:
        return sum(len(each.new) for each in self.changes)

    @property
    def changed(self) -> int:
        return sum(len(each.changed) for each in self.changes)

    @property
    def gone(self) -> int:
        return sum(len(each.gone) for each in self.changes)

    @property
    def is_drastic(self) -> bool:
        """Whether more than half of the tables would go."""
        return len(self.changes["tafels"].gone) * 2 > self.tafels_now


def preview(package: pure.Region, *, with_shift: bool = True) -> Preview:
    """Return what this package would change; nothing is written."""
    now = region_as_package()
    changes = compare(now, package)
    signals = changes["signalen"]
    # Also among the new ones: a signal whose area left the region is not in `now`, but it exists.
    written = [*signals.new, *signals.changed]
    fixed = unchangeable(change.after.code for change in written)
    staying = signals.gone
    changes = changes.without_signals(fixed | {change.before.code for change in staying})
    return Preview(
        changes=changes,
        kept=tuple(change for change in written if change.after.code in fixed),
        staying=staying,
        shift=_shift(package) if with_shift and changes.touches_network else Shift(),
        tafels_now=len(now.tafels),
    )


def _shift(package: pure.Region) -> Shift:
    counts = dict.fromkeys(("earlier", "later", "no_more", "at_last", "otherwise"), 0)
    for consequence in planning.consequences(package):
        before, after = consequence.arrival_before, consequence.arrival_after
        if before == after:
            counts["otherwise"] += 1
        elif before is None:
            counts["at_last"] += 1
        elif after is None:
            counts["no_more"] += 1
        else:
            counts["earlier" if after < before else "later"] += 1
    return Shift(**counts)
