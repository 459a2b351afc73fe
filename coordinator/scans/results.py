"""What came out of a closed round, with everything hidden that could point at somebody.

Of each question apart it is decided what is shown (`hiding`): a question that three of six answered
stays hidden. Texts are shown for the region only, per level and sorted by what they say, so that
the answers of one person cannot be followed from question to question.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import aliased

from coordinator import clock, web
from coordinator.db import session
from coordinator.labels import label
from coordinator.models import Grant, Level, Partner, ScanAnswer, ScanRound, ScanScore
from coordinator.models import ScanSheet as Sheet
from coordinator.scans import hiding, queries
from coordinator.scans.bouwstenen import BOUWSTENEN, Bouwsteen, Question

TOGETHER: Final = "Samen"
COMPARED_ROUNDS: Final = 4
MOST_DIFFERENT: Final = 5
TEXTS_SHOWN: Final = 10
"""Of one question and level, on the page with everything."""
MOST_TEXTS: Final = 5_000
"""Of more than these the page with everything has none; each question has a page of its own."""


@dataclass(frozen=True)
class Tally:
    """How often each answer was given."""

    yes: int = 0
    partly: int = 0
    no: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Return the answers of both."""
        return Tally(self.yes + other.yes, self.partly + other.partly, self.no + other.no)

    @property
    def count(self) -> int:
        return self.yes + self.partly + self.no

    @property
    def mean(self) -> int:
        """Return 100 when all say yes and 0 when all say no; partly counts for half."""
        return (200 * self.yes + 100 * self.partly + self.count) // (2 * self.count)

    @property
    def words(self) -> str:
        return f"{self.yes}\u00a0ja, {self.partly}\u00a0deels, {self.no}\u00a0nee"

    @property
    def bars(self) -> list[tuple[str, int, int]]:
        """Return kind, begin and width of the bars, out of a hundred."""
        ends = [100 * part // self.count for part in (self.yes, self.yes + self.partly, self.count)]
        starts = [0, *ends[:2]]
        kinds = ("yes", "partly", "no")
        return [(kind, a, b - a) for kind, a, b in zip(kinds, starts, ends, strict=True) if b > a]


Counted = Mapping[hiding.Cell, Tally]
"""Of one question: by level and organisation."""


@dataclass(frozen=True)
class Cell:
    """What stands under one head: a count, or why there is none."""

    head: str
    level: Level | None
    """None for all levels together."""
    tally: Tally | None
    why: str = ""


FEW: Final = "Minder dan 5"
PROTECTS: Final = "Verborgen"
"""There are enough, but beside the other figures they would show the few that are hidden."""


@dataclass(frozen=True)
class Row:
    """One question of bouwsteen 11 to 18."""

    question: Question
    cells: tuple[Cell, ...]

    def mean_of(self, level: Level) -> int | None:
        """Return the mean that is shown of a level."""
        found = next((one.tally for one in self.cells if one.level is level), None)
        return found.mean if found is not None else None

    @property
    def board(self) -> int | None:
        return self.mean_of(Level.BOARD)

    @property
    def practice(self) -> int | None:
        return self.mean_of(Level.PRACTICE)

    @property
    def difference(self) -> int | None:
        """Return how far board and practice are apart, where both are shown."""
        if self.board is None or self.practice is None:
            return None
        return abs(self.board - self.practice)


@dataclass(frozen=True)
class Table:
    """One scored bouwsteen with its questions."""

    bouwsteen: Bouwsteen
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class OverTime:
    """The means of one level: a row per bouwsteen, a column per round."""

    level: Level
    rows: tuple[tuple[Bouwsteen, tuple[int | None, ...]], ...]

    @property
    def has_any(self) -> bool:
        return any(mean is not None for _bouwsteen, means in self.rows for mean in means)


@dataclass(frozen=True)
class Texts:
    """What one level wrote on one question; the first of them, or none."""

    level: Level
    texts: tuple[str, ...]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.texts)


@dataclass(frozen=True)
class Results:
    """What may be seen of a round: of the region, or of one organisation."""

    heads: tuple[str, ...]
    tables: tuple[Table, ...]
    differing: tuple[Row, ...]
    """The questions on which board and practice differ most, the largest difference first."""
    rounds: tuple[ScanRound, ...]
    """This round and those before it, the oldest first."""
    over_time: tuple[OverTime, ...]

    @property
    def hides_to_protect(self) -> bool:
        """Whether something is hidden although there are enough."""
        return any(
            cell.why == PROTECTS for one in self.tables for row in one.rows for cell in row.cells
        )


# Counting.


def _counts(rounds: Sequence[ScanRound]) -> dict[int, dict[str, dict[hiding.Cell, Tally]]]:
    """Return by round and question how each level of each organisation answered. One query."""
    groups = (
        Sheet.round_id,
        Sheet.level,
        Sheet.partner_id,
        ScanAnswer.bouwsteen,
        ScanAnswer.question,
    )
    scores = (ScanScore.YES, ScanScore.PARTLY, ScanScore.NO)
    rows = session().execute(
        select(*groups, *(func.sum(case((ScanAnswer.score == one, 1), else_=0)) for one in scores))
        .join(ScanAnswer.sheet)
        .where(Sheet.round_id.in_([one.id for one in rounds]), ScanAnswer.score.is_not(None))
        .group_by(*groups)
    )
    found: dict[int, dict[str, dict[hiding.Cell, Tally]]] = {one.id: {} for one in rounds}
    for round_id, level, partner_id, bouwsteen, number, *given in rows:
        of_question = found[round_id].setdefault(f"{bouwsteen}-{number}", {})
        of_question[level, partner_id] = Tally(*given)
    return found


def _cells(counted: Counted, partner_id: int | None) -> tuple[Cell, ...]:
    """Return what may be seen of a question: of the region, or of one organisation."""
    may_see = hiding.shown({cell: tally.count for cell, tally in counted.items()})
    found = []
    for level in Level:
        if partner_id is None:
            tally = _sum(tally for cell, tally in counted.items() if cell[0] == level)
            is_shown = level in may_see.levels
        else:
            tally = counted.get((level, partner_id), Tally())
            is_shown = (level, partner_id) in may_see.cells
        why = PROTECTS if hiding.enough(tally.count) else FEW
        found.append(
            Cell(label(level), level, tally, "")
            if is_shown
            else Cell(label(level), level, None, why)
        )
    if partner_id is None:
        tally = _sum(tally for cell, tally in counted.items() if cell[0] in may_see.together)
        is_shown = bool(may_see.together)
        found.append(Cell(TOGETHER, None, tally if is_shown else None, "" if is_shown else FEW))
    return tuple(found)


def _sum(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally())


def results(scan_round: ScanRound, partner: Partner | None = None) -> Results:
    """Return what came out of a closed round. Two queries."""
    rounds = _until(scan_round)
    partner_id = partner.id if partner is not None else None
    by_round = {
        round_id: {key: _cells(counted, partner_id) for key, counted in questions.items()}
        for round_id, questions in _counts(rounds).items()
    }
    nobody = _cells({}, partner_id)
    scored = [one for one in BOUWSTENEN if one.questions[0].is_scored]
    tables = tuple(
        Table(
            one,
            tuple(
                Row(question, by_round[scan_round.id].get(question.key, nobody))
                for question in one.questions
            ),
        )
        for one in scored
    )
    rows = [row for table in tables for row in table.rows if row.difference]
    rows.sort(key=lambda row: (-(row.difference or 0), row.question.bouwsteen, row.question.number))
    over_time = (
        OverTime(
            level,
            tuple(
                (one, tuple(_mean(by_round[each.id], one, level) for each in rounds))
                for one in scored
            ),
        )
        for level in Level
    )
    return Results(
        tuple(cell.head for cell in nobody),
        tables,
        tuple(rows[:MOST_DIFFERENT]),
        tuple(rounds),
        tuple(
            each for each in over_time if any(any(m is not None for m in ms) for _, ms in each.rows)
        ),
    )


def _mean(questions: Mapping[str, Sequence[Cell]], one: Bouwsteen, level: Level) -> int | None:
    """Return the mean of what is shown of a bouwsteen: nothing that is hidden is in it."""
    tally = _sum(
        cell.tally
        for question in one.questions
        for cell in questions.get(question.key, ())
        if cell.level is level and cell.tally is not None
    )
    return tally.mean if tally.count else None


def _until(scan_round: ScanRound) -> list[ScanRound]:
    """Return a closed round after the closed ones before it, the last few."""
    found = session().scalars(
        select(ScanRound)
        .where(
            ScanRound.opens_on < scan_round.opens_on,
            or_(ScanRound.closes_on < clock.today(), ScanRound.closed_at.is_not(None)),
            ScanRound.id.in_(select(Sheet.round_id)),
        )
        .order_by(ScanRound.opens_on.desc(), ScanRound.id.desc())
        .limit(COMPARED_ROUNDS - 1)
    )
    return [*reversed(found.all()), scan_round]


# Texts.


def _counted_texts(
    scan_round: ScanRound, question: Question | None = None
) -> dict[tuple[str, Level], int]:
    """Return how many texts may be seen of each question and level, or of one question."""
    statement = (
        select(ScanAnswer.bouwsteen, ScanAnswer.question, Sheet.level, func.count())
        .join(ScanAnswer.sheet)
        .where(Sheet.round_id == scan_round.id, ScanAnswer.text != "")
        .group_by(ScanAnswer.bouwsteen, ScanAnswer.question, Sheet.level)
    )
    if question is not None:
        statement = statement.where(
            ScanAnswer.bouwsteen == question.bouwsteen, ScanAnswer.question == question.number
        )
    rows = session().execute(statement)
    return {(f"{b}-{q}", level): count for b, q, level, count in rows if hiding.enough(count)}


Written = list[tuple[Bouwsteen, list[tuple[Question, list[Texts]]]]]


def _first_texts(scan_round: ScanRound) -> dict[tuple[str, Level], list[str]]:
    place = func.row_number().over(
        partition_by=(ScanAnswer.bouwsteen, ScanAnswer.question, Sheet.level),
        order_by=ScanAnswer.text,
    )
    numbered = (
        select(ScanAnswer, Sheet.level.label("level"), place.label("place"))
        .join(ScanAnswer.sheet)
        .where(Sheet.round_id == scan_round.id, ScanAnswer.text != "")
        .subquery()
    )
    entry = aliased(ScanAnswer, numbered)
    rows = session().execute(
        select(entry.bouwsteen, entry.question, numbered.c.level, entry.text)
        .where(numbered.c.place <= TEXTS_SHOWN)
        .order_by(numbered.c.place)
    )
    found: dict[tuple[str, Level], list[str]] = defaultdict(list)
    for bouwsteen, number, level, text in rows:
        found[f"{bouwsteen}-{number}", level].append(text)
    return found


def texts(scan_round: ScanRound) -> Written:
    """Return per bouwsteen and question what each level wrote, in the order of what it says.

    Of each the first texts; where nothing may be seen, the question is left out. At most two
    queries.
    """
    counts = _counted_texts(scan_round)
    found = _first_texts(scan_round) if sum(counts.values()) <= MOST_TEXTS else {}
    written: Written = []
    for one in BOUWSTENEN:
        questions = []
        for question in one.questions:
            by_level = [
                Texts(
                    level,
                    tuple(found.get((question.key, level), ())),
                    counts[question.key, level],
                )
                for level in Level
                if (question.key, level) in counts
            ]
            if by_level:
                questions.append((question, by_level))
        if questions:
            written.append((one, questions))
    return written


def texts_page(scan_round: ScanRound, question: Question, level: Level) -> web.Page | None:
    """Return a page of all texts of one level on one question; None when they are hidden."""
    if (question.key, level) not in _counted_texts(scan_round, question):
        return None
    return web.paginate(
        select(ScanAnswer.text)
        .join(ScanAnswer.sheet)
        .where(
            Sheet.round_id == scan_round.id,
            Sheet.level == level,
            ScanAnswer.bouwsteen == question.bouwsteen,
            ScanAnswer.question == question.number,
            ScanAnswer.text != "",
        )
        .order_by(ScanAnswer.text)
    )


# Whose results.


def partner_choices(
    scan_round: ScanRound, grants: Iterable[Grant], *, sees_all: bool
) -> Sequence[Partner]:
    """Return of which organisations somebody may see the results: their own in it; or all.

    Of all, those of which enough people gave in: a shorter list would say that somebody of a small
    organisation did.
    """
    own = [grant.partner_id for grant in grants if queries.takes_part(scan_round, grant.partner_id)]
    offered = [Partner.id.in_([one for one in own if one is not None])]
    if sees_all:
        many = (
            select(Sheet.partner_id)
            .where(Sheet.round_id == scan_round.id)
            .group_by(Sheet.partner_id)
            .having(func.count() >= hiding.FEWEST)
        )
        offered.append(Partner.id.in_(many))
    statement = select(Partner).where(or_(*offered)).order_by(Partner.name, Partner.id)
    return session().scalars(statement).all()
