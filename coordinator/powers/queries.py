"""What the pages on powers say: who decides what on a day, where nobody does, and why one may."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from coordinator import events, mandates, planning, web
from coordinator.db import session
from coordinator.labels import label
from coordinator.mandates import Known, clause_words, left_words
from coordinator.models import Account, Clause, ObjectKind, Power
from network.mandates import (
    Answer,
    Gap,
    Held,
    Holder,
    Involvement,
    Limits,
    Link,
    Mandates,
    Overlap,
    PowerGrant,
    Problem,
    Question,
    Scope,
)
from network.region import AgreementStatus

SHORT: Final = {
    Involvement.ACCOUNTABLE: "Beslist",
    Involvement.CARRIES_OUT: "Voert uit",
    Involvement.ADVISES: "Adviseert",
}
FINDINGS_SHOWN: Final = 10
COLUMNS_SHOWN: Final = 20
"""With more holders the matrix names them per power instead of giving each a column."""
NAMED: Final = 3


def find_power(public_id: str) -> Power | None:
    """Return a power."""
    return session().scalar(select(Power).where(Power.public_id == public_id))


def find_by_name(name: str) -> Power | None:
    """Return the power with this name, however it is capitalised."""
    powers = session().scalars(select(Power)).all()
    return next((one for one in powers if one.name.casefold() == name.casefold()), None)


def powers() -> Sequence[Power]:
    """Return all powers by name."""
    return session().scalars(select(Power).order_by(Power.name)).all()


def history(power: Power, reader: Account) -> list[events.Entry]:
    """Return what was done to a power."""
    return events.history(reader, (ObjectKind.POWER,), [power.public_id])


# Who is meant, in an address.


def holder_key(holder: Holder) -> str:
    """Return a holder as it stands in an address."""
    return "/".join((holder.tafel or "", holder.role or "", holder.partner or ""))


def holder_choices(known: Known) -> list[tuple[str, str]]:
    """Return everybody to whom some clause gives something, and each table of which one is."""
    holders = {grant.holder for grant in known.grants}
    holders |= {Holder(tafel=holder.tafel) for holder in holders if holder.tafel}
    return [(holder_key(holder), known.holder_words(holder)) for holder in sorted(holders)]


def _is_chosen(holder: Holder, who: str) -> bool:
    """Whether a holder is the one that was chosen, or a role at the table that was chosen."""
    own = holder_key(holder)
    return own == who or (who.endswith("//") and own.startswith(f"{who[:-1]}"))


# The matrix.


@dataclass(frozen=True)
class Cell:
    """What one holder does with one power: in a word, with what limits it; or nothing."""

    holder: str
    text: str = ""
    limits: str = ""
    is_accountable: bool = False


@dataclass(frozen=True)
class Row:
    """A power and who is involved in it, in the order of the columns."""

    power: Power
    cells: tuple[Cell, ...]
    has_gap: bool
    has_overlap: bool

    @property
    def is_decided(self) -> bool:
        """Whether somebody is accountable somewhere."""
        return any(cell.is_accountable for cell in self.cells)

    def names(self, text: str) -> str:
        """Return who does this, as one of the words of a cell; the first by name."""
        names = [cell.holder for cell in self.cells if cell.text == text]
        if len(names) > NAMED + 1:
            names = [*names[:NAMED], f"nog {web.number(len(names) - NAMED)}"]
        return web.enumerate_words(names) if names else "niemand"


@dataclass(frozen=True)
class Source:
    """A clause that a sentence leads to."""

    words: str
    version: str
    number: int


@dataclass(frozen=True)
class Finding:
    """A gap or an overlap, in words, and what it leads to."""

    power: Power
    text: str
    sources: tuple[Source, ...]
    hint: str = ""
    is_gap: bool = False


@dataclass(frozen=True)
class Picture:
    """Who decides what on a day."""

    holders: tuple[str, ...]
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]

    @property
    def is_wide(self) -> bool:
        """Whether a column for each holder would be too many."""
        return len(self.holders) > COLUMNS_SHOWN


def source(clause: Clause) -> Source:
    """Return where a clause stands."""
    version = clause.agreement_version
    return Source(clause_words(clause), version.public_id, clause.number)


def picture(known: Known, shown: Sequence[Power], day: date, who: str | None) -> Picture:
    """Return the matrix of these powers on a day; with `who` only what that holder has."""
    everybody = sorted({grant.holder for grant in known.grants})
    chosen = [holder for holder in everybody if not who or _is_chosen(holder, who)]
    matrix = known.mandates.matrix(day, [power.public_id for power in shown], chosen)
    columns = [holder for holder in chosen if any(h == holder for _, h in matrix.held)]
    named = {power.public_id: power for power in shown}
    findings = [
        *(_gap(known, named[row.power], row, day) for row in matrix.gaps),
        *(_overlap(known, named[row.power], row) for row in matrix.overlaps),
    ]
    gaps = {row.power for row in matrix.gaps}
    overlaps = {row.power for row in matrix.overlaps}
    rows = tuple(
        Row(
            power,
            tuple(
                _cell(known, holder, matrix.held.get((power.public_id, holder)))
                for holder in columns
            ),
            power.public_id in gaps,
            power.public_id in overlaps,
        )
        for power in shown
        if not who or any((power.public_id, holder) in matrix.held for holder in columns)
    )
    return Picture(
        tuple(known.holder_words(holder) for holder in columns),
        rows,
        () if who else tuple(findings),
    )


def _cell(known: Known, holder: Holder, held: Held | None) -> Cell:
    words = known.holder_words(holder)
    if held is None:
        return Cell(words)
    each = [limits_words(known, grant) for grant in held.grants]
    limits = "" if "" in each else "; of ".join(dict.fromkeys(each))
    return Cell(words, SHORT[held.involvement], limits, held.involvement is Involvement.ACCOUNTABLE)


def limits_words(known: Known, grant: PowerGrant) -> str:
    """Return "Jeugd, Oeverdam, tot en met € 5.000"; nothing when nothing limits a grant."""
    return ", ".join(_limits(known, Scope(grant.domains, grant.areas), grant.amount))


def _limits(known: Known, scope: Scope, amount: int | None) -> Iterator[str]:
    if scope.domains is not None:
        yield f"voor {known.domain_words(scope.domains)}"
    if scope.areas is not None:
        yield f"in {known.area_words(scope.areas)}"
    if amount is not None:
        yield f"tot en met {web.euros(amount)}"


def _overlap(known: Known, power: Power, row: Overlap) -> Finding:
    names = web.enumerate_words([known.holder_words(holder) for holder in row.holders])
    return Finding(
        power,
        f"Over «{power.name}» beslissen {names}{known.scope_words(row.scope)}. "
        "Spreek af wie van hen eindverantwoordelijk is.",
        tuple(source(known.clause(grant)) for grant in row.grants),
    )


def _gap(known: Known, power: Power, row: Gap, day: date) -> Finding:
    """Say where nobody decides, and which clause would make that somebody does."""
    text = f"Over «{power.name}» beslist niemand{known.scope_words(row.scope)}."
    would = _would_fill(known.mandates, row, day)
    if would is None:
        hint = "Leg in een afspraak vast wie eindverantwoordelijk is."
        return Finding(power, text, (), hint, is_gap=True)
    clause = known.clause(would)
    who = known.holder_words(would.holder)
    where = known.scope_words(Scope(would.domains, would.areas))
    hint = f"Een artikel geeft haar{where} aan {who}. {not_in_time(known, would, day)}"
    return Finding(power, text, (source(clause),), hint, is_gap=True)


_NEAREST: Final = (AgreementStatus.TO_SIGN, AgreementStatus.DRAFT)


def _would_fill(given: Mandates, row: Gap, day: date) -> PowerGrant | None:
    """Return the clause that comes nearest to filling a gap: to be signed, drafted, later, over."""
    found = [
        grant
        for grant in given.grants
        if grant.power == row.power
        and grant.giver is None
        and grant.involvement is Involvement.ACCOUNTABLE
        and grant.in_time(day) is not None
        and (
            grant.domains is None
            or row.scope.domains is None
            or not grant.domains.isdisjoint(row.scope.domains)
        )
    ]

    def nearness(grant: PowerGrant) -> tuple[int, date]:
        if grant.status in _NEAREST:
            return _NEAREST.index(grant.status), date.min
        if grant.in_time(day) is Problem.NOT_BEGUN:
            return 2, grant.starts_on or date.min
        return 3, date.min

    return min(found, key=nearness, default=None)


def not_in_time(known: Known, grant: PowerGrant, day: date) -> str:
    """Say why a clause is not in force on a day; nothing when it is."""
    problem = grant.in_time(day)
    if problem is Problem.ENDED and (words := left_words(known.clause(grant), day)):
        return words
    match problem:
        case Problem.NOT_SIGNED if grant.status is AgreementStatus.TO_SIGN:
            return "De afspraak is nog niet door iedereen ondertekend."
        case Problem.NOT_SIGNED:
            return "De afspraak is nog een concept."
        case Problem.NOT_BEGUN:
            return f"De afspraak geldt pas vanaf {web.day(grant.starts_on)}."
        case Problem.ENDED if grant.ends_on is None or grant.ends_on >= day:
            return "De afspraak is opgezegd."
        case Problem.ENDED:
            return f"De afspraak gold tot en met {web.day(grant.ends_on)}."
    return ""


# One power.


@dataclass(frozen=True)
class Step:
    """One link of a chain, in a sentence, with what is wrong with it."""

    text: str
    limit_text: str
    faults: tuple[str, ...]
    source: Source


@dataclass(frozen=True)
class GrantLine:
    """One clause that grants a power, as it stands on a day."""

    holder: str
    involvement: str
    limits: str
    limit_text: str
    period: str
    source: Source
    may_pass_on: bool
    holds: bool
    state: str
    """Why it does not hold, in a sentence; nothing when it does."""
    chain: tuple[Step, ...]
    """For a sub-mandate: the links up to it."""


def grants_of(known: Known, power: Power, day: date) -> list[PowerGrant]:
    """Return every clause that grants a power: those in force first, the strongest first."""
    order = list(Involvement)
    return sorted(
        (grant for grant in known.mandates.grants if grant.power == power.public_id),
        key=lambda grant: (
            grant.in_time(day) is not None,
            order.index(grant.involvement),
            grant.starts_on or date.min,
        ),
    )


def line(known: Known, grant: PowerGrant, day: date) -> GrantLine:
    """Return how a clause that grants a power stands on a day."""
    answer = known.mandates.answer(Question(grant.power, grant.holder, day), by=grant)
    state = not_in_time(known, grant, day)
    if not state and not answer.may_advise:
        state = "Een stap ervoor klopt niet."
    involvement = grant.involvement
    if grant.giver is not None and involvement is Involvement.ACCOUNTABLE:
        involvement = Involvement.CARRIES_OUT
    return GrantLine(
        holder=known.holder_words(grant.holder),
        involvement=label(involvement),
        limits=limits_words(known, grant),
        limit_text=grant.limit_text,
        period=web.period_words(grant.starts_on, grant.ends_on),
        source=source(known.clause(grant)),
        may_pass_on=grant.may_pass_on,
        holds=not state,
        state=state,
        chain=tuple(step(known, link, day) for link in answer.chain) if grant.giver else (),
    )


# May I?


def step(known: Known, link: Link, day: date) -> Step:
    """Return one link of a chain in words."""
    grant = link.grant
    who = known.holder_words(grant.holder)
    by_parties = grant.giver is None
    giver = "De partijen" if grant.giver is None else known.holder_words(grant.giver)
    if grant.involvement is Involvement.ADVISES:
        text = f"{giver} {'laten' if by_parties else 'laat'} {who} adviseren"
    elif not by_parties:
        text = f"{giver} geeft deze bevoegdheid door aan {who}"
    elif grant.involvement is Involvement.CARRIES_OUT:
        text = f"De partijen laten {who} dit uitvoeren"
    else:
        text = f"De partijen geven deze bevoegdheid aan {who}"
    limits = limits_words(known, grant)
    return Step(
        f"{text}{', ' if limits else ''}{limits}.",
        grant.limit_text,
        tuple(_fault(known, grant, problem, day) for problem in link.problems),
        source(known.clause(grant)),
    )


def _fault(known: Known, grant: PowerGrant, problem: Problem, day: date) -> str:
    who = known.holder_words(grant.holder)
    match problem:
        case Problem.NOT_SIGNED | Problem.NOT_BEGUN | Problem.ENDED:
            return not_in_time(known, grant, day)
        case Problem.ONLY_ADVISES:
            return f"{who} mag alleen adviseren."
        case Problem.OTHER_DOMAIN:
            return f"Dit geldt alleen voor {known.domain_words(grant.domains or ())}."
        case Problem.OTHER_AREA:
            return f"Dit geldt alleen in {known.area_words(grant.areas or ())}."
        case Problem.OVER_AMOUNT:
            return f"Dit geldt tot en met {web.euros(grant.amount or 0)}."
        case Problem.GIVER_HAS_NO_POWER:
            giver = known.holder_words(grant.giver) if grant.giver else ""
            return f"Geen enkel artikel geeft de bevoegdheid aan {giver}."
        case Problem.MAY_NOT_PASS_ON:
            return f"{who} mag de bevoegdheid niet doorgeven."


@dataclass(frozen=True)
class Reply:
    """The answer to "mag ik dit?": a sentence, what limits it, and the chain of clauses."""

    is_allowed: bool
    sentence: str
    more: str
    steps: tuple[Step, ...]
    instead: tuple[str, ...]
    """Who is accountable then, where the answer is no."""


def question_choices() -> dict[str, list[tuple[str, str]]]:
    """Return what can be asked about in this region."""
    region = planning.planner().region

    def named(rows: Iterable[Any]) -> list[tuple[str, str]]:
        return sorted(((row.code, row.name) for row in rows), key=lambda pair: pair[1])

    return {
        "power": [(power.public_id, power.name) for power in powers()],
        "tafel": named(region.tafels),
        "role": named(region.roles),
        "partner": named(region.partners),
        "domain": named(region.domains),
        "area": named(region.areas),
    }


def reply(
    power: Power,
    *,
    tafel: str,
    role: str,
    partner: str,
    day: date,
    domain: str,
    area: str,
    amount: int | None,
) -> Reply:
    """Answer whether this holder may decide this, with the reasons."""
    known = mandates.known(power.public_id, day)
    holder = Holder(tafel or None, role or None, partner or None)
    question = Question(power.public_id, holder, day, domain or None, area or None, amount)
    answer = known.mandates.answer(question)
    who = known.holder_words(question.holder)
    asked = _asked(known, question)
    when = web.day(question.day)
    steps = tuple(step(known, link, question.day) for link in answer.chain)
    if answer.is_allowed and answer.limits is not None:
        return Reply(
            True,
            f"Ja. {who} mag op {when} beslissen over «{power.name}»{asked}.",
            _conditions(known, answer, answer.limits),
            steps,
            (),
        )
    if answer.chain:
        more = "Hieronder staat welke stap in de keten niet klopt."
    else:
        more = f"Geen enkel artikel geeft deze bevoegdheid aan {who}."
    return Reply(
        False,
        f"Nee. {who} mag op {when} niet beslissen over «{power.name}»{asked}.",
        more,
        steps,
        tuple(_instead(known, question)),
    )


def _asked(known: Known, question: Question) -> str:
    words = known.scope_words(
        Scope(
            frozenset({question.domain}) if question.domain else None,
            frozenset({question.area}) if question.area else None,
        )
    )
    amount = question.amount
    return words if amount is None else f"{words}, voor een bedrag van {web.euros(amount)}"


def _conditions(known: Known, answer: Answer, limits: Limits) -> str:
    """Say what the answer yes leaves open: on whose behalf, within which limits, until when."""
    sentences = []
    if answer.involvement is Involvement.CARRIES_OUT:
        first = answer.chain[0].grant
        name = "de eindverantwoordelijke"
        if len(answer.chain) > 1:
            name = known.holder_words(first.holder)
        sentences.append(f"Dat is namens {name}, die eindverantwoordelijk blijft.")
    within = ", ".join(_limits(known, limits.scope, limits.amount))
    if within:
        sentences.append(f"Dat mag alleen {within}.")
    texts = [link.grant.limit_text for link in answer.chain if link.grant.limit_text]
    if texts:
        sentences.append("Let ook op de grenzen in woorden hieronder.")
    if limits.ends_on:
        sentences.append(f"Dit geldt tot en met {web.day(limits.ends_on)}.")
    return " ".join(sentences)


def _instead(known: Known, question: Question) -> Iterable[str]:
    """Give who is accountable on that day where the question is about."""
    holders = sorted({grant.holder for grant in known.grants})
    for holder in holders:
        other = known.mandates.answer(
            Question(
                question.power,
                holder,
                question.day,
                question.domain,
                question.area,
                question.amount,
            )
        )
        if other.involvement is Involvement.ACCOUNTABLE:
            yield known.holder_words(holder)
