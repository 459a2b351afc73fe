"""A small package that is right, as text, to be spoilt in one place by a test."""

import io
import zipfile

GOOD = {
    "gebieden": """\
code,naam,schaal,soort,onderdeel_van
NL,Nederland,landelijk,land,
RR,Rivierenrand,regionaal,jeugdregio,NL
G1,Oeverdam,lokaal,gemeente,RR
""",
    "domeinen": "code,naam\njeugd,Jeugd\nwonen,Wonen\n",
    "partners": """\
code,naam,soort,domeinen,werkgebied
lt1,Lokaal team,lokaal-team,jeugd|wonen,G1
""",
    "afspraken": """\
code,titel,soort,partijen,status,ingangsdatum,einddatum,evaluatiedatum
A1,Convenant,convenant,lt1,ondertekend,2026-01-01,2027-12-31,2027-06-01
""",
    "tafels": """\
code,naam,niveau,gebied,domeinen,aanlevertermijn,terugkoppeltermijn,ingang,afspraak
U1,Overleg,uitvoering,RR,jeugd|wonen,3,14,leden,
B1,Beleidstafel,beleid,RR,*,7,21,leden,A1
""",
    "vergaderingen": """\
tafel,datum,tijd,status,locatie
U1,2027-01-05,09:30,,Oeverdam
B1,2027-01-14,10:00,gepland,
""",
    "rollen": "code,naam,taken,bevoegdheden\nlid,Lid,,\n",
    "zetels": """\
tafel,partner,rol,persoon,stem,van,tot
U1,lt1,lid,,besluitvormend,2026-01-01,2027-12-31
""",
    "doorgeleidingen": """\
van,naar,domeinen,verwerkingstijd,afspraak
U1,B1,*,2,A1
""",
    "signalen": """\
code,datum,partner,gebied,domeinen,bron,titel,omschrijving
sig1,2027-01-01,lt1,G1,jeugd,professional,Te laat gehoord,
""",
    "leervragen": """\
code,datum,niveau,partner,gebied,domeinen,vraag,status
lv1,2026-11-20,uitvoering,lt1,G1,jeugd,Hoe houden we contact?,
""",
}


def spoilt(name, old, new):
    """The good package with one piece of one file replaced."""
    assert GOOD[name].count(old) == 1, (name, old)
    return {**GOOD, name: GOOD[name].replace(old, new)}


def folder(path, files):
    """Write texts or bytes as the csv files of a folder."""
    path.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        data = text if isinstance(text, bytes) else text.encode()
        (path / f"{name}.csv").write_bytes(data)
    return path


def zipped(path, entries):
    """Write a zip with plain zipfile; names are taken as they are."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    path.write_bytes(stream.getvalue())
    return path


def workbook(path, sheets):
    """Write a workbook with plain openpyxl: sheet name -> rows of values."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(path)
    return path


def as_rows(files):
    """The cells of csv texts that hold no quotes, empty ones as None."""
    return {
        name: [[cell or None for cell in line.split(",")] for line in text.splitlines()]
        for name, text in files.items()
    }
