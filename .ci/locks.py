"""Checks offline that the locks fit setup.cfg: every requirement pinned, in range, with hashes."""

import re
import sys
from configparser import ConfigParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def read_lock(path: str) -> tuple[dict[str, set[str]], list[str]]:
    """The pins per package (several when markers split them), and what is wrong with the file."""
    pins: dict[str, set[str]] = {}
    mistakes = []
    text = Path(path).read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        pin = re.match(r"([\w.-]+)==([^\s;]+)", line)
        if not pin:
            mistakes.append(f"{path}: not a pin: {line.strip()[:60]}")
            continue
        pins.setdefault(canonicalize_name(pin[1]), set()).add(pin[2])
        if "--hash=sha256:" not in line:
            mistakes.append(f"{path}: {pin[1]} has no hash")
    return pins, mistakes


def unmet(path: str, pins: dict[str, set[str]], requirements: list[str]) -> list[str]:
    mistakes = []
    for requirement in map(Requirement, requirements):
        versions = pins.get(canonicalize_name(requirement.name), set())
        if not versions:
            mistakes.append(f"{path}: {requirement.name} is missing")
        mistakes += [
            f"{path}: {requirement.name}=={version} does not fit {requirement}"
            for version in versions
            if not requirement.specifier.contains(version, prereleases=True)
        ]
    return mistakes


def main() -> int:
    setup = ConfigParser(interpolation=None)
    setup.read("setup.cfg", encoding="utf-8")

    def listed(section: str, option: str) -> list[str]:
        lines = (line.strip() for line in setup.get(section, option).splitlines())
        return [line for line in lines if line and not line.startswith("#")]

    wanted = listed("options", "install_requires")
    dev = listed("options.extras_require", "dev")
    run_pins, mistakes = read_lock("requirements.lock")
    dev_pins, dev_mistakes = read_lock("requirements-dev.lock")
    mistakes += dev_mistakes
    mistakes += unmet("requirements.lock", run_pins, wanted)
    mistakes += unmet("requirements-dev.lock", dev_pins, wanted + dev)
    mistakes += [
        f"requirements-dev.lock: {name} differs from requirements.lock"
        for name, versions in run_pins.items()
        if dev_pins.get(name) != versions
    ]
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    if mistakes:
        print("Run `make lock` and commit both lock files.", file=sys.stderr)
        return 1
    print(f"Locks fit setup.cfg: {len(run_pins)} packages to run, {len(dev_pins)} to develop.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
