"""Figures of the planning engine beside plain networkx, in one run.

    python -m tests.bench.bench_network

On ../shared/regions/nederland when that is there, else on a country made up here. Every figure is
the best of a few runs; the last column is how many times slower plain networkx is at the same.
networkx gets its time-expanded graphs ready-made for the look-ups; what making them takes is
told apart. The arrivals of both are compared. What a change does stands beside a fresh scan; some
proposals are checked by carrying them out.
"""

import random
import resource
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import networkx as nx

from network import answers
from network.effect import (
    effect,
    with_agreement,
    with_handover,
    with_meeting,
    with_submission_days,
    without_person,
    without_seat,
    without_tafel,
)
from network.gaps import applied, gaps
from network.package import read, write
from network.persons import unavoidable_persons
from network.planner import TARGETS, Planner, Route, arrays, later
from network.region import (
    Agreement,
    AgreementStatus,
    Area,
    Domain,
    Handover,
    Level,
    Meeting,
    MeetingStatus,
    Partner,
    Region,
    Role,
    Scale,
    Seat,
    Signal,
    Tafel,
)

NEDERLAND = Path(__file__).parents[3] / "shared" / "regions" / "nederland"
START = date(2026, 12, 1)
SAMPLE = 300


def made_up(regions=40, seed=1):
    """A country of regions with eight municipalities and some twenty tables each."""
    rng = random.Random(seed)
    domains = [f"d{n}" for n in range(8)]
    found = {name: [] for name in ("areas", "partners", "tafels", "meetings", "seats", "handovers")}
    found["areas"].append(Area("NL", "Nederland", Scale.NATIONAL))
    agreements, signals = [], []
    for r in range(regions):
        found["areas"].append(Area(f"R{r}", f"Regio {r}", Scale.REGIONAL, part_of=("NL",)))
        towns = [f"G{r}-{n}" for n in range(8)]
        found["areas"] += [Area(t, t, Scale.LOCAL, part_of=(f"R{r}",)) for t in towns]
        agreements += [
            Agreement(f"A{r}-{n}", "Afspraak", "", (), AgreementStatus.SIGNED) for n in range(6)
        ]
        partners = [
            Partner(
                f"p{r}-{n}", "Partner", "", frozenset(rng.sample(domains, 3)), (rng.choice(towns),)
            )
            for n in range(50)
        ]
        found["partners"] += partners
        levels = [(Level.PRACTICE, 10), (Level.MANAGEMENT, 2), (Level.POLICY, 5), (Level.BOARD, 3)]
        tafels = [
            Tafel(
                f"T{r}-{level.rank}{n}",
                "Tafel",
                level,
                rng.choice([f"R{r}", f"R{r}", rng.choice(towns)]),
                frozenset(rng.sample(domains, 5)),
                level.rank * 5,
                agreement=f"A{r}-{n % 6}" if rng.random() < 0.1 else None,
            )
            for level, count in levels
            for n in range(count)
        ]
        found["tafels"] += tafels
        for tafel in tafels:
            first, step = rng.randint(0, 20), rng.choice([14, 21, 28])
            found["meetings"] += [
                Meeting(tafel.code, START + timedelta(days=day)) for day in range(first, 365, step)
            ]
            found["seats"] += [Seat(tafel.code, p.code, "lid") for p in rng.sample(partners, 9)]
            above = [t for t in tafels if t.level > tafel.level]
            found["handovers"] += [
                Handover(tafel.code, t.code, None, rng.choice([0, 5]), rng.choice([None, "A0-0"]))
                for t in rng.sample(above, min(2, len(above)))
            ]
        signals += [
            Signal(
                f"S{r}-{n}",
                START + timedelta(days=rng.randint(0, 300)),
                rng.choice(partners).code,
                rng.choice(towns),
                frozenset(rng.sample(domains, rng.randint(1, 2))),
                title="Signaal",
            )
            for n in range(500)
        ]
    return Region(
        domains=tuple(Domain(code, code) for code in domains),
        agreements=tuple(agreements),
        roles=(Role("lid", "Lid"),),
        signals=tuple(signals),
        **{name: tuple(rows) for name, rows in found.items()},
    )


def timed(work, times=3):
    """(seconds of the best run, the last result)."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    return best, result


class Peer:
    """Plain networkx: a graph of (table, day) per cell, days as weights, Dijkstra per signal."""

    def __init__(self, region):
        self.region = region
        self.planned = {
            tafel: [m.on for m in meetings if m.status is MeetingStatus.PLANNED]
            for tafel, meetings in region.meetings_by_tafel.items()
        }
        self.leaving = {}
        for handover in region.handovers:
            self.leaving.setdefault(handover.source, []).append(handover)
        self.seats = {}
        for seat in region.seats:
            self.seats.setdefault(seat.partner, []).append(seat)
        self.graphs = {}

    def graph(self, area, domain):
        if (area, domain) not in self.graphs:
            self.graphs[area, domain] = self.made(area, domain)
        return self.graphs[area, domain]

    def made(self, area, domain):
        region, graph = self.region, nx.DiGraph()
        tafels = {t.code: t for t in region.tafels if region.covers(t, area, domain)}
        for code, tafel in tafels.items():
            for on in self.planned[code]:
                if not region.in_force(tafel.agreement, on):
                    continue
                graph.add_node((code, on))
                for handover in self.leaving.get(code, ()):
                    target = tafels.get(handover.target)
                    if target is None or not (
                        handover.domains is None or domain in handover.domains
                    ):
                        continue
                    for held_on in self.planned[target.code]:
                        ready = on + timedelta(days=handover.processing_days)
                        if (
                            held_on > on
                            and ready + timedelta(days=target.submission_days) <= held_on
                            and region.in_force(target.agreement, held_on)
                            and region.in_force(handover.agreement, held_on)
                        ):
                            graph.add_edge(
                                (code, on), (target.code, held_on), days=(held_on - on).days
                            )
                            break
        return graph, tafels

    def arrival(self, signal, domain, level):
        graph, tafels = self.graph(signal.area, domain)
        starts = []
        for code, tafel in tafels.items():
            held = [s for s in self.seats.get(signal.partner, ()) if s.tafel == code]
            if not held and not tafel.is_open:
                continue
            closing = timedelta(days=tafel.submission_days)
            for on in self.planned[code]:
                is_seated = tafel.is_open or any(s.valid_on(on) for s in held)
                if signal.given_on + closing <= on and is_seated and (code, on) in graph:
                    starts.append((code, on))
                    break
        graph.add_weighted_edges_from(
            (("start", s, (s[1] - signal.given_on).days) for s in starts), weight="days"
        )
        graph.add_node("start")
        distances = nx.single_source_dijkstra_path_length(graph, "start", weight="days")
        graph.remove_node("start")
        found = [
            days
            for node, days in distances.items()
            if node != "start" and tafels[node[0]].level is level
        ]
        return signal.given_on + timedelta(days=min(found)) if found else None


def changed_regions(region, on, code):
    """One change of each kind; the tables are those that most hand-overs lead to."""
    fed = Counter(h.target for h in region.handovers)
    tafel = max(region.tafels, key=lambda t: (fed[t.code], t.code)).code
    meeting = next(m for m in region.meetings_by_tafel[tafel] if m.on > on)
    seat = max(region.seats, key=lambda s: (fed[s.tafel], s.tafel))
    low = next(t for t in region.tafels if t.level is Level.PRACTICE).code
    named = region.changed(seats=[replace(seat, person="Anna"), *region.seats])
    return {
        "an agreement that ends": with_agreement(region, code, AgreementStatus.TERMINATED),
        "a seat vacated": without_seat(region, seat, on),
        "a person away": without_person(named, "Anna", on, later(on, 60)),
        "a hand-over more": with_handover(region, Handover(low, tafel)),
        "a meeting moved": with_meeting(region, Meeting(tafel, later(meeting.on, 3)), meeting.on),
        "a shorter submission lead": with_submission_days(region, tafel, 0),
        "the most fed table that stops": without_tafel(region, tafel, on),
    }


def with_names(region, seed=1):
    """The region with two persons per partner on its seats."""
    rng = random.Random(seed)
    seats = [replace(s, person=f"{s.partner}-{rng.randrange(2)}") for s in region.seats]
    return region.changed(seats=seats)


def really_opened(region, on, planner, rows, count=40):
    """Carry out some proposals and count what they open; how many were tried."""
    closed = {
        (row.area, row.domain, row.level)
        for row in answers.coverage(region, on, planner)
        if row.arrival is None
    }
    told = {row.proposal: row.opens for row in rows}
    tried = random.Random(1).sample(sorted(told), min(count, len(told)))
    for proposal in tried:
        after = answers.coverage(applied(region, proposal), on)
        opened = sum(r.arrival is not None and (r.area, r.domain, r.level) in closed for r in after)
        if opened != told[proposal]:
            raise SystemExit(f"{proposal} opens {opened} cells, not {told[proposal]}")
    return len(tried)


def main():
    out = sys.stdout.write
    path = NEDERLAND
    if not path.exists():
        path = Path(tempfile.mkdtemp()) / "regio"
        write(made_up(), path)
    out(f"{path}\n")
    reading, region = timed(lambda: read(path), 2)
    out(
        f"{len(region.areas)} areas, {len(region.tafels)} tables, {len(region.meetings)} meetings,"
        f" {len(region.signals)} signals\n"
    )
    scan, planner = timed(lambda: Planner(region))
    out(f"{arrays(planner)}\n\n")
    on = START + timedelta(days=45)

    rng = random.Random(1)
    asked = [
        (signal, domain, level)
        for signal in rng.sample(region.signals, min(SAMPLE, len(region.signals)))
        for domain in sorted(signal.domains)
        for level in TARGETS
    ]
    peer = Peer(region)
    making, _ = timed(lambda: [peer.graph(s.area, d) for s, d, _ in asked], 1)
    theirs_all, theirs = timed(lambda: [peer.arrival(*query) for query in asked], 1)
    ours_all, ours = timed(lambda: [planner.route_signal(*query) for query in asked])
    mine = [route.arrival if isinstance(route, Route) else None for route in ours]
    if mine != theirs:
        raise SystemExit("the arrivals differ from networkx")
    each = theirs_all / len(asked)

    cells = {(s.area, d) for s in region.signals for d in s.domains}
    making_all = making / len({(s.area, d) for s, d, _ in asked}) * len(cells)
    routing, rows = timed(lambda: answers.routes(region, planner), 2)
    code = next(h.agreement for h in region.handovers if h.agreement)
    what_if, _ = timed(lambda: planner.with_agreement(code, AgreementStatus.TERMINATED))
    whole_what_if, _ = timed(
        lambda: answers.what_if(region, on, code, AgreementStatus.TERMINATED, planner), 1
    )
    covering, covered = timed(lambda: answers.coverage(region, on, planner), 2)
    asked_by_coverage = sum(row.partners for row in covered)
    resilient, _ = timed(lambda: answers.resilience(region, on), 1)
    fresh, _ = timed(lambda: Planner(region))
    changes = changed_regions(region, on, code)
    effects = []
    worst = 0.0
    for agreement in region.agreements:
        is_signed = agreement.status is AgreementStatus.SIGNED
        status = AgreementStatus.TERMINATED if is_signed else AgreementStatus.SIGNED
        after = with_agreement(region, agreement.code, status)
        worst = max(worst, timed(lambda after=after: effect(region, after, on, planner))[0])
    effects.append((f"effect of the slowest of {len(region.agreements)} agreements", worst, fresh))
    for name, after in changes.items():
        replan, _ = timed(lambda after=after: planner.changed_to(after))
        seconds, found = timed(lambda after=after: effect(region, after, on, planner))
        effects += [
            (f"effect of {name}: {len(found.arrivals)} arrivals", seconds, fresh),
            ("  of which another routing table", replan, fresh),
        ]
    named = with_names(region)
    persons, _ = timed(lambda: list(unavoidable_persons(named, on)), 2)
    finding, proposals = timed(lambda: gaps(region, on, planner), 1)
    opened = really_opened(region, on, planner, proposals)

    lines = [
        ("read the package", reading, None),
        ("scan (networkx: make the graphs of all cells)", scan, making_all),
        (f"all routes: {len(rows)} rows", routing, each * len(rows)),
        ("one look-up with its route", ours_all / len(asked), each),
        ("what-if: another routing table", what_if, making_all),
        ("what-if: the whole answer", whole_what_if, making_all + 2 * each * asked_by_coverage),
        ("coverage", covering, each * asked_by_coverage),
        ("resilience", resilient, None),
        ("persons without whom a road breaks", persons, None),
        (f"gaps: {len(proposals)} proposals", finding, None),
    ]
    out(f"{'task':<48}{'seconds':>12}{'networkx':>12}{'times':>8}\n")
    for task, seconds, other in lines:
        beside = f"{other:>12.6f}{other / seconds:>8.0f}" if other else f"{'-':>12}{'-':>8}"
        out(f"{task:<48}{seconds:>12.6f}{beside}\n")
    out(f"\n{'':<48}{'seconds':>12}{'fresh scan':>12}\n")
    for task, seconds, other in effects:
        out(f"{task:<48}{seconds:>12.6f}{other:>12.6f}\n")
    out(f"{opened} proposals really carried out: each opens as many cells as told\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    out(f"\n{len(asked)} arrivals equal to networkx; peak with its graphs {peak:.0f} MB\n")
    out("networkx figures for more than the sample are those of the sample scaled up\n")


if __name__ == "__main__":
    main()
