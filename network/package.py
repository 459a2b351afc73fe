"""The region package: a folder, a .zip or an .xlsx workbook, read and written by one table of data.

What a package holds is laid down in REGION_FORMAT.md, section 1. `read` takes in all or nothing:
a faulty package gives a `PackageError` that lists every mistake, never another exception.
"""

import csv
import io
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from network.region import (
    Agreement,
    AgreementStatus,
    Area,
    Domain,
    Handover,
    Leervraag,
    Level,
    Meeting,
    MeetingStatus,
    Partner,
    Region,
    Role,
    Scale,
    Seat,
    Signal,
    Source,
    Tafel,
    Vote,
)

FILE_LIMIT = 100_000_000  # bytes of one file as it is given
UNPACKED_LIMIT = 200_000_000  # bytes of a zip or workbook after unpacking
ENTRY_LIMIT = 10_000  # entries of a zip or workbook
MISTAKE_LIMIT = 100_000  # a region with more mistakes than this is not a region
DAYS_LIMIT = 36_500  # a term of a hundred years; more would run out of the calendar
SHEET_ROWS = 1_048_576  # what a sheet can hold
SHEET_COLUMNS = 256  # far more than any file has; hostile sheets claim 16,384
MARKUP_LIMIT = 5_000_000  # tags in a workbook; a national region has two million
ROW_MARKUP_LIMIT = 300_000  # tags up to the end of a row or shared text, which are held at once
CELL_LIMIT = 32_767  # characters in one cell of a workbook


def _visible(text: str) -> str:
    """Give a text that can be written anywhere: what cannot be seen or encoded becomes its code."""
    return "".join(
        c if c.isprintable() or c in "\n\t" else c.encode("unicode_escape").decode() for c in text
    )


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: row 0 means the file as a whole, an empty column the row as a whole.

    >>> print(Mistake("tafels.csv", 3, "niveau", "belied", "een van: beleid, bestuur"))
    tafels.csv, rij 3, kolom niveau: "belied" kan hier niet. Verwacht: een van: beleid, bestuur.
    """

    file: str
    row: int
    column: str
    value: str
    expected: str

    def __post_init__(self) -> None:
        """Keep what others wrote in a form that any page or terminal can show."""
        for name in ("file", "column", "value"):
            object.__setattr__(self, name, _visible(getattr(self, name)))

    def __str__(self) -> str:
        """Give one line of Dutch."""
        where = [self.file]
        if self.row:
            where.append(f"rij {self.row}")
        if self.column:
            where.append(f"kolom {self.column}")
        shown = " ".join(self.value.split())
        if len(shown) > 100:
            shown = shown[:97] + "..."
        found = f'"{shown}" kan hier niet' if shown else "hier ontbreekt iets"
        return f"{', '.join(where)}: {found}. Verwacht: {self.expected}."


class PackageError(Exception):
    """A package that is not taken in, with all of its mistakes."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        """Keep the mistakes in the order in which they are shown."""
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))


class _Bad(Exception):
    """A value that cannot be read; its text says what is expected."""


# Kinds of values: each reads the text of a cell (not empty) and writes a value as text.
CODE = re.compile(r"[A-Za-z0-9._-]{1,64}")
CODE_EXPECTED = (
    "een code van 1 tot en met 64 letters, cijfers, punten, streepjes of liggende streepjes"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_DAYS = re.compile(r"[0-9]{1,9}")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def _read_code(text: str) -> str:
    if not CODE.fullmatch(text):
        raise _Bad(CODE_EXPECTED)
    return text


def _read_date(text: str) -> date:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _Bad("een datum als JJJJ-MM-DD")


def _read_time(text: str) -> time:
    if not (found := _TIME.fullmatch(text)):
        raise _Bad("een tijd als UU:MM")
    return time(int(found[1]), int(found[2]))


def _read_days(text: str) -> int:
    if not _DAYS.fullmatch(text) or (days := int(text)) > DAYS_LIMIT:
        raise _Bad(f"een geheel aantal dagen van 0 tot en met {DAYS_LIMIT}")
    return days


def _read_codes(text: str) -> tuple[str, ...]:
    pieces = [piece.strip() for piece in text.split("|")]
    if "" in pieces:
        raise _Bad("codes gescheiden door |, zonder leeg stuk ertussen")
    return tuple(dict.fromkeys(pieces))


def _read_domains(text: str) -> frozenset[str]:
    return frozenset(_read_codes(text))


def _read_domains_or_all(text: str) -> frozenset[str] | None:
    pieces = _read_codes(text)
    if pieces == ("*",):
        return None
    if "*" in pieces:
        raise _Bad("of alleen * of alleen codes")
    return frozenset(pieces)


def _read_choice(text: str, choices: Iterable[str]) -> str:
    choices = tuple(choices)
    if text not in choices:
        raise _Bad(f"een van: {', '.join(choices)}")
    return text


def _write_plain(value: object) -> str:
    return str(value)


def _write_codes(value: Iterable[str]) -> str:
    return "|".join(value)


def _write_domains(value: Iterable[str] | None) -> str:
    return "*" if value is None else "|".join(sorted(value))


def _write_time(value: time) -> str:
    return f"{value:%H:%M}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how its cells are read and written, and to which file its codes refer."""

    name: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = _write_plain
    is_required: bool = False
    empty: Any = None  # the value of an empty cell
    refers_to: str = ""
    has_several: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """One file: its columns stand in the order of the fields of `row`."""

    name: str
    region_field: str
    row: Callable[..., Any]
    columns: tuple[Column, ...]
    is_required: bool = False


def _need(column: Column) -> Column:
    return Column(
        column.name, column.read, column.write, True, None, column.refers_to, column.has_several
    )


def _code(name: str = "code") -> Column:
    return Column(name, _read_code, is_required=True)


def _text(name: str) -> Column:
    return Column(name, str, empty="")


def _date(name: str) -> Column:
    return Column(name, _read_date)


def _days(name: str, default: int) -> Column:
    return Column(name, _read_days, empty=default)


def _one(name: str, refers_to: str) -> Column:
    return Column(name, str, refers_to=refers_to)


def _many(name: str, refers_to: str) -> Column:
    return Column(name, _read_codes, _write_codes, False, (), refers_to, True)


def _domains(name: str = "domeinen") -> Column:
    return Column(name, _read_domains, _write_domains, True, None, "domeinen", True)


def _domains_or_all(name: str = "domeinen") -> Column:
    return Column(name, _read_domains_or_all, _write_domains, False, None, "domeinen", True)


def _choice(name: str, choices: type[StrEnum], default: StrEnum | None = None) -> Column:
    def read(text: str) -> StrEnum:
        return choices(_read_choice(text, (choice.value for choice in choices)))

    return Column(name, read, empty=default)


def _open(name: str) -> Column:
    def read(text: str) -> bool:
        return _read_choice(text, ("leden", "open")) == "open"

    def write(value: bool) -> str:
        return "open" if value else "leden"

    return Column(name, read, write, empty=False)


COLUMNS: dict[str, File] = {
    file.name: file
    for file in (
        File(
            "gebieden",
            "areas",
            Area,
            (
                _code(),
                _need(_text("naam")),
                _need(_choice("schaal", Scale)),
                _text("soort"),
                _many("onderdeel_van", "gebieden"),
            ),
            is_required=True,
        ),
        File("domeinen", "domains", Domain, (_code(), _need(_text("naam"))), is_required=True),
        File(
            "partners",
            "partners",
            Partner,
            (
                _code(),
                _need(_text("naam")),
                _text("soort"),
                _domains(),
                _need(_many("werkgebied", "gebieden")),
            ),
            is_required=True,
        ),
        File(
            "afspraken",
            "agreements",
            Agreement,
            (
                _code(),
                _need(_text("titel")),
                _text("soort"),
                _many("partijen", "partners"),
                _need(_choice("status", AgreementStatus)),
                _date("ingangsdatum"),
                _date("einddatum"),
                _date("evaluatiedatum"),
            ),
        ),
        File(
            "tafels",
            "tafels",
            Tafel,
            (
                _code(),
                _need(_text("naam")),
                _need(_choice("niveau", Level)),
                _need(_one("gebied", "gebieden")),
                _need(_domains_or_all()),
                _days("aanlevertermijn", 0),
                _days("terugkoppeltermijn", 14),
                _open("ingang"),
                _one("afspraak", "afspraken"),
            ),
            is_required=True,
        ),
        File(
            "vergaderingen",
            "meetings",
            Meeting,
            (
                _need(_one("tafel", "tafels")),
                _need(_date("datum")),
                Column("tijd", _read_time, _write_time),
                _choice("status", MeetingStatus, MeetingStatus.PLANNED),
                _text("locatie"),
            ),
        ),
        File(
            "rollen",
            "roles",
            Role,
            (_code(), _need(_text("naam")), _text("taken"), _text("bevoegdheden")),
        ),
        File(
            "zetels",
            "seats",
            Seat,
            (
                _need(_one("tafel", "tafels")),
                _need(_one("partner", "partners")),
                _need(_one("rol", "rollen")),
                _text("persoon"),
                _choice("stem", Vote),
                _date("van"),
                _date("tot"),
            ),
        ),
        File(
            "doorgeleidingen",
            "handovers",
            Handover,
            (
                _need(_one("van", "tafels")),
                _need(_one("naar", "tafels")),
                _domains_or_all(),
                _days("verwerkingstijd", 0),
                _one("afspraak", "afspraken"),
            ),
        ),
        File(
            "signalen",
            "signals",
            Signal,
            (
                _code(),
                _need(_date("datum")),
                _one("partner", "partners"),
                _need(_one("gebied", "gebieden")),
                _domains(),
                _choice("bron", Source),
                _need(_text("titel")),
                _text("omschrijving"),
            ),
        ),
        File(
            "leervragen",
            "leervragen",
            Leervraag,
            (
                _code(),
                _need(_date("datum")),
                _need(_choice("niveau", Level)),
                _one("partner", "partners"),
                _one("gebied", "gebieden"),
                _domains(),
                _need(_text("vraag")),
                _text("status"),
            ),
        ),
    )
}
"""The whole of section 1 as data; files stand in the order in which mistakes are listed."""


# --- reading ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Sheet:
    """The records of one file: (row, cells), the header not among them."""

    label: str
    header: list[str]
    records: Iterable[tuple[int, list[str]]]
    is_suspect: bool = True  # whether a cell may hold what is no text


class _Mistakes(list[Mistake]):
    """All mistakes so far; stops a package that holds more of them than anyone can read."""

    def add(self, file: str, row: int, column: str, value: str, expected: str) -> None:
        self.append(Mistake(file, row, column, value, expected))
        if len(self) >= MISTAKE_LIMIT:
            raise PackageError(
                [*self, Mistake(file, row, "", "", f"ten hoogste {MISTAKE_LIMIT} fouten")]
            )


def read(path: str | os.PathLike[str]) -> Region:
    """Read the region package at `path`: a folder, a .zip of it, or an .xlsx workbook.

    Raises `PackageError` with every mistake when the package is faulty; nothing is written.

    >>> read("bestaat-niet")
    Traceback (most recent call last):
    network.package.PackageError: bestaat-niet: hier ontbreekt iets. Verwacht: een map, ...
    """
    path = Path(path)
    mistakes = _Mistakes()
    try:
        if path.is_dir():
            sheets = _folder_sheets(path, mistakes)
        elif not path.is_file():
            mistakes.add(str(path), 0, "", "", "een map, een .zip of een .xlsx die bestaat")
            raise PackageError(mistakes)
        elif path.suffix.lower() == ".zip":
            sheets = _zip_sheets(path, mistakes)
        elif path.suffix.lower() == ".xlsx":
            sheets = _workbook_sheets(path, mistakes)
        else:
            mistakes.add(path.name, 0, "", path.suffix, "een map, een .zip of een .xlsx")
            raise PackageError(mistakes)
        return _Reading(mistakes).region(sheets)
    except OSError as error:
        mistakes.add(path.name, 0, "", error.strerror or str(error), "een leesbaar bestand")
        raise PackageError(mistakes) from error


def _unknown_file(mistakes: _Mistakes, label: str) -> None:
    mistakes.add(label, 0, "", label, f"een bestand of blad met de naam {', '.join(COLUMNS)}")


def _folder_sheets(path: Path, mistakes: _Mistakes) -> Iterator[tuple[str, _Sheet | None]]:
    found = {}
    for entry in sorted(path.iterdir()):
        if entry.suffix.lower() != ".csv" or not entry.is_file():
            continue
        if entry.suffix != ".csv" or entry.stem not in COLUMNS:
            _unknown_file(mistakes, entry.name)
        else:
            found[entry.stem] = entry
    for name in COLUMNS:
        if name in found:
            with found[name].open("rb") as stream:
                data = stream.read(FILE_LIMIT + 1)
            yield name, _csv_sheet(name, data, mistakes)


def _open_zip(path: Path, mistakes: _Mistakes, kind: str) -> zipfile.ZipFile:
    if path.stat().st_size > FILE_LIMIT:
        mistakes.add(path.name, 0, "", "", f"ten hoogste {FILE_LIMIT // 1_000_000} MB")
        raise PackageError(mistakes)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        mistakes.add(path.name, 0, "", "", kind)
        raise PackageError(mistakes) from error
    problem = _refused(archive)
    if problem:
        archive.close()
        mistakes.add(path.name, 0, "", *problem)
        raise PackageError(mistakes)
    return archive


def _refused(archive: zipfile.ZipFile) -> tuple[str, str] | None:
    """Tell why an archive is refused before anything is unpacked: (value, expected)."""
    entries = archive.infolist()
    if len(entries) > ENTRY_LIMIT:
        return str(len(entries)), f"ten hoogste {ENTRY_LIMIT} bestanden in het archief"
    seen = set()
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        if ".." in parts or parts[0] == "" or ":" in parts[0]:
            return entry.filename, "een bestandsnaam binnen het archief"
        if entry.filename in seen:
            return entry.filename, "elk bestand één keer in het archief"
        seen.add(entry.filename)
    if sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
        return "", f"uitgepakt ten hoogste {UNPACKED_LIMIT // 1_000_000} MB"
    return None


_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,  # also an encrypted entry, and a compression that is not supported
    ValueError,
)


class _TooLarge(Exception):
    """More comes out of an archive than is let in."""


def _unpack(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """Unpack one entry in memory, counting what really comes out."""
    pieces, total = [], 0
    with archive.open(name) as stream:
        while piece := stream.read(1 << 16):
            total += len(piece)
            if total > limit:
                raise _TooLarge
            pieces.append(piece)
    return b"".join(pieces)


def _zip_sheets(path: Path, mistakes: _Mistakes) -> Iterator[tuple[str, _Sheet | None]]:
    with _open_zip(path, mistakes, "een .zip-bestand") as archive:
        files = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
        tables = [name for name in files if name.lower().endswith(".csv")]
        folders = {
            name.split("/")[0]
            for name in tables
            if name.count("/") == 1 and not name.startswith("__MACOSX/")
        }
        at_top = any("/" not in name for name in tables)
        top = "" if at_top or len(folders) != 1 else f"{folders.pop()}/"
        found = {}
        for full in sorted(tables):
            name = full.removeprefix(top)
            if not full.startswith(top) or "/" in name:
                continue
            if name.removesuffix(".csv") in COLUMNS:
                found[name.removesuffix(".csv")] = full
            else:
                _unknown_file(mistakes, name)
        left = UNPACKED_LIMIT
        for name in COLUMNS:
            if name not in found:
                continue
            try:
                data = _unpack(archive, found[name], left)
            except _TooLarge as error:
                expected = f"uitgepakt ten hoogste {UNPACKED_LIMIT // 1_000_000} MB"
                mistakes.add(f"{name}.csv", 0, "", "", expected)
                raise PackageError(mistakes) from error
            except _BROKEN as error:
                mistakes.add(f"{name}.csv", 0, "", str(error), "een onbeschadigd bestand")
                yield name, None
                continue
            left -= len(data)
            yield name, _csv_sheet(name, data, mistakes)


def _csv_sheet(name: str, data: bytes, mistakes: _Mistakes) -> _Sheet | None:
    label = f"{name}.csv"
    if len(data) > FILE_LIMIT:
        mistakes.add(label, 0, "", "", f"ten hoogste {FILE_LIMIT // 1_000_000} MB")
        return None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        mistakes.add(label, 1, "", "", "tekst in UTF-8")
        return None
    try:
        text, is_suspect = data.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        # What is not UTF-8 becomes lone surrogates, so that each such cell is named.
        text, is_suspect = data.decode("utf-8-sig", "surrogateescape"), True
    is_suspect = is_suspect or bool(_UNPRINTABLE.search(text))
    delimiter = _delimiter(name, text)
    records = _csv_records(label, text, delimiter, mistakes)
    first = next(records, None)
    if first is None:
        if not any(mistake.file == label for mistake in mistakes):
            mistakes.add(label, 1, "", "", _header_expected(name))
        return None
    return _Sheet(label, first[1], records, is_suspect)


def _header_expected(name: str) -> str:
    return f"een kopregel met {', '.join(column.name for column in COLUMNS[name].columns)}"


def _delimiter(name: str, text: str) -> str:
    """Find the separator in the header: the one that gives most of the known columns."""
    known = {column.name for column in COLUMNS[name].columns}
    best, best_count = ",", (-1, -1)
    for delimiter in (",", ";"):
        try:
            header = next(_csv_reader(text, delimiter), [])
        except csv.Error:
            header = []
        count = (len(known & {cell.strip() for cell in header}), len(header))
        if count > best_count:
            best, best_count = delimiter, count
    return best


def _csv_reader(text: str, delimiter: str, *, strict: bool = True) -> Iterator[list[str]]:
    return csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, strict=strict, skipinitialspace=True
    )


def _csv_records(
    label: str, text: str, delimiter: str, mistakes: _Mistakes
) -> Iterator[tuple[int, list[str]]]:
    """Give (row, cells); rows are records, as a spreadsheet counts them."""
    reader = _csv_reader(text, delimiter)
    row = 0
    while True:
        row += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            column, value = _where_broken(text, delimiter, row)
            mistakes.add(
                label, row, column, value, "aanhalingstekens die om de hele waarde staan en sluiten"
            )
            continue
        yield row, cells


def _where_broken(text: str, delimiter: str, row: int) -> tuple[str, str]:
    """Find the column and value of the cell whose quotes go wrong, as far as can be told."""
    try:
        loose = _csv_reader(text, delimiter, strict=False)
        header: list[str] = []
        for number, cells in enumerate(loose, 1):
            if number == 1:
                header = cells
            if number == row:
                if row > 1 and len(cells) <= len(header) and "\n" in cells[-1]:
                    return header[len(cells) - 1].strip(), cells[-1].strip()
                return "", delimiter.join(cells)
    except csv.Error:
        pass
    return "", ""


def _workbook_sheets(path: Path, mistakes: _Mistakes) -> Iterator[tuple[str, _Sheet | None]]:
    kind = "een .xlsx-werkboek"
    with _open_zip(path, mistakes, kind) as archive:
        left, tags = UNPACKED_LIMIT, MARKUP_LIMIT
        try:
            for entry in archive.infolist():
                size, markup = _measure(archive, entry, left, tags)
                left, tags = left - size, tags - markup
        except _TooLarge as error:
            expected = (
                f"uitgepakt ten hoogste {UNPACKED_LIMIT // 1_000_000} MB "
                f"en {MARKUP_LIMIT // 1_000_000} miljoen cellen en andere onderdelen"
            )
            mistakes.add(path.name, 0, "", "", expected)
            raise PackageError(mistakes) from error
        except _BROKEN as error:
            mistakes.add(path.name, 0, "", "", kind)
            raise PackageError(mistakes) from error
    import openpyxl  # here: half of the start-up time, and most packages are not workbooks

    sheets = {}
    try:
        with path.open("rb") as stream:
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            for page in book.worksheets:
                rows = _workbook_rows(page, mistakes)
                if page.title in COLUMNS:
                    sheets[page.title] = list(rows)
                elif any(any(cells) for _, cells in rows):
                    _unknown_file(mistakes, page.title)
    except (PackageError, MemoryError):
        raise
    except Exception as error:  # openpyxl and expat have no common base for what is not a workbook
        mistakes.add(path.name, 0, "", "", kind)
        raise PackageError(mistakes) from error
    for name in COLUMNS:
        if name in sheets:
            yield name, _page_sheet(name, sheets[name], mistakes)


_PIECE_END = re.compile(rb".*</(?:\w+:)?(?:row|si)>", re.DOTALL)


def _measure(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int, tags: int
) -> tuple[int, int]:
    """Count the bytes and the tags of an entry; a tag of five bytes becomes 600 in memory."""
    total = markup = run = 0
    with archive.open(entry) as stream:
        while piece := stream.read(1 << 16):
            total += len(piece)
            markup += piece.count(b"<")
            end = _PIECE_END.match(piece)
            run = piece.count(b"<", end.end()) if end else run + piece.count(b"<")
            if total > limit or markup > tags or run > ROW_MARKUP_LIMIT:
                raise _TooLarge
    return total, markup


def _workbook_rows(page: Any, mistakes: _Mistakes) -> Iterator[tuple[int, list[str]]]:
    """Give (row, cells) of the rows that are not empty, without the empty cells at the end.

    Straight from openpyxl's parser, which gives only what is there: `iter_rows` fills up to the
    row and column numbers that a hostile sheet claims, and drops rows that are out of order.
    """
    from openpyxl.worksheet._reader import WorkSheetParser

    with page._get_source() as source:
        parser = WorkSheetParser(
            source,
            page._shared_strings,
            data_only=True,
            epoch=page.parent.epoch,
            date_formats=page.parent._date_formats,
            timedelta_formats=page.parent._timedelta_formats,
        )
        for row, cells in parser.parse():
            texts: list[str] = []
            for cell in cells:
                text = _cell_text(cell["value"])
                if not text:
                    continue
                column = cell["column"]
                if column > SHEET_COLUMNS or row > SHEET_ROWS:
                    expected = f"ten hoogste {SHEET_ROWS} rijen en {SHEET_COLUMNS} kolommen"
                    mistakes.add(page.title, row, "", text, expected)
                    raise PackageError(mistakes)
                texts.extend([""] * (column - len(texts)))
                texts[column - 1] = text
            if texts:
                yield row, texts


def _cell_text(value: object) -> str:
    """Give the text of a cell, as someone would have typed it in the law's notation."""
    match value:
        case None:
            return ""
        case bool():
            return "WAAR" if value else "ONWAAR"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            midnight = value.time() == time()
            return value.date().isoformat() if midnight else value.isoformat(" ")
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}" if (value.second, value.microsecond) == (0, 0) else str(value)
        case timedelta() if timedelta() <= value < timedelta(days=1) and value.seconds % 60 == 0:
            return f"{value.seconds // 3600:02}:{value.seconds // 60 % 60:02}"
        case _:
            return str(value).strip()


def _page_sheet(name: str, rows: list[tuple[int, list[str]]], mistakes: _Mistakes) -> _Sheet | None:
    if not rows or rows[0][0] != 1 or not rows[0][1]:
        mistakes.add(name, 1, "", "", _header_expected(name))
        return None
    header = rows[0][1]
    # A sheet has no width of its own: rows are as wide as the header unless more is filled in.
    records = ((row, cells + [""] * (len(header) - len(cells))) for row, cells in rows[1:] if cells)
    return _Sheet(name, header, records)


@dataclass(slots=True)
class _Reading:
    """One reading of a package: what was found so far, to check references afterwards."""

    mistakes: _Mistakes
    codes: dict[str, dict[str, int]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    references: list[tuple[str, int, Column, Iterable[str]]] = field(default_factory=list)
    levels: dict[str, Level] = field(default_factory=dict)
    containers: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    steps: list[tuple[int, str, str]] = field(default_factory=list)

    def region(self, sheets: Iterable[tuple[str, _Sheet | None]]) -> Region:
        rows: dict[str, list[Any]] = {}
        for name, sheet in sheets:
            self.labels[name] = sheet.label if sheet else ""
            rows[COLUMNS[name].region_field] = self._rows(COLUMNS[name], sheet) if sheet else []
        for file in COLUMNS.values():
            if file.name not in self.labels:
                if file.is_required:
                    self.mistakes.add(
                        f"{file.name}.csv", 0, "", "", f"het bestand of blad {file.name}"
                    )
                else:
                    self.codes[file.name] = {}
        self._check_references()
        self._check_levels()
        self._check_areas()
        if self.mistakes:
            order = {name: place for place, name in enumerate(COLUMNS)}
            self.mistakes.sort(
                key=lambda m: (order.get(m.file.removesuffix(".csv"), -1), m.file, m.row)
            )
            raise PackageError(self.mistakes)
        return Region(**{field: tuple(found) for field, found in rows.items()})

    def _rows(self, file: File, sheet: _Sheet) -> list[Any]:
        places = self._places(file, sheet)
        add = partial(self.mistakes.add, sheet.label)
        has_code = file.columns[0].name == "code"
        codes: dict[str, int] = {}
        if has_code and places[0] is not None:
            self.codes[file.name] = codes
        width = len(sheet.header)
        caches: list[dict[str, Any]] = [{} for _ in file.columns]
        columns = list(zip(file.columns, places, caches, strict=True))
        rows = []
        taken: dict[tuple[Any, Any], int] = {}
        for row, raw in sheet.records:
            cells = [cell.strip() for cell in raw]
            if not any(cells):
                continue
            is_whole = len(cells) == width
            if not is_whole:
                add(
                    row,
                    "",
                    f"{len(cells)} cellen",
                    f"{width} cellen, evenveel als de kopregel heeft",
                )
            if has_code and places[0] is not None and places[0] < len(cells):
                code = cells[places[0]]
                if code in codes:
                    add(row, "code", code, f"een code die niet al in rij {codes[code]} staat")
                elif code:
                    codes[code] = row
            if not is_whole:
                continue
            if sheet.is_suspect:
                for title, cell in zip(sheet.header, cells, strict=True):
                    if _UNPRINTABLE.search(cell):
                        is_whole = False
                        add(row, title, cell, "tekst in UTF-8 zonder stuurtekens")
            values = []
            for column, place, cache in columns:
                text = cells[place] if place is not None else ""
                if not text:
                    if column.is_required and place is not None:
                        add(row, column.name, "", "een waarde; deze kolom is verplicht")
                        is_whole = False
                    values.append(column.empty)
                    continue
                try:
                    value = cache[text]
                except KeyError:
                    if "\r" in text:
                        text = text.replace("\r\n", "\n").replace("\r", "\n")
                    try:
                        value = column.read(text)
                    except _Bad as bad:
                        add(row, column.name, text, str(bad))
                        is_whole = False
                        values.append(None)
                        continue
                    if column.name != "code":
                        cache[text] = value
                values.append(value)
                if column.refers_to and value is not None:
                    self.references.append(
                        (file.name, row, column, value if column.has_several else (value,))
                    )
            is_whole = self._check_row(file.name, row, values, taken, add) and is_whole
            if is_whole:
                rows.append(file.row(*values))
        return rows

    def _places(self, file: File, sheet: _Sheet) -> list[int | None]:
        """Find the place of each column in the header; report what is missing, unknown, double."""
        header = [cell.strip() for cell in sheet.header]
        sheet.header = header
        known = [column.name for column in file.columns]
        for place, title in enumerate(header):
            if title not in known:
                expected = f"een van de kolommen {', '.join(known)}"
                self.mistakes.add(sheet.label, 1, title, title, expected)
            elif title in header[:place]:
                self.mistakes.add(sheet.label, 1, title, title, "elke kolom één keer")
        for column in file.columns:
            if column.is_required and column.name not in header:
                self.mistakes.add(sheet.label, 1, column.name, "", f"de kolom {column.name}")
        return [header.index(name) if name in header else None for name in known]

    def _check_row(
        self,
        name: str,
        row: int,
        values: Sequence[Any],
        taken: dict[tuple[Any, Any], int],
        add: Callable[[int, str, str, str], None],
    ) -> bool:
        """Check what concerns more than one cell of a row, and keep what later checks need."""
        match name, values:
            case "gebieden", [code, _, _, _, part_of] if code and part_of:
                self.containers.setdefault(code, (row, part_of))
            case "tafels", [code, _, level, *_] if code and level:
                self.levels.setdefault(code, level)
            case "doorgeleidingen", [source, target, *_] if source and target:
                self.steps.append((row, source, target))
            case "vergaderingen", [tafel, on, *_] if tafel and on:
                first = taken.setdefault((tafel, on), row)
                if first != row:
                    add(
                        row,
                        "datum",
                        str(on),
                        f"één vergadering per tafel per dag (ook al in rij {first})",
                    )
                    return False
            case "afspraken", [_, _, _, _, _, start, end, _] if start and end and end < start:
                add(row, "einddatum", str(end), f"een dag op of na de ingangsdatum {start}")
                return False
            case "zetels", [_, _, _, _, _, start, end] if start and end and end < start:
                add(row, "tot", str(end), f"een dag op of na {start}")
                return False
        return True

    def _check_references(self) -> None:
        for name, row, column, codes in self.references:
            known = self.codes.get(column.refers_to)
            if known is None:  # that file is missing or has no codes at all: one mistake is enough
                continue
            for code in codes if isinstance(codes, tuple) else sorted(codes):
                if code not in known:
                    expected = f"een code uit {column.refers_to}"
                    self.mistakes.add(self.labels[name], row, column.name, code, expected)

    def _check_levels(self) -> None:
        for row, source, target in self.steps:
            from_level, to_level = self.levels.get(source), self.levels.get(target)
            if from_level and to_level and to_level < from_level:
                self.mistakes.add(
                    self.labels["doorgeleidingen"],
                    row,
                    "naar",
                    target,
                    f"een tafel van niveau {from_level.value} of hoger, niet {to_level.value}",
                )

    def _check_areas(self) -> None:
        """Report every area that contains itself, with the ring that shows it."""
        for code, (row, outers) in self.containers.items():
            came_from: dict[str, str] = {}
            to_do = [code]
            while to_do and code not in came_from:
                here = to_do.pop()
                for outer in self.containers.get(here, (0, ()))[1]:
                    if outer not in came_from:
                        came_from[outer] = here
                        to_do.append(outer)
            if code in came_from:
                ring = [code]
                while len(ring) == 1 or ring[-1] != code:
                    ring.append(came_from[ring[-1]])
                self.mistakes.add(
                    self.labels["gebieden"],
                    row,
                    "onderdeel_van",
                    "|".join(outers),
                    f"gebieden zonder kring, niet {' > '.join(reversed(ring))}",
                )


# --- writing ------------------------------------------------------------------------------------


def tables(region: Region) -> dict[str, list[list[str]]]:
    """Give the text of every file of the package, the header first.

    Raises ValueError for a text that no package can hold: control characters.

    >>> tables(Region(domains=(Domain("jeugd", "Jeugd"),)))["domeinen"]
    [['code', 'naam'], ['jeugd', 'Jeugd']]
    """
    found = {}
    for name, file in COLUMNS.items():
        rows = [[column.name for column in file.columns]]
        names = file.row.__dataclass_fields__  # type: ignore[attr-defined]  # rows are dataclasses
        for row in getattr(region, file.region_field):
            rows.append(
                [
                    _write(column, getattr(row, attribute))
                    for attribute, column in zip(names, file.columns, strict=True)
                ]
            )
        found[name] = rows
    return found


def _write(column: Column, value: Any) -> str:
    if value is None and column.write is not _write_domains:
        return ""
    text = column.write(value)
    if _UNPRINTABLE.search(text):
        raise ValueError(f"{column.name}: {text!r} bevat tekens die niet in een pakket kunnen")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def write(region: Region, path: str | os.PathLike[str]) -> None:
    """Write the region at `path`: a .zip or .xlsx by its suffix, otherwise a folder.

    Reading it back gives an equal region: rows in order, spaces around a value not kept.
    Raises ValueError for a text that does not fit (control characters; in a workbook more than
    32,767 characters in a cell), OSError as any writing does.
    """
    path = Path(path)
    found = tables(region)
    if path.suffix.lower() == ".xlsx":
        path.write_bytes(_as_workbook(found))
    elif path.suffix.lower() == ".zip":
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, rows in found.items():
                # A fixed moment: the same region gives the same bytes.
                entry = zipfile.ZipInfo(f"{name}.csv", (1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, _as_csv(rows))
        path.write_bytes(stream.getvalue())
    else:
        path.mkdir(parents=True, exist_ok=True)
        for name, rows in found.items():
            (path / f"{name}.csv").write_bytes(_as_csv(rows))


def _as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode("utf-8")


def _as_workbook(found: dict[str, list[list[str]]]) -> bytes:
    for name, rows in found.items():
        if any(len(text) > CELL_LIMIT for row in rows for text in row):
            raise ValueError(f"{name}: een cel houdt ten hoogste {CELL_LIMIT} tekens")
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    for name, rows in found.items():
        page = book.create_sheet(name)
        for row in rows:
            cells: list[Any] = []
            for text in row:
                cell = WriteOnlyCell(page, text or None)
                if text:
                    cell.data_type = "s"  # also what looks like a formula is text
                    cell.number_format = "@"  # so that Excel leaves 01.10 as it is
                cells.append(cell if text else None)
            page.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
