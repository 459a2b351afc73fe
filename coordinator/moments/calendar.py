"""Leermomenten as a calendar file (RFC 5545); see docs/decisions/0007-calendar.md."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from coordinator import clock, outbox
from coordinator.models import LearningEvent
from coordinator.moments.booking import moment_of
from coordinator.moments.queries import Mine, is_cancelled, where_words

MIME_TYPE: Final = "text/calendar; charset=utf-8"
PRODUCT: Final = "-//Leernetwerk//Leermomenten//NL"
KEPT_FOR: Final = timedelta(days=60)
"""How long after its day a leermoment stays in the own calendar."""


def of_moment(moment: LearningEvent, joining: str = "") -> bytes:
    """Return one leermoment; `joining` says how to join online, for who has a place."""
    return _file([_entry(moment, joining)])


def of_person(found: Iterable[Mine], name: str) -> bytes:
    """Return the leermomenten of one person; what they only wait for is tentative."""
    entries = [_entry(one.moment, one.joining, is_tentative=bool(one.position)) for one in found]
    return _file(entries, name)


def _file(entries: Iterable[Event], name: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    calendar.add_component(_amsterdam())
    for entry in entries:
        calendar.add_component(entry)
    content: bytes = calendar.to_ical()
    return content


def _entry(moment: LearningEvent, joining: str, *, is_tentative: bool = False) -> Event:
    entry = Event()
    entry.add("uid", f"{moment.public_id}@leernetwerk")
    entry.add("sequence", moment.version - 1)
    entry.add("dtstamp", clock.now())
    entry.add("summary", moment.title)
    entry.add("dtstart", moment_of(moment.held_on, moment.begins))
    entry.add("dtend", moment_of(moment.held_on, moment.ends))
    entry.add("location", f"{where_words(moment)}: {joining}" if joining else where_words(moment))
    entry.add("url", outbox.link("moments.show", moment=moment.public_id))
    if is_cancelled(moment):
        entry.add("status", "CANCELLED")
    else:
        entry.add("status", "TENTATIVE" if is_tentative else "CONFIRMED")
    return entry


def _amsterdam() -> Timezone:
    """Return the time of the Netherlands by the rule of the European Union since 1996."""
    zone = Timezone()
    zone.add("tzid", clock.AMSTERDAM.key)
    hour = timedelta(hours=1)
    for part, starts, month, before, after, name in (
        (TimezoneDaylight(), datetime(1996, 3, 31, 2), 3, hour, 2 * hour, "CEST"),  # noqa: DTZ001 (local by definition)
        (TimezoneStandard(), datetime(1996, 10, 27, 3), 10, 2 * hour, hour, "CET"),  # noqa: DTZ001 (local by definition)
    ):
        part.add("dtstart", starts)
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("tzname", name)
        zone.add_component(part)
    return zone
