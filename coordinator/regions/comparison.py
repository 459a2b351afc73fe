"""What a package would change: two regions compared row by row, by the keys that people know.

Pure: values in, values out. Cells are compared as they stand in a package, so what differs is
what somebody with both packages side by side would see. The order of codes within one cell does
not count.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from network.package import COLUMNS, tables
from network.region import Region

KEYS: Final[dict[str, tuple[str, ...]]] = {
    "vergaderingen": ("tafel", "datum"),
    "zetels": ("tafel", "partner", "rol", "persoon", "van"),
    "doorgeleidingen": ("van", "naar", "domeinen", "afspraak"),
}
"""By which columns a row is known; all other files have a `code`."""

NAMED_BY: Final = ("naam", "titel", "vraag")

_Cells = tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """One cell that differs."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One row that is new (no `before`), gone (no `after`) or changed; the rows are of `Region`."""

    title: str
    before: Any = None
    after: Any = None
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class FileChanges:
    """What differs in one file of the package, in the order of the keys."""

    file: str
    new: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    gone: tuple[Change, ...] = ()

    def __len__(self) -> int:
        return len(self.new) + len(self.changed) + len(self.gone)


@dataclass(frozen=True)
class Comparison:
    """What differs between two regions, per file."""

    files: dict[str, FileChanges] = field(default_factory=dict)

    def __getitem__(self, file: str) -> FileChanges:
        return self.files[file]

    def __iter__(self) -> Iterator[FileChanges]:
        return iter(self.files.values())

    @property
    def touches_network(self) -> bool:
        """Whether anything differs from which plans are computed."""
        return any(len(each) for each in self if each.file not in ("signalen", "leervragen"))

    def without(self, file: str, codes: Collection[str]) -> "Comparison":
        """Leave out what would happen to these rows of a file, new, changed or gone."""
        there = self[file]

        def others(changes: tuple[Change, ...]) -> tuple[Change, ...]:
            return tuple(c for c in changes if (c.after or c.before).code not in codes)

        left = FileChanges(file, others(there.new), others(there.changed), others(there.gone))
        return Comparison({**self.files, file: left})

    def without_cells(
        self, file: str, codes: Collection[str], columns: Collection[str]
    ) -> tuple["Comparison", tuple[Change, ...]]:
        """Leave out what would change in some columns of these rows; return that apart."""
        changed, kept = [], []
        for change in self[file].changed:
            stays = tuple(cell for cell in change.cells if cell.column in columns)
            if change.after.code not in codes or not stays:
                changed.append(change)
                continue
            kept.append(replace(change, cells=stays))
            if moves := tuple(cell for cell in change.cells if cell not in stays):
                changed.append(replace(change, cells=moves))
        left = replace(self[file], changed=tuple(changed))
        return Comparison({**self.files, file: left}), tuple(kept)


def compare(now: Region, then: Region) -> Comparison:
    """Return what must change for the region `now` to become `then`.

    >>> from network.region import Domain
    >>> now = Region(domains=(Domain("jeugd", "Jeugd"), Domain("ggz", "Ggz")))
    >>> then = Region(domains=(Domain("jeugd", "Jeugd en gezin"), Domain("wonen", "Wonen")))
    >>> domains = compare(now, then)["domeinen"]
    >>> [c.title for c in (*domains.new, *domains.changed, *domains.gone)]
    ['wonen Wonen', 'jeugd Jeugd en gezin', 'ggz Ggz']
    >>> domains.changed[0].cells
    (Cell(column='naam', before='Jeugd', after='Jeugd en gezin'),)
    """
    texts_now, texts_then = tables(now), tables(then)
    return Comparison(
        {
            name: _compare_file(
                name,
                _rows(name, now, texts_now[name]),
                _rows(name, then, texts_then[name]),
            )
            for name in COLUMNS
        }
    )


def _rows(name: str, region: Region, texts: list[list[str]]) -> list[tuple[_Cells, Any]]:
    """Return each row as its cells and its value; codes within a cell in order."""
    several = [place for place, column in enumerate(COLUMNS[name].columns) if column.has_several]
    values = getattr(region, COLUMNS[name].region_field)
    found = []
    for cells, value in zip(texts[1:], values, strict=True):
        cells = [cell.strip() for cell in cells]
        for place in several:
            if "|" in cells[place]:
                cells[place] = "|".join(sorted(cells[place].split("|")))
        found.append((tuple(cells), value))
    return found


def _compare_file(
    name: str, now: list[tuple[_Cells, Any]], then: list[tuple[_Cells, Any]]
) -> FileChanges:
    columns = [column.name for column in COLUMNS[name].columns]
    before, after = _by_key(name, columns, now, then), _by_key(name, columns, then, now)
    new, changed, gone = [], [], []
    for key in sorted(before.keys() | after.keys()):
        if key not in before:
            cells, value = after[key]
            new.append(Change(_title(name, columns, cells), None, value))
        elif key not in after:
            cells, value = before[key]
            gone.append(Change(_title(name, columns, cells), value, None))
        else:
            (old_cells, old), (cells, value) = before[key], after[key]
            differ = tuple(
                Cell(column, was, will_be)
                for column, was, will_be in zip(columns, old_cells, cells, strict=True)
                if was != will_be
            )
            changed.append(Change(_title(name, columns, cells), old, value, differ))
    return FileChanges(name, tuple(new), tuple(changed), tuple(gone))


def _by_key(
    name: str,
    columns: list[str],
    rows: list[tuple[_Cells, Any]],
    others: list[tuple[_Cells, Any]],
) -> dict[tuple[_Cells, int], tuple[_Cells, Any]]:
    """Return the rows that the others do not have just so, by key and occurrence number.

    Taking out the equal rows first keeps the numbers of doubles from shifting when one goes.
    """
    same = Counter(cells for cells, _ in others)
    places = [columns.index(column) for column in KEYS.get(name, ("code",))]
    occurrences: dict[_Cells, int] = defaultdict(int)
    found = {}
    for cells, value in rows:
        if same[cells]:
            same[cells] -= 1
            continue
        key = tuple(cells[place] for place in places)
        found[key, occurrences[key]] = (cells, value)
        occurrences[key] += 1
    return found


def _title(name: str, columns: list[str], cells: _Cells) -> str:
    """Return the words by which people know a row."""
    if name in KEYS:
        known_by = (cells[columns.index(column)] for column in KEYS[name])
        return ", ".join(part for part in known_by if part)
    named = next((cells[columns.index(c)] for c in NAMED_BY if c in columns), "")
    return f"{cells[0]} {named}".strip()
