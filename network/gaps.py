"""What would open a cell without a road: the smallest single additions, with all that they open.

For a signal given on day D in a cell without a road, a route that an addition opens takes that
addition once. So it falls apart in three: from a way in over what is there already to the addition,
the addition itself, and from there over what is there already to the target level. The first part
is the earliest arrival at every table (waiting is always allowed, so earlier is never worse), the
last part is the planner's label. That label is there up to some last meeting of a table, and at
every earlier meeting in force too, so one day per table says all: the last day from which a way
leads on. An addition opens the cell when the two parts meet, which is a comparison of two days; no
candidate is left out and none has to be tried. Only an agreement changes more than one thing; there
the changed network is planned anew.

    zetel TAFEL PARTNER            a seat without first or last day, for a partner that works there
    doorgeleiding VAN NAAR         a hand-over for all domains, without days or agreement
    afspraak CODE                  an agreement that is not signed, signed; its dates stay
    vergadering TAFEL JJJJ-MM-DD   a meeting on the earliest day after D that opens the cell
    aanlevertermijn TAFEL DAGEN    a shorter submission lead: the most days that open the cell
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from heapq import heapify, heappop, heappush

import numpy as np

from network.answers import CoverageRow, GapRow, coverage
from network.effect import (
    with_agreement,
    with_handover,
    with_meeting,
    with_seat,
    with_submission_days,
)
from network.planner import NEVER, TARGETS, Planner
from network.region import AgreementStatus, Handover, Level, Meeting, Region, Seat

_FOREVER = date.max.toordinal()


class Kind(StrEnum):
    """The kinds of additions, in the order in which equal ones are proposed."""

    SEAT = "zetel"
    HANDOVER = "doorgeleiding"
    AGREEMENT = "afspraak"
    MEETING = "vergadering"
    SUBMISSION = "aanlevertermijn"


_ORDER = {kind.value: place for place, kind in enumerate(Kind)}


Proposal = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """What has no road: a signal on a day at any of these partners, in a cell, to a level.

    With `at` it lies at that table already, which can deal with it from the day `on`.
    """

    area: str
    domain: str
    level: Level
    partners: tuple[str, ...]
    on: date
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Steps:
    """What opens each of some asks: `own` per ask, `opened` per proposal the asks by number.

    Of meetings and submission leads an ask has the one per table that asks least; that one may
    open other asks which need another one, so `opened` can say more than `own`.
    """

    own: tuple[tuple[Proposal, ...], ...]
    opened: dict[Proposal, tuple[int, ...]]


def find_steps(planner: Planner, asks: Sequence[Ask]) -> Steps:
    """Give the single additions that open asks without a road; see above.

    KeyError for an unknown code.

    >>> from network.example import TINY
    >>> ask = Ask("G1", "jeugd", Level.BOARD, ("lt1",), date(2026, 12, 1))
    >>> find_steps(Planner(TINY), [ask]).opened["afspraak", "A1"]
    (0,)
    """
    cells = [_Cell(planner, ask) for ask in asks]
    own: list[list[Proposal]] = [[*cell.seats(), *cell.handovers()] for cell in cells]
    _add_signed(planner, cells, own)
    found: dict[Proposal, list[int]] = {}
    for number, proposals in enumerate(own):
        for proposal in proposals:
            found.setdefault(proposal, []).append(number)
    opened = {proposal: tuple(numbers) for proposal, numbers in found.items()}
    # A meeting or a submission lead that one cell needs may open others that need another one.
    by_tafel: dict[int, list[int]] = {}
    for number, cell in enumerate(cells):
        for t in {*cell.meetings, *cell.leads}:
            by_tafel.setdefault(t, []).append(number)
    for cell, proposals in zip(cells, own, strict=True):
        for t in cell.nodes:
            code = planner.region.tafels[t].code
            days, lead = cell.meetings.get(t), cell.leads.get(t)
            if days:
                m = min(first for first, _ in days)
                proposals.append((Kind.MEETING.value, code, date.fromordinal(m).isoformat()))
                if proposals[-1] not in opened:
                    opened[proposals[-1]] = tuple(
                        n for n in by_tafel[t] if cells[n].opens_with_meeting(t, m)
                    )
            if lead is not None:
                proposals.append((Kind.SUBMISSION.value, code, str(lead)))
                if proposals[-1] not in opened:
                    opened[proposals[-1]] = tuple(
                        n for n in by_tafel[t] if cells[n].leads.get(t, -1) >= lead
                    )
    return Steps(tuple(map(tuple, own)), opened)


def without_road(rows: Iterable[CoverageRow], region: Region, on: date) -> list[Ask]:
    """Give the cells of `coverage` on a day without a road in which a partner works.

    >>> from network.example import TINY
    >>> day = date(2026, 12, 1)
    >>> [ask.level.value for ask in without_road(coverage(TINY, day), TINY, day)]
    ['bestuur']
    """
    return [
        Ask(row.area, row.domain, row.level, region.partners_in(row.area, row.domain), on)
        for row in rows
        if row.partners and row.arrival is None
    ]


def best_first(opened: dict[Proposal, tuple[int, ...]], of: Iterable[Proposal]) -> list[Proposal]:
    """Sort proposals: those that open most, then in the order of `Kind`, then of the codes.

    >>> best_first({("zetel", "B1", "p"): (0,), ("afspraak", "A1"): (0, 1)},
    ...            [("zetel", "B1", "p"), ("afspraak", "A1")])
    [('afspraak', 'A1'), ('zetel', 'B1', 'p')]
    """
    return sorted(of, key=lambda one: (-len(opened[one]), _ORDER[one[0]], one))


def best_of_each_kind(proposals: Iterable[Proposal], most: int | None = 1) -> list[Proposal]:
    """Give of proposals, best first, the first of each kind: `most` of them (None: all).

    >>> best_of_each_kind([("zetel", "B1", "p"), ("zetel", "B1", "q"), ("afspraak", "A1")])
    [('zetel', 'B1', 'p'), ('afspraak', 'A1')]
    """
    seen: Counter[str] = Counter()
    found = []
    for proposal in proposals:
        seen[proposal[0]] += 1
        if most is None or seen[proposal[0]] <= most:
            found.append(proposal)
    return found


def gap_rows(asks: Sequence[Ask], steps: Steps, most: int | None = 1) -> list[GapRow]:
    """Write the steps of cells as rows; see `gaps`.

    >>> gap_rows([], Steps((), {}))
    []
    """
    return [
        GapRow(ask.area, ask.domain, ask.level, proposal, len(steps.opened[proposal]))
        for ask, own in zip(asks, steps.own, strict=True)
        for proposal in best_of_each_kind(best_first(steps.opened, own), most)
    ]


def gaps(
    region: Region, on: date, planner: Planner | None = None, most: int | None = 1
) -> list[GapRow]:
    """Give per cell of `coverage` without a road the best single additions that open it.

    Cells in which no partner works are left out. `opens` is how many cells without a road the
    addition opens in all, this one included. Of each kind the best, at most `most` a cell (None:
    all). Best first: those that open most, then in the order of `Kind`, then of the codes. A cell
    that no single addition opens has no rows. A `planner` of the same region saves the scan.

    >>> from network.example import TINY
    >>> for row in gaps(TINY, date(2026, 12, 1)):
    ...     print(row.area, row.domain, row.level.value, " ".join(row.proposal), row.opens)
    G1 jeugd bestuur zetel S1 lt1 1
    G1 jeugd bestuur doorgeleiding B1 S1 1
    G1 jeugd bestuur afspraak A1 1
    """
    planner = planner or Planner(region)
    asks = without_road(coverage(region, on, planner), region, on)
    return gap_rows(asks, find_steps(planner, asks), most)


def last_day(planner: Planner, area: str, domain: str, level: Level) -> date | None:
    """Give the last day on which a signal of a cell has a road to the level; None without any.

    A signal of any partner that works there, as in `coverage`. On every earlier day it has a road
    too: waiting is always allowed.

    >>> from network.example import TINY
    >>> print(last_day(Planner(TINY), "G1", "jeugd", Level.POLICY))
    2026-12-08
    """
    partners = planner.region.partners_in(area, domain)
    if not partners:
        return None
    cell = _Cell(planner, Ask(area, domain, level, partners, date.max))
    days = [
        there - cell.network.submission[t]
        for t, start, end in cell.entries
        if t in cell.leads_on
        for first, last in [cell.windows[t]]
        if (there := cell._last(t, min(end, last, cell.leads_on[t]))) >= max(start, first)
    ]
    return date.fromordinal(max(days)) if days else None


def applied(region: Region, proposal: tuple[str, ...]) -> Region:
    """Give the region in which a proposal of `gaps` has been carried out.

    The seat bears the first role of the region. KeyError for a code that is unknown, ValueError
    for another kind of proposal.

    >>> from network.example import TINY
    >>> gaps(applied(TINY, ("afspraak", "A1")), date(2026, 12, 1))
    []
    """
    match proposal:
        case (Kind.SEAT.value, tafel, partner):
            role = region.roles[0].code if region.roles else "lid"
            return with_seat(region, Seat(tafel, partner, role))
        case (Kind.HANDOVER.value, source, target):
            return with_handover(region, Handover(source, target))
        case (Kind.AGREEMENT.value, code):
            return with_agreement(region, code, AgreementStatus.SIGNED)
        case (Kind.MEETING.value, tafel, day):
            return with_meeting(region, Meeting(tafel, date.fromisoformat(day)))
        case (Kind.SUBMISSION.value, tafel, days):
            return with_submission_days(region, tafel, int(days))
    raise ValueError(proposal)


def _add_signed(
    planner: Planner, cells: Sequence["_Cell"], proposals: Sequence[list[Proposal]]
) -> None:
    """Add to the proposals of each cell the agreements that open it when they are signed."""
    unsigned = {a.code for a in planner.region.agreements if a.status is not AgreementStatus.SIGNED}
    resting = [cell.agreements & unsigned for cell in cells]
    # What stays closed with all of them signed is opened by none: most agreements need no trial.
    every = tuple(
        replace(a, status=AgreementStatus.SIGNED) if a.code in unsigned else a
        for a in planner.region.agreements
    )
    if not any(resting):
        return
    then = planner.changed_to(planner.region.changed(agreements=every))
    helped = [
        number
        for number, cell in enumerate(cells)
        if resting[number] and _Cell(then, cell.ask).has_road
    ]
    for code in sorted({code for number in helped for code in resting[number]}):
        then = planner.with_agreement(code, AgreementStatus.SIGNED)
        for number in helped:
            if code in resting[number] and _Cell(then, cells[number].ask).has_road:
                proposals[number].append((Kind.AGREEMENT.value, code))


class _Cell:
    """A cell without a road for what asks it: how far one gets, and from where one could.

    Days are day numbers. `reached` gives per table the earliest meeting that a signal of any of
    the partners makes; `leads_on` per table the last meeting from which a way leads to the level.
    """

    def __init__(self, planner: Planner, ask: Ask) -> None:
        self.ask = ask
        area, domain, self.level = ask.area, ask.domain, ask.level
        self.partners = ask.partners if ask.at is None else ()
        self.day = ask.on.toordinal()
        self.network = network = planner._network
        self.windows, self.handover_windows = (
            planner._scan.tafel_window,
            planner._scan.handover_window,
        )
        cell = network.cell(area, domain)
        first, end = network.cell_nodes.get(cell, (0, 0))
        # The tables that cover the cell, each with its node.
        self.nodes = dict(
            zip(network.node_tafel[first:end].tolist(), range(first, end), strict=True)
        )
        self.steps = [
            (t, h)
            for t in self.nodes
            for h in network.leaving[t]
            if network.target[h] in self.nodes
            and ((carries := network.carries[h]) is None or network.d[domain] in carries)
        ]
        # Way in: per table the days on which a seat or an open door lets a signal in.
        self.entries: list[tuple[int, int, int]] = []
        if ask.at is None:
            self.entries += [(t, 0, _FOREVER) for t in network.open_in.get(cell, ())]
            for partner in self.partners:
                self.entries += [
                    seat for seat in network.seats.get(partner, ()) if seat[0] in self.nodes
                ]
        elif (at := network.t[ask.at]) in self.nodes:
            self.entries.append((at, self.day, _FOREVER))
            self.day -= network.submission[at]
        self.leads_on = {}
        labels = planner._scan.labels[TARGETS.index(ask.level)]
        for t, node in self.nodes.items():
            begin, days = network.offset_list[node], network.days[t]
            ends = np.nonzero(labels[begin : begin + len(days)] < NEVER)[0]
            if len(ends):
                self.leads_on[t] = days[int(ends[-1])]

    @cached_property
    def agreements(self) -> set[str]:
        """The agreements on which tables and hand-overs of the cell rest."""
        network = self.network
        found = {network.tafels[t].agreement for t in self.nodes}
        found |= {network.handovers[h].agreement for _, h in self.steps}
        return {code for code in found if code is not None}

    @property
    def has_road(self) -> bool:
        """Whether there is a road after all."""
        return any(day <= self.leads_on.get(t, -1) for t, day in self.reached.items())

    @cached_property
    def reached(self) -> dict[int, int]:
        network, to_do = self.network, []
        for t, start, end in self.entries:
            first, last = self.windows[t]
            made = self._first(t, max(self.day + network.submission[t], start, first))
            if made is not None and made <= min(end, last):
                to_do.append((made, t))
        heapify(to_do)
        leaving: dict[int, list[int]] = {}
        for t, h in self.steps:
            leaving.setdefault(t, []).append(h)
        found: dict[int, int] = {}
        while to_do:
            day, t = heappop(to_do)
            if t in found:
                continue
            found[t] = day
            for h in leaving.get(t, ()):
                target = network.target[h]
                earliest, latest = self._over(h, day, network.submission[target])
                made = self._first(target, earliest)
                if made is not None and made <= latest:
                    heappush(to_do, (made, target))
        return found

    def _first(self, t: int, day: int) -> int | None:
        """Give the first planned meeting of the table on or after the day."""
        days = self.network.days[t]
        k = bisect_left(days, day)
        return days[k] if k < len(days) else None

    def _last(self, t: int, day: int) -> int:
        """Give the last planned meeting of the table on or before the day; -1 without."""
        days = self.network.days[t]
        k = bisect_right(days, day)
        return days[k - 1] if k else -1

    def _over(self, h: int, day: int, submission: int) -> tuple[int, int]:
        """Give the first and last day of a meeting that the hand-over reaches after that day."""
        network = self.network
        by_tafel, by_handover = self.windows[network.target[h]], self.handover_windows[h]
        ready = day + network.handovers[h].processing_days + submission
        return (
            max(ready, day + 1, by_tafel[0], by_handover[0]),
            min(by_tafel[1], by_handover[1]),
        )

    def seats(self) -> Iterator[Proposal]:
        """Give the seats that open the cell: a meeting in time from which a way leads on."""
        network = self.network
        for t, last in self.leads_on.items():
            if self.day + network.submission[t] <= last:
                for partner in self.partners:
                    yield Kind.SEAT.value, network.tafels[t].code, partner

    def handovers(self) -> Iterator[Proposal]:
        """Give the hand-overs that open the cell: from where one gets to where a way leads on."""
        network = self.network
        for source, day in self.reached.items():
            for target, last in self.leads_on.items():
                if (
                    source != target
                    and network.tafels[source].level <= network.tafels[target].level
                    and max(day + network.submission[target], day + 1) <= last
                ):
                    yield (
                        Kind.HANDOVER.value,
                        network.tafels[source].code,
                        network.tafels[target].code,
                    )

    def opens_with_meeting(self, t: int, day: int) -> bool:
        """Whether a meeting of the table on that day opens the cell."""
        return any(first <= day <= last for first, last in self.meetings.get(t, ()))

    @cached_property
    def meetings(self) -> dict[int, list[tuple[int, int]]]:
        """Give per table the days, from-to, on which one more meeting opens the cell."""
        network = self.network
        # The last day on which a meeting of the table could still lead on.
        leave = {t: _FOREVER for t in self.nodes if network.tafels[t].level is self.level}
        for t, h in self.steps:
            target = network.target[h]
            if target in self.leads_on:
                first, last = self._over(h, 0, 0)
                there = self._last(target, min(self.leads_on[target], last))
                if there >= first:
                    needs = network.handovers[h].processing_days + network.submission[target]
                    leave[t] = max(leave.get(t, 0), there - max(needs, 1))
        found: dict[int, list[tuple[int, int]]] = {}

        def add(t: int, first: int, last: int) -> None:
            from_to = (
                max(first, self.day + 1, self.windows[t][0]),
                min(last, self.windows[t][1], leave.get(t, 0)),
            )
            if from_to[0] <= from_to[1]:
                found.setdefault(t, []).append(from_to)

        for t, start, end in self.entries:
            add(t, max(self.day + network.submission[t], start), end)
        for t, h in self.steps:
            if t in self.reached:
                target = network.target[h]
                add(target, *self._over(h, self.reached[t], network.submission[target]))
        return found

    @cached_property
    def leads(self) -> dict[int, int]:
        """Give per table the most days of submission lead, fewer than now, that open the cell."""
        network = self.network
        found: dict[int, int] = {}

        def add(t: int, ready: int, first: int, last: int) -> None:
            # Fewer than now without being asked: with that many days there would be a road.
            there = self._last(t, min(last, self.leads_on[t]))
            if there >= first and there >= ready:
                found[t] = max(found.get(t, 0), there - ready)

        for t, start, end in self.entries:
            if t in self.leads_on:
                add(t, self.day, max(start, self.windows[t][0]), end)
        for t, h in self.steps:
            target = network.target[h]
            if t in self.reached and target in self.leads_on:
                day = self.reached[t]
                first, last = self._over(h, day, 0)
                ready = day + network.handovers[h].processing_days
                add(target, ready, first, last)
        return found
