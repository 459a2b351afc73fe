"""Work that waits, and forms that were already handled."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from coordinator import clock
from coordinator.db import Base, Moment


class OutboxMessage(Base):
    """A mail that waits until its transaction is committed; sent by `coordinator tick`.

    `key` is unique: the same message put twice is sent once.
    """

    __tablename__ = "outbox_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    to_address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    due_at: Mapped[datetime] = mapped_column(Moment, default=clock.now, index=True)
    """Not before this moment; also moved ahead while a worker holds the message."""
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    failure: Mapped[str] = mapped_column(String(200), default="")


class OnceKey(Base):
    """The one-time key of a form that was handled, and where its answer went."""

    __tablename__ = "once_keys"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    location: Mapped[str] = mapped_column(String(500), default="")
    used_at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
