"""Who should sit together, among thousands of people: the exact answer beside plain ways.

    python -m tests.bench.bench_learning

Made-up regions. Greedy takes who covers most of what is left, again and again (Chvátal 1979): it
is no exact answer, and its groups are sometimes larger. Plain is trying all groups, the smallest
first; with more than two people it would take hours. The best of a few runs; the last columns are
how many times as long the others take, and how many more people greedy asks.
"""

import random
import sys
from datetime import date
from itertools import combinations

from network.learning import (
    DealtWith,
    Learning,
    Option,
    learning_graph,
    not_met,
    proposal,
    smallest_cover,
)
from network.region import (
    Area,
    Domain,
    Leervraag,
    Level,
    Partner,
    Region,
    Scale,
    Seat,
    Tafel,
)
from tests.bench.bench_network import timed

DAY = date(2026, 12, 1)
SIZES = ((1_000, 3), (5_000, 3), (5_000, 8), (5_000, 12))
"""How many people, and how many domains the question has."""


def made_up(people, domains, seed=1):
    """A region in which everybody has a seat, and one in three a second one."""
    rng = random.Random(seed)
    codes = [f"d{n:02}" for n in range(domains)]
    tafels = [
        Tafel(
            f"t{n}",
            f"Tafel {n}",
            list(Level)[n % 4],
            "G1",
            frozenset(rng.sample(codes, rng.randint(1, min(domains, 4)))),
        )
        for n in range(people // 8)
    ]
    partners = [
        Partner(f"p{n}", "Partner", "", frozenset(rng.sample(codes, rng.randint(1, 3))))
        for n in range(people // 10)
    ]
    names = [f"Naam {n}" for n in range(people)]
    names += rng.sample(names, people // 3)
    return Region(
        areas=(Area("G1", "Oeverdam", Scale.LOCAL),),
        domains=tuple(Domain(code, code) for code in codes),
        tafels=tuple(tafels),
        partners=tuple(partners),
        seats=tuple(
            Seat(rng.choice(tafels).code, rng.choice(partners).code, "lid", name) for name in names
        ),
    )


def greedy(universe, options):
    """Take who covers most of what is left, until all is covered."""
    picked, left = [], universe
    while left:
        best = max(options, key=lambda one: (one.mask & left).bit_count())
        picked.append(best)
        left &= ~best.mask
    return picked


def plain(universe, options):
    """Try all groups, the smallest first."""
    for size in range(1, len(options) + 1):
        for group in combinations(options, size):
            covered = 0
            for one in group:
                covered |= one.mask
            if covered == universe:
                return group
    return ()


def drawn(people, elements, seed=1):
    """People that each cover some of so many elements."""
    rng = random.Random(seed)
    options = [
        Option(
            sum(1 << place for place in rng.sample(range(elements), rng.randint(1, 3))),
            rng.random() < 0.02,
            rng.random() < 0.8,
            f"Naam {n}",
        )
        for n in range(people)
    ]
    universe = 0
    for one in options:
        universe |= one.mask
    return universe, options


def main():
    out = sys.stdout.write
    out(f"{'region':<40}{'graph':>10}{'proposal':>11}{'not met':>10}{'people':>8}\n")
    for people, domains in SIZES:
        region = made_up(people, domains)
        question = Leervraag(
            "v", DAY, Level.PRACTICE, domains=frozenset(one.code for one in region.domains)
        )
        dealt_with = tuple(DealtWith("v", tafel.code, DAY) for tafel in region.tafels[:30])
        learning = Learning((question,), dealt_with=dealt_with, lived=frozenset({"Naam 7"}))
        making, graph = timed(lambda r=region, x=learning: learning_graph(r, x, DAY), 3)
        asking, found = timed(lambda g=graph: proposal(g, "v", Level), 3)
        looking, _who = timed(lambda g=graph: not_met(g, "v"), 3)
        what = f"{people} people, 4 levels, {domains} domains"
        times = "".join(f"{1000 * each:>8.0f} ms" for each in (making, asking, looking))
        out(f"{what:<40}{times}{len(found.people):>6}\n")
    out(f"\n{'set cover':<40}{'exact':>10}{'greedy':>11}{'plain':>10}{'people':>8}\n")
    for people, elements in ((1_000, 6), (5_000, 8), (5_000, 12), (5_000, 16)):
        universe, options = drawn(people, elements)
        exact, picked = timed(lambda u=universe, o=options: smallest_cover(u, o), 3)
        slower, more = timed(lambda u=universe, o=options: greedy(u, o), 3)
        brute = "–"
        if len(picked) <= 2:
            seconds, _group = timed(lambda u=universe, o=options: plain(u, o), 1)
            brute = f"{seconds / exact:.1f} ×"
        what = f"{people} people, {elements} elements"
        sizes = f"{len(picked)}, greedy {len(more)}"
        out(f"{what:<40}{1000 * exact:>7.1f} ms{slower / exact:>9.2f} ×{brute:>10}   {sizes}\n")


if __name__ == "__main__":
    main()
