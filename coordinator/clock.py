"""The one clock: moments are aware and UTC, days are Dutch days."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """Return this moment in UTC."""
    return _frozen.get() or datetime.now(UTC)


def today() -> date:
    """Return the day it is in the Netherlands."""
    return now().astimezone(AMSTERDAM).date()


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Hold the clock still; for tests."""
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)
