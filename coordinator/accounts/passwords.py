"""Passwords: kept as argon2id, and refused when they are too easy to guess."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from coordinator.errors import Refused
from coordinator.settings import Settings

SHORTEST: Final = 15
LONGEST: Final = 200
WELL_KNOWN: Final = Path(__file__).parent / "well-known-passwords.txt"
MOST_PARTS: Final = 2
"""A password that is no more than this many well-known words, with digits, is refused."""
LEAST_OWN: Final = 8
"""How many characters must be left when the own name and address are taken out."""
KEYBOARD: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "azertyuiop",
    "qwertz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
)
LOOKALIKES: Final = str.maketrans("0134578@$€", "oieastbase")


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


def check(password: str, name: str, email: str) -> None:
    """Refuse a password that is too short, too long or easy to guess for this person."""
    if len(password) < SHORTEST:
        raise Refused(
            f"Uw wachtwoord heeft {len(password)} tekens. Neem er minstens {SHORTEST}.", "password"
        )
    if len(password) > LONGEST:
        raise Refused(f"Neem een wachtwoord van hooguit {LONGEST} tekens.", "password")
    plain = _plain(password)
    for own in _own_words(name, email):
        plain = plain.replace(own, "")
    if len(plain) < LEAST_OWN and plain != _plain(password):
        raise Refused(
            "Dit wachtwoord lijkt te veel op uw naam of uw e-mailadres. Kies iets anders.",
            "password",
        )
    if _is_well_known(password):
        raise Refused(
            "Dit wachtwoord is makkelijk te raden. Neem vier woorden die niets met elkaar "
            "te maken hebben.",
            "password",
        )


def _plain(text: str) -> str:
    """Return only the letters and digits, without capitals and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if c.isalnum())


def _own_words(name: str, email: str) -> list[str]:
    """Return the words of a name and an address, the longest first."""
    words = {_plain(word) for word in re.split(r"[\W_]+", f"{name} {email}")}
    words |= {_plain(name), _plain(email.partition("@")[0])}
    return sorted((word for word in words if len(word) >= 4), key=len, reverse=True)


@cache
def _well_known() -> frozenset[str]:
    lines = WELL_KNOWN.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _is_well_known(password: str) -> bool:
    """Whether a guesser tries this early: repetition, or hardly any words."""
    text = _plain(password)
    lookalike = _plain(password.casefold().translate(LOOKALIKES))
    once = (re.sub(r"(.{3,}?)\1+", r"\1", t) for t in (text, lookalike))
    return any(len(t) < LEAST_OWN or _parts(t) <= MOST_PARTS for t in once)


def _parts(text: str) -> int:
    """Return of how few well-known words the text can be put together.

    Digits and rows of the keyboard come for free; a character that is in no word counts for
    three, so that a text of anything else is never a text of few words.
    """
    fewest = [0] + [3 * len(text)] * len(text)
    longest = max(map(len, _well_known()))
    for start in range(len(text)):
        cost = fewest[start]
        step = 0 if text[start].isdigit() else 3
        fewest[start + 1] = min(fewest[start + 1], cost + step)
        for end in range(start + 3, min(start + longest, len(text)) + 1):
            piece = text[start:end]
            if piece in _well_known():
                fewest[end] = min(fewest[end], cost + 1)
            elif len(piece) >= 4 and _is_row(piece):
                fewest[end] = min(fewest[end], cost)
    return fewest[-1]


def _is_row(piece: str) -> bool:
    """Whether these keys lie in a row, or are one key again and again."""
    return len(set(piece)) == 1 or any(piece in row or piece in row[::-1] for row in KEYBOARD)
