"""What a package may look like, and each mistake that it can hold."""

import datetime
import zipfile

import pytest

from network.package import (
    COLUMNS,
    FILE_LIMIT,
    Mistake,
    PackageError,
    read,
    write,
)
from network.region import (
    Agreement,
    AgreementStatus,
    Area,
    Domain,
    Handover,
    Leervraag,
    Level,
    Meeting,
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
from tests.network.packages import GOOD, as_rows, folder, spoilt, workbook, zipped


def mistakes(path):
    with pytest.raises(PackageError) as caught:
        read(path)
    assert str(caught.value).count("\n") == len(caught.value.mistakes) - 1
    return [(m.file, m.row, m.column, m.value) for m in caught.value.mistakes]


# (file, what stands there, what is put there, the mistakes: (file, row, column, value))
SPOILT = {
    "a code with a space": (
        "tafels",
        "U1,Ov",
        "U 1,Ov",
        [
            ("tafels.csv", 2, "code", "U 1"),
            ("vergaderingen.csv", 2, "tafel", "U1"),
            ("zetels.csv", 2, "tafel", "U1"),
            ("doorgeleidingen.csv", 2, "van", "U1"),
        ],
    ),
    "a code with a slash": ("signalen", "sig1,", "sig/1,", [("signalen.csv", 2, "code", "sig/1")]),
    "a code of 65 characters": (
        "signalen",
        "sig1,",
        "s" * 65 + ",",
        [("signalen.csv", 2, "code", "s" * 65)],
    ),
    "a code that is used twice": (
        "domeinen",
        "wonen,W",
        "jeugd,W",
        [
            ("domeinen.csv", 3, "code", "jeugd"),
            ("partners.csv", 2, "domeinen", "wonen"),
            ("tafels.csv", 2, "domeinen", "wonen"),
        ],
    ),
    "codes that differ in case": (
        "tafels",
        "RR,jeugd|w",
        "rr,jeugd|w",
        [("tafels.csv", 2, "gebied", "rr")],
    ),
    "no code": (
        "rollen",
        "lid,Lid",
        ",Lid",
        [("rollen.csv", 2, "code", ""), ("zetels.csv", 2, "rol", "lid")],
    ),
    "no name": ("gebieden", "G1,Oeverdam", "G1, ", [("gebieden.csv", 4, "naam", "")]),
    "no scale": ("gebieden", "lokaal", "", [("gebieden.csv", 4, "schaal", "")]),
    "an unknown scale": ("gebieden", "lokaal", "Lokaal", [("gebieden.csv", 4, "schaal", "Lokaal")]),
    "an unknown outer area": (
        "gebieden",
        "jeugdregio,NL",
        "jeugdregio,NL|EU",
        [("gebieden.csv", 3, "onderdeel_van", "EU")],
    ),
    "an area in itself": (
        "gebieden",
        "gemeente,RR",
        "gemeente,G1",
        [("gebieden.csv", 4, "onderdeel_van", "G1")],
    ),
    "a ring of areas": (
        "gebieden",
        ",land,",
        ",land,G1",
        [
            ("gebieden.csv", 2, "onderdeel_van", "G1"),
            ("gebieden.csv", 3, "onderdeel_van", "NL"),
            ("gebieden.csv", 4, "onderdeel_van", "RR"),
        ],
    ),
    "an empty piece": (
        "partners",
        "jeugd|wonen",
        "jeugd||wonen",
        [("partners.csv", 2, "domeinen", "jeugd||wonen")],
    ),
    "an empty piece at the end": (
        "partners",
        "jeugd|wonen",
        "jeugd|",
        [("partners.csv", 2, "domeinen", "jeugd|")],
    ),
    "no domains of a partner": (
        "partners",
        "jeugd|wonen",
        "",
        [("partners.csv", 2, "domeinen", "")],
    ),
    "all domains of a partner": (
        "partners",
        "jeugd|wonen",
        "*",
        [("partners.csv", 2, "domeinen", "*")],
    ),
    "no working area": ("partners", "wonen,G1", "wonen,", [("partners.csv", 2, "werkgebied", "")]),
    "an unknown working area": (
        "partners",
        "wonen,G1",
        "wonen,G1|G9",
        [("partners.csv", 2, "werkgebied", "G9")],
    ),
    "an unknown party": ("afspraken", "lt1", "lt1|lt2", [("afspraken.csv", 2, "partijen", "lt2")]),
    "an unknown status": (
        "afspraken",
        "ondertekend",
        "getekend",
        [("afspraken.csv", 2, "status", "getekend")],
    ),
    "no status of an agreement": (
        "afspraken",
        "ondertekend",
        "",
        [("afspraken.csv", 2, "status", "")],
    ),
    "an agreement that ends before it starts": (
        "afspraken",
        "2027-12-31",
        "2025-12-31",
        [("afspraken.csv", 2, "einddatum", "2025-12-31")],
    ),
    "a day that does not exist": (
        "afspraken",
        "2027-06-01",
        "2027-06-31",
        [("afspraken.csv", 2, "evaluatiedatum", "2027-06-31")],
    ),
    "an unknown level": ("tafels", "beleid,", "belied,", [("tafels.csv", 3, "niveau", "belied")]),
    "star and codes": ("tafels", "*", "*|jeugd", [("tafels.csv", 3, "domeinen", "*|jeugd")]),
    "no domains of a table": ("tafels", "*", "", [("tafels.csv", 3, "domeinen", "")]),
    "a negative term": ("tafels", "7,21", "-7,21", [("tafels.csv", 3, "aanlevertermijn", "-7")]),
    "half a day": ("tafels", "7,21", "7.5,21", [("tafels.csv", 3, "aanlevertermijn", "7.5")]),
    "a term in words": (
        "tafels",
        "7,21",
        "7,drie weken",
        [("tafels.csv", 3, "terugkoppeltermijn", "drie weken")],
    ),
    "a term beyond all calendars": (
        "tafels",
        "7,21",
        "7,999999999999",
        [("tafels.csv", 3, "terugkoppeltermijn", "999999999999")],
    ),
    "digits of another script": (
        "tafels",
        "7,21",
        "\u0667,21",
        [("tafels.csv", 3, "aanlevertermijn", "\u0667")],
    ),
    "an unknown way in": (
        "tafels",
        "21,leden",
        "21,iedereen",
        [("tafels.csv", 3, "ingang", "iedereen")],
    ),
    "an unknown agreement of a table": (
        "tafels",
        "leden,A1",
        "leden,A2",
        [("tafels.csv", 3, "afspraak", "A2")],
    ),
    "an unknown table": ("vergaderingen", "U1,", "U2,", [("vergaderingen.csv", 2, "tafel", "U2")]),
    "no day of a meeting": (
        "vergaderingen",
        "2027-01-05",
        "",
        [("vergaderingen.csv", 2, "datum", "")],
    ),
    "a Dutch date": (
        "vergaderingen",
        "2027-01-05",
        "05-01-2027",
        [("vergaderingen.csv", 2, "datum", "05-01-2027")],
    ),
    "a date without hyphens": (
        "vergaderingen",
        "2027-01-05",
        "20270105",
        [("vergaderingen.csv", 2, "datum", "20270105")],
    ),
    "a time without a zero": (
        "vergaderingen",
        "09:30",
        "9:30",
        [("vergaderingen.csv", 2, "tijd", "9:30")],
    ),
    "a time after the day": (
        "vergaderingen",
        "09:30",
        "24:00",
        [("vergaderingen.csv", 2, "tijd", "24:00")],
    ),
    "an unknown status of a meeting": (
        "vergaderingen",
        "gepland",
        "afgelast",
        [("vergaderingen.csv", 3, "status", "afgelast")],
    ),
    "two meetings of a table on a day": (
        "vergaderingen",
        "B1,2027-01-14,10:00,gepland,",
        "U1,2027-01-05,14:00,vervallen,",
        [("vergaderingen.csv", 3, "datum", "2027-01-05")],
    ),
    "an unknown role": ("zetels", "lid", "gast", [("zetels.csv", 2, "rol", "gast")]),
    "an unknown partner of a seat": ("zetels", "lt1", "lt2", [("zetels.csv", 2, "partner", "lt2")]),
    "an unknown vote": ("zetels", "besluitvormend", "ja", [("zetels.csv", 2, "stem", "ja")]),
    "a seat that ends before it starts": (
        "zetels",
        "2027-12-31",
        "2025-12-31",
        [("zetels.csv", 2, "tot", "2025-12-31")],
    ),
    "a hand-over to a lower level": (
        "doorgeleidingen",
        "U1,B1",
        "B1,U1",
        [("doorgeleidingen.csv", 2, "naar", "U1")],
    ),
    "a hand-over to nowhere": (
        "doorgeleidingen",
        "U1,B1",
        "U1,",
        [("doorgeleidingen.csv", 2, "naar", "")],
    ),
    "a hand-over to an unknown table": (
        "doorgeleidingen",
        "U1,B1",
        "U1,B9",
        [("doorgeleidingen.csv", 2, "naar", "B9")],
    ),
    "an unknown domain of a hand-over": (
        "doorgeleidingen",
        "*",
        "zorg",
        [("doorgeleidingen.csv", 2, "domeinen", "zorg")],
    ),
    "a negative processing time": (
        "doorgeleidingen",
        ",2,",
        ",-2,",
        [("doorgeleidingen.csv", 2, "verwerkingstijd", "-2")],
    ),
    "an unknown source": (
        "signalen",
        "professional",
        "Professional",
        [("signalen.csv", 2, "bron", "Professional")],
    ),
    "an unknown area of a signal": ("signalen", "G1", "G9", [("signalen.csv", 2, "gebied", "G9")]),
    "no title": ("signalen", "Te laat gehoord", "", [("signalen.csv", 2, "titel", "")]),
    "no question": (
        "leervragen",
        "Hoe houden we contact?",
        "",
        [("leervragen.csv", 2, "vraag", "")],
    ),
    "an unknown column": ("rollen", "taken", "taak", [("rollen.csv", 1, "taak", "taak")]),
    "a column in capitals": (
        "domeinen",
        "naam",
        "Naam",
        [("domeinen.csv", 1, "Naam", "Naam"), ("domeinen.csv", 1, "naam", "")],
    ),
    "a column without a name": ("rollen", "taken", "", [("rollen.csv", 1, "", "")]),
    "a column twice": ("rollen", "bevoegdheden", "taken", [("rollen.csv", 1, "taken", "taken")]),
    "a missing column": (
        "gebieden",
        "schaal,",
        "",
        [
            ("gebieden.csv", 1, "schaal", ""),
            ("gebieden.csv", 2, "", "5 cellen"),
            ("gebieden.csv", 3, "", "5 cellen"),
            ("gebieden.csv", 4, "", "5 cellen"),
        ],
    ),
    "too many cells": (
        "domeinen",
        "jeugd,Jeugd",
        "jeugd,Jeugd,gezin",
        [("domeinen.csv", 2, "", "3 cellen")],
    ),
    "too few cells": ("domeinen", "jeugd,Jeugd", "jeugd", [("domeinen.csv", 2, "", "1 cellen")]),
    "a quote that is not closed": (
        "signalen",
        "Te laat",
        '"Te laat',
        [("signalen.csv", 2, "titel", "Te laat gehoord,")],
    ),
    "text after a closing quote": (
        "rollen",
        "Lid",
        '"Lid"x',
        [("rollen.csv", 2, "", "lid,Lidx,,"), ("zetels.csv", 2, "rol", "lid")],
    ),
    "a control character": (
        "signalen",
        "Te laat",
        "Te\x00laat",
        [("signalen.csv", 2, "titel", r"Te\x00laat gehoord")],
    ),
    "an empty file": ("leervragen", GOOD["leervragen"], "", [("leervragen.csv", 1, "", "")]),
    "a file with only a byte order mark": (
        "leervragen",
        GOOD["leervragen"],
        "\ufeff",
        [("leervragen.csv", 1, "", "")],
    ),
    "a blank first row": ("rollen", "code,naam,taken", "\ncode,naam,taken", None),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_mistake_is_named_with_its_place_and_value(tmp_path, case):
    name, old, new, expected = SPOILT[case]
    found = mistakes(folder(tmp_path / "regio", spoilt(name, old, new)))
    if expected is not None:
        assert found == expected


def test_the_package_that_the_tests_spoil_is_right(tmp_path):
    region = read(folder(tmp_path / "regio", GOOD))
    assert [len(getattr(region, f.region_field)) for f in COLUMNS.values()] == [
        3, 2, 1, 1, 2, 2, 1, 1, 1, 1, 1,
    ]  # fmt: skip
    assert region.tafels[0] == Tafel(
        "B1", "Beleidstafel", Level.POLICY, "RR", None, 7, 21, False, "A1"
    )
    assert region.handovers == (Handover("U1", "B1", None, 2, "A1"),)


def test_all_mistakes_of_all_files_are_listed_at_once(tmp_path):
    files = spoilt("tafels", "uitvoering,RR", "uitvoer,RX")
    files["zetels"] = files["zetels"].replace("lid", "gast").replace("2026-01-01", "nu")
    assert mistakes(folder(tmp_path / "r", files)) == [
        ("tafels.csv", 2, "niveau", "uitvoer"),
        ("tafels.csv", 2, "gebied", "RX"),
        ("zetels.csv", 2, "van", "nu"),
        ("zetels.csv", 2, "rol", "gast"),
    ]


def test_a_reference_to_a_faulty_row_is_no_second_mistake(tmp_path):
    files = spoilt("tafels", "U1,Overleg", "U1,")
    assert mistakes(folder(tmp_path / "r", files)) == [("tafels.csv", 2, "naam", "")]


@pytest.mark.parametrize("name", ["gebieden", "domeinen", "partners", "tafels"])
def test_a_required_file_that_is_missing_is_one_mistake(tmp_path, name):
    files = {other: text for other, text in GOOD.items() if other != name}
    assert mistakes(folder(tmp_path / "r", files)) == [(f"{name}.csv", 0, "", "")]


def test_an_optional_file_that_is_missing_is_an_empty_one(tmp_path):
    needed = ("gebieden", "domeinen", "partners")
    files = {name: GOOD[name] for name in needed}
    files["tafels"] = GOOD["tafels"].replace("leden,A1", "leden,")
    assert read(folder(tmp_path / "r", files)).meetings == ()
    files["tafels"] = GOOD["tafels"]
    assert mistakes(folder(tmp_path / "s", files)) == [("tafels.csv", 3, "afspraak", "A1")]


def test_a_csv_with_an_unknown_name_is_a_mistake_and_other_files_are_not(tmp_path):
    path = folder(tmp_path / "r", GOOD)
    (path / "LEESMIJ.txt").write_text("uitleg")
    (path / "antwoord").mkdir()
    (path / "antwoord" / "routes.csv").write_text("signaal")
    assert read(path)
    (path / "tafel.csv").write_text("code\n")
    (path / "Rollen.CSV").write_text("code\n")
    assert mistakes(path) == [
        ("Rollen.CSV", 0, "", "Rollen.CSV"),
        ("tafel.csv", 0, "", "tafel.csv"),
    ]


def test_a_file_that_is_not_utf_8_names_each_such_cell(tmp_path):
    files = dict(GOOD)
    files["domeinen"] = "code,naam\njeugd,Jeugd\nwonen,Café\nx,Y\n".encode("latin-1")
    path = folder(tmp_path / "r", files)
    assert mistakes(path) == [("domeinen.csv", 3, "naam", r"Caf\udce9")]
    with pytest.raises(PackageError, match=r"rij 3, kolom naam: .*UTF-8"):
        read(path)
    files["domeinen"] = GOOD["domeinen"].encode("utf-16")
    assert mistakes(folder(tmp_path / "s", files))[0][:2] == ("domeinen.csv", 1)


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path):
    text = 'code,naam,taken,bevoegdheden\n\nlid,Lid,"een\ntwee",\n,,,\ngast,,,\n'
    assert mistakes(folder(tmp_path / "r", {**GOOD, "rollen": text})) == [
        ("rollen.csv", 5, "naam", "")
    ]


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_separator_line_end_and_byte_order_mark_make_no_difference(
    tmp_path, delimiter, newline, mark
):
    files = {
        name: mark + text.replace(",", delimiter).replace("\n", newline)
        for name, text in GOOD.items()
    }
    files["rollen"] = GOOD["rollen"]  # found out per file
    assert read(folder(tmp_path / "r", files)) == read(folder(tmp_path / "s", GOOD))


def test_the_header_decides_on_the_separator(tmp_path):
    text = '"code";"naam";"taken";"bevoegdheden"\nlid;"Lid, of ""gast"", van";a,b,c,d,e;"x;y"\n'
    (role,) = read(folder(tmp_path / "r", {**GOOD, "rollen": text})).roles
    assert role == Role("lid", 'Lid, of "gast", van', "a,b,c,d,e", "x;y")


def test_spaces_around_values_do_not_count_and_columns_stand_in_any_order(tmp_path):
    text = (
        " naam , code ,onderdeel_van,schaal,soort\n  A b , NL ,, landelijk ,\n"
        'R,RR, NL ,regionaal,\nG,G1," RR | NL",lokaal,\n'
    )
    region = read(folder(tmp_path / "r", {**GOOD, "gebieden": text}))
    assert region.areas[0] == Area("G1", "G", Scale.LOCAL, "", ("RR", "NL"))
    assert region.areas[1].name == "A b"


def test_optional_columns_may_be_absent_and_then_have_their_default(tmp_path):
    text = "code,naam,niveau,gebied,domeinen\nU1,O,uitvoering,RR,*\nB1,B,beleid,RR,*\n"
    region = read(folder(tmp_path / "r", {**GOOD, "tafels": text}))
    assert region.tafels[1] == Tafel("U1", "O", Level.PRACTICE, "RR", None, 0, 14, False, None)
    text = "van,naar\nU1,B1\n"
    region = read(folder(tmp_path / "s", {**GOOD, "doorgeleidingen": text}))
    assert region.handovers == (Handover("U1", "B1", None, 0, None),)


def test_two_regions_with_the_same_rows_are_equal_whatever_the_order(tmp_path):
    lines = GOOD["gebieden"].splitlines()
    text = "\n".join([lines[0], *reversed(lines[1:])])
    assert read(folder(tmp_path / "r", {**GOOD, "gebieden": text})) == read(
        folder(tmp_path / "s", GOOD)
    )


# --- zip ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("top", ["", "regio/"])
def test_a_zip_may_have_one_top_folder(tmp_path, top):
    entries = {f"{top}{name}.csv": text for name, text in GOOD.items()}
    entries |= {f"{top}antwoord/routes.csv": "x", "__MACOSX/._tafels.csv": "x", f"{top}a.txt": "x"}
    path = zipped(tmp_path / "r.zip", entries)
    assert read(path) == read(folder(tmp_path / "s", GOOD))


def test_a_zip_with_two_folders_holds_no_package(tmp_path):
    entries = {f"{top}/{name}.csv": text for name, text in GOOD.items() for top in "ab"}
    found = mistakes(zipped(tmp_path / "r.zip", entries))
    assert found == [
        (f"{n}.csv", 0, "", "") for n in ("gebieden", "domeinen", "partners", "tafels")
    ]


def test_mistakes_in_a_zip_are_those_of_its_files(tmp_path):
    entries = {f"r/{name}.csv": text for name, text in spoilt("rollen", "Lid", "").items()}
    entries["r/tafel.csv"] = ""
    assert mistakes(zipped(tmp_path / "r.zip", entries)) == [
        ("tafel.csv", 0, "", "tafel.csv"),
        ("rollen.csv", 2, "naam", ""),
    ]


@pytest.mark.parametrize(
    "name", ["../x.csv", "a/../../x.csv", "/etc/x.csv", "..\\x.csv", "C:\\x.csv"]
)
def test_a_name_that_leads_out_of_the_zip_is_refused_and_nothing_is_written(tmp_path, name):
    path = zipped(tmp_path / "r.zip", {f"{n}.csv": t for n, t in GOOD.items()} | {name: "x"})
    (found,) = mistakes(path)
    assert found[:3] == ("r.zip", 0, "")
    assert [p.name for p in tmp_path.rglob("*")] == ["r.zip"]


@pytest.mark.parametrize("suffix", ["zip", "xlsx"])
def test_what_is_not_a_zip_is_refused(tmp_path, suffix):
    path = tmp_path / f"r.{suffix}"
    for data in (b"", b"code,naam\n", b"PK\x03\x04" + b"\0" * 100):
        path.write_bytes(data)
        assert mistakes(path) == [(path.name, 0, "", "")]


@pytest.mark.parametrize("suffix", ["zip", "xlsx"])
def test_what_unpacks_to_too_much_is_refused(tmp_path, suffix):
    path = tmp_path / f"r.{suffix}"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("signalen.csv", "w", force_zip64=True) as stream,
    ):
        for _ in range(21):
            stream.write(b"0" * 10_000_000)
    assert mistakes(path) == [(path.name, 0, "", "")]


@pytest.mark.parametrize("suffix", ["zip", "xlsx"])
def test_a_zip_that_lies_about_its_sizes_is_refused(tmp_path, suffix):
    path = zipped(tmp_path / f"r.{suffix}", {f"{n}.csv": t for n, t in GOOD.items()})
    data = path.read_bytes()
    size = len(GOOD["tafels"].encode()).to_bytes(4, "little")
    assert data.count(size)
    path.write_bytes(data.replace(size, (7).to_bytes(4, "little")))
    assert mistakes(path)


def test_a_damaged_or_locked_entry_is_a_mistake_of_that_file(tmp_path):
    path = zipped(tmp_path / "r.zip", {f"{n}.csv": t for n, t in GOOD.items()})
    data = bytearray(path.read_bytes())
    at = data.index(b"tafels.csv") + 30
    data[at] ^= 0xFF
    path.write_bytes(bytes(data))
    assert [m[0] for m in mistakes(path)] == ["tafels.csv"]


def test_too_many_entries_are_refused(tmp_path):
    path = zipped(tmp_path / "r.zip", {f"{n}.txt": "" for n in range(10_001)})
    assert mistakes(path) == [("r.zip", 0, "", "10001")]


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path):
    path = folder(tmp_path / "r", GOOD)
    with (path / "rollen.csv").open("wb") as stream:
        stream.truncate(FILE_LIMIT + 1)
    assert mistakes(path) == [("rollen.csv", 0, "", "")]


def test_a_path_that_does_not_exist_or_is_something_else_is_a_mistake(tmp_path):
    assert mistakes(tmp_path / "x") == [(str(tmp_path / "x"), 0, "", "")]
    (tmp_path / "r.ods").write_text("")
    assert mistakes(tmp_path / "r.ods") == [("r.ods", 0, "", ".ods")]
    (tmp_path / "leeg").mkdir()
    assert len(mistakes(tmp_path / "leeg")) == 4


# --- workbook -----------------------------------------------------------------------------------


def test_a_workbook_of_the_same_rows_is_the_same_region(tmp_path):
    path = workbook(tmp_path / "r.xlsx", as_rows(GOOD) | {"Blad1": []})
    assert read(path) == read(folder(tmp_path / "s", GOOD))


def test_real_dates_times_and_numbers_in_a_workbook_are_understood(tmp_path):
    rows = as_rows(GOOD)
    rows["vergaderingen"][1][1:3] = [datetime.date(2027, 1, 5), datetime.time(9, 30)]
    rows["vergaderingen"][2][1:3] = [datetime.datetime(2027, 1, 14), datetime.timedelta(hours=10)]  # noqa: DTZ001 - a cell has no zone
    rows["tafels"][1][5:7] = [3.0, 14]
    rows["afspraken"][1][5] = datetime.date(2026, 1, 1)
    assert read(workbook(tmp_path / "r.xlsx", rows)) == read(folder(tmp_path / "s", GOOD))


def test_mistakes_in_a_workbook_are_named_by_sheet(tmp_path):
    rows = as_rows(spoilt("rollen", "Lid", ""))
    rows["tafels"][1][5] = 2.5
    rows["vergaderingen"][1][1] = datetime.datetime(2027, 1, 5, 9, 30)  # noqa: DTZ001 - as above
    rows["domeinen"].append([])
    rows["domeinen"].append(["x y", "Z"])
    rows["zetels"][1].append("te veel")
    rows["Blad2"] = [["los"]]
    assert mistakes(workbook(tmp_path / "r.xlsx", rows)) == [
        ("Blad2", 0, "", "Blad2"),
        ("domeinen", 5, "code", "x y"),
        ("tafels", 2, "aanlevertermijn", "2.5"),
        ("vergaderingen", 2, "datum", "2027-01-05 09:30:00"),
        ("rollen", 2, "naam", ""),
        ("zetels", 2, "", "8 cellen"),
    ]


def test_an_empty_sheet_or_missing_sheet_is_a_mistake(tmp_path):
    rows = as_rows(GOOD)
    rows["rollen"] = []
    del rows["partners"]
    found = mistakes(workbook(tmp_path / "r.xlsx", rows))
    assert ("rollen", 1, "", "") in found
    assert [m[1:] for m in found if "partners" in m[0]] == [(0, "", "")]


def test_the_dimension_of_a_sheet_is_not_trusted(tmp_path):
    path = workbook(tmp_path / "r.xlsx", as_rows(GOOD))
    spoil(
        path, lambda name, data: data.replace(b'<dimension ref="A1:E4"', b'<dimension ref="A1:A1"')
    )
    assert len(read(path).areas) == 3


def spoil(path, change):
    """Rewrite every part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    zipped(path, {name: change(name, data) for name, data in parts.items()})


def test_an_xml_bomb_is_refused(tmp_path):
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    path = workbook(tmp_path / "r.xlsx", as_rows(GOOD))
    spoil(
        path,
        lambda name, data: bomb + data if name == "xl/worksheets/sheet1.xml" else data,
    )
    assert mistakes(path) == [("r.xlsx", 0, "", "")]


@pytest.mark.parametrize("piece", [b"<c/>", b"<row/>", b"<is>"])
def test_a_workbook_of_tags_is_refused_before_they_fill_memory(tmp_path, piece):
    path = workbook(tmp_path / "r.xlsx", as_rows(GOOD))
    tags = b"<row>" + piece * 1_000_000 + b"</row>"
    spoil(
        path,
        lambda name, data: (
            data.replace(b"<sheetData>", b"<sheetData>" + tags)
            if name == "xl/worksheets/sheet1.xml"
            else data
        ),
    )
    with pytest.raises(PackageError, match="uitgepakt ten hoogste 200 MB en 5 miljoen cellen"):
        read(path)


def test_every_part_of_a_mistake_can_be_written_anywhere(tmp_path):
    files = {name: text.encode() for name, text in GOOD.items()}
    files["rollen"] = "code,naam,t\xe9ken\x1b[31m\n\x00,Lid,x\n".encode("latin-1")
    with pytest.raises(PackageError) as caught:
        read(folder(tmp_path / "r", files))
    for mistake in caught.value.mistakes:
        for text in (str(mistake), mistake.file, mistake.column, mistake.value):
            assert text.encode("utf-8").decode().isprintable()


def test_a_row_number_beyond_every_sheet_does_not_keep_us_busy(tmp_path):
    path = workbook(tmp_path / "r.xlsx", as_rows(GOOD))
    spoil(path, lambda name, data: data.replace(b'<row r="2"', b'<row r="999999999999"'))
    assert mistakes(path)


# --- round trip ---------------------------------------------------------------------------------

AWKWARD = Region(
    (
        Area("NL", "Nederland", Scale.NATIONAL),
        Area("1.10", "Één; twee, drie", Scale.LOCAL, "=1+1", ("NL",)),
        Area("1.1", '"', Scale.LOCAL),
    ),
    (Domain("007", "0123"), Domain("_", "-"), Domain("1e5", "1e5")),
    (Partner("p", "a\nb", "'", frozenset({"007", "_"}), ("NL", "1.10")),),
    (
        Agreement(
            "A",
            "+1",
            "@x",
            ("p",),
            AgreementStatus.TO_SIGN,
            datetime.date(1, 1, 1),
            datetime.date(9999, 12, 31),
        ),
    ),
    (
        Tafel("B", "#N/B", Level.BOARD, "NL", None, 3, 0, True, "A"),
        Tafel("b", "TRUE", Level.PRACTICE, "1.10", frozenset({"1e5", "_"})),
    ),
    (
        Meeting("B", datetime.date(2027, 1, 1), datetime.time(0, 0), location="2027-01-01"),
        Meeting("b", datetime.date(1850, 1, 1)),
    ),
    (Role("r", "=SUM(A1:A9)", "a;b,c\td", 'zegt "ja"\n\nof nee'),),
    (
        Seat("B", "p", "r", "", Vote.ADVISORY, None, datetime.date(2027, 1, 1)),
        Seat("B", "p", "r", "Zoë 👩‍👧", None, datetime.date(2027, 1, 1)),
    ),
    (Handover("b", "B", frozenset({"_"}), 4), Handover("b", "B", None, 0, "A")),
    (
        Signal(
            "s",
            datetime.date(2026, 2, 28),
            None,
            "1.10",
            frozenset({"_"}),
            None,
            "{=1}",
            "_x000D_ _x005F_",
        ),
        Signal(
            "t",
            datetime.date(2026, 2, 28),
            "p",
            "NL",
            frozenset({"_", "007"}),
            Source.EXPERT,
            "<b>&amp;",
            "\\n|",
        ),
    ),
    (
        Leervraag(
            "l",
            datetime.date(2026, 2, 28),
            Level.POLICY,
            None,
            None,
            frozenset({"_"}),
            "1/2",
            "3-4",
        ),
    ),
)


@pytest.mark.parametrize("name", ["regio", "regio.zip", "regio.xlsx"])
def test_a_region_that_is_written_reads_back_equal(tmp_path, name):
    write(AWKWARD, tmp_path / name)
    assert read(tmp_path / name) == AWKWARD
    write(read(tmp_path / name), tmp_path / f"weer-{name}")
    assert read(tmp_path / f"weer-{name}") == AWKWARD


def test_a_formula_is_written_as_text(tmp_path):
    from openpyxl import load_workbook

    write(AWKWARD, tmp_path / "r.xlsx")
    cells = [c for row in load_workbook(tmp_path / "r.xlsx")["gebieden"].iter_rows() for c in row]
    assert [c.data_type for c in cells if c.value == "=1+1"] == ["s"]


def test_a_text_that_no_package_can_hold_is_not_written(tmp_path):
    bad = Region(domains=(Domain("a", "x\x07"),))
    for name in ("r", "r.zip", "r.xlsx"):
        with pytest.raises(ValueError, match="naam"):
            write(bad, tmp_path / name)
    with pytest.raises(ValueError, match="32767"):
        write(Region(domains=(Domain("a", "x" * 32_768),)), tmp_path / "r.xlsx")


def test_a_mistake_is_one_clear_line_whatever_its_value():
    line = str(Mistake("a.csv", 2, "b", "x\n\x1b[31m\udce9" + "y" * 500, "iets"))
    assert line.isprintable()
    assert len(line) < 200
