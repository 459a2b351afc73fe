"""Which counts may be shown so that nobody can be found among fewer than five.

What is shown lies in each other like boxes: all levels together, in it the levels, in those the
organisations. Of every box that is shown, what is left when the shown boxes in it are taken out
holds nobody or at least `FEWEST`. So no sum or difference of what is shown is of one to four.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from coordinator.models import Level

FEWEST: Final = 5

Cell = tuple[Level, int]
"""A level, and the id of an organisation."""


@dataclass(frozen=True)
class Shown:
    """Which groups may be shown."""

    levels: frozenset[Level]
    together: frozenset[Level]
    """The levels that are in the count of all together; empty when there is no such count."""
    cells: frozenset[Cell]
    """Of one organisation on one level."""


def enough(count: int) -> bool:
    """Whether this many people hide each other."""
    return count >= FEWEST


def shown(counts: Mapping[Cell, int]) -> Shown:
    """Return what may be shown of how many people answered, by level and organisation.

    Organisation 1 has six people on the board, organisation 2 three: the six are hidden, for beside
    the nine of the board they would show the three. Two small levels that are five together do
    count in the sum, one alone does not.
    """
    by_level: Counter[Level] = Counter()
    for (level, _partner), count in counts.items():
        by_level[level] += count
    levels = frozenset(level for level, count in by_level.items() if enough(count))
    small = frozenset(level for level, count in by_level.items() if 0 < count < FEWEST)
    few = sum(by_level[level] for level in small)
    together = levels | small if enough(few) else levels
    cells: set[Cell] = set()
    for level in levels:
        cells |= _cells({cell: n for cell, n in counts.items() if cell[0] == level})
    return Shown(levels, together, frozenset(cells))


def _cells(counts: Mapping[Cell, int]) -> set[Cell]:
    """Return the organisations of one level: the smallest is hidden when the rest is small."""
    large = {cell for cell, count in counts.items() if enough(count)}
    rest = sum(count for cell, count in counts.items() if cell not in large)
    if large and 0 < rest < FEWEST:
        large.remove(min(large, key=lambda cell: (counts[cell], cell[1])))
    return large
