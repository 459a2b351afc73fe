"""The planning engine: scan the meetings once from last to first, then look routes up.

A signal travels like a passenger: tables are stops, meetings are departures, hand-overs are the
lines. The question is the earliest arrival in a timetable (Dibbelt, Pajor, Strasser and Wagner,
Connection Scan Algorithm, arXiv 1703.05997, profile queries), not a shortest path over weights.

For every cell (area class x domain), every table that covers it and every meeting of that table
there is one label per target level: the best way on from that meeting. A label is one integer,

    arrival (day number) << 40  |  number of tables << 20  |  rank of the next table

so that comparing two labels is the order of REGION_FORMAT.md section 2, and adding one table is
adding a constant. Why comparing only the *next* table is enough: of two routes over the same next
table the one that reaches its earlier meeting can do all that the other can (waiting is always
allowed), so each table needs its earliest meeting only, and the rest of the sequence is that
meeting's own label.

An agreement is a window of days. Without `afspraak` the window is all days; a draft has a closed
window. A what-if opens or closes windows and scans only the cells that the agreement touches.

Words used for numbers here: `t` a table, `d` a domain, `k` the place of a meeting among the
planned meetings of its table, `h` a hand-over, `node` a (cell, table) pair.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from network.region import (
    Agreement,
    AgreementStatus,
    Level,
    MeetingStatus,
    Reason,
    Region,
    Signal,
)

TARGETS = (Level.POLICY, Level.BOARD)

_ARRIVAL = 40
_TABLES = 20
_ONE_TABLE = 1 << _TABLES
_RANK = _ONE_TABLE - 1
NEVER = 1 << 62
_FOREVER = date.max.toordinal()

_Ints = NDArray[np.int64]
_Bools = NDArray[np.bool_]
_Row = TypeVar("_Row")
_Window = tuple[int, int]
_ALL_DAYS: _Window = (0, _FOREVER)
_NO_DAY: _Window = (_FOREVER, 0)


@dataclass(frozen=True, slots=True)
class Route:
    """The tables of a route, the day each of them meets, and the day the last one meets."""

    tafels: tuple[str, ...]
    meetings: tuple[date, ...]
    arrival: date


@dataclass(frozen=True, slots=True)
class NoRoute:
    """Why there is no route."""

    reason: Reason


class Cause(StrEnum):
    """Why a signal cannot make a meeting."""

    CANCELLED = "vervallen"
    SAME_DAY = "zelfde_dag"
    TOO_LATE = "te_laat"
    TAFEL_NOT_IN_FORCE = "tafel_niet_van_kracht"
    HANDOVER_NOT_IN_FORCE = "doorgeleiding_niet_van_kracht"
    NO_SEAT = "geen_zetel"


@dataclass(frozen=True, slots=True)
class Missed:
    """An earlier meeting that a signal could not make at a table of its route.

    `closes_on` is the last day of submission, `ready_on` the day the signal was ready for it.
    `agreement` is the one that was not in force, if that is the cause.
    """

    tafel: str
    on: date
    closes_on: date
    ready_on: date
    cause: Cause
    agreement: str | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """One table of a route: from when, what it rests on, and the meetings that came too early.

    `after` is the day of the previous table's meeting, or the day the signal was given.
    `ready_on` is that day with the processing days of the hand-over. `handover_agreement` and
    `tafel_agreement` are the codes of the agreements the hop rests on, None where it rests on none.
    """

    tafel: str
    on: date
    after: date
    ready_on: date
    closes_on: date
    handover_agreement: str | None
    tafel_agreement: str | None
    missed: tuple[Missed, ...]


@dataclass(frozen=True, slots=True)
class _Scan:
    """What depends on agreements: windows, connections and labels."""

    tafel_window: list[_Window]
    handover_window: list[_Window]
    onward: list[list[int]]  # onward[h][k]: the first meeting of the target that k can make
    labels: tuple[_Ints, ...]  # per target level: one label per (node, k)
    touched: frozenset[int] | None  # cells that are not as in the scan it was made of; None: all


def _day(ordinal: int) -> date:
    return date.fromordinal(ordinal)


def later(day: date, days: int) -> date:
    """Give the day that many calendar days later; the last day of the calendar if there is none.

    >>> later(date(2026, 12, 30), 3)
    datetime.date(2027, 1, 2)
    """
    return _day(min(max(day.toordinal() + days, 1), _FOREVER))


class _Network:
    """What does not depend on agreements: tables, planned meetings, cells, nodes and edges."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self.tafels = region.tafels  # in order of code: the place of a table is its rank
        if len(self.tafels) >= _RANK:
            raise ValueError(f"ten hoogste {_RANK - 1} tafels")
        self.t = {tafel.code: t for t, tafel in enumerate(self.tafels)}
        self.domains = [domain.code for domain in region.domains]
        self.d = {code: d for d, code in enumerate(self.domains)}
        self.submission = [tafel.submission_days for tafel in self.tafels]
        self.is_open = [tafel.is_open for tafel in self.tafels]
        self.days: list[list[int]] = [[] for _ in self.tafels]
        for meeting in region.meetings:  # in order of table and day
            if meeting.status is MeetingStatus.PLANNED:
                self.days[self.t[meeting.tafel]].append(meeting.on.toordinal())
        self.handovers = [h for h in region.handovers if h.source != h.target]
        self.source = [self.t[h.source] for h in self.handovers]
        self.target = [self.t[h.target] for h in self.handovers]
        self.carries = [
            None if h.domains is None else {self.d[code] for code in h.domains}
            for h in self.handovers
        ]
        self.between: dict[tuple[int, int], list[int]] = {}
        self.leaving: list[list[int]] = [[] for _ in self.tafels]
        for h, pair in enumerate(zip(self.source, self.target, strict=True)):
            self.between.setdefault(pair, []).append(h)
            self.leaving[pair[0]].append(h)
        self.seats = _seats(region, self.t)
        self._lay_out()

    def _lay_out(self) -> None:
        """Number the cells, nodes and edges, class by class with whole arrays."""
        region, count = self.region, len(self.tafels)
        n_domains = len(self.domains)
        here: dict[str, list[int]] = {}
        for t, tafel in enumerate(self.tafels):
            here.setdefault(tafel.area, []).append(t)
        covers = np.zeros((count, n_domains), bool)
        for t, tafel in enumerate(self.tafels):
            if tafel.domains is None:
                covers[t] = True
            else:
                covers[t, [self.d[code] for code in tafel.domains]] = True
        carries = np.zeros((len(self.handovers), n_domains), bool)
        for h, domains in enumerate(self.carries):
            if domains is None:
                carries[h] = True
            else:
                carries[h, list(domains)] = True
        source = np.array(self.source, np.int64)
        target = np.array(self.target, np.int64)
        carries &= covers[source] & covers[target]

        # An area class: the areas that exactly the same tables cover.
        classes: dict[tuple[int, ...], int] = {}
        self.class_of: dict[str, int] = {}
        for area in region.areas:
            found = sorted(t for outer in region.containing(area.code) for t in here.get(outer, ()))
            self.class_of[area.code] = classes.setdefault(tuple(found), len(classes))

        node_key: list[_Ints] = []
        node_tafel: list[_Ints] = []
        edge_source: list[_Ints] = []
        edge_target: list[_Ints] = []
        edge_handover: list[_Ints] = []
        n_nodes = 0
        local = np.full(count, -1, np.int64)
        for members, c in classes.items():
            inside = np.array(members, np.int64)
            d, row = np.nonzero(covers[inside].T)
            nodes = np.full((len(inside), n_domains), -1, np.int64)
            nodes[row, d] = np.arange(n_nodes, n_nodes + len(d))
            n_nodes += len(d)
            node_key.append((c * n_domains + d) * count + inside[row])
            node_tafel.append(inside[row])
            local[inside] = np.arange(len(inside))
            among = np.array([h for t in members for h in self.leaving[t]], np.int64)
            among = among[local[target[among]] >= 0]
            which, d = np.nonzero(carries[among])
            hand = among[which]
            edge_source.append(nodes[local[source[hand]], d])
            edge_target.append(nodes[local[target[hand]], d])
            edge_handover.append(hand)
            local[inside] = -1
        self.node_tafel = _joined(node_tafel)
        keys = _joined(node_key)
        self.node_cell = keys // max(count, 1)
        self.node: dict[int, int] = dict(zip(keys.tolist(), range(n_nodes), strict=True))
        order = np.argsort(_joined(edge_handover), kind="stable")
        self.edge_source = _joined(edge_source)[order]
        self.edge_target = _joined(edge_target)[order]
        self.edge_handover = _joined(edge_handover)[order]
        self.open_in: dict[int, list[int]] = {}  # cell: open tables
        for cell, t in zip(self.node_cell.tolist(), self.node_tafel.tolist(), strict=True):
            if self.is_open[t]:
                self.open_in.setdefault(cell, []).append(t)

        # One label per node and planned meeting, and one that stands for "no meeting any more".
        n_days = np.array([len(days) for days in self.days], np.int64)
        sizes = n_days[self.node_tafel] + 1
        self.offset = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
        self.offset_list: list[int] = self.offset.tolist()

    def cell(self, area: str, domain: str) -> int:
        return self.class_of[area] * len(self.domains) + self.d[domain]

    def node_of(self, cell: int, t: int) -> int | None:
        return self.node.get(cell * len(self.tafels) + t)

    @cached_property
    def reaches(self) -> tuple[_Bools, ...]:
        """Per target level, per node: whether hand-overs alone lead to a table of that level."""
        found = []
        for level in TARGETS:
            is_target = np.array([tafel.level is level for tafel in self.tafels], bool)
            reached = is_target[self.node_tafel]
            while True:
                new = reached.copy()
                new[self.edge_source[reached[self.edge_target]]] = True
                if (new == reached).all():
                    break
                reached = new
            found.append(reached)
        return tuple(found)

    def window(self, agreement: str | None, agreements: dict[str, Agreement]) -> _Window:
        if agreement is None:
            return _ALL_DAYS
        found = agreements[agreement]
        if found.status is not AgreementStatus.SIGNED:
            return _NO_DAY
        start = found.starts_on.toordinal() if found.starts_on else 0
        return start, found.ends_on.toordinal() if found.ends_on else _FOREVER

    def onward(self, h: int, by_tafel: _Window, by_handover: _Window) -> list[int]:
        """Give per meeting of the hand-over's source the first meeting of its target it makes."""
        target = self.target[h]
        processing = self.handovers[h].processing_days + self.submission[target]
        first = max(by_tafel[0], by_handover[0])
        last = min(by_tafel[1], by_handover[1])
        days = self.days[target]
        count = len(days)
        found = []
        for day in self.days[self.source[h]]:
            k = bisect_left(days, max(day + processing, day + 1, first))
            found.append(k if k < count and days[k] <= last else count)
        return found

    def like(self, region: Region) -> "_Network":
        """Give the network of a region of which only agreements and seats may differ."""
        found = copy(self)  # the layout and what was made of it are shared
        found.region, found.tafels = region, region.tafels
        found.handovers = [h for h in region.handovers if h.source != h.target]
        if region.seats is not self.region.seats:
            found.seats = _seats(region, found.t)
        return found

    def has_layout_of(self, region: Region) -> bool:
        """Whether the region differs from this one in agreements and seats at most.

        Partners, roles, signals and learning questions are no part of a network.
        """
        mine = self.region
        return (
            mine.areas == region.areas
            and mine.domains == region.domains
            and mine.meetings == region.meetings
            and _same(mine.tafels, region.tafels, lambda t: replace(t, agreement=None))
            and _same(mine.handovers, region.handovers, lambda h: replace(h, agreement=None))
        )

    @cached_property
    def cell_nodes(self) -> dict[int, tuple[int, int]]:
        """Per cell that any table covers: its first node and the node after its last."""
        ends = np.nonzero(np.diff(self.node_cell))[0] + 1
        begin = [0, *ends.tolist()]
        end = [*ends.tolist(), len(self.node_cell)]
        cells = self.node_cell[begin].tolist() if len(self.node_cell) else []
        return {cell: (a, b) for cell, a, b in zip(cells, begin, end, strict=False)}

    @cached_property
    def cell_codes(self) -> dict[int, tuple[str, ...]]:
        """Per cell: the codes of the tables that cover it, in order."""
        codes = [self.tafels[t].code for t in self.node_tafel.tolist()]
        return {cell: tuple(codes[a:b]) for cell, (a, b) in self.cell_nodes.items()}

    def scan(
        self,
        agreements: dict[str, Agreement] | None,
        earlier: "tuple[_Network, _Scan] | None" = None,
    ) -> _Scan:
        """Make the labels; of those of an earlier network only the cells that are different.

        `agreements` None: every agreement is in force on every day.
        """
        if agreements is None:
            tafel_window = [_ALL_DAYS] * len(self.tafels)
            handover_window = [_ALL_DAYS] * len(self.handovers)
        else:
            tafel_window = [self.window(tafel.agreement, agreements) for tafel in self.tafels]
            handover_window = [self.window(h.agreement, agreements) for h in self.handovers]
        if earlier is None:
            onward = [
                self.onward(h, tafel_window[self.target[h]], window)
                for h, window in enumerate(handover_window)
            ]
            labels = tuple(np.full(int(self.offset[-1]), NEVER, np.int64) for _ in TARGETS)
            scan = _Scan(tafel_window, handover_window, onward, labels, None)
            self._scan_cells(None, tafel_window, onward, labels)
        else:
            scan = self._scan_changed(tafel_window, handover_window, *earlier)
        return scan

    def _scan_changed(
        self,
        tafel_window: list[_Window],
        handover_window: list[_Window],
        old: "_Network",
        before: _Scan,
    ) -> _Scan:
        """Copy the labels of every cell that is as it was, and scan the others."""
        changed = {
            t
            for t, (tafel, window) in enumerate(zip(self.tafels, tafel_window, strict=True))
            if (was := old.t.get(tafel.code)) is None
            or before.tafel_window[was] != window
            or old.days[was] != self.days[t]
            or old.submission[was] != self.submission[t]
            or old.tafels[was].level is not tafel.level
            or old.is_open[was] != self.is_open[t]
        }
        steps = self._steps(handover_window)
        steps_before = old._steps(before.handover_window)
        place = {step: h for h, step in enumerate(steps_before)}
        onward = [
            self.onward(h, tafel_window[self.target[h]], window)
            if (was := place.get(step)) is None
            or self.source[h] in changed
            or self.target[h] in changed
            else before.onward[was]
            for h, (step, window) in enumerate(zip(steps, handover_window, strict=True))
        ]
        is_changed = np.zeros(len(self.tafels) + 1, bool)
        is_changed[list(changed)] = True
        touched = set(self.node_cell[is_changed[self.node_tafel]].tolist())
        for source, target, domains, _, _ in set(steps) ^ set(steps_before):
            if source in self.t and target in self.t:
                touched |= self._cells_of(self.t[source], self.t[target], domains)
        if old.offset is self.offset:
            labels = tuple(label.copy() for label in before.labels)
        else:
            labels = self._copied(touched, old, before)
        if touched:
            cells = np.array(sorted(touched), np.int64)
            self._scan_cells(cells, tafel_window, onward, labels)
        return _Scan(tafel_window, handover_window, onward, labels, frozenset(touched))

    def _steps(
        self, windows: Sequence[_Window]
    ) -> list[tuple[str, str, frozenset[str] | None, int, _Window]]:
        """Give what of each hand-over makes a difference to the labels."""
        return [
            (h.source, h.target, h.domains, h.processing_days, window)
            for h, window in zip(self.handovers, windows, strict=True)
        ]

    def _cells_of(self, source: int, target: int, domains: frozenset[str] | None) -> set[int]:
        """Give the cells in which both tables stand, in these domains."""
        begin, order = self._by_tafel[1], self._by_tafel[0]
        cells = [self.node_cell[order[begin[t] : begin[t + 1]]].tolist() for t in (source, target)]
        both = set(cells[0]) & set(cells[1])
        if domains is None:
            return both
        numbers = {self.d[code] for code in domains if code in self.d}
        return {cell for cell in both if cell % len(self.domains) in numbers}

    def _copied(self, touched: set[int], old: "_Network", before: _Scan) -> tuple[_Ints, ...]:
        """Give the labels of cells with the same tables; adds the cells that are new to touched."""
        labels = tuple(np.full(int(self.offset[-1]), NEVER, np.int64) for _ in TARGETS)
        known = {
            (old.domains[cell % len(old.domains)], codes): cell
            for cell, codes in old.cell_codes.items()
        }
        to: list[int] = []
        since: list[int] = []
        size: list[int] = []
        for cell, codes in self.cell_codes.items():
            if cell in touched:
                continue
            was = known.get((self.domains[cell % len(self.domains)], codes))
            if was is None:
                touched.add(cell)
                continue
            first, end = self.cell_nodes[cell]
            to.append(self.offset_list[first])
            size.append(self.offset_list[end] - self.offset_list[first])
            since.append(old.offset_list[old.cell_nodes[was][0]])
        sizes = np.array(size, np.int64)
        places, _ = _ranges(np.array(to, np.int64), sizes)
        places_before, _ = _ranges(np.array(since, np.int64), sizes)
        # The next table keeps its place in the order, but may have another number.
        number = np.array([self.t.get(tafel.code, 0) for tafel in old.tafels], np.int64)
        for label, label_before in zip(labels, before.labels, strict=True):
            values = label_before[places_before]
            onward = (values < NEVER) & (values >> _TABLES & _RANK > 1)
            values[onward] = values[onward] & ~_RANK | number[values[onward] & _RANK]
            label[places] = values
        return labels

    @cached_property
    def free(self) -> _Scan:
        """The scan in which every agreement is in force on every day."""
        return self.scan(None)

    def _scan_cells(
        self,
        cells: _Ints | None,
        tafel_window: Sequence[_Window],
        onward: Sequence[Sequence[int]],
        labels: Sequence[_Ints],
    ) -> None:
        if cells is None:
            nodes = np.arange(len(self.node_tafel))
            edges = np.arange(len(self.edge_source))
        else:
            is_in = np.zeros(len(self.class_of) * len(self.domains) + 1, bool)
            is_in[cells] = True
            nodes = np.nonzero(is_in[self.node_cell])[0]
            edges = np.nonzero(is_in[self.node_cell[self.edge_source]])[0]
            places, _ = _ranges(self.offset[nodes], self.offset[nodes + 1] - self.offset[nodes])
            for label in labels:
                label[places] = NEVER

        # Arrival at a target table: its own meeting, one table, nothing after it.
        level_of = np.array([tafel.level.rank for tafel in self.tafels], np.int64)
        for t, (first, last) in enumerate(tafel_window):
            for label, target in zip(labels, TARGETS, strict=True):
                if level_of[t] != target.rank or not self.days[t]:
                    continue
                days = np.array(self.days[t], np.int64)
                held = np.nonzero((days >= first) & (days <= last))[0]
                at = self.offset[self._nodes_of(nodes, t)]
                label[(at[:, None] + held).ravel()] = np.tile(
                    days[held] << _ARRIVAL | _ONE_TABLE, len(at)
                )

        # Connections (a hand-over taken after one meeting), the latest day first; each of them is
        # then spread over the cells in which that hand-over stands.
        edge_handover = self.edge_handover[edges]
        begin = np.searchsorted(edge_handover, np.arange(len(self.handovers) + 1))
        taken_h: list[int] = []
        taken_k: list[int] = []
        taken_j: list[int] = []
        taken_on: list[int] = []
        for h, first_made in enumerate(onward):
            if begin[h] == begin[h + 1]:
                continue
            days_of_source = self.days[self.source[h]]
            first, last = tafel_window[self.source[h]]
            none = len(self.days[self.target[h]])
            for k, j in enumerate(first_made):
                if j < none and first <= (on := days_of_source[k]) <= last:
                    taken_h.append(h)
                    taken_k.append(k)
                    taken_j.append(j)
                    taken_on.append(on)
        if not taken_h:
            return
        day = np.array(taken_on, np.int64)
        order = np.argsort(-day, kind="stable")
        day = day[order]
        hand = np.array(taken_h, np.int64)[order]
        places, which = _ranges(begin[hand], begin[hand + 1] - begin[hand])
        edge = edges[places]
        source = self.offset[self.edge_source[edge]] + np.array(taken_k, np.int64)[order][which]
        target_at = self.offset[self.edge_target[edge]] + np.array(taken_j, np.int64)[order][which]
        step = _ONE_TABLE + np.array(self.target, np.int64)[hand][which]
        steps_day = day[which]
        bounds = np.concatenate(
            [[0], np.nonzero(np.diff(steps_day))[0] + 1, [len(steps_day)]]
        ).tolist()
        for begin_at, end_at in pairwise(bounds):
            part = slice(begin_at, end_at)
            to, at, add = source[part], target_at[part], step[part]
            for label in labels:
                np.minimum.at(label, to, (label[at] & ~_RANK) + add)

    def _nodes_of(self, nodes: _Ints, t: int) -> _Ints:
        if len(nodes) == len(self.node_tafel):
            begin, end = self._by_tafel[1][t], self._by_tafel[1][t + 1]
            found: _Ints = self._by_tafel[0][begin:end]
        else:
            found = nodes[self.node_tafel[nodes] == t]
        return found

    @cached_property
    def _by_tafel(self) -> tuple[_Ints, _Ints]:
        order = np.argsort(self.node_tafel, kind="stable")
        begin = np.searchsorted(self.node_tafel[order], np.arange(len(self.tafels) + 1))
        return order, begin


def _seats(region: Region, t: dict[str, int]) -> dict[str, list[tuple[int, int, int]]]:
    """Give per partner (table, first day, last day) of each of its seats."""
    found: dict[str, list[tuple[int, int, int]]] = {}
    for seat in region.seats:
        start = seat.starts_on.toordinal() if seat.starts_on else 0
        end = seat.ends_on.toordinal() if seat.ends_on else _FOREVER
        found.setdefault(seat.partner, []).append((t[seat.tafel], start, end))
    return found


def _same(rows: Sequence[_Row], others: Sequence[_Row], without: Callable[[_Row], object]) -> bool:
    """Whether two sequences hold the same rows, seen without what does not matter."""
    return rows is others or (
        len(rows) == len(others)
        and all(
            a is b or a == b or without(a) == without(b) for a, b in zip(rows, others, strict=True)
        )
    )


def _joined(arrays: Iterable[_Ints]) -> _Ints:
    return np.concatenate([np.zeros(0, np.int64), *arrays])


def _ranges(starts: _Ints, sizes: _Ints) -> tuple[_Ints, _Ints]:
    """Give the numbers start .. start + size - 1 of every range, and which range each is of."""
    which = np.repeat(np.arange(len(starts)), sizes)
    before = np.cumsum(sizes) - sizes
    return np.arange(len(which)) + (starts - before)[which], which


class Planner:
    """The routing table of a region and the questions that are answered from it.

    Building it scans the calendar once; every question after that is a few look-ups. `level` is
    always beleid or bestuur (ValueError otherwise); an unknown code is a KeyError.

    >>> from network.region import Area, Domain, Meeting, Partner, Scale, Seat, Tafel
    >>> from network.region import Handover
    >>> day = date.fromisoformat
    >>> region = Region(
    ...     areas=(Area("G1", "Oeverdam", Scale.LOCAL),), domains=(Domain("jeugd", "Jeugd"),),
    ...     partners=(Partner("lt1", "Lokaal team", "", frozenset({"jeugd"}), ("G1",)),),
    ...     tafels=(Tafel("U1", "Overleg", Level.PRACTICE, "G1"),
    ...             Tafel("B1", "Beleidstafel", Level.POLICY, "G1", submission_days=7)),
    ...     meetings=(Meeting("U1", day("2026-12-08")), Meeting("B1", day("2026-12-14")),
    ...               Meeting("B1", day("2026-12-17"))),
    ...     seats=(Seat("U1", "lt1", "lid"),), handovers=(Handover("U1", "B1"),))
    >>> planner = Planner(region)
    >>> route = planner.route("lt1", "G1", "jeugd", Level.POLICY, day("2026-12-08"))
    >>> route.tafels, str(route.arrival)
    (('U1', 'B1'), '2026-12-17')
    >>> planner.route("lt1", "G1", "jeugd", Level.BOARD, day("2026-12-08")).reason.value
    'geen_doorgeleiding'
    """

    def __init__(self, region: Region) -> None:
        """Scan the calendar of the region."""
        self._start(region, _Network(region), None)

    def _start(self, region: Region, network: _Network, scan: _Scan | None) -> None:
        self.region = region
        self._network = network
        self._scan = scan or network.scan(region.agreements_by_code)
        self._ways: tuple[dict[int, tuple[tuple[str, ...], tuple[date, ...]]], ...] = ({}, {})

    def with_agreement(self, code: str, status: AgreementStatus) -> "Planner":
        """Give the planner of the same region in which the agreement has that status.

        The dates of the agreement stay as they are; this planner stays as it is. Only the cells
        that the agreement touches are scanned again. KeyError when the agreement is unknown.

        >>> from network.example import TINY
        >>> signed = Planner(TINY).with_agreement("A1", AgreementStatus.SIGNED)
        >>> print(signed.arrival("lt1", "G1", "jeugd", Level.BOARD, date(2026, 12, 1)))
        2027-01-14
        """
        changed = replace(self.region.agreements_by_code[code], status=status)
        agreements = tuple(changed if a.code == code else a for a in self.region.agreements)
        return self.changed_to(self.region.changed(agreements=agreements))

    def changed_to(self, after: Region) -> "Planner":
        """Give the planner of another region, scanning only the cells in which they differ.

        The two may differ in any way; the answers are those of `Planner(after)`. This planner
        stays as it is. Worth it when the regions are alike: a change of an agreement or a seat
        keeps the whole layout, any other change copies the labels of the cells it leaves alone.

        >>> from network.example import TINY
        >>> planner = Planner(TINY)
        >>> after = planner.changed_to(TINY.changed(meetings=TINY.meetings[1:]))
        >>> print(after.arrival("lt1", "G1", "jeugd", Level.POLICY, date(2026, 12, 1)))
        2026-12-17
        """
        before = self._network
        network = before.like(after) if before.has_layout_of(after) else _Network(after)
        found = Planner.__new__(Planner)
        scan = network.scan(after.agreements_by_code, (before, self._scan))
        found._start(after, network, scan)
        return found

    def is_rescanned(self, area: str, domain: str) -> bool:
        """Whether `changed_to` had to scan this cell again; True for a planner of its own.

        False: tables, meetings, agreements and hand-overs give the same ways on as they did for
        the same tables before. Seats and partners are no part of it.

        >>> from network.example import TINY
        >>> planner = Planner(TINY)
        >>> planner.changed_to(TINY.changed(seats=())).is_rescanned("G1", "jeugd")
        False
        """
        touched = self._scan.touched
        return touched is None or self._network.cell(area, domain) in touched

    def covering(self, area: str, domain: str) -> tuple[str, ...]:
        """Give the codes of the tables that cover the (area, domain), in order.

        >>> from network.example import TINY
        >>> Planner(TINY).covering("G1", "jeugd")
        ('B1', 'S1', 'U1', 'U2')
        """
        return self._network.cell_codes.get(self._network.cell(area, domain), ())

    @cached_property
    def _free(self) -> "Planner":
        """The planner in which every agreement is in force on every day."""
        found = Planner.__new__(Planner)
        found._start(self.region, self._network, self._network.free)
        return found

    # --- questions ------------------------------------------------------------------------------

    def route(
        self, partner: str | None, area: str, domain: str, level: Level, given_on: date
    ) -> Route | NoRoute:
        """Give the best route of a signal to the level, or the reason that there is none.

        Best: the earliest arrival, then the fewest tables, then the smallest sequence of codes;
        at each table the earliest meeting that can be made. `partner` None starts at open tables.

        >>> from network.example import TINY
        >>> planner = Planner(TINY)
        >>> planner.route("lt1", "G1", "jeugd", Level.POLICY, date(2026, 12, 1)).tafels
        ('U1', 'B1')
        >>> planner.route(None, "G1", "jeugd", Level.POLICY, date(2026, 12, 1)).reason.value
        'geen_ingang'
        """
        target = _target(level)
        cell = self._network.cell(area, domain)
        day = given_on.toordinal()
        best, t, k = self._first_step(partner, cell, target, day)
        if best < NEVER:
            return self._route(cell, target, t, k)
        return NoRoute(self._reason(partner, cell, target, day))

    def route_signal(self, signal: Signal, domain: str, level: Level) -> Route | NoRoute:
        """Give the best route of the signal for one of its domains; see `route`.

        >>> from network.example import TINY
        >>> Planner(TINY).route_signal(TINY.signals[0], "jeugd", Level.POLICY).tafels
        ('U1', 'B1')
        """
        return self.route(signal.partner, signal.area, domain, level, signal.given_on)

    def arrival(
        self, partner: str | None, area: str, domain: str, level: Level, given_on: date
    ) -> date | Reason:
        """Give only the arrival of the best route, or the reason; faster than `route`.

        >>> from network.example import TINY
        >>> planner = Planner(TINY)
        >>> print(planner.arrival("lt1", "G1", "jeugd", Level.POLICY, date(2026, 12, 1)))
        2026-12-17
        >>> print(planner.arrival("lt1", "G1", "jeugd", Level.BOARD, date(2026, 12, 1)))
        geen_afspraak
        """
        target, cell = _target(level), self._network.cell(area, domain)
        best = self._first_step(partner, cell, target, given_on.toordinal())[0]
        if best < NEVER:
            return _day(best >> _ARRIVAL)
        return self._reason(partner, cell, target, given_on.toordinal())

    def earliest(
        self, partners: Iterable[str], area: str, domain: str, level: Level, given_on: date
    ) -> tuple[date | None, Reason | None]:
        """Give the earliest arrival over a signal at each of the partners, or the reason of none.

        The reason is the furthest on among the partners, NO_PARTNER when there are none.

        >>> from network.example import TINY
        >>> planner = Planner(TINY)
        >>> planner.earliest(["lt1"], "G1", "jeugd", Level.POLICY, date(2026, 12, 1))
        (datetime.date(2026, 12, 17), None)
        >>> planner.earliest([], "G1", "jeugd", Level.POLICY, date(2026, 12, 1))
        (None, <Reason.NO_PARTNER: 'geen_partner'>)
        """
        target, cell = _target(level), self._network.cell(area, domain)
        day = given_on.toordinal()
        partners = list(partners)
        best = min((self._first_step(p, cell, target, day)[0] for p in partners), default=NEVER)
        if best < NEVER:
            return _day(best >> _ARRIVAL), None
        reasons = (self._reason(partner, cell, target, day) for partner in partners)
        return None, max(reasons, key=lambda reason: reason.rank, default=Reason.NO_PARTNER)

    def may_arrive(
        self, partners: Iterable[str | None], area: str, domain: str, level: Level, given_on: date
    ) -> bool:
        """Whether a signal at any of the partners arrives; faster than `earliest`, no reason.

        >>> from network.example import TINY
        >>> Planner(TINY).may_arrive(["lt1"], "G1", "jeugd", Level.BOARD, date(2026, 12, 1))
        False
        """
        target, cell = _target(level), self._network.cell(area, domain)
        day = given_on.toordinal()
        return any(self._first_step(p, cell, target, day)[0] < NEVER for p in partners)

    def attending(
        self, tafel: str, meeting_on: date, area: str, domain: str, level: Level
    ) -> Route | None:
        """Give the best route of a signal that is at this table's meeting on that day.

        That meeting is the first of the route; its closing day plays no part. None when the table
        does not cover the cell or holds no planned meeting in force that day, or no way leads on.

        >>> from network.example import TINY
        >>> Planner(TINY).attending(
        ...     "U1", date(2026, 12, 8), "G1", "jeugd", Level.POLICY).tafels
        ('U1', 'B1')
        """
        network, target = self._network, _target(level)
        t, cell = network.t[tafel], network.cell(area, domain)
        node = network.node_of(cell, t)
        if node is None:
            return None
        day = meeting_on.toordinal()
        days = network.days[t]
        k = bisect_left(days, day)
        first, last = self._scan.tafel_window[t]
        if k == len(days) or days[k] != day or not first <= day <= last:
            return None
        if self._label(target, node, k) >= NEVER:
            return None
        return self._route(cell, target, t, k)

    def onward(
        self,
        tafel: str,
        after: date,
        area: str,
        domain: str,
        level: Level,
        ready_on: date | None = None,
    ) -> Route | None:
        """Give the best route that leaves the table over a hand-over after its meeting on `after`.

        The table itself is not counted. The signal is ready for the next table `after` plus the
        processing days of the hand-over, or on `ready_on` if that is later. None when no way leads
        on, or the table does not cover the cell.

        >>> from network.example import TINY
        >>> planner = Planner(TINY)
        >>> print(planner.onward("U1", date(2026, 12, 8), "G1", "jeugd", Level.POLICY).arrival)
        2026-12-17
        """
        network, target = self._network, _target(level)
        t, cell = network.t[tafel], network.cell(area, domain)
        if network.node_of(cell, t) is None:
            return None
        best: tuple[int, int, int] = (NEVER, 0, 0)
        for h in network.leaving[t]:
            made = self._made_over(h, cell, after.toordinal(), ready_on)
            if made is not None:
                node, k = made
                label = self._label(target, node, k)
                if label < NEVER:
                    to = network.target[h]
                    best = min(best, (label & ~_RANK | to, to, k))
        return None if best[0] >= NEVER else self._route(cell, target, best[1], best[2])

    def feedback_due(self, route: Route) -> date:
        """Give the day by which the target table owes its answer: arrival + its feedback term.

        >>> from network.example import TINY
        >>> planner = Planner(TINY)
        >>> route = planner.route("lt1", "G1", "jeugd", Level.POLICY, date(2026, 12, 1))
        >>> print(planner.feedback_due(route))
        2026-12-31
        """
        tafel = self.region.tafels_by_code[route.tafels[-1]]
        return later(route.arrival, tafel.feedback_days)

    def hops(
        self,
        route: Route,
        *,
        domain: str,
        given_on: date,
        leaving: str | None = None,
        ready_on: date | None = None,
    ) -> tuple[Hop, ...]:
        """Give what lies behind each table of a route: what it rests on and what came too early.

        For a route of `route`: `given_on` is the day the signal was given. For one of `onward`:
        `leaving` is the table it leaves, `given_on` the day of its meeting, `ready_on` as there.
        For one of `attending`: `given_on` is the day of that meeting itself.
        Of parallel hand-overs, the one without agreement is what the hop rests on, else the
        smallest code among those that make the meeting.

        >>> from network.example import TINY
        >>> planner, given_on = Planner(TINY), date(2026, 12, 1)
        >>> route = planner.route("lt1", "G1", "jeugd", Level.POLICY, given_on)
        >>> hop = planner.hops(route, domain="jeugd", given_on=given_on)[1]
        >>> hop.tafel, str(hop.closes_on), [(str(m.on), m.cause.value) for m in hop.missed]
        ('B1', '2026-12-10', [('2026-12-14', 'te_laat')])
        """
        found = []
        previous, after = leaving, given_on
        for tafel, on in zip(route.tafels, route.meetings, strict=True):
            found.append(self._hop(tafel, on, previous, after, domain, ready_on))
            previous, after, ready_on = tafel, on, None
        return tuple(found)

    def missed(
        self,
        route: Route,
        *,
        domain: str,
        given_on: date,
        leaving: str | None = None,
        ready_on: date | None = None,
    ) -> tuple[tuple[Missed, ...], ...]:
        """Give per table of the route its earlier meetings that the signal could not make.

        Earlier: before the meeting of the route, on or after the day the signal was given or the
        previous table met. Arguments as for `hops`.

        >>> from network.example import TINY
        >>> planner, given_on = Planner(TINY), date(2026, 12, 1)
        >>> route = planner.route("lt1", "G1", "jeugd", Level.POLICY, given_on)
        >>> [len(missed) for missed in planner.missed(route, domain="jeugd", given_on=given_on)]
        [0, 1]
        """
        hops = self.hops(
            route,
            domain=domain,
            given_on=given_on,
            leaving=leaving,
            ready_on=ready_on,
        )
        return tuple(hop.missed for hop in hops)

    # --- look-ups -------------------------------------------------------------------------------

    def _label(self, target: int, node: int, k: int) -> int:
        return self._scan.labels[target].item(self._network.offset_list[node] + k)

    def _ways_in(self, partner: str | None, cell: int, day: int) -> list[tuple[int, int, int, int]]:
        """Give (table, node, first day, last day) of each seat and open table that may start."""
        network = self._network
        key = cell * len(network.tafels)
        found = []
        if partner is not None:
            for t, start, end in network.seats.get(partner, ()):
                if end >= day and (node := network.node.get(key + t)) is not None:
                    found.append((t, node, start, end))
        for t in network.open_in.get(cell, ()):
            found.append((t, network.node[key + t], 0, _FOREVER))
        return found

    def _first_step(
        self, partner: str | None, cell: int, target: int, day: int
    ) -> tuple[int, int, int]:
        """Give (label, table, meeting) of the best first meeting; label NEVER when there is none.

        The rank in the label is that of the first table itself.
        """
        network, windows = self._network, self._scan.tafel_window
        labels, offset = self._scan.labels[target], network.offset_list
        best = (NEVER, 0, 0)
        for t, node, start, end in self._ways_in(partner, cell, day):
            days = network.days[t]
            first, last = windows[t]
            k = bisect_left(days, max(day + network.submission[t], start, first))
            if k < len(days) and days[k] <= last and days[k] <= end:
                label = labels.item(offset[node] + k)
                if label < NEVER:
                    best = min(best, (label & ~_RANK | t, t, k))
        return best

    def _made_over(
        self, h: int, cell: int, day: int, ready_on: date | None
    ) -> tuple[int, int] | None:
        """Give (node, meeting) of the first meeting made over a hand-over after a day."""
        network = self._network
        carries = network.carries[h]
        t = network.target[h]
        if carries is not None and cell % len(network.domains) not in carries:
            return None
        node = network.node_of(cell, t)
        if node is None:
            return None
        ready = day + network.handovers[h].processing_days
        if ready_on is not None:
            ready = max(ready, ready_on.toordinal())
        by_tafel, by_handover = self._scan.tafel_window[t], self._scan.handover_window[h]
        days = network.days[t]
        k = bisect_left(
            days, max(ready + network.submission[t], day + 1, by_tafel[0], by_handover[0])
        )
        if k == len(days) or days[k] > min(by_tafel[1], by_handover[1]):
            return None
        return node, k

    def _route(self, cell: int, target: int, t: int, k: int) -> Route:
        node = self._network.node[cell * len(self._network.tafels) + t]
        tafels, meetings = self._way(cell, target, node, t, k)
        return Route(tafels, meetings, meetings[-1])

    def _way(
        self, cell: int, target: int, node: int, t: int, k: int
    ) -> tuple[tuple[str, ...], tuple[date, ...]]:
        """Give the tables and days from a meeting on; remembered per label, as many signals share.

        Not recursive: a chain of tables may be longer than the stack.
        """
        network, ways = self._network, self._ways[target]
        domain = cell % len(network.domains)
        steps: list[tuple[int, int, int]] = []
        while (at := network.offset_list[node] + k) not in ways:
            steps.append((at, t, k))
            label = self._scan.labels[target].item(at)
            if label & ~_RANK == network.days[t][k] << _ARRIVAL | _ONE_TABLE:
                break
            following = label & _RANK
            j = min(
                self._scan.onward[h][k]
                for h in network.between[t, following]
                if (carries := network.carries[h]) is None or domain in carries
            )
            t, k = following, j
            node = network.node[cell * len(network.tafels) + t]
        way = ways.get(at, ((), ()))
        for at, t, k in reversed(steps):
            way = (
                (network.tafels[t].code, *way[0]),
                (_day(network.days[t][k]), *way[1]),
            )
            ways[at] = way
        return way

    def _reason(self, partner: str | None, cell: int, target: int, day: int) -> Reason:
        """Give the first reason of section 2 that holds, knowing that there is no route."""
        ways_in = self._ways_in(partner, cell, day)
        if not ways_in:
            return Reason.NO_ENTRY
        reaches = self._network.reaches[target]
        if not any(reaches[node] for _, node, _, _ in ways_in):
            return Reason.NO_HANDOVER
        if self._free._first_step(partner, cell, target, day)[0] < NEVER:
            return Reason.NO_AGREEMENT
        return Reason.NO_MEETING

    def _hop(
        self,
        tafel: str,
        on: date,
        previous: str | None,
        after: date,
        domain: str,
        ready_on: date | None,
    ) -> Hop:
        network, region = self._network, self.region
        t = network.t[tafel]
        d = network.d[domain]
        table = network.tafels[t]
        over = [] if previous is None else network.between[network.t[previous], t]
        over = [h for h in over if (carries := network.carries[h]) is None or d in carries]

        def ready_over(h: int) -> date:
            ready = later(after, network.handovers[h].processing_days)
            return max(ready, ready_on) if ready_on else ready

        def closes(day: date) -> date:
            return later(day, -table.submission_days)

        def missed(day: date, *, is_cancelled: bool) -> Missed:
            """Find the cause; in time and in force, a first table is missed for want of a seat."""
            ready = min(map(ready_over, over), default=after)
            in_time = [h for h in over if ready_over(h) <= closes(day)]
            agreement = None
            if is_cancelled:
                cause = Cause.CANCELLED
            elif previous is not None and day <= after:
                cause = Cause.SAME_DAY
            elif not in_time if previous is not None else after > closes(day):
                cause = Cause.TOO_LATE
            elif not region.in_force(table.agreement, day):
                cause, agreement = Cause.TAFEL_NOT_IN_FORCE, table.agreement
            elif previous is None:
                cause = Cause.NO_SEAT
            else:
                # In time and yet not made: none of these hand-overs was in force.
                ready = min(map(ready_over, in_time))
                cause = Cause.HANDOVER_NOT_IN_FORCE
                agreement = min(network.handovers[h].agreement or "" for h in in_time)
            return Missed(tafel, day, closes(day), ready, cause, agreement)

        earlier = [m for m in region.meetings_by_tafel[tafel] if after <= m.on < on]
        made = [
            h
            for h in over
            if ready_over(h) <= closes(on) and region.in_force(network.handovers[h].agreement, on)
        ]
        rests = min((network.handovers[h].agreement or "" for h in made), default="") or None
        chosen = [h for h in made if (network.handovers[h].agreement or None) == rests]
        return Hop(
            tafel,
            on,
            after,
            min(map(ready_over, chosen), default=after),
            closes(on),
            rests,
            table.agreement,
            tuple(missed(m.on, is_cancelled=m.status is MeetingStatus.CANCELLED) for m in earlier),
        )


def _target(level: Level) -> int:
    if level not in TARGETS:
        raise ValueError(f"alleen naar beleid of bestuur, niet naar {level.value}")
    return TARGETS.index(level)


def arrays(planner: Planner) -> dict[str, Any]:
    """Give the size of the routing table: nodes, edges, labels and bytes.

    >>> from network.example import TINY
    >>> arrays(Planner(TINY))
    {'nodes': 4, 'edges': 3, 'labels': 18, 'bytes': 144}
    """
    network = planner._network
    return {
        "nodes": len(network.node_tafel),
        "edges": len(network.edge_source),
        "labels": sum(len(labels) for labels in planner._scan.labels),
        "bytes": sum(labels.nbytes for labels in planner._scan.labels),
    }
