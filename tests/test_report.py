"""The region on paper: the same figures in the page, the files and the commands."""

import csv
import io
import re
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from flask import Flask

from coordinator import clock, web
from coordinator.db import scoped_to
from coordinator.example import package
from coordinator.insight import paper, report
from coordinator.models import Region, RoleName
from coordinator.regions import writing
from coordinator.regions.comparison import compare
from network.cli import main
from network.package import read
from network.region import Region as Package
from tests import make
from tests.conftest import Inside, on_sqlite
from tests.page import Browser, squeeze

Browse = Callable[..., Browser]
Count = Callable[[], AbstractContextManager[list[str]]]
PAGE = "/netwerk/rapport"
SHARED = Path(__file__).parents[2] / "shared" / "regions"
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
COMMANDS = {"dekking": "coverage", "witte-vlekken": "gaps", "wegen": "resilience"}


@pytest.fixture
def region(inside: Inside) -> Region:
    with inside():
        return make.region(name="=Regio Şen")


@on_sqlite
@pytest.mark.parametrize(
    "name",
    [
        "oeverland",
        pytest.param("klein", marks=pytest.mark.shared),
        pytest.param("nijmegen", marks=pytest.mark.shared),
    ],
)
def test_page_files_and_commands_give_the_same_figures(
    region: Region,
    inside: Inside,
    browse: Browse,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    name: str,
) -> None:
    path = SHARED / name
    if name == "oeverland":
        path = tmp_path / name
        package.write(name, path, clock.today())
    elif not path.exists():
        pytest.skip(f"{path} is not there")
    on = max(date(2026, 12, 1), clock.today())
    with inside(region) as current:
        writing.take_over(current, compare(Package(), read(path)))
        browser = browse(make.person(RoleName.COORDINATOR, region))
    book = openpyxl.load_workbook(
        io.BytesIO(browser.client.get(f"{PAGE}.xlsx?dag={on}").data), read_only=True
    )
    assert book.sheetnames == list(report.LISTS.values())
    found: dict[str, list[list[str]]] = {}
    for part, title in report.LISTS.items():
        text = browser.client.get(f"{PAGE}.csv?deel={part}&dag={on}").get_data(as_text=True)
        found[part] = list(csv.reader(io.StringIO(text)))
        sheet = [["" if v is None else str(v) for v in row] for row in book[title].values]
        assert sheet == found[part]
        if part in COMMANDS:
            assert main([COMMANDS[part], str(path), "--date", on.isoformat()]) == 0
            answer = list(csv.reader(io.StringIO(capsys.readouterr().out)))
            assert [row[: len(answer[0])] for row in found[part]] == answer
    # A table is indispensable in as many cells as there are rows of it.
    strong = found["wegen"][1:]
    hanging = sorted((code, *row[:3]) for row in strong for code in row[4].split("|") if code)
    weak = found["zwakke-plekken"][1:]
    assert sorted((row[1], *row[3:6]) for row in weak if row[0] == "tafels") == hanging

    page = browser.get(f"{PAGE}?dag={on}")
    tables = {}
    for table in page.document.all("table"):
        rows = [row for row in page.document.all("tr") if table in row.parents]
        (caption,) = [c for c in page.document.all("caption") if table in c.parents]
        tables[squeeze(caption.text)] = [
            [squeeze(c.text) for c in page.document.elements if row in c.parents and c.tag == "td"]
            for row in rows
        ]
    for level, to in (("bestuur", "bestuurstafel"), ("beleid", "beleidstafel")):
        cells = [
            row for row in tables[f"Dagen tot de {to}, voor een signaal van {web.day(on)}"] if row
        ]
        days = [cell for row in cells[1:] for cell in row]
        covered = [row for row in found["dekking"][1:] if row[2] == level]
        arrivals = sorted((date.fromisoformat(row[4]) - on).days for row in covered if row[4])
        assert sorted(int(one) for one in days if one.isdecimal()) == arrivals
        assert len(days) == len(covered)
        if missing := len(covered) - len(arrivals):
            words = f"In {missing} van de {len(covered)} combinaties van gebied en domein komt een"
            assert f"{words} signaal niet bij de {to}." in page.text
        counts = [
            cell
            for row in tables[f"Aantal wegen naar de {to} op {web.day(on)}"][2:]
            for cell in row
        ]
        assert sorted(int(one.replace("geen", "0")) for one in counts) == sorted(
            int(row[3]) for row in strong if row[2] == level
        )


def texts(data: bytes) -> set[str]:
    """Return what stands in a PDF: each text as read with each of its fonts."""
    streams = []
    for raw in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            streams.append(zlib.decompress(raw))
        except zlib.error:
            streams.append(raw)
    fonts = [
        {int(code, 16): chr(int(text, 16)) for code, text in found}
        for stream in streams
        if (found := re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]{4})>", stream, re.IGNORECASE))
    ]
    said = set()
    for stream in streams:
        for raw in re.findall(rb"\(((?:\\.|[^\\)])*)\) Tj", stream, re.DOTALL):
            text = re.sub(rb"\\(.)", lambda m: ESCAPED.get(m[1], m[1]), raw, flags=re.DOTALL)
            codes = [int.from_bytes(text[n : n + 2]) for n in range(0, len(text), 2)]
            said |= {"".join(font.get(code, "?") for code in codes) for font in fonts}
    return said


def test_the_pdf_is_text_on_pages_that_say_what_they_are_of_and_always_the_same(
    region: Region, inside: Inside, app: Flask, browse: Browse
) -> None:
    with inside(region):
        make.small_network(region)
        member = make.person(RoleName.PROFESSIONAL, region)
    with app.test_request_context(), scoped_to(region.id):
        made = report.make(clock.today(), "G1")
    assert made.running == f"Oeverdam (=Regio Şen), {web.day(clock.today())}"
    answer = browse(member).client.get(f"{PAGE}.pdf?gebied=G1")
    assert answer.mimetype == "application/pdf"
    assert f"-G1-{clock.today()}.pdf" in answer.headers["Content-Disposition"]
    assert answer.data.startswith(b"%PDF-")
    assert answer.data == paper.pdf(made) == paper.pdf(made)
    for mark in (b"/Lang (nl-NL)", b"/StructTreeRoot", b"/MarkInfo", b"/Outlines"):
        assert mark in answer.data
    assert b"/Subtype /Image" not in answer.data  # the map is lines
    said = texts(answer.data)
    pages = answer.data.count(b"/Type /Page\n")
    assert pages == 3
    assert {f"Pagina {n} van " for n in range(1, pages + 1)} <= said
    assert {"Zwakke plekken", "Dekking en witte vlekken", "Ş"} <= said
    for heat in (*made.coverage, *made.roads):
        assert heat.caption in said
        assert {words for _name, cells in heat.rows for words, _shade, _url in cells} <= said
    for table in (made.white, made.steps, made.weak, made.seats):
        assert table.rows or table.empty in said
        assert set(table.head) <= said or not table.rows


def test_a_report_of_an_empty_region_and_of_one_too_large_for_paper(
    region: Region,
    inside: Inside,
    browse: Browse,
    count_queries: Count,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with inside(region):
        browser = browse(make.person(RoleName.COORDINATOR, region))
    for end in ("", ".pdf", ".xlsx", ".csv?deel=dekking"):
        assert browser.client.get(f"{PAGE}{end}").status_code == 200
    assert browser.client.get(f"{PAGE}.csv?deel=alles").status_code == 404
    assert browser.client.get(f"{PAGE}.pdf?gebied=zzz&dag=morgen").status_code == 200
    with inside(region):
        net = make.small_network(region)
    browser.get(PAGE)
    with count_queries() as before:
        assert "Dagen tot de bestuurstafel" in browser.get(PAGE).text
    with inside(region):
        for number in range(45):
            make.area(f"X{number}", part_of=(net.whole,), region=region)
            make.seat(net.practice, net.team, net.member)
    browser.get(PAGE)
    with count_queries() as after:
        large = browser.get(PAGE).text
    assert len(before) == len(after), "\n".join(after)
    assert "Deze regio is te groot om in één keer op papier te zetten." in large
    assert "Dagen tot de bestuurstafel" not in large
    assert "En nog " in large  # seats
    assert "Dagen tot de bestuurstafel" in browser.get(f"{PAGE}?gebied=G1").text
