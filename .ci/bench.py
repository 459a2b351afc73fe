"""Wall time and peak memory of `python -m network routes` on one region package."""

import resource
import subprocess
import sys
import time
from pathlib import Path


def main(region: str) -> int:
    if not Path(region).exists():
        print(f"No region package at {region}. Name one: make bench REGION=path")
        return 1
    started = time.perf_counter()
    answer = subprocess.run(
        [sys.executable, "-m", "network", "routes", region], stdout=subprocess.PIPE, check=False
    )
    seconds = time.perf_counter() - started
    # Linux counts in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit / 1e6
    lines = answer.stdout.count(b"\n")
    print(f"{region}: routes, {lines} lines, {seconds:.2f} s, {megabytes:.0f} MB")
    return answer.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
