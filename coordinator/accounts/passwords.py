"""Passwords: kept as argon2id, and which ones are too easy to guess."""

from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from coordinator.settings import Settings

SHORTEST: Final = 15
LONGEST: Final = 200


@cache
def _hasher(passes: int, memory: int) -> PasswordHasher:
    return PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=1)


@cache
def _nobodys_hash(passes: int, memory: int) -> str:
    return _hasher(passes, memory).hash("nobody has this password")


def _cost() -> tuple[int, int]:
    settings: Settings = current_app.extensions["settings"]
    return settings.password_cost


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return _hasher(*_cost()).hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether this is the password; takes as long when there is no account to compare with."""
    try:
        right = _hasher(*_cost()).verify(kept or _nobodys_hash(*_cost()), password)
    except (VerificationError, InvalidHashError):
        return False
    return right and kept is not None


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with another cost than the present one."""
    return _hasher(*_cost()).check_needs_rehash(kept)
