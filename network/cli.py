"""The small door of its own: `python -m network routes|coverage|resilience|what-if|gaps PATH`."""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from network import answers
from network.gaps import gaps
from network.package import PackageError, read
from network.region import AgreementStatus, Region

FAULTY, WRONG_USAGE = 1, 2


def _day(text: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is geen datum als JJJJ-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is geen bestaande datum") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m network", description=__doc__, allow_abbrev=False
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="OPDRACHT")
    for name, text in (
        ("routes", "de beste route van elk signaal"),
        ("coverage", "de vroegste aankomst per gebied, domein en niveau"),
        ("resilience", "routes die geen tafel delen, en tafels die onmisbaar zijn"),
        ("what-if", "wat er verandert als een afspraak een andere status heeft"),
        ("gaps", "welke ene toevoeging een gebied zonder weg opent, van elke soort de beste"),
    ):
        command = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        command.add_argument("path", metavar="PATH", help="een map, een .zip of een .xlsx")
        if name != "routes":
            command.add_argument("--date", type=_day, required=True, metavar="JJJJ-MM-DD")
        if name == "what-if":
            command.add_argument("--agreement", required=True, metavar="CODE")
            command.add_argument(
                "--status",
                required=True,
                choices=[AgreementStatus.SIGNED.value, AgreementStatus.TERMINATED.value],
            )
        if name == "gaps":
            command.add_argument("--all", action="store_true", help="alles, ook wat minder opent")
        command.add_argument("--json", action="store_true", help="JSON in plaats van CSV")
        command.add_argument("--out", type=Path, metavar="FILE", help="schrijf naar dit bestand")
    return parser


def _answer(region: Region, asked: argparse.Namespace) -> str:
    kind: type[answers.Row]
    rows: Sequence[answers.Row]
    match asked.command:
        case "routes":
            kind, rows = answers.RouteRow, answers.routes(region)
        case "coverage":
            kind, rows = answers.CoverageRow, answers.coverage(region, asked.date)
        case "resilience":
            kind, rows = answers.ResilienceRow, answers.resilience(region, asked.date)
        case "gaps":
            kind, rows = answers.GapRow, gaps(region, asked.date, most=None if asked.all else 1)
        case _:
            kind = answers.WhatIfRow
            status = AgreementStatus(asked.status)
            rows = answers.what_if(region, asked.date, asked.agreement, status)
    return answers.as_json(kind, rows) if asked.json else answers.as_csv(kind, rows)


def _write(data: bytes, out: Path | None) -> None:
    """Write to the file in one move, so that nobody ever sees half of it, or to standard output."""
    if out is None:
        left = memoryview(data)
        while left:  # under PYTHONUNBUFFERED one write may take only a part
            left = left[sys.stdout.buffer.write(left) :]
        sys.stdout.buffer.flush()
    elif out.exists() and not out.is_file():  # such as /dev/null: never replaced, only written to
        with out.open("wb") as stream:
            stream.write(data)
    else:
        out = out.resolve()
        half = out.with_name(f".{out.name}.{os.getpid()}.half")
        try:
            with half.open("xb") as stream:
                stream.write(data)
            half.replace(out)
        finally:
            half.unlink(missing_ok=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer one question; 0, or 1 for a faulty package, or 2 for wrong usage."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    try:
        region = read(asked.path)
    except PackageError as error:
        sys.stderr.write("".join(f"{mistake}\n" for mistake in error.mistakes))
        return FAULTY
    if asked.command == "what-if" and asked.agreement not in region.agreements_by_code:
        parser.error(f"--agreement: {asked.agreement!r} is geen afspraak in dit pakket")
    data = _answer(region, asked).encode("utf-8")
    try:
        _write(data, asked.out)
    except BrokenPipeError:
        # The reader (such as `head`) has seen enough; keep Python from writing again at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        parser.error(f"schrijven lukt niet: {error}")
    return 0
