"""A learning region: the tenant of everything else."""

import secrets
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, event
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from coordinator import clock
from coordinator.db import Base, Moment, NetworkRow, RegionScoped, ScopedSession, new_public_id
from coordinator.models.people import Account


def new_network_version() -> str:
    """Return a word that no network had before."""
    return secrets.token_hex(16)


class Region(Base):
    """A learning region.

    `network_version` is another random word after every change of the network's rows,
    so that what was computed from them can be kept until then; see `note_network_change`.
    """

    __tablename__ = "regions"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    network_version: Mapped[str] = mapped_column(String(32), default=new_network_version)


class RegionUpload(RegionScoped, Base):
    """A package that was uploaded and previewed, waiting for one confirmation."""

    __tablename__ = "region_uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    filename: Mapped[str] = mapped_column(String(200))
    package: Mapped[bytes] = mapped_column(LargeBinary)
    """The package as a zip in our own writing, not the file that was sent."""
    seen_version: Mapped[str] = mapped_column(String(32))
    """The network_version against which the preview was made."""
    uploaded_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)

    account: Mapped[Account] = relationship(lazy="raise_on_sql")


class RegionImport(RegionScoped, Base):
    """A package that was taken in: who, when, from which file, and how many rows it touched."""

    __tablename__ = "region_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    """Empty when the command did it."""
    filename: Mapped[str] = mapped_column(String(200))
    imported_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    new_rows: Mapped[int]
    changed_rows: Mapped[int]
    gone_rows: Mapped[int]

    account: Mapped[Account | None] = relationship(lazy="raise_on_sql")


def note_network_change(session: Session, _context: object, _instances: object) -> None:
    """Give a region a new network_version when a row of its network is about to change."""
    changed = {
        row.region_id for row in [*session.new, *session.deleted] if isinstance(row, NetworkRow)
    } | {
        row.region_id
        for row in session.dirty
        if isinstance(row, NetworkRow) and session.is_modified(row)
    }
    for region_id in changed:
        region = session.get(Region, region_id)
        if region is not None:
            region.network_version = new_network_version()


event.listen(ScopedSession, "before_flush", note_network_change)
