"""Draw a small network by hand, in a few words.

Days are numbers: day 0 is Friday 1 January 2027. The first letter of a table gives its level:
U uitvoering, M management, B beleid, S bestuur. All is about domain `jeugd`, area `G1`, which is
part of both RR and VR; G2 is part of RR only. Unless told otherwise a table serves RR, takes every
domain and closes on the day of its meeting.

    tafels     "U1 B1:7 S1=A1 K1/U/open B2@VR B3#jeugd"   code:days=agreement@area#domains
    meetings   "U1 3 8 20x; B1 12"                         x is cancelled
    handovers  "U1>B1 U1>B2+2=A1#jeugd"                    +processing days
    seats      "p@U1 p@U2/5-9 p@B1/5-"                     from-to
    agreements "A1 A2/5-20 A3?"                            from-to; ? is not signed yet
"""

import re
from datetime import date, timedelta

from network.region import (
    Agreement,
    AgreementStatus,
    Area,
    Domain,
    Handover,
    Level,
    Meeting,
    MeetingStatus,
    Partner,
    Region,
    Role,
    Scale,
    Seat,
    Signal,
    Tafel,
)

LEVELS = {"U": Level.PRACTICE, "M": Level.MANAGEMENT, "B": Level.POLICY, "S": Level.BOARD}
AREAS = (
    Area("NL", "Nederland", Scale.NATIONAL),
    Area("RR", "Rivierenrand", Scale.REGIONAL, part_of=("NL",)),
    Area("VR", "Veiligheidsregio", Scale.REGIONAL, part_of=("NL",)),
    Area("G1", "Oeverdam", Scale.LOCAL, part_of=("RR", "VR")),
    Area("G2", "Heerenwaard", Scale.LOCAL, part_of=("RR",)),
)


def day(number):
    return date(2027, 1, 1) + timedelta(days=number)


def days(route):
    """The meetings of a route as day numbers."""
    return [(on - day(0)).days for on in route.meetings]


def _bounds(text):
    if not text:
        return None, None
    first, last = text.split("-")
    return (day(int(first)) if first else None), (day(int(last)) if last else None)


def _domains(text):
    return frozenset(text.split("|")) if text else None


def tafel(text):
    found = re.fullmatch(
        r"(\w+)(?:/([UMBS]))?(/open)?(?::(\d+))?(?:=(\w+))?(?:@(\w+))?(?:#(\S+))?", text
    )
    code, level, is_open, lead, agreement, area, domains = found.groups()
    return Tafel(
        code,
        f"Tafel {code}",
        LEVELS[level or code[0]],
        area or "RR",
        _domains(domains),
        int(lead or 0),
        is_open=bool(is_open),
        agreement=agreement,
    )


def meetings(text):
    for line in filter(str.strip, text.split(";")):
        code, *numbers = line.split()
        for number in numbers:
            status = MeetingStatus.CANCELLED if "x" in number else MeetingStatus.PLANNED
            yield Meeting(code, day(int(number.rstrip("x"))), status=status)


def handover(text):
    found = re.fullmatch(r"(\w+)>(\w+)(?:\+(\d+))?(?:=(\w+))?(?:#(\S+))?", text)
    source, target, processing, agreement, domains = found.groups()
    return Handover(source, target, _domains(domains), int(processing or 0), agreement)


def seat(text):
    found = re.fullmatch(r"(\w+)@(\w+)(?:/(\d*-\d*))?", text)
    partner, code, bounds = found.groups()
    return Seat(code, partner, "lid", "", None, *_bounds(bounds))


def agreement(text):
    found = re.fullmatch(r"(\w+)(\?)?(?:/(\d*-\d*))?", text)
    code, is_draft, bounds = found.groups()
    status = AgreementStatus.DRAFT if is_draft else AgreementStatus.SIGNED
    return Agreement(code, f"Afspraak {code}", "", (), status, *_bounds(bounds))


def network(tafels, calendar="", handovers="", seats="", agreements="", signals=(), areas=AREAS):
    """Give the region that is drawn; partners p and q work in RR."""
    return Region(
        areas=tuple(areas),
        domains=(Domain("jeugd", "Jeugd"), Domain("wonen", "Wonen")),
        partners=tuple(
            Partner(code, code, "", frozenset({"jeugd", "wonen"}), ("RR",)) for code in "pq"
        ),
        agreements=tuple(map(agreement, agreements.split())),
        tafels=tuple(map(tafel, tafels.split())),
        meetings=tuple(meetings(calendar)),
        roles=(Role("lid", "Lid"),),
        seats=tuple(map(seat, seats.split())),
        handovers=tuple(map(handover, handovers.split())),
        signals=tuple(signals),
    )


def signal(code="s1", on=0, partner="p", area="G1", domains="jeugd"):
    return Signal(code, day(on), partner, area, _domains(domains), title="Titel")
