"""The example regions as packages with dates around today; README.md says how they are kept."""

import calendar
import csv
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
REGIONS: Final = {"oeverland": "Regio Oeverland", "zilverdal": "Regio Zilverdal"}
"""The slug of each example region, and its name."""

HOLIDAY_WEEKS: Final = frozenset({29, 30, 31, 32, 33, 34, 52, 53, 1})
"""ISO weeks of the summer and Christmas holidays, in which most tables do not meet."""

_RELATIVE: Final = re.compile(r"([dme])([+-][0-9]+)")


def on_day(text: str, today: date) -> str:
    """Return a date that was written from today; any other text as it is.

    >>> [on_day(text, date(2026, 11, 21)) for text in ("d-12", "m+3", "e+3", "U-VEL")]
    ['2026-11-09', '2027-02-01', '2027-02-28', 'U-VEL']
    """
    found = _RELATIVE.fullmatch(text)
    if found is None:
        return text
    kind, number = found[1], int(found[2])
    if kind == "d":
        return (today + timedelta(days=number)).isoformat()
    year, month = divmod(today.year * 12 + today.month - 1 + number, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, 1 if kind == "m" else last).isoformat()


def meetings(rhythms: Path, today: date) -> Iterator[list[str]]:
    """Give the rows of vergaderingen.csv for the rhythms of the tables.

    A meeting that would fall in a holiday is held in the first week after it.
    """
    with rhythms.open(encoding="utf-8", newline="") as stream:
        for rhythm in csv.DictReader(stream):
            coming = 0
            for on in _days(rhythm, today):
                coming += on > today
                is_off = on > today and str(coming) == rhythm["vervalt"]
                status = "vervallen" if is_off else "gepland"
                yield [rhythm["tafel"], on.isoformat(), rhythm["tijd"], status, rhythm["locatie"]]


def _days(rhythm: dict[str, str], today: date) -> Iterator[date]:
    every, phase = int(rhythm["weken"]), int(rhythm["fase"])
    this_week = today.toordinal() // 7
    is_due, last = False, -1000
    for week in range(int(rhythm["eerste"]), int(rhythm["laatste"]) + 1):
        on = date.fromordinal((this_week + week) * 7 + int(rhythm["weekdag"]))
        is_due = is_due or week % every == phase
        if is_due and not (rhythm["reces"] and on.isocalendar().week in HOLIDAY_WEEKS):
            if week - last > every // 2:
                last = week
                yield on
            is_due = False


def write(slug: str, path: Path, today: date) -> None:
    """Write an example region at a path as a folder that is a valid package."""
    path.mkdir(parents=True, exist_ok=True)
    for source in sorted((FOLDER / slug).glob("*.csv")):
        with source.open(encoding="utf-8", newline="") as stream:
            rows = [[on_day(cell, today) for cell in row] for row in csv.reader(stream)]
        target = source.name
        if source.stem == "ritme":
            target = "vergaderingen.csv"
            rows = [["tafel", "datum", "tijd", "status", "locatie"], *meetings(source, today)]
        with (path / target).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)
