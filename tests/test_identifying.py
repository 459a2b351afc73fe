"""What the check on identifying data finds, what it leaves alone, and that its work is bounded."""

from re import _parser  # type: ignore[attr-defined] # no other way to bound a pattern
from typing import Any

import pytest

from coordinator.signals.identifying import PATTERNS, Kind, find

HARD = [
    ("Haar bsn is 123456782.", Kind.BSN, "123456782"),
    ("BSN: 1112.22.333", Kind.BSN, "1112.22.333"),
    ("Burgerservicenummer 111 222 333 staat op de brief.", Kind.BSN, "111 222 333"),
    ("Ik heb 123456782 als burgerservicenummer doorgegeven.", Kind.BSN, "123456782"),
    ("Zijn sofinummer: 123456782", Kind.BSN, "123456782"),
    ("Bel mij op 06 12345678.", Kind.PHONE, "06 12345678"),
    ("Mijn nummer is 0612345678", Kind.PHONE, "0612345678"),
    ("Ze is te bereiken op 06-12345678 na vijf uur.", Kind.PHONE, "06-12345678"),
    ("Bel 06 12 34 56 78 voor meer.", Kind.PHONE, "06 12 34 56 78"),
    ("Haar nummer: +31 6 12345678", Kind.PHONE, "+31 6 12345678"),
    ("Of +31612345678.", Kind.PHONE, "+31612345678"),
    ("Vanuit België 0031 6 1234 5678", Kind.PHONE, "0031 6 1234 5678"),
    ("Thuis is het 024-3299111.", Kind.PHONE, "024-3299111"),
    ("Thuis is het (024) 329 91 11.", Kind.PHONE, "(024) 329 91 11"),
    ("Het nummer is 0412 - 345678", Kind.PHONE, "0412 - 345678"),
    ("Mail naar jan.jansen@voorbeeld.nl", Kind.EMAIL, "jan.jansen@voorbeeld.nl"),
    ("mijn mail is samira_1990@mail.voorbeeld.com,", Kind.EMAIL, "samira_1990@mail.voorbeeld.com"),
    ("Stuur het naar piet (at) voorbeeld.nl", Kind.EMAIL, "piet (at) voorbeeld.nl"),
    ("Het geld ging naar NL91ABNA0417164300.", Kind.IBAN, "NL91ABNA0417164300"),
    ("Rekening NL91 ABNA 0417 1643 00 is van hem", Kind.IBAN, "NL91 ABNA 0417 1643 00"),
    ("rekening nl91 abna 0417 1643 00", Kind.IBAN, "nl91 abna 0417 1643 00"),
    ("Zijn Belgische rekening BE71 0961 2345 6769", Kind.IBAN, "BE71 0961 2345 6769"),
    ("Zij wonen op 6511 AB 12.", Kind.ADDRESS, "6511 AB 12"),
    ("Adres: 6511AB, nummer 12a", Kind.ADDRESS, "6511AB, nummer 12a"),
    ("Zij wonen op 6511ab 12", Kind.ADDRESS, "6511ab 12"),
    ("Dorpsstraat 12, 6511 AB Nijmegen", Kind.ADDRESS, "12, 6511 AB"),
    ("2011 KL nr. 3 is het huis", Kind.ADDRESS, "2011 KL nr. 3"),
    ("Het kind is geboren op 3 maart 2009.", Kind.BIRTH_DATE, "geboren op 3 maart 2009"),
    ("Een jongen (geb. 12-03-2009)", Kind.BIRTH_DATE, "geb. 12-03-2009"),
    ("Geboortedatum: 1-1-2015", Kind.BIRTH_DATE, "Geboortedatum: 1-1-2015"),
    ("Zij is 4 jan. 2011 geboren.", Kind.BIRTH_DATE, "4 jan. 2011 geboren"),
    ("Hij is 12/03/2009 geboren", Kind.BIRTH_DATE, "12/03/2009 geboren"),
    ("De auto 12-ABC-3 staat er elke dag.", Kind.PLATE, "12-ABC-3"),
    ("Een busje, AB-123-C.", Kind.PLATE, "AB-123-C"),
    ("Kenteken: AB12CD", Kind.PLATE, "AB12CD"),
    ("het kenteken is g-123-hj", Kind.PLATE, "g-123-hj"),
    ("Oude auto: 12-34-AB", Kind.PLATE, "12-34-AB"),
]

SOFT = [
    ("Het nummer 123456782 stond erop.", Kind.BSN, "123456782"),
    ("Rekening NL00 BANK 0123 4567 89", Kind.IBAN, "NL00 BANK 0123 4567 89"),
    ("Dit gebeurt op de Dorpsstraat 12.", Kind.ADDRESS, "Dorpsstraat 12"),
    ("Ik sprak mevrouw Jansen.", Kind.NAME, "mevrouw Jansen"),
    ("Mevr. de Vries belde niet terug.", Kind.NAME, "Mevr. de Vries"),
    ("Dhr. Bakker van de school zei nee.", Kind.NAME, "Dhr. Bakker"),
    ("De heer Van Dam kwam niet.", Kind.NAME, "De heer Van Dam"),
    ("haar zoon Daan wacht al een jaar", Kind.NAME, "zoon Daan"),
    ("De familie Yilmaz kreeg geen brief.", Kind.NAME, "familie Yilmaz"),
    ("Mijn dochter, Sterre, zit thuis", Kind.NAME, "dochter, Sterre"),
    ("Een jongen die heet Wesley", Kind.NAME, "heet Wesley"),
    ("Volgens J. van den Berg mag het niet.", Kind.NAME, "J. van den Berg"),
    ("Daarna moest Fatima alles opnieuw vertellen.", Kind.NAME, "Fatima"),
    ("Meester Koen hielp ons goed.", Kind.NAME, "Meester Koen"),
]

CLEAN = [
    "Sinds 2019 stopt de hulp op de achttiende verjaardag.",
    "Van de 30 gezinnen kregen er 12 geen antwoord.",
    "12 van de 30 ouders moesten hun verhaal vier keer vertellen.",
    "De bus vertrekt om 06.30 uur. Het spreekuur begint om 08.00 uur.",
    "Op 3 december hoorde ik het weer.",
    "Bij direct gevaar belde zij 112.",
    "Veilig Thuis is te bereiken op 0800-2000, dag en nacht.",
    "Wij belden 0800 2000 en kregen snel hulp.",
    "De kosten zijn € 1.250 per maand.",
    "Een rekening van 123456789 euro bestaat niet.",
    "Het budget ging van € 1.234.567,89 naar € 987.654,32.",
    "Op 12-03-2026 was er een gesprek.",
    "Op 06-12-2025 10.30 uur was het loket dicht.",
    "Op 01-02-2026 12.00 uur was er niemand.",
    "Vanaf 1 januari 2027 verandert de regel.",
    "Kinderen geboren na 1 januari 2015 vallen onder de nieuwe regel.",
    "Jongeren geboren voor 31-12-2008 krijgen geen brief.",
    "Een meisje van 9 jaar wacht 14 maanden op hulp.",
    "Jongeren van 16 tot 27 jaar hebben 4 begeleiders in 2 jaar.",
    "In 2019 is 12 keer gevraagd om een vaste begeleider.",
    "In 2024 en 2025 waren er 300 kinderen op de wachtlijst.",
    "IN 2019 IS 12 KEER GEVRAAGD OM HULP.",
    "De wachttijd is 26 weken, de norm is 10 weken.",
    "Artikel 2.3 van de Jeugdwet zegt iets anders.",
    "Het formulier heeft 14 bladzijden en 63 vragen.",
    "Ouders krijgen 3 brieven van 4 organisaties.",
    "Het loket is open van 9.00-12.00 en 13.00-17.00 uur.",
    "De school belt niet terug, ook niet na 5 keer bellen.",
    "Een moeder moest haar verhaal opnieuw vertellen.",
    "De vader van een leerling kreeg geen uitnodiging.",
    "Ik hoor dit van 6 jongeren in 3 gemeenten.",
    "Een jongen Nederlands leren kost tijd.",
    "De leerling Engels laten volgen mag niet van school.",
    "Het gezin woont in de wijk Dukenburg.",
    "Een gezin in postcodegebied 6531 krijgt geen hulp.",
    "Wie op 31 december 17 is, krijgt nog één jaar hulp.",
    "Het dossier is 250 pagina's dik.",
    "Er is 1 begeleider op 45 jongeren.",
    "De toeslag gaat van 75% naar 50%.",
    "Zij belden het landelijke nummer 113 en 0900-0113.",
    "De gemeente is te bereiken op 14 024.",
    "Vraag 7a en 7b van het formulier zijn gelijk.",
    "De aanvraag duurt 6 tot 8 weken (soms 12).",
    "Groep 3, 4 en 5 zitten in één lokaal.",
    "Op maandag 7 september 2026 om 14.30 uur was er niemand.",
    "De Wmo, de Jeugdwet en de Zvw sluiten niet aan.",
    "Het kost 2,5 uur reizen met de bus.",
    "We hebben 10 keer gebeld tussen 1 en 15 oktober.",
    "Bij code 99-12 op het formulier gaat het mis.",
    "De regeling van 2015-2018 geldt nog.",
    "Periode 01-01-2024 t/m 31-12-2024.",
    "Ik ben ervaringsdeskundige en woon in de regio.",
    "Een vrouw met twee kinderen sliep drie weken op de bank.",
    "De huur is € 850,00 en het inkomen € 1.100,00.",
    "Het kind kreeg 3 verschillende diagnoses in 2 jaar.",
    "De afspraak van 16.15 uur ging niet door.",
    "Bijlage B-2 en bijlage C-3 ontbreken.",
    "Onze gemeente heeft 178.000 inwoners.",
    "Kamer 2.14 is niet te vinden voor ouders.",
    "Een pleegkind is na 18 jaar ineens alleen.",
    "Niemand weet wie er gaat over wonen, werk en zorg.",
    "De Raad en de GI geven een ander antwoord.",
    "Wij zien dit elke week: ouders geven op.",
]

HOSTILE = [
    "1" * 100_000,
    "1 " * 50_000,
    "0 6 1" * 20_000,
    "06-" * 33_000,
    "a" * 100_000,
    "a@" * 50_000,
    "a.a@a." * 16_000,
    "NL91" * 25_000,
    "NL91 " * 20_000,
    "NL91ABNA " * 11_000,
    "6511 AB " * 12_500,
    "geboren " * 12_500,
    "geboren op 3 maart 200 " * 4_000,
    "mevrouw " * 12_500,
    "mevrouw de van der " * 5_000,
    "A.A.A.A." * 12_500,
    "AB-12-" * 16_000,
    "kenteken " * 11_000,
    "Aa" * 50_000,
    " " * 100_000,
    "Dorpsstraat " * 8_000,
    "bsn 12345678 " * 7_000,
]


@pytest.mark.parametrize(("text", "kind", "fragment"), HARD)
def test_what_points_at_a_person_blocks(text, kind, fragment):
    assert [(f.kind, f.fragment) for f in find(text) if f.is_hard] == [(kind, fragment)]


@pytest.mark.parametrize(("text", "kind", "fragment"), SOFT)
def test_what_may_point_at_a_person_asks_to_look_again(text, kind, fragment):
    found = find(text)
    assert (kind, fragment) in [(f.kind, f.fragment) for f in found]
    assert not [f for f in found if f.is_hard]


@pytest.mark.parametrize("text", CLEAN)
def test_an_ordinary_text_is_left_alone(text):
    assert find(text) == []


def test_there_are_enough_examples():
    assert len(HARD) + len(SOFT) >= 40
    assert len(CLEAN) >= 60


def test_several_finds_in_one_text_are_all_named():
    text = "Bel 06 12345678 of mail jan@voorbeeld.nl, auto 12-ABC-3."
    assert {f.kind for f in find(text)} >= {Kind.PHONE, Kind.EMAIL, Kind.PLATE}


def test_the_message_quotes_what_stands_there_and_says_what_to_do():
    (finding,) = find("Bel 06 12345678.")
    assert "‘06 12345678’" in finding.message
    assert "Laat het nummer weg" in finding.message


def repeats(tree: Any, inside: bool = False) -> list[tuple[int, bool]]:
    """Return (most repetitions, whether it stands inside another repetition) of a pattern."""
    found = []
    for op, argument in tree:
        if str(op) in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            _low, high, part = argument
            found.append((int(high), inside))
            found += repeats(part, inside or int(high) > 1)
        elif str(op) == "SUBPATTERN":
            found += repeats(argument[3], inside)
        elif str(op) == "BRANCH":
            for part in argument[1]:
                found += repeats(part, inside)
        elif str(op) in ("ASSERT", "ASSERT_NOT"):
            found += repeats(argument[1], inside)
    return found


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_looks_at_a_bounded_number_of_characters(name):
    """Per starting place: at most 200 characters, and no repetition within a repetition."""
    tree = _parser.parse(PATTERNS[name].pattern, PATTERNS[name].flags)
    assert tree.getwidth()[1] <= 200
    for most, is_inside in repeats(tree):
        assert most <= 64
        assert not is_inside or most <= 3, "a repetition in a repetition"


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_a_hostile_text_comes_to_an_end(text):
    assert len(text) >= 60_000
    assert len(find(text)) <= 40
