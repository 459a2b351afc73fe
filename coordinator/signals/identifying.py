"""What in a text could point at a person: found before saving, sent nowhere (SAFETY 5).

A hard find blocks; a soft find asks the writer to look again. Every pattern matches a bounded
number of characters and never repeats a repetition, so the work grows with the length of the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any, Final

from stdnum import iban
from stdnum.nl import bsn
from wtforms.validators import ValidationError


class Kind(StrEnum):
    """What was found."""

    BSN = "bsn"
    PHONE = "phone"
    EMAIL = "email"
    IBAN = "iban"
    ADDRESS = "address"
    BIRTH_DATE = "birth_date"
    PLATE = "plate"
    NAME = "name"


@dataclass(frozen=True)
class Finding:
    """One fragment of a text, as the writer typed it."""

    kind: Kind
    fragment: str
    is_hard: bool

    @property
    def message(self) -> str:
        """Say what stands there and what to write instead."""
        what, instead = _ADVICE[self.kind]
        certainty = "" if self.is_hard else "misschien "
        return f"Hier staat {certainty}{what}: ‘{self.fragment}’. {instead}"


_ADVICE: Final = {
    Kind.BSN: (
        "een burgerservicenummer",
        "Laat het nummer weg. Schrijf bijvoorbeeld: ‘een jongere’.",
    ),
    Kind.PHONE: (
        "een telefoonnummer",
        "Laat het nummer weg. Een telefoonnummer hoort bij één persoon.",
    ),
    Kind.EMAIL: ("een e-mailadres", "Laat het adres weg. Een e-mailadres hoort bij één persoon."),
    Kind.IBAN: ("een rekeningnummer", "Laat het nummer weg. Schrijf: ‘een rekening’."),
    Kind.ADDRESS: (
        "een woonadres",
        "Laat het adres weg. Schrijf alleen de gemeente of de wijk.",
    ),
    Kind.BIRTH_DATE: (
        "een geboortedatum",
        "Laat de datum weg. Schrijf bijvoorbeeld: ‘een kind van 9 jaar’.",
    ),
    Kind.PLATE: ("een kenteken", "Laat het kenteken weg. Schrijf: ‘een auto’."),
    Kind.NAME: (
        "een naam",
        "Laat de naam weg. Schrijf bijvoorbeeld: ‘een moeder’ of ‘een leerling’.",
    ),
}

_FINDS_PER_KIND: Final = 5
_MONTHS: Final = (
    "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
    "|jan|feb|mrt|apr|jun|jul|aug|sept|sep|okt|nov|dec"
)
_DATE: Final = (
    r"(?:\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})"
    rf"|\d{{1,2}} {{1,2}}(?:{_MONTHS})\.? {{1,2}}\d{{4}})(?!\d)"
)

PATTERNS: Final = {
    "number": re.compile(r"(?<![\d.,-])\d(?:[ .-]?\d){7,8}(?![\d-]|[.,]\d)"),
    "bsn_word": re.compile(
        r"(?<!\w)(?:bsn|b\.s\.n\.|burger ?service ?nummer|sofi ?-?nummer|sofi)(?!\w)", re.IGNORECASE
    ),
    "phone": re.compile(
        r"(?<![\d.,-])(?:\(?(?:\+|00)31\)? ?-?(?:\(0\))? ?-?[1-9]|\(?0[1-9])"
        r"(?:[ .-]?\d){0,2}\)?(?:(?: - |[ .-])?\d){6,8}(?!\d)"
    ),
    "date_first": re.compile(r"\d{2}([-. ])\d{2}\1(?:19|20)\d\d(?!\d)"),
    "email": re.compile(
        r"(?<![\w.+-])[\w.+-]{1,60} ?(?:@|\(at\)|\[at\])"
        r" ?[\w-]{1,60}\.[\w-]{2,60}(?:\.[a-z]{2,10})?",
        re.IGNORECASE,
    ),
    "iban": re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ .]?[A-Z0-9]){11,30}", re.IGNORECASE),
    "dutch_iban": re.compile(
        r"(?<![A-Z0-9])NL ?\d{2}[ .]?[A-Z]{4}[ .]?\d(?:[ .]?\d){9}(?!\d)", re.IGNORECASE
    ),
    "postcode": re.compile(r"(?<![\d.,€-])[1-9]\d{3}(?: ?[A-Z]{2}|[a-z]{2})(?![A-Za-z])"),
    "number_after": re.compile(
        r"[ ,]{0,3}(?:(?:huis)?(?:nummer|nr\.?) ?)?\d{1,4}(?: ?[a-zA-Z])?(?![\w%:])(?![.,]\d)"
    ),
    "number_before": re.compile(r"[A-Za-z] {1,2}\d{1,4} ?[a-zA-Z]?(?: ?,| in)? {0,2}$"),
    "street": re.compile(
        r"(?<!\w)[A-Z][a-zëéèï'-]{1,30}(?:straat|laan|plein|kade|gracht|singel|dijk|steeg|hof|weg"
        r"|pad|park|dreef) {1,2}\d{1,4}(?: ?[a-zA-Z])?(?![\w%:])(?![.,]\d)"
    ),
    "birth_date": re.compile(
        r"(?<!\w)(?:geboortedatum|geboortedag|geboren|geb)(?!\w)"
        r"(?! {1,2}(?:na|voor|vóór|vanaf|sinds|tussen|tot)(?!\w))\.?[^\d.!?]{0,20}" + _DATE,
        re.IGNORECASE,
    ),
    "date_born": re.compile(_DATE + r"[ ,]{1,3}(?:is |was )?geboren(?!\w)", re.IGNORECASE),
    "plate": re.compile(
        r"(?<![\w-])(?:[A-Z]{2}-\d{2}-\d{2}|\d{2}-\d{2}-[A-Z]{2}|\d{2}-[A-Z]{2}-\d{2}"
        r"|[A-Z]{2}-\d{2}-[A-Z]{2}|[A-Z]{2}-[A-Z]{2}-\d{2}|\d{2}-[A-Z]{2}-[A-Z]{2}"
        r"|\d{2}-[A-Z]{3}-\d|\d-[A-Z]{3}-\d{2}|[A-Z]{2}-\d{3}-[A-Z]|[A-Z]-\d{3}-[A-Z]{2}"
        r"|[A-Z]{3}-\d{2}-[A-Z]|[A-Z]-\d{2}-[A-Z]{3}|\d-[A-Z]{2}-\d{3}|\d{3}-[A-Z]{2}-\d)"
        r"(?![\w-])"
    ),
    "plate_word": re.compile(
        r"(?<!\w)kenteken[^\w\n]{0,4}(?:is |was |met )?((?=[A-Z0-9 -]{0,7}\d)"
        r"(?:[A-Z0-9][ -]?){5}[A-Z0-9])(?!\w)",
        re.IGNORECASE,
    ),
    "title": re.compile(
        r"(?<!\w)(?:[Mm]evrouw|[Mm]evr\.?|[Mm]w\.?|[Mm]eneer|[Mm]ijnheer|[Dd]hr\.?|[Dd]e heer"
        r"|[Ff]amilie|[Ff]am\.?|[Jj]uf|[Mm]eester|[Dd]okter|[Dd]r\.|[Dd]rs\.|[Oo]om|[Tt]ante"
        r"|[Oo]ma|[Oo]pa) {1,2}"
        r"(?P<name>(?:(?:[Vv]an|[Dd]e|der|[Dd]en|ten|ter|te|[Ee]l|[Aa]l|'t) ){0,3}"
        r"[A-ZÀ-Þ][a-zß-ÿ'-]{1,30})"
    ),
    "relation": re.compile(
        r"(?<!\w)(?:zoon|zoontje|dochter|dochtertje|man|vrouw|moeder|vader|ouders|broer|broertje"
        r"|zus|zusje|buurman|buurvrouw|vriend|vriendin|kind|kindje|kleinzoon|kleindochter|cliënt"
        r"|client|cliënte|jongen|jongetje|meisje|leerling|peuter|kleuter|baby|partner|ex|neef"
        r"|nicht|neefje|nichtje|pleegzoon|pleegdochter|pleegkind|collega|pleegmoeder|pleegvader)"
        r",? {1,2}(?P<name>[A-ZÀ-Þ][a-zß-ÿ'-]{1,30})"
    ),
    "called": re.compile(
        r"(?<!\w)(?:heet|heette|genaamd|[Nn]aam is|noemen we|noem ik) {1,2}"
        r"(?P<name>[A-ZÀ-Þ][a-zß-ÿ'-]{1,30})"
    ),
    "initials": re.compile(
        r"(?<![\w.])(?P<name>[A-Z]\.(?: ?[A-Z]\.){0,3} ?(?:(?:van|de|der|den|ten|ter|te|'t) ){0,3}"
        r"[A-ZÀ-Þ][a-zß-ÿ'-]{2,30})"
    ),
    "word": re.compile(r"(?<![\w-])[A-ZÀ-Þ][a-zß-ÿ]{2,14}(?![\w])"),
}

# After a title or a relation these begin something else than a name.
_NO_NAMES: Final = frozenset(
    "Nederlands Nederlandse Engels Engelse Turks Turkse Arabisch Arabische Pools Poolse Oekraïens"
    " Oekraïense Syrisch Syrische Marokkaans Marokkaanse Duits Duitse Frans Franse Spaans Spaanse"
    " Fries Friese Limburgs Limburgse Europese Oost West Noord Zuid Jeugdzorg Jeugdwet Leerplicht"
    " Veilig Thuis Raad Regio Gemeente School Wij Ik Hij Zij Ze Het De Een Er En Maar Dat Dit Die"
    " Als Toen Nu Daar Hier Niet Wel Ook Bij Van Voor Met Naar Op In Uit Aan Om Over Door Na Of"
    " Want Dus Omdat Kerst Pasen Pinksteren Ramadan Sinterklaas Internet Teams Wmo Ggz Poh"
    " Vader Moeder Ouders Kinderen Hun Haar Zijn Mijn Onze Uw Niemand Iemand Iedereen".split()
)

# Common first names that are hardly ever another word.
_FIRST_NAMES: Final = frozenset(
    "Aaliyah Abdel Ahmed Aisha Ali Amira Amina Anouk Arjan Ayse Bilal Bram Britt Chantal Cheyenne"
    " Daan Daniëlle Danny Denise Dennis Dewi Dylan Emre Esmee Esther Eva Fatima Fatma Femke Finn"
    " Floortje Fleur Floris Gerrit Hamza Hanneke Hassan Henk Hugo Ibrahim Imane Ineke Ingrid Isa"
    " Jasmijn Jayden Jelle Jeroen Jesse Jessica Johan Johannes Joost Joris Jurre Karim Kevin Kim"
    " Khadija Laila Lars Lieke Liam Linda Lisa Lotte Luuk Maarten Malika Manon Maria Marieke"
    " Marijke Marit Martijn Mees Mehmet Melissa Michael Mieke Milan Mila Milou Mohamed Mohammed"
    " Mustafa Naomi Nathalie Nienke Niels Noah Noor Nora Omar Patrick Petra Pieter Rachid Ramon"
    " Renske Rick Robin Ruben Rutger Saar Said Samira Samir Sanne Sander Sara Saskia Sem Senna"
    " Sjoerd Sofie Sophie Stefan Stijn Suzanne Sven Tessa Thijs Tijn Tim Timo Tineke Tom Vera"
    " Wendy Willem Wouter Yara Yasmin Yasmina Youssef Yusuf Zara Zeynep Zoë".split()
)

# Numbers in 1900-2099 followed by these are a year and a word, in a text that is all capitals.
_SMALL_WORDS: Final = frozenset("IS EN OF OP IN DE AL TE WE ZE JE ER UW TO".split())

_IBAN_LENGTHS: Final = {
    **dict.fromkeys(("NL",), 18),
    **dict.fromkeys(("BE",), 16),
    **dict.fromkeys(("DE", "GB", "IE"), 22),
    **dict.fromkeys(("FR", "IT"), 27),
    **dict.fromkeys(("ES", "SE", "PT"), 24),
    **dict.fromkeys(("PL",), 28),
    **dict.fromkeys(("TR",), 26),
    **dict.fromkeys(("AT", "LT"), 20),
    **dict.fromkeys(("LU",), 20),
}


def find(text: str) -> list[Finding]:
    """Return what in the text could point at a person: at most some finds of each kind."""
    finders = (_bsn, _phone, _email, _iban, _address, _birth_date, _plate, _names)
    found: dict[tuple[Kind, str], Finding] = {}
    for finder in finders:
        for finding in islice(finder(text), _FINDS_PER_KIND):
            found.setdefault((finding.kind, finding.fragment), finding)
    return list(found.values())


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def _bsn(text: str) -> Iterator[Finding]:
    for match in PATTERNS["number"].finditer(text):
        number = _digits(match[0]).zfill(9)
        before = text[max(0, match.start() - 40) : match.start()]
        after = text[match.end() : match.end() + 25]
        is_called = PATTERNS["bsn_word"].search(before) or PATTERNS["bsn_word"].search(after)
        if is_called:
            yield Finding(Kind.BSN, match[0], is_hard=bsn.is_valid(number))
        elif match[0].isdigit() and len(match[0]) == 9 and bsn.is_valid(number):
            yield Finding(Kind.BSN, match[0], is_hard=False)


def _phone(text: str) -> Iterator[Finding]:
    # Part of a bank account can look like a telephone number.
    rest = PATTERNS["dutch_iban"].sub(lambda match: "*" * len(match[0]), text)
    for match in PATTERNS["phone"].finditer(rest):
        if PATTERNS["date_first"].match(match[0]):
            continue
        digits = _digits(match[0]).removeprefix("00")
        if digits.startswith("31"):
            digits = "0" + digits[2:].removeprefix("0")
        # 0800 and 0900 are of services, and 112 and 113 are too short to come here.
        if len(digits) == 10 and not digits.startswith(("0800", "0900", "0906", "0909")):
            yield Finding(Kind.PHONE, match[0].strip(), is_hard=True)


def _email(text: str) -> Iterator[Finding]:
    for match in PATTERNS["email"].finditer(text):
        yield Finding(Kind.EMAIL, match[0], is_hard=True)


def _iban(text: str) -> Iterator[Finding]:
    found = set()
    for match in PATTERNS["iban"].finditer(text):
        wanted = _IBAN_LENGTHS.get(match[0][:2].upper(), 0)
        fragment, length = "", 0
        for character in match[0]:
            fragment += character
            length += character.isalnum()
            if length == wanted:
                break
        if length == wanted and iban.is_valid(fragment.replace(".", "")):
            found.add(match.start())
            yield Finding(Kind.IBAN, fragment, is_hard=True)
    for match in PATTERNS["dutch_iban"].finditer(text):
        if match.start() not in found:
            yield Finding(Kind.IBAN, match[0], is_hard=False)


def _address(text: str) -> Iterator[Finding]:
    for match in PATTERNS["postcode"].finditer(text):
        year, letters = int(match[0][:4]), match[0][-2:]
        if 1900 <= year < 2100 and letters.upper() in _SMALL_WORDS:
            continue
        after = PATTERNS["number_after"].match(text, match.end())
        before = PATTERNS["number_before"].search(text[max(0, match.start() - 14) : match.start()])
        if after:
            yield Finding(Kind.ADDRESS, match[0] + after[0], is_hard=True)
        elif before:
            yield Finding(Kind.ADDRESS, before[0][1:].lstrip() + match[0], is_hard=True)
    for match in PATTERNS["street"].finditer(text):
        yield Finding(Kind.ADDRESS, match[0], is_hard=False)


def _birth_date(text: str) -> Iterator[Finding]:
    for name in ("birth_date", "date_born"):
        for match in PATTERNS[name].finditer(text):
            yield Finding(Kind.BIRTH_DATE, match[0], is_hard=True)


def _plate(text: str) -> Iterator[Finding]:
    for match in PATTERNS["plate"].finditer(text):
        yield Finding(Kind.PLATE, match[0], is_hard=True)
    for match in PATTERNS["plate_word"].finditer(text):
        yield Finding(Kind.PLATE, match[1], is_hard=True)


def _names(text: str) -> Iterator[Finding]:
    for name in ("title", "relation", "called", "initials"):
        for match in PATTERNS[name].finditer(text):
            if match["name"] not in _NO_NAMES:
                yield Finding(Kind.NAME, match[0], is_hard=False)
    for match in PATTERNS["word"].finditer(text):
        if match[0] in _FIRST_NAMES:
            yield Finding(Kind.NAME, match[0], is_hard=False)


def without_identifying(_form: Any, field: Any) -> None:
    """Refuse, as a validator of a form, what surely belongs to one person."""
    hard = [finding for finding in find(field.data or "") if finding.is_hard]
    if hard:
        raise ValidationError(" ".join(finding.message for finding in hard))
