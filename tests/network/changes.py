"""Random changes of a region, of every kind that the network knows."""

from dataclasses import replace

from network.effect import (
    with_agreement,
    with_handover,
    with_meeting,
    with_seat,
    with_submission_days,
    without_person,
    without_seat,
    without_tafel,
)
from network.region import (
    AgreementStatus,
    Area,
    Domain,
    Handover,
    Level,
    Meeting,
    Scale,
    Seat,
    Tafel,
)
from tests.network.draw import day


def _agreement(region, rng):
    code = rng.choice(region.agreements).code
    if rng.random() < 0.5:
        return with_agreement(region, code, status=rng.choice(list(AgreementStatus)))
    first, last = sorted(rng.sample(range(34), 2))
    dates = rng.choice([(day(first), day(last)), (None, day(last)), (day(first), None)])
    return with_agreement(region, code, AgreementStatus.SIGNED, dates)


def _stopped(region, rng):
    return without_tafel(region, rng.choice(region.tafels).code, day(rng.randint(-1, 30)))


def _vacated(region, rng):
    if not region.seats:
        return region
    seat = rng.choice(region.seats)
    return without_seat(region, seat, rng.choice([None, day(rng.randint(0, 30))]))


def _ill(region, rng):
    persons = sorted({seat.person for seat in region.seats} - {""})
    if not persons:
        return region
    first = rng.randint(0, 25)
    until = rng.choice([None, day(first + rng.randint(0, 20))])
    return without_person(region, rng.choice(persons), day(first), until)


def _seated(region, rng):
    first = rng.choice([None, day(rng.randint(0, 20))])
    tafel, partner = rng.choice(region.tafels).code, rng.choice(region.partners).code
    return with_seat(region, Seat(tafel, partner, "lid", rng.choice(["", "Anna"]), None, first))


def _handed(region, rng):
    a, b = sorted(rng.choices(region.tafels, k=2), key=lambda t: t.level.rank)
    domains = rng.choice([None, frozenset({"wonen"})])
    agreement = rng.choice([None, rng.choice(region.agreements).code])
    return with_handover(region, Handover(a.code, b.code, domains, rng.choice([0, 2]), agreement))


def _closed(region, rng):
    if not region.handovers:
        return region
    gone = rng.randrange(len(region.handovers))
    return region.changed(handovers=(h for n, h in enumerate(region.handovers) if n != gone))


def _met(region, rng):
    on = day(rng.randint(1, 34))
    held = [m for m in region.meetings if m.on != on]
    if not held or rng.random() < 0.5:
        return with_meeting(region, Meeting(rng.choice(region.tafels).code, on))
    moved = rng.choice(held)
    return with_meeting(region, replace(moved, on=on), moved.on)


def _hurried(region, rng):
    return with_submission_days(region, rng.choice(region.tafels).code, rng.choice([0, 1, 5]))


def _new_tafel(region, rng):
    old = rng.choice(region.tafels)
    code = rng.choice(["0", "M", "zz"])
    if code in region.tafels_by_code:
        return region
    tafel = Tafel(code, code, old.level, rng.choice(region.areas).code, old.domains)
    meetings = [Meeting(code, day(n)) for n in rng.sample(range(34), 3)]
    return region.changed(tafels=(*region.tafels, tafel), meetings=(*region.meetings, *meetings))


def _gone_tafel(region, rng):
    if len(region.tafels) == 1:
        return region
    code = rng.choice(region.tafels).code
    return region.changed(
        tafels=(t for t in region.tafels if t.code != code),
        meetings=(m for m in region.meetings if m.tafel != code),
        seats=(s for s in region.seats if s.tafel != code),
        handovers=(h for h in region.handovers if code not in (h.source, h.target)),
    )


def _other_tafel(region, rng):
    tafel = rng.choice(region.tafels)
    other = rng.choice(
        [
            replace(tafel, is_open=not tafel.is_open),
            replace(tafel, level=rng.choice(list(Level))),
            replace(tafel, area=rng.choice(region.areas).code),
            replace(tafel, domains=rng.choice([None, frozenset({"jeugd"})])),
            replace(tafel, agreement=rng.choice([None, rng.choice(region.agreements).code])),
        ]
    )
    return region.changed(tafels=(other if t is tafel else t for t in region.tafels))


def _other_partner(region, rng):
    partner = rng.choice(region.partners)
    other = rng.choice(
        [
            replace(partner, domains=frozenset({"wonen"})),
            replace(partner, working_areas=(rng.choice(region.areas).code,)),
        ]
    )
    return region.changed(partners=(other if p is partner else p for p in region.partners))


def _other_ground(region, rng):
    if rng.random() < 0.5 and "cultuur" not in region.domains_by_code:
        return region.changed(domains=(*region.domains, Domain("cultuur", "Cultuur")))
    if "G0" in region.areas_by_code:
        return (
            region.changed(areas=(a for a in region.areas if a.code != "G0"))
            if not any(t.area == "G0" for t in region.tafels)
            and not any("G0" in p.working_areas for p in region.partners)
            else region
        )
    area = Area("G0", "Nieuwdam", Scale.LOCAL, part_of=(rng.choice(["RR", "VR", "G2"]),))
    return region.changed(areas=(*region.areas, area))


KINDS = {
    "an agreement": _agreement,
    "a table that stops": _stopped,
    "a seat vacated": _vacated,
    "a person away": _ill,
    "a seat more": _seated,
    "a hand-over more": _handed,
    "a hand-over closed": _closed,
    "a meeting": _met,
    "a submission lead": _hurried,
    "a table more": _new_tafel,
    "a table less": _gone_tafel,
    "another table": _other_tafel,
    "another partner": _other_partner,
    "another ground": _other_ground,
}


def named(region, rng):
    """The region with a person on most of its seats."""
    seats = [replace(s, person=rng.choice(["Anna", "Anna", "Bram", ""])) for s in region.seats]
    return region.changed(seats=seats)
