"""What the pages on people ask the database."""

from datetime import datetime

from sqlalchemy import func, select

from coordinator.db import session
from coordinator.models import Account, SignInFailure


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
