"""What the clauses of a version give, beside another version or beside nothing: words and rows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from coordinator import web
from coordinator.labels import label
from coordinator.models import AgreementVersion, Clause, ClauseKind, Involvement

NAMED: Final = 3


class State(StrEnum):
    """What happens to something that a clause gives."""

    GAINED = "erbij"
    LOST = "vervalt"
    CHANGED = "anders"


STATE_WORDS: Final = {
    State.GAINED: "Erbij",
    State.LOST: "Vervalt",
    State.CHANGED: "Anders",
}
_NOUNS: Final = {
    ClauseKind.SEAT: ("zetel", "zetels"),
    ClauseKind.POWER: ("bevoegdheid", "bevoegdheden"),
    ClauseKind.MANDATE: ("mandaat van een tafel", "mandaten van tafels"),
    ClauseKind.HANDOVER: ("doorgeleiding", "doorgeleidingen"),
}
_VERBS: Final = {
    State.GAINED: ("komt er {} bij", "komen er {} bij"),
    State.LOST: ("vervalt {}", "vervallen {}"),
    State.CHANGED: ("verandert {}", "veranderen {}"),
}


@dataclass(frozen=True)
class Row:
    """What one clause gives or no longer gives; `was` is what it gave before it changed."""

    number: int
    kind: ClauseKind
    state: State
    words: str
    was: str
    tafels: tuple[tuple[str, str], ...]
    """Code and name of the tables it is about."""
    power: tuple[str, str] | None
    """Public id and name of the power it is about."""

    @property
    def change(self) -> str:
        """Return in words what happens to it."""
        return STATE_WORDS[self.state]


@dataclass(frozen=True)
class Granted:
    """What a change of text brings and takes: sentences, and a row for each clause."""

    sentences: tuple[str, ...]
    rows: tuple[Row, ...]


def find_granted(
    start: str, version: AgreementVersion, against: AgreementVersion | None = None
) -> Granted:
    """Return what a version gives that the other does not, and the other way round.

    Without another version: all that it gives. `start` begins the sentences: "Met versie 2".
    """
    old = {} if against is None else {each.number: each for each in against.clauses}
    new = {each.number: each for each in version.clauses}
    rows: list[Row] = []
    for number in sorted(old.keys() | new.keys()):
        was = None if against is None else _said(against, old.get(number))
        now = _said(version, new.get(number))
        if was == now:
            continue
        if was and now and old[number].kind is new[number].kind:
            rows.append(_row(version, new[number], State.CHANGED, now, was))
            continue
        if was and against is not None:
            rows.append(_row(against, old[number], State.LOST, was))
        if now:
            rows.append(_row(version, new[number], State.GAINED, now))
    holders = set(_accountable(version)) - set(_accountable(against))
    former = set(_accountable(against)) - set(_accountable(version))
    return Granted((*_counted(start, rows), *_who(start, holders, former)), tuple(rows))


def find_lapsed(start: str, version: AgreementVersion) -> Granted:
    """Return what does not hold any more when the agreement ends; its seats stay."""
    rows = [
        _row(version, clause, State.LOST, words)
        for clause in version.clauses
        if clause.kind is not ClauseKind.SEAT and (words := _said(version, clause))
    ]
    sentences = [*_counted(start, rows), *_who(start, set(), set(_accountable(version)))]
    seats = sum(clause.kind is ClauseKind.SEAT for clause in version.clauses)
    if seats:
        sentences.append(
            "Eén zetel rust dan op geen afspraak meer. Zij houdt haar eigen einddatum."
            if seats == 1
            else f"{seats} zetels rusten dan op geen afspraak meer. Zij houden hun eigen einddatum."
        )
    return Granted(tuple(sentences), tuple(rows))


def _row(version: AgreementVersion, clause: Clause, state: State, words: str, was: str = "") -> Row:
    tafels = (clause.tafel, clause.target, clause.giver_tafel)
    power = clause.power
    return Row(
        clause.number,
        clause.kind,
        state,
        words,
        was,
        tuple({t.code: (t.code, _name(version, "tafel", t)) for t in tafels if t}.values()),
        (power.public_id, power.name) if power and clause.kind is ClauseKind.POWER else None,
    )


def _counted(start: str, rows: Sequence[Row]) -> Iterable[str]:
    """Return "Met versie 2 komen er 2 zetels en 1 bevoegdheid bij."."""
    for state in State:
        counts = Counter(row.kind for row in rows if row.state is state)
        if counts:
            words = web.enumerate_words(
                [
                    f"{counts[kind]} {nouns[counts[kind] != 1]}"
                    for kind, nouns in _NOUNS.items()
                    if counts[kind]
                ]
            )
            yield f"{start} {_VERBS[state][counts.total() != 1].format(words)}."


def _who(start: str, holders: set[tuple[str, str]], former: set[tuple[str, str]]) -> Iterable[str]:
    """Return who becomes accountable for what, and who is no longer."""
    for pairs, one, several in (
        (holders, "wordt", "eindverantwoordelijk"),
        (former, "is", "niet meer eindverantwoordelijk"),
    ):
        by_holder: dict[str, list[str]] = {}
        for holder, power in sorted(pairs):
            by_holder.setdefault(holder, []).append(f"«{power}»")
        for holder, powers in [*by_holder.items()][:NAMED]:
            yield f"{start} {one} {holder} {several} voor {web.enumerate_words(powers)}."
        if (more := len(by_holder) - NAMED) > 0:
            yield f"Dat geldt ook voor {more} {'andere' if more == 1 else 'anderen'} in de lijst."


def _accountable(version: AgreementVersion | None) -> Iterable[tuple[str, str]]:
    """Return holder and power of the clauses that make somebody accountable.

    Who passes a power on stays accountable: a sub-mandate makes nobody so.
    """
    for clause in version.clauses if version is not None else ():
        if (
            clause.kind is ClauseKind.POWER
            and clause.involvement is Involvement.ACCOUNTABLE
            and clause.power is not None
            and not (clause.giver_tafel or clause.giver_role or clause.giver_partner)
            and version is not None
        ):
            yield _holder(version, clause), _power(version, clause)


# What one clause gives, in words.


def _said(version: AgreementVersion, clause: Clause | None) -> str:
    """Return what a clause gives; nothing for one that is only text, or has gaps."""
    if clause is None:
        return ""
    if clause.kind is ClauseKind.POWER and clause.power is not None:
        return _power_words(version, clause)
    if clause.tafel is None:
        return ""
    tafel = _name(version, "tafel", clause.tafel)
    if clause.kind is ClauseKind.MANDATE:
        return f"Mandaat van {tafel}"
    if clause.kind is ClauseKind.HANDOVER and clause.target is not None:
        days = clause.processing_days
        took = "" if not days else f", met {days} {'dag' if days == 1 else 'dagen'} ertussen"
        target = _name(version, "tafel", clause.target)
        return f"Doorgeleiding van {tafel} naar {target}{_scope(version, clause)}{took}"
    if clause.kind is ClauseKind.SEAT and clause.partner and clause.role:
        vote = f", stem: {label(clause.vote).lower()}" if clause.vote else ""
        partner = _name(version, "partner", clause.partner)
        return f"Zetel aan {tafel} voor {partner}, {_name(version, 'rol', clause.role)}{vote}"
    return ""


def _power_words(version: AgreementVersion, clause: Clause) -> str:
    how = {
        Involvement.ACCOUNTABLE: "is eindverantwoordelijk voor",
        Involvement.CARRIES_OUT: "voert uit:",
        Involvement.ADVISES: "adviseert over",
    }[clause.involvement or Involvement.ADVISES]
    words = f"{_holder(version, clause)} {how} «{_power(version, clause)}»{_scope(version, clause)}"
    if clause.amount is not None:
        words += f", tot en met {web.euros(clause.amount)}"
    giver = _names(version, clause.giver_role, clause.giver_tafel, clause.giver_partner)
    if giver:
        words += f", namens {giver}"
    if clause.limits:
        words += f", met grenzen: {' '.join(clause.limits.split())}"
    return words + (", mag worden doorgegeven" if clause.may_pass_on else "")


def _holder(version: AgreementVersion, clause: Clause) -> str:
    return _names(version, clause.role, clause.tafel, clause.partner) or "Niemand"


def _names(version: AgreementVersion, role: Any, tafel: Any, partner: Any) -> str:
    if partner is not None:
        return _name(version, "partner", partner)
    found = [("rol", role), ("tafel", tafel)]
    return " van ".join(_name(version, kind, thing) for kind, thing in found if thing is not None)


def _power(version: AgreementVersion, clause: Clause) -> str:
    if clause.power is None:
        return ""
    return version.names.get(f"bevoegdheid:{clause.power.public_id}", clause.power.name)


def _scope(version: AgreementVersion, clause: Clause) -> str:
    domains = sorted(_name(version, "domein", each) for each in clause.domains)
    areas = sorted(_name(version, "gebied", each) for each in clause.areas)
    over = f" over {web.enumerate_words(domains)}" if domains else ""
    return over + (f" in {web.enumerate_words(areas)}" if areas else "")


def _name(version: AgreementVersion, kind: str, thing: Any) -> str:
    """Return the name that stands in the text: a partner or table may be renamed later."""
    return version.names.get(f"{kind}:{thing.code}", str(thing.name))
