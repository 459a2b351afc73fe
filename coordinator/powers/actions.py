"""Which kinds of decisions there are; who may take them is in the clauses of agreements."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from coordinator import events
from coordinator.db import session
from coordinator.errors import Refused
from coordinator.models import Account, Power, Verb
from coordinator.powers import queries


def add(name: str, description: str, *, is_exclusive: bool, by: Account) -> Power:
    """Add a kind of decision that clauses can give to somebody."""
    _check_name(name)
    power = Power(name=name, description=description, is_exclusive=is_exclusive)
    with _name_may_be_taken(name):
        session().add(power)
    events.record(Verb.POWER_ADDED, power, by=by)
    return power


def change(power: Power, name: str, description: str, *, is_exclusive: bool, by: Account) -> None:
    """Change the words of a power, or whether only one may be accountable."""
    _check_name(name, power)
    turned = is_exclusive != power.is_exclusive
    if not turned and (name, description) == (power.name, power.description):
        return
    with _name_may_be_taken(name):
        power.name, power.description, power.is_exclusive = name, description, is_exclusive
    result = ("exclusive" if is_exclusive else "shared") if turned else "words"
    events.record(Verb.POWER_CHANGED, power, by=by, result=result)


def _check_name(name: str, own: Power | None = None) -> None:
    there = queries.find_by_name(name)
    if there is not None and there is not own:
        raise _taken(there.name)


@contextmanager
def _name_may_be_taken(name: str) -> Iterator[None]:
    """Write what is changed in here; somebody else may take the name in this very moment."""
    try:
        with session().begin_nested():
            yield
    except IntegrityError as error:
        raise _taken(name) from error


def _taken(name: str) -> Refused:
    return Refused(
        f"De bevoegdheid «{name}» bestaat al. Kies een andere naam, of wijzig die.", "name"
    )
