"""The four answers as the command line gives them."""

import csv
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from network.answers import (
    CoverageRow,
    ResilienceRow,
    RouteRow,
    WhatIfRow,
    as_csv,
    coverage,
    resilience,
    routes,
    what_if,
)
from network.cli import main
from network.package import read, write
from network.region import AgreementStatus
from tests.network.packages import GOOD, folder, spoilt, workbook, zipped

REGIONS = Path(__file__).parents[3] / "shared" / "regions"
ANSWERS = sorted(REGIONS.glob("*/antwoord/*.csv"))


def asked(answer):
    """The command and the values that an answer's file name stands for."""
    command, *rest = answer.name.removesuffix(".csv").split(".")
    return command, rest


def rows_of(region, command, rest):
    on = date.fromisoformat(rest[0]) if rest else None
    match command:
        case "routes":
            return RouteRow, routes(region)
        case "coverage":
            return CoverageRow, coverage(region, on)
        case "resilience":
            return ResilienceRow, resilience(region, on)
    return WhatIfRow, what_if(region, on, rest[1], AgreementStatus(rest[2]))


def plain_zip(source, path):
    return zipped(path, {f"regio/{f.name}": f.read_bytes() for f in source.glob("*.csv")})


def plain_workbook(source, path):
    sheets = {}
    for file in source.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as stream:
            sheets[file.stem] = list(csv.reader(stream))
    return workbook(path, sheets)


def written(suffix):
    def make(source, path):
        write(read(source), path.with_suffix(suffix))
        return path.with_suffix(suffix)

    return make


FORMS = {
    "the folder": lambda source, _: source,
    "a plain zip": lambda source, path: plain_zip(source, path.with_suffix(".zip")),
    "a plain workbook": lambda source, path: plain_workbook(source, path.with_suffix(".xlsx")),
    "our folder": written(""),
    "our zip": written(".zip"),
    "our workbook": written(".xlsx"),
}


@pytest.mark.skipif(not ANSWERS, reason="../shared/regions with the right answers is absent")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", sorted({answer.parents[1].name for answer in ANSWERS}))
def test_every_answer_is_right_to_the_byte(tmp_path, name, form):
    path = FORMS[form](REGIONS / name, tmp_path / "regio")
    region = read(path)
    for answer in REGIONS.glob(f"{name}/antwoord/*.csv"):
        kind, rows = rows_of(region, *asked(answer))
        assert as_csv(kind, rows).encode() == answer.read_bytes(), answer.name


@pytest.mark.skipif(not ANSWERS, reason="../shared/regions with the right answers is absent")
@pytest.mark.parametrize("answer", ANSWERS, ids=lambda a: f"{a.parents[1].name}-{a.stem}")
def test_the_command_line_gives_the_right_answer_to_the_byte(tmp_path, answer):
    command, rest = asked(answer)
    names = ["--date", "--agreement", "--status"]
    options = [part for pair in zip(names, rest, strict=False) for part in pair]
    out = tmp_path / "answer.csv"
    assert main([command, str(answer.parents[1]), *options, "--out", str(out)]) == 0
    assert out.read_bytes() == answer.read_bytes()


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "network", *map(str, arguments)], capture_output=True, check=False
    )


def test_the_command_line_writes_bytes_with_bare_line_feeds(tmp_path):
    found = run("routes", folder(tmp_path / "r", GOOD))
    assert (found.returncode, found.stderr) == (0, b"")
    assert found.stdout == (
        b"signaal,domein,niveau,aankomst,tafels,vergaderingen,reden\n"
        b"sig1,jeugd,beleid,2027-01-14,U1>B1,2027-01-05>2027-01-14,\n"
        b"sig1,jeugd,bestuur,,,,geen_doorgeleiding\n"
    )


def test_a_faulty_package_gives_all_mistakes_and_nothing_else(tmp_path, capsysbinary):
    files = spoilt("tafels", "uitvoering", "uitvoer")
    files["rollen"] = files["rollen"].replace("Lid", "")
    assert main(["routes", str(folder(tmp_path / "r", files))]) == 1
    found = capsysbinary.readouterr()
    assert found.out == b""
    assert found.err.decode() == (
        'tafels.csv, rij 2, kolom niveau: "uitvoer" kan hier niet. '
        "Verwacht: een van: uitvoering, management, beleid, bestuur.\n"
        "rollen.csv, rij 2, kolom naam: hier ontbreekt iets. "
        "Verwacht: een waarde; deze kolom is verplicht.\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "route PATH",
        "routes",
        "routes PATH --date 2027-01-01",
        "routes PATH extra",
        "coverage PATH",
        "coverage PATH --date 2027-02-30",
        "coverage PATH --date 20270101",
        "resilience PATH --date morgen",
        "gaps PATH",
        "gaps PATH --date 2027-01-01 --status ondertekend",
        "what-if PATH --date 2027-01-01 --agreement A1",
        "what-if PATH --date 2027-01-01 --agreement A1 --status concept",
        "what-if PATH --date 2027-01-01 --agreement A9 --status ondertekend",
        "routes PATH --out /bestaat/niet.csv",
    ],
)
def test_wrong_usage_exits_with_2(tmp_path, arguments, capsys):
    path = folder(tmp_path / "r", GOOD)
    with pytest.raises(SystemExit) as stopped:
        main([part.replace("PATH", str(path)) for part in arguments.split()])
    assert stopped.value.code == 2
    assert capsys.readouterr().out == ""


def test_json_has_the_same_keys_with_lists_and_null(tmp_path, capsys):
    path = str(folder(tmp_path / "r", GOOD))
    main(["routes", path, "--json"])
    rows = json.loads(capsys.readouterr().out)
    assert rows[0] == {
        "signaal": "sig1",
        "domein": "jeugd",
        "niveau": "beleid",
        "aankomst": "2027-01-14",
        "tafels": ["U1", "B1"],
        "vergaderingen": ["2027-01-05", "2027-01-14"],
        "reden": None,
    }
    assert (rows[1]["tafels"], rows[1]["aankomst"]) == ([], None)
    main(["resilience", path, "--date", "2027-01-01", "--json"])
    rows = json.loads(capsys.readouterr().out)
    assert (rows[0]["routes"], rows[0]["onmisbaar"]) == (1, ["B1", "U1"])
    main(["coverage", path, "--date", "2027-01-01", "--json"])
    assert json.loads(capsys.readouterr().out)[0]["partners"] == 1
    options = ["--date", "2027-01-01", "--agreement", "A1", "--status", "opgezegd", "--json"]
    main(["what-if", path, *options])
    rows = json.loads(capsys.readouterr().out)
    assert rows[0]["aankomst_dan"] is None
    main(["what-if", path, *options[:5], "ondertekend", "--json"])
    assert json.loads(capsys.readouterr().out) == []


def test_an_answer_replaces_a_file_in_one_move(tmp_path):
    path = folder(tmp_path / "r", GOOD)
    out = tmp_path / "answer.csv"
    out.write_text("oud")
    assert main(["routes", str(path), "--out", str(out)]) == 0
    assert out.read_text().startswith("signaal,")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["answer.csv", "r"]


def test_what_is_no_file_is_written_to_and_never_replaced(tmp_path):
    path, out = folder(tmp_path / "r", GOOD), tmp_path / "fifo"
    os.mkfifo(out)
    with subprocess.Popen(["cat", str(out)], stdout=subprocess.PIPE) as reader:
        try:
            assert main(["routes", str(path), "--out", str(out)]) == 0
            assert out.is_fifo()
            assert reader.stdout.read().startswith(b"signaal,")
        finally:
            reader.kill()


def test_a_faulty_package_leaves_the_old_answer_alone(tmp_path):
    path = folder(tmp_path / "r", spoilt("rollen", "Lid", ""))
    out = tmp_path / "answer.csv"
    out.write_text("oud")
    assert main(["routes", str(path), "--out", str(out)]) == 1
    assert out.read_text() == "oud"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_closes_the_pipe_gives_no_stack_trace(tmp_path, unbuffered):
    many = GOOD["signalen"] + "".join(
        f"x{n},2027-01-01,lt1,G1,jeugd|wonen,,Titel,\n" for n in range(3000)
    )
    path = folder(tmp_path / "r", {**GOOD, "signalen": many})
    with subprocess.Popen(
        [sys.executable, "-m", "network", "routes", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
