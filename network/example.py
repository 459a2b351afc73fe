"""A region of four tables, small enough to work out by hand; the examples in docstrings use it.

    lt1 (jeugd)  sits at U1 (Anna) and, from 2027 on, at U2 (Bram)
    U1 --> B1 --> S1    the second step rests on A1, which has not been signed yet
    U2 --> B1           only for jeugd

>>> [tafel.code for tafel in TINY.tafels]
['B1', 'S1', 'U1', 'U2']
"""

from datetime import date

from network.region import (
    Agreement,
    Area,
    Domain,
    Handover,
    Level,
    Meeting,
    Partner,
    Region,
    Role,
    Scale,
    Seat,
    Signal,
    Tafel,
)

JEUGD = frozenset({"jeugd"})
TINY = Region(
    areas=(Area("G1", "Oeverdam", Scale.LOCAL),),
    domains=(Domain("jeugd", "Jeugd"),),
    partners=(Partner("lt1", "Lokaal team", "", JEUGD, ("G1",)),),
    agreements=(Agreement("A1", "Convenant"),),
    tafels=(
        Tafel("U1", "Overleg", Level.PRACTICE, "G1"),
        Tafel("U2", "Tweede overleg", Level.PRACTICE, "G1"),
        Tafel("B1", "Beleidstafel", Level.POLICY, "G1", submission_days=7),
        Tafel("S1", "Bestuurstafel", Level.BOARD, "G1"),
    ),
    meetings=(
        Meeting("U1", date(2026, 12, 8)),
        Meeting("U2", date(2027, 1, 5)),
        Meeting("B1", date(2026, 12, 14)),
        Meeting("B1", date(2026, 12, 17)),
        Meeting("S1", date(2027, 1, 14)),
    ),
    roles=(Role("lid", "Lid"),),
    seats=(
        Seat("U1", "lt1", "lid", "Anna"),
        Seat("U2", "lt1", "lid", "Bram", starts_on=date(2027, 1, 1)),
    ),
    handovers=(
        Handover("U1", "B1"),
        Handover("U2", "B1", JEUGD),
        Handover("B1", "S1", agreement="A1"),
    ),
    signals=(Signal("s1", date(2026, 12, 1), "lt1", "G1", JEUGD, title="Te laat gehoord"),),
)
