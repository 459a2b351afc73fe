"""The report as a PDF: real text, headings as bookmarks, tables that repeat their head.

The same report gives the same bytes. The map is drawn as lines, not as a picture of dots, and says
in words what it shows. Dark, light and dashed carry what colour carries on the screen.
"""

import io
from collections.abc import Iterable
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr

from coordinator import web
from coordinator.insight.report import LARGE_WORDS, Heat, Report, Table
from coordinator.maps import Drawing, Shape

if TYPE_CHECKING:
    from fpdf import FPDF

FONTS: Final = Path(__file__).resolve().parents[1] / "static" / "vendor" / "fonts"
FONT, EXTENDED = "Source Sans 3", "Source Sans 3 Extended"
MARGIN: Final = 18
BODY, SMALL = 10.5, 8.5
WIDTH: Final = 210 - 2 * MARGIN
SHADES: Final = ((255, 255, 255), (228, 228, 228), (176, 176, 176), (72, 72, 72))
"""From no road to the best; on the darkest the text is white."""
LEGEND_WIDTH: Final = 5
NAMES_WIDTH: Final = 34
"""Of the column of areas, at most, in mm; a longer name goes on two lines."""
DRAWN: Final = {"bestuur": "#1f1f1f", "beleid": "#565656", "gebied": "#565656"}


def pdf(report: Report) -> bytes:
    """Return the report as a PDF file."""
    from fpdf import FPDF  # here: it would double the start-up time

    class Page(FPDF):
        def header(self) -> None:
            self.set_font(FONT, "", SMALL)
            self.set_text_color(70)
            self.cell(WIDTH, 6, report.running, border="B", new_x="LMARGIN", new_y="NEXT")
            self.set_text_color(0)
            self.ln(4)

        def footer(self) -> None:
            self.set_y(-14)
            self.set_font(FONT, "", SMALL)
            self.set_text_color(70)
            self.cell(WIDTH, 6, f"Pagina {self.page_no()} van {{nb}}", align="R")
            self.set_text_color(0)

    paper = Page(format="A4")
    for family, part in ((FONT, "latin"), (EXTENDED, "latin-ext")):
        for style, weight in (("", 400), ("B", 700)):
            paper.add_font(family, style, FONTS / f"source-sans-3-{part}-{weight}-normal.woff")
    paper.set_fallback_fonts([EXTENDED], exact_match=False)
    paper.set_title(f"Rapport van {report.running}")
    paper.set_lang("nl-NL")
    paper.set_creator("Leernetwerk-coördinator")
    paper.set_creation_date(datetime.combine(report.day, time(), UTC))
    paper.set_margins(MARGIN, 12, MARGIN)
    paper.set_auto_page_break(auto=True, margin=20)
    paper.add_page()
    _title(paper, report)
    return bytes(paper.output())


def _title(paper: "FPDF", report: Report) -> None:
    _heading(paper, f"Rapport van {report.where}", 0)
    _text(paper, f"Het netwerk op {web.day(report.day)}.")
    for words in (report.white_words, report.weak_words, report.seat_words):
        for sentence in words:
            _text(paper, sentence)
    _heading(paper, "Kaart", 1)
    if report.drawing.is_empty:
        _text(paper, "Er zijn nog geen tafels en partners.")
    else:
        _map(paper, report.drawing)
    _new_part(paper, "Dekking en witte vlekken")
    if report.parts is not None:
        _text(paper, LARGE_WORDS)
        _table(paper, report.parts, (3, 2, 2))
    for heat in report.coverage:
        _heat(paper, heat)
    _table(paper, report.white, (2, 2, 5, 2))
    _table(paper, report.steps, (6, 2))
    _new_part(paper, "Zwakke plekken")
    for heat in report.roads:
        _heat(paper, heat)
    _table(paper, report.weak, (3, 6, 4))
    _table(paper, report.seats, (4, 4, 3, 3))


def _new_part(paper: "FPDF", title: str) -> None:
    paper.add_page()
    _heading(paper, title, 1)


def _heading(paper: "FPDF", title: str, level: int, room: int = 60) -> None:
    """Write a heading that is a bookmark too; it asks room on its page for what follows."""
    if paper.get_y() > paper.h - room:
        paper.add_page()
    size = (22, 16, 12.5)[level]
    paper.set_font(FONT, "B", size)
    paper.ln(2 if level else 0)
    with paper.local_context():
        paper.start_section(title, level)
    paper.set_font(FONT, "B", size)
    paper.multi_cell(WIDTH, size * 0.48, title, align="L", new_x="LMARGIN", new_y="NEXT")
    paper.ln(2)
    paper.set_font(FONT, "", BODY)


def _text(paper: "FPDF", words: str) -> None:
    paper.set_font(FONT, "", BODY)
    paper.multi_cell(WIDTH, 5.2, words, align="L", new_x="LMARGIN", new_y="NEXT")
    paper.ln(1.5)


def _table(paper: "FPDF", table: Table, widths: tuple[int, ...]) -> None:
    _heading(paper, table.caption, 2, 60 if table.rows else 36)
    if not table.rows:
        _text(paper, table.empty)
        return
    paper.set_font(FONT, "", SMALL + 0.5)
    more = f"En nog {web.number(table.more)}. In het werkboek staat alles." if table.more else ""
    _rows(paper, [table.head, *table.rows], widths, more)


def _rows(
    paper: "FPDF", rows: Iterable[tuple[str, ...]], widths: tuple[int, ...], more: str
) -> None:
    from fpdf.enums import TableBordersLayout
    from fpdf.fonts import FontFace

    with paper.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        col_widths=widths,
        headings_style=FontFace(emphasis="BOLD"),
        line_height=4.6,
        padding=1,
        text_align="LEFT",
        width=WIDTH,
    ) as drawn:
        for row in rows:
            drawn.row(list(row))
        if more:  # in the table, so that it never stands alone on a page
            drawn.row().cell(more, colspan=len(widths))
    paper.ln(3)


def _heat(paper: "FPDF", heat: Heat) -> None:
    from fpdf.fonts import FontFace

    _heading(paper, heat.caption, 2)
    if not heat.rows or not heat.head:
        _text(paper, "Er zijn nog geen gebieden en domeinen.")
        return
    paper.set_font(FONT, "", SMALL)
    styles = [
        FontFace(fill_color=shade, color=255 if number == 3 else 0)
        for number, shade in enumerate(SHADES)
    ]
    widths, head_size = _columns(paper, heat)
    with paper.table(
        col_widths=tuple(widths),
        headings_style=FontFace(emphasis="BOLD", size_pt=head_size),
        line_height=4.4,
        padding=0.8,
        text_align=("LEFT", *("CENTER" for _ in heat.head)),
        width=WIDTH,
    ) as drawn:
        drawn.row(["", *heat.head])
        for name, cells in heat.rows:
            row = drawn.row()
            row.cell(name)
            for words, shade, _url in cells:
                row.cell(words, style=styles[shade])
    paper.ln(2)
    paper.set_draw_color(0)
    for number, words in enumerate(heat.legend):
        paper.set_fill_color(*SHADES[number])
        paper.rect(paper.get_x(), paper.get_y() + 0.6, LEGEND_WIDTH, 3.2, style="DF")
        paper.set_x(paper.get_x() + LEGEND_WIDTH + 1.5)
        paper.cell(paper.get_string_width(words) + 5, 4.4, words)
    paper.set_fill_color(255)
    paper.ln(7)


def _columns(paper: "FPDF", heat: Heat) -> tuple[list[float], float]:
    """Return how wide each column is, and the size of the letters in its head: no word is broken.

    What is left over is divided over all columns; where it is too little, all get smaller.
    """
    paper.set_font(FONT, "B", SMALL)

    def widest(texts: Iterable[str]) -> float:
        words = {word for text in texts for word in text.split()}
        return max(map(paper.get_string_width, words), default=0.0) + 2.4

    names = [name for name, _cells in heat.rows]
    whole = max(map(paper.get_string_width, names)) + 2.4
    wide = [max(widest(names), min(whole, NAMES_WIDTH))]
    wide += [
        widest([name, *(cells[number][0] for _name, cells in heat.rows)])
        for number, name in enumerate(heat.head)
    ]
    paper.set_font(FONT, "", SMALL)
    spare = max(0.0, WIDTH - sum(wide)) / len(wide)
    return [one + spare for one in wide], max(SMALL * min(1.0, WIDTH / sum(wide)), 4.5)


# The map.


def _map(paper: "FPDF", drawing: Drawing) -> None:
    scale = WIDTH / drawing.map.width
    top = paper.get_y()
    height = drawing.map.height * scale
    if top + height > paper.h - 24:
        scale *= (paper.h - 24 - top) / height
        height = drawing.map.height * scale
    tafels = [shape.node.label for shape in drawing.shapes if shape.node.level is not None]
    alt = f"Kaart van het netwerk: {len(drawing.shapes)} tafels, partners en gebieden."
    if tafels:
        alt += f" Tafels: {web.enumerate_words(tafels[:40])}."
    paper.image(
        io.BytesIO(_svg(drawing).encode()),
        x=MARGIN,
        y=top,
        w=drawing.map.width * scale,
        h=height,
        alt_text=alt,
    )
    for shape in drawing.shapes:
        _label(paper, shape, top, scale)
    for sector in drawing.map.sectors:
        paper.set_font(FONT, "B", 15 * scale * 2.6)
        for number, line in enumerate(sector.lines):
            wide = paper.get_string_width(line)
            x = MARGIN + sector.x * scale
            x -= {"start": 0.0, "middle": wide / 2, "end": wide}[sector.anchor]
            paper.text(x, top + (sector.y + sector.step * number) * scale, line)
    paper.set_y(top + height)
    paper.ln(2)
    paper.set_font(FONT, "", SMALL)
    kinds = {
        "bestuur": "zwarte rechthoek: bestuurstafel",
        "beleid": "donkere ovaal: beleidstafel",
        "management": "ruit: tafel van managers",
        "uitvoering": "rondje: tafel van uitvoerders",
        "partner": "vierkantje: partner",
        "gebied": "cirkel met een getal: gebied, met zoveel tafels en partners",
    }
    words = [kinds[kind] for kind in drawing.kinds]
    if drawing.has_idle:
        words.append("gestippeld: tafel zonder geldig mandaat op deze dag")
    paper.multi_cell(WIDTH, 4.2, f"Legenda. {'; '.join(words).capitalize()}.", align="L")
    paper.set_font(FONT, "", BODY)


def _label(paper: "FPDF", shape: Shape, top: float, scale: float) -> None:
    node = shape.node
    size = 2.6 * scale
    if shape.kind == "gebied":
        paper.set_font(FONT, "B", 15 * size)
        paper.set_text_color(255)
        _centred(paper, web.number(shape.count), node.x, node.y + 5, top, scale)
    is_boxed = bool(node.width)
    paper.set_font(FONT, "B" if is_boxed else "", (15 if is_boxed else 13) * size)
    paper.set_text_color(255 if is_boxed and node.in_force else 0)
    for number, line in enumerate(shape.lines):
        _centred(paper, line, node.x, shape.baseline + number * shape.step, top, scale)
    paper.set_text_color(0)


def _centred(paper: "FPDF", words: str, x: float, y: float, top: float, scale: float) -> None:
    left = MARGIN + x * scale - paper.get_string_width(words) / 2
    paper.text(left, top + y * scale, words)


def _svg(drawing: Drawing) -> str:
    """Return the shapes and lines of the map, without words."""
    parts = [
        f'<path d={quoteattr(sector.path)} fill="#f4f4f4" stroke="#c8c8c8" stroke-width="1"/>'
        for sector in drawing.map.sectors
    ]
    for line in drawing.lines:
        is_seat = "lnc-map__seat" in line.css
        look = 'stroke="#bdbdbd" stroke-width="0.8"' if is_seat else 'stroke="#777" '
        parts.append(f'<path d={quoteattr(line.path)} fill="none" {look}/>')
    parts += [_shape(shape) for shape in drawing.shapes]
    size = f'width="{drawing.map.width}" height="{drawing.map.height}"'
    box = f'viewBox="0 0 {drawing.map.width} {drawing.map.height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box}>{"".join(parts)}</svg>'


def _shape(shape: Shape) -> str:
    node = shape.node
    look = f'fill="{DRAWN.get(shape.kind, "#fff")}" stroke="#1f1f1f" stroke-width="1.4"'
    if not node.in_force:
        look = 'fill="#fff" stroke="#1f1f1f" stroke-width="1.4" stroke-dasharray="4 3"'
    if shape.kind in ("bestuur", "beleid"):
        wide, high = shape.half_width, shape.half_height
        round_by = 3 if shape.kind == "bestuur" else high
        return (
            f'<rect x="{node.x - wide}" y="{node.y - high}" width="{2 * wide}" '
            f'height="{2 * high}" rx="{round_by}" ry="{round_by}" {look}/>'
        )
    if shape.kind == "management":
        r = node.r
        path = f"M{node.x} {node.y - r}l{r} {r}l-{r} {r}l-{r} -{r}z"
        return f'<path d="{path}" {look}/>'
    if shape.kind == "partner":
        side = shape.side
        return (
            f'<rect x="{node.x - side}" y="{node.y - side}" width="{2 * side}" '
            f'height="{2 * side}" {look}/>'
        )
    return f'<circle cx="{node.x}" cy="{node.y}" r="{node.r}" {look}/>'
