"""What people do with accounts: sign in and out, invite, accept, give and end roles."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from flask import current_app
from sqlalchemy import delete, select

from coordinator import clock
from coordinator.access import hash_token
from coordinator.accounts import passwords, queries
from coordinator.db import EVERYTHING, scoped_to, session
from coordinator.errors import Refused
from coordinator.models import Account, SignIn, SignInFailure

FREE_ATTEMPTS: Final = 5
FIRST_WAIT: Final = timedelta(seconds=5)
LONGEST_WAIT: Final = timedelta(minutes=15)
REMEMBERED: Final = timedelta(hours=1)
"""How long a failed attempt makes the next one wait."""


class TooEarly(Exception):
    """Somebody must wait before the next attempt."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


def _key(*parts: str) -> str:
    secret: str = current_app.extensions["settings"].secret_key
    return hmac.new(secret.encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def _network(address: str) -> str:
    """Return the address that is counted; of IPv6 the /64, for that is one connection."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, 64), strict=False))
    return address


def _count_attempt(purpose: str, email: str, address: str) -> tuple[str, str, str]:
    """Count an attempt before it is made, or raise TooEarly.

    It is committed at once: no lock is held while a password is hashed, and a hundred
    attempts at the same moment are a hundred. Who turns out to be right, is taken off again.
    """
    email = email.strip().lower()
    network = _network(address)
    now = clock.now()
    by_account, by_address = _key(purpose, "account", email), _key(purpose, "address", network)
    wait = timedelta(0)
    for key in (by_account, by_address):
        count, last = queries.failures(key, now - REMEMBERED)
        if last is not None and count >= FREE_ATTEMPTS:
            doubled = FIRST_WAIT * 2 ** min(count - FREE_ATTEMPTS, 20)
            wait = max(wait, last + min(doubled, LONGEST_WAIT) - now)
    if wait > timedelta(0):
        raise TooEarly(wait)
    keys = (by_account, by_address, _key(purpose, "both", email, network))
    session().add_all(SignInFailure(key=key) for key in keys)
    session().commit()
    return keys


def _forget_attempts(by_account: str, by_address: str, by_both: str) -> None:
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


def start(account: Account) -> str:
    """Begin a sign-in; return its token, which only the cookie keeps."""
    token = secrets.token_urlsafe(32)
    session().add(SignIn(account_id=account.id, token_hash=hash_token(token)))
    return token


def sign_in(email: str, password: str, address: str) -> str:
    """Check an e-mail address and password; return the token of the new sign-in."""
    keys = _count_attempt("sign-in", email, address)
    account = queries.find_by_email(email)
    kept = account.password_hash if account else None
    session().rollback()  # nothing is held while the password is hashed
    if not passwords.matches(kept, password[: passwords.LONGEST]):
        raise Refused("Dit e-mailadres en wachtwoord horen niet bij elkaar. Kijk ze allebei na.")
    renewed = passwords.hashed(password) if passwords.is_outdated(kept or "") else None
    account = queries.find_by_email(email)
    if account is None or account.password_hash != kept:  # changed while we were hashing
        raise Refused("Uw wachtwoord is net gewijzigd. Probeer het opnieuw.")
    if renewed:
        account.password_hash = renewed
    _forget_attempts(*keys)
    return start(account)


def sign_out(token: str) -> None:
    """End a sign-in; a copy of its cookie is worth nothing from now on."""
    found = session().scalar(select(SignIn).where(SignIn.token_hash == hash_token(token)))
    if found is not None and found.ended_at is None:
        found.ended_at = clock.now()
