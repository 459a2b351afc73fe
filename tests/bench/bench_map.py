"""How long it takes to lay out the map: 300 and 2,000 nodes, and the whole country, folded.

    python -m tests.bench.bench_map

Made-up regions, and ../shared/regions/nederland when that is there. The best of ten runs; what is
promised stands beside it.
"""

import sys

from network.layout import layout
from network.package import read
from tests.bench.bench_network import NEDERLAND, START, made_up, timed

PROMISED = ((4, 10), (29, 100))
"""Regions of some seventy nodes to make up, and the milliseconds they may take."""


def main():
    out = sys.stdout.write
    for regions, most in PROMISED:
        country = made_up(regions)
        seconds, found = timed(lambda country=country: layout(country, START, fold_above=10**6), 10)
        size = f"map of {len(found.nodes)} nodes, {len(found.links)} links"
        out(f"{size:<48}{1000 * seconds:>8.1f} ms, promised {most}\n")
    if NEDERLAND.exists():
        country = read(NEDERLAND)
        seconds, found = timed(lambda: layout(country, START), 10)
        whole = len(country.tafels) + len(country.partners)
        size = f"map of nederland, {whole} folded to {len(found.nodes)}"
        out(f"{size:<48}{1000 * seconds:>8.1f} ms\n")


if __name__ == "__main__":
    main()
