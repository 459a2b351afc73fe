"""Who are you, really: attempts with a password are counted, and before signing it is asked again.

A password that was shown again counts for five minutes, in this sign-in only.
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import Final

from flask import current_app, g
from flask import session as cookie
from sqlalchemy import select

from coordinator import clock
from coordinator.accounts import passwords, queries
from coordinator.db import session
from coordinator.errors import Refused
from coordinator.models import Account, SignInFailure

FREE_ATTEMPTS: Final = 5
FIRST_WAIT: Final = timedelta(seconds=5)
LONGEST_WAIT: Final = timedelta(minutes=15)
REMEMBERED: Final = timedelta(hours=1)
"""How long a failed attempt makes the next one wait."""
COUNTS_FOR: Final = timedelta(minutes=5)
BY_PASSWORD: Final = "password"  # noqa: S105 (the name of a way, not a secret)


class TooEarly(Exception):
    """Somebody must wait before the next attempt."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


def key_of(*parts: str) -> str:
    """Return under which key an attempt is counted; it does not tell whose."""
    secret: str = current_app.extensions["settings"].secret_key
    return hmac.new(secret.encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def network_of(address: str) -> str:
    """Return the address that is counted; of IPv6 the /64, for that is one connection."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, 64), strict=False))
    return address


def count_attempt(purpose: str, email: str, address: str) -> tuple[str, str, str]:
    """Count an attempt before it is made, or raise TooEarly.

    It is committed at once: no lock is held while a password is hashed, and a hundred
    attempts at the same moment are a hundred. Who turns out to be right, is taken off again.
    """
    email = email.strip().lower()
    network = network_of(address)
    now = clock.now()
    by_account, by_address = key_of(purpose, "account", email), key_of(purpose, "address", network)
    wait = timedelta(0)
    for key in (by_account, by_address):
        count, last = queries.failures(key, now - REMEMBERED)
        if last is not None and count >= FREE_ATTEMPTS:
            doubled = FIRST_WAIT * 2 ** min(count - FREE_ATTEMPTS, 20)
            wait = max(wait, last + min(doubled, LONGEST_WAIT) - now)
    if wait > timedelta(0):
        raise TooEarly(wait)
    keys = (by_account, by_address, key_of(purpose, "both", email, network))
    session().add_all(SignInFailure(key=key) for key in keys)
    session().commit()
    return keys


def forget_attempts(by_account: str, by_address: str, by_both: str) -> None:
    """Clear the failures of an account that got in.

    Of the address only those of this account go: an office where people mistype is not
    slowed down, and a guesser with an account of his own does not get rid of his guesses.
    """
    database = session()
    own = database.scalars(select(SignInFailure).where(SignInFailure.key == by_both)).all()
    of_address = select(SignInFailure).where(SignInFailure.key == by_address)
    of_address = of_address.order_by(SignInFailure.id.desc()).limit(len(own))
    of_account = select(SignInFailure).where(SignInFailure.key == by_account)
    for row in [*own, *database.scalars(of_address), *database.scalars(of_account)]:
        database.delete(row)


def in_words(wait: timedelta) -> str:
    """Return "40 seconden" or "3 minuten", rounded up."""
    seconds = ceil(wait.total_seconds())
    if seconds == 1:
        return "1 seconde"
    return f"{seconds} seconden" if seconds < 90 else f"{ceil(seconds / 60)} minuten"


# Asked again by somebody who is signed in.


def ask_again(account: Account, password: str, address: str) -> Refused | None:
    """Check the password of who is signed in; return what is wrong with it.

    To be called before anything else is looked up or held: it ends the transaction.
    """
    email, kept = account.email, account.password_hash
    try:
        keys = count_attempt("again", email, address)
    except TooEarly as early:
        return Refused(
            "Er is te vaak een verkeerd wachtwoord ingevuld. Wacht "
            f"{in_words(early.wait)} en probeer het dan opnieuw.",
            "password",
        )
    session().rollback()  # nothing is held while the password is hashed
    if not passwords.matches(kept, password[: passwords.LONGEST]):
        return Refused("Dit is niet uw wachtwoord. Probeer het opnieuw.", "password")
    forget_attempts(*keys)
    session().commit()
    cookie["proven"] = clock.now().timestamp()
    return None


def proven_at() -> datetime | None:
    """Return when this person last showed their password again; None when that is too long ago."""
    moment = datetime.fromtimestamp(cookie.get("proven", 0), UTC)
    return moment if timedelta(0) <= clock.now() - moment <= COUNTS_FOR else None


def require() -> datetime:
    """Return when who is here last showed their password; refuses when it must be asked."""
    if moment := proven_at():
        return moment
    refused: Refused | None = g.get("proof_refused")
    raise refused or Refused("Vul uw wachtwoord in. Zo weten wij zeker dat u het bent.", "password")
