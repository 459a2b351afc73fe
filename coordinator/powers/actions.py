"""Which kinds of decisions there are; who may take them is in the clauses of agreements."""

from coordinator import events
from coordinator.db import session
from coordinator.errors import Refused
from coordinator.models import Account, Power, Verb
from coordinator.powers import queries


def add(name: str, description: str, *, is_exclusive: bool, by: Account) -> Power:
    """Add a kind of decision that clauses can give to somebody."""
    _check_name(name)
    power = Power(name=name, description=description, is_exclusive=is_exclusive)
    session().add(power)
    session().flush()
    events.record(Verb.POWER_ADDED, power, by=by)
    return power


def change(power: Power, name: str, description: str, *, is_exclusive: bool, by: Account) -> None:
    """Change the words of a power, or whether only one may be accountable."""
    _check_name(name, power)
    turned = is_exclusive != power.is_exclusive
    if not turned and (name, description) == (power.name, power.description):
        return
    power.name, power.description, power.is_exclusive = name, description, is_exclusive
    result = ("exclusive" if is_exclusive else "shared") if turned else "words"
    events.record(Verb.POWER_CHANGED, power, by=by, result=result)


def _check_name(name: str, own: Power | None = None) -> None:
    there = queries.find_by_name(name)
    if there is not None and there is not own:
        raise Refused(
            f"De bevoegdheid «{there.name}» bestaat al. Kies een andere naam, of wijzig die.",
            "name",
        )
