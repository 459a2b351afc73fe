"""What stands in a region, and what a package would do to it."""

from collections import defaultdict
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
    AgreementStatus,
    AgreementVersion,
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
    Signature,
    Tafel,
    VersionStatus,
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
        if kind is Signal:
            statement = statement.where(~Signal.leervraag.has())
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


def asked_here() -> set[str]:
    """Return the codes of the leervragen asked here; no package changes or ends them."""
    return set(session().scalars(select(Leervraag.code).where(Leervraag.asked_at.is_not(None))))


_PUT_RIGHT: Final = ("niveau", "gebied", "domeinen")
"""The columns of a leervraag that the coordinator puts right here."""


def put_right() -> set[str]:
    """Return the codes of the leervragen whose level, area and domains no package moves."""
    return set(session().scalars(select(Leervraag.code).where(Leervraag.put_right_on.is_not(None))))


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
class Rewritten:
    """An agreement that a package gives another text, and who signed what is taken back."""

    code: str
    title: str
    signed_by: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """What taking in a package would do to the region as it is now."""

    changes: Comparison
    kept: tuple[Change, ...]
    """Signals that differ in the package but stay as they are here."""
    staying: tuple[Change, ...]
    """Signals that the package lacks; they stay."""
    asked_here: tuple[Change, ...]
    """Leervragen that people asked here and that the package lacks or changes; they stay."""
    put_right: tuple[Change, ...]
    """What stays of leervragen as it was put right here; the cells that the package has not so."""
    shift: Shift
    rewritten: tuple["Rewritten", ...]
    """Agreements that get a new version, for their text was put before the parties."""
    tafels_now: int

    @property
    def cancelled(self) -> int:
        """Return how many signatures fall away."""
        return sum(len(each.signed_by) for each in self.rewritten)

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
    changes = changes.without("signalen", fixed | {change.before.code for change in staying})
    own = asked_here()
    leervragen = changes["leervragen"]
    ours = (*leervragen.new, *leervragen.changed, *leervragen.gone)
    changes = changes.without("leervragen", own)
    changes, stays = changes.without_cells("leervragen", put_right(), _PUT_RIGHT)
    return Preview(
        changes=changes,
        kept=tuple(change for change in written if change.after.code in fixed),
        staying=staying,
        asked_here=tuple(each for each in ours if (each.after or each.before).code in own),
        put_right=stays,
        shift=_shift(package) if with_shift and changes.touches_network else Shift(),
        rewritten=_rewritten(now, package),
        tafels_now=len(now.tafels),
    )


def _rewritten(now: pure.Region, then: pure.Region) -> tuple[Rewritten, ...]:
    """Return which texts that were put before the parties a package changes."""
    before, after = _texts(now), _texts(then)
    changed = [
        code
        for code, text in after.items()
        if code in before and (text != before[code] or _goes_back(now, then, code))
    ]
    if not changed:
        return ()
    current = session()
    fixed = current.execute(
        select(Agreement.code, Agreement.title)
        .where(
            Agreement.code.in_(changed),
            Agreement.versions.any(AgreementVersion.status != VersionStatus.DRAFT),
        )
        .order_by(Agreement.title, Agreement.code)
    )
    signers: dict[str, list[str]] = defaultdict(list)
    for code, name in current.execute(
        select(Agreement.code, Partner.name)
        .join(AgreementVersion, AgreementVersion.agreement_id == Agreement.id)
        .join(Signature, Signature.version_id == AgreementVersion.id)
        .join(Partner, Signature.partner_id == Partner.id)
        .where(
            Agreement.code.in_(changed),
            AgreementVersion.status == VersionStatus.TO_SIGN,
            Signature.cancelled_at.is_(None),
        )
        .order_by(Partner.name)
    ):
        signers[code].append(name)
    return tuple(Rewritten(code, title, tuple(signers[code])) for code, title in fixed)


def _texts(region: pure.Region) -> dict[str, tuple[object, ...]]:
    """Return per agreement what a package says of its text: itself, and what rests on it."""
    mandates: dict[str | None, set[object]] = defaultdict(set)
    handovers: dict[str | None, set[object]] = defaultdict(set)
    for tafel in region.tafels:
        mandates[tafel.agreement].add(tafel.code)
    for each in region.handovers:
        handovers[each.agreement].add(each)
    return {
        each.code: (
            replace(each, status=AgreementStatus.SIGNED, parties=()),
            frozenset(each.parties),
            mandates[each.code],
            handovers[each.code],
        )
        for each in region.agreements
    }


def _goes_back(now: pure.Region, then: pure.Region, code: str) -> bool:
    """Whether a package takes an agreement back to a step that it was past."""
    was, becomes = (region.agreements_by_code[code].status for region in (now, then))
    if becomes is AgreementStatus.TO_SIGN:
        return was in (AgreementStatus.SIGNED, AgreementStatus.TERMINATED)
    return becomes is AgreementStatus.DRAFT and was is not AgreementStatus.DRAFT


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
