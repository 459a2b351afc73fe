"""Lists as files: a workbook or CSV in which no cell can be taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any, Final

from flask import Response

KINDS: Final = {
    "csv": "text/csv",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
WIDEST: Final = 60
"""Letters in a column of a workbook; longer texts can still be read in their cell."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

Row = Sequence[str | int]


def neutral(value: str | int) -> str | int:
    """Return a cell that a spreadsheet shows as it is: text that looks like a formula is quoted."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def as_csv(head: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Return rows as CSV: `,`, LF, a header; quoted only where that is needed."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([neutral(value) for value in row] for row in rows)
    return stream.getvalue().encode()


def as_workbook(title: str, head: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Return rows as a workbook of one sheet; text is text, also when it looks like a formula."""
    return as_sheets([(title, head, rows)])


def as_sheets(sheets: Iterable[tuple[str, Sequence[str], Iterable[Row]]]) -> bytes:
    """Return lists as a workbook, each a sheet with its title, head and rows."""
    from openpyxl import Workbook  # here: half of the start-up time
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    for title, head, rows in sheets:
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        whole = [head, *rows]
        for number, column in enumerate(zip_longest(*whole, fillvalue=""), 1):
            widest = max(len(str(value)) for value in column) + 2
            sheet.column_dimensions[get_column_letter(number)].width = min(widest, WIDEST)
        for row in whole:
            cells: list[Any] = []
            for value in row:
                if value == "":
                    cells.append(None)  # an empty cell takes as long to write as a full one
                    continue
                cell = WriteOnlyCell(sheet, neutral(value))
                if isinstance(value, str):
                    cell.data_type = "s"
                    cell.number_format = "@"
                if row is head:
                    cell.font = Font(bold=True)
                cells.append(cell)
            sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def attached(data: bytes, name: str) -> Response:
    """Return a file to be saved under a name, which says by its end what it is."""
    kind = KINDS[name.rpartition(".")[2]]
    disposition = f'attachment; filename="{name}"'
    return Response(data, mimetype=kind, headers={"Content-Disposition": disposition})
