"""On which levels one question is asked, and on which nobody asks it.

Pure: levels in, a gap out. Learning goes between levels: a question of practice that nobody above
asks is not heard, and a question of the board that practice does not know is not lived.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from network.region import Level

ABOVE = frozenset({Level.POLICY, Level.BOARD})
"""The levels that decide."""


class GapKind(StrEnum):
    """Which way a question does not travel."""

    NOT_ABOVE = "not_above"
    """Asked by practice or management, above by nobody."""
    NOT_IN_PRACTICE = "not_in_practice"
    """Asked by policy or the board, in practice by nobody."""


@dataclass(frozen=True)
class Gap:
    """Which way a question does not travel, and all levels that lack it, practice first."""

    kind: GapKind
    lacking: tuple[Level, ...]


def gap(levels: Collection[Level]) -> Gap | None:
    """Return the gap of a question that is asked on these levels; None when there is none.

    There is no gap when practice asks it and somebody above does. Nobody above goes first: then
    the question is not heard by who decides. Without levels nobody asks it, and nothing is lacking.

    >>> gap({Level.PRACTICE})
    Gap(kind=<GapKind.NOT_ABOVE: 'not_above'>, lacking=(<Level.MANAGEMENT: 'management'>, \
<Level.POLICY: 'beleid'>, <Level.BOARD: 'bestuur'>))
    >>> gap({Level.POLICY, Level.BOARD}).kind.value
    'not_in_practice'
    >>> gap({Level.PRACTICE, Level.BOARD}) is None
    True
    """
    if not levels:
        return None
    lacking = tuple(level for level in Level if level not in levels)
    if ABOVE.isdisjoint(levels):
        return Gap(GapKind.NOT_ABOVE, lacking)
    if Level.PRACTICE not in levels:
        return Gap(GapKind.NOT_IN_PRACTICE, lacking)
    return None
