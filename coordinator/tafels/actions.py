"""What is done to the calendar of a table; each change plans the journeys it touches again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

import network.region as pure
from coordinator import clock, effects, events, planning, web
from coordinator.db import session
from coordinator.errors import Refused
from coordinator.models import Account, ChangeReason, Meeting, MeetingStatus, Tafel, Verb
from coordinator.planning import Because, Consequence
from coordinator.tafels import queries


def check_can_change(meeting: Meeting) -> None:
    """Refuse what cannot be moved or cancelled any more."""
    when = web.day(meeting.held_on)
    if meeting.ended_on is not None or meeting.status is MeetingStatus.CANCELLED:
        raise Refused(f"De vergadering van {when} gaat al niet door.")
    if meeting.held_on < clock.today():
        raise Refused(f"De vergadering van {when} is al geweest.")
    if meeting.closed_at is not None:
        raise Refused(f"De vergadering van {when} is al afgesloten.")
    if queries.has_outcomes(meeting):
        raise Refused(
            f"Van de vergadering van {when} is al iets vastgelegd. U kunt haar niet meer wijzigen."
        )


def check_version(meeting: Meeting, version: str | None) -> None:
    """Refuse when somebody changed the meeting after the page was opened."""
    if version != str(meeting.version):
        raise Refused(
            "Iemand anders heeft deze vergadering intussen gewijzigd. Zij staat nu op "
            f"{words(meeting.held_on, meeting.time, meeting.location)}. Klopt uw wijziging nog? "
            "Bekijk dan opnieuw de gevolgen."
        )


def words(held_on: date, at: str, location: str) -> str:
    """Return "donderdag 14 januari 2027, 10.00 uur, Oeverdam"."""
    parts = [web.weekday(held_on), f"{at.replace(':', '.')} uur" if at else "", location]
    return ", ".join(part for part in parts if part)


def closing_words(tafel: Tafel, day: date) -> str:
    """Return until when something can be handed in for a meeting on a day."""
    closes_on = day - timedelta(days=tafel.submission_days)
    if closes_on < clock.today():
        return "Let op: aanleveren kan dan niet meer. De laatste dag is al voorbij."
    return f"Aanleveren kan dan tot en met {web.day(closes_on)}."


def _check_day(tafel: Tafel, day: date) -> None:
    if day < clock.today():
        raise Refused("Kies vandaag of een latere dag.", "held_on")
    if day.year > clock.today().year + 10:
        raise Refused("Deze dag ligt meer dan tien jaar vooruit. Klopt het jaar?", "held_on")
    there = queries.meeting_on(tafel, day)
    if there is not None and not _may_be_taken_over(there):
        raise Refused(
            f"{tafel.name} vergadert al op {web.day(day)}. "
            "Een tafel vergadert één keer per dag. Kies een andere dag.",
            "held_on",
        )


def _may_be_taken_over(meeting: Meeting) -> bool:
    """Whether a day is free although a meeting stood there: it was cancelled or is ended."""
    is_off = meeting.status is MeetingStatus.CANCELLED or meeting.ended_on is not None
    return is_off and meeting.closed_at is None


def at_words(time: time | None) -> str:
    """Return 10.00 hours as "10:00", the way it is kept."""
    return f"{time:%H:%M}" if time else ""


def _place(tafel: Tafel, day: date, time: time | None, location: str) -> Meeting:
    """Put a meeting on a free day; a cancelled one that stood there is taken over."""
    meeting = queries.meeting_on(tafel, day)
    if meeting is None:
        meeting = Meeting(tafel_id=tafel.id, held_on=day)
        session().add(meeting)
    meeting.status = MeetingStatus.PLANNED
    meeting.ended_on = None
    meeting.time = at_words(time)
    meeting.location = location
    return meeting


def _note(verb: Verb, meeting: Meeting, by: Account) -> None:
    events.record(
        verb, meeting, by=by, result=meeting.held_on.isoformat(), tafel_id=meeting.tafel_id
    )


def add_meeting(tafel: Tafel, day: date, time: time | None, location: str, *, by: Account) -> int:
    """Add a meeting; return how many journeys it moved."""
    _check_day(tafel, day)
    meeting = _place(tafel, day, time, location)
    session().flush()
    _note(Verb.MEETING_ADDED, meeting, by)
    return planning.replan(Because(ChangeReason.MEETING_ADDED, f"{tafel.name}, {web.day(day)}"))


def move_meeting(
    meeting: Meeting,
    day: date,
    time: time | None,
    location: str,
    reason: str,
    version: str | None,
    *,
    by: Account,
) -> int:
    """Move a meeting to another day, time or place; return how many journeys moved."""
    check_can_change(meeting)
    check_version(meeting, version)
    before = meeting.held_on
    if day != before:
        _check_day(meeting.tafel, day)
        if queries.meeting_on(meeting.tafel, day) is None:
            meeting.held_on = day
        else:
            meeting.status = MeetingStatus.CANCELLED
            session().flush()
            _note(Verb.MEETING_CANCELLED, meeting, by)
            meeting = _place(meeting.tafel, day, time, location)
    meeting.time = at_words(time)
    meeting.location = location
    session().flush()
    _note(Verb.MEETING_MOVED, meeting, by)
    if day == before:
        return 0
    tafel = session().get_one(Tafel, meeting.tafel_id)
    subject = f"{tafel.name}, van {web.day(before)} naar {web.day(day)}"
    return planning.replan(Because(ChangeReason.MEETING_MOVED, _with_reason(subject, reason)))


def cancel_meeting(meeting: Meeting, reason: str, version: str | None, *, by: Account) -> int:
    """Let a meeting not go on; return how many journeys moved."""
    check_can_change(meeting)
    check_version(meeting, version)
    meeting.status = MeetingStatus.CANCELLED
    session().flush()
    _note(Verb.MEETING_CANCELLED, meeting, by)
    subject = f"{meeting.tafel.name}, {web.day(meeting.held_on)}"
    return planning.replan(Because(ChangeReason.MEETING_CANCELLED, _with_reason(subject, reason)))


def _with_reason(subject: str, reason: str) -> str:
    return f"{subject}: {reason.strip()}" if reason.strip() else subject


# The terms of a table.


def terms_words(submission_days: int, feedback_days: int) -> str:
    """Return "aanleveren tot en met 14 dagen voor de vergadering, antwoord binnen 28 dagen"."""
    before = {
        0: "de dag van de vergadering zelf",
        1: "de dag voor de vergadering",
    }.get(submission_days, f"{submission_days} dagen voor de vergadering")
    after = {0: "op de dag zelf", 1: "binnen 1 dag"}.get(
        feedback_days, f"binnen {feedback_days} dagen"
    )
    return f"aanleveren tot en met {before}, antwoord {after}"


def check_terms(tafel: Tafel, submission_days: int, feedback_days: int) -> None:
    """Refuse what changes nothing, or a table that is gone."""
    check_is_there(tafel)
    if (submission_days, feedback_days) == (tafel.submission_days, tafel.feedback_days):
        raise Refused(
            "Dit zijn de termijnen van nu. Vul een ander aantal dagen in.", "submission_days"
        )


def check_is_there(tafel: Tafel) -> None:
    """Refuse a table that has ended."""
    if tafel.ended_on is not None:
        raise Refused(f"{tafel.name} is er niet meer sinds {web.day(tafel.ended_on)}.")


def edit_terms(
    tafel: Tafel, submission_days: int, feedback_days: int, version: str | None, *, by: Account
) -> int:
    """Change until when a table takes something in and when it answers; return what moved.

    It works from today on: a meeting that could not be made any more stays missed.
    """
    if version != str(tafel.version):
        now = terms_words(tafel.submission_days, tafel.feedback_days)
        raise Refused(
            f"Iemand anders heeft deze tafel intussen gewijzigd. Nu geldt: {now}. Uw eigen "
            "getallen staan er nog. Kloppen zij nog? Bekijk dan opnieuw de gevolgen."
        )
    check_terms(tafel, submission_days, feedback_days)
    parts = [
        f"{name} van {before} naar {after} {'dag' if after == 1 else 'dagen'}"
        for name, before, after in (
            ("aanlevertermijn", tafel.submission_days, submission_days),
            ("terugkoppeltermijn", tafel.feedback_days, feedback_days),
        )
        if before != after
    ]
    tafel.submission_days, tafel.feedback_days = submission_days, feedback_days
    session().flush()
    events.record(
        Verb.TERMS_CHANGED,
        tafel,
        by=by,
        result=f"{submission_days}/{feedback_days}",
        tafel_id=tafel.id,
    )
    subject = f"{tafel.name}, {web.enumerate_words(parts)}"
    return planning.replan(Because(ChangeReason.REGION_UPDATED, subject), from_today=True)


# What would happen.


def terms_change(tafel: Tafel, submission_days: int, feedback_days: int) -> effects.Change:
    """Return what `edit_terms` would change in the network."""

    def after(region: pure.Region) -> pure.Region:
        changed = replace(
            region.tafels_by_code[tafel.code],
            submission_days=submission_days,
            feedback_days=feedback_days,
        )
        return region.changed(
            tafels=(changed if one.code == tafel.code else one for one in region.tafels)
        )

    return effects.Change(
        ("terms", tafel.code, submission_days, feedback_days), "Met deze termijn", after, ()
    )


def consequences_of_terms(change: effects.Change) -> list[Consequence]:
    """Return which journeys `edit_terms` would move."""
    return planning.consequences(change.after(planning.planner().region), from_today=True)


def consequences_of_move(meeting: Meeting, day: date) -> list[Consequence]:
    """Return which journeys `move_meeting` would move; refuses what it would refuse."""
    if day == meeting.held_on:
        return []
    _check_day(meeting.tafel, day)

    def change(meetings: list[pure.Meeting]) -> list[pure.Meeting]:
        others = [m for m in meetings if m.on not in (day, meeting.held_on)]
        return [*others, pure.Meeting(meeting.tafel.code, day)]

    return _consequences(meeting.tafel, change)


def consequences_of_cancelling(meeting: Meeting) -> list[Consequence]:
    """Return which journeys `cancel_meeting` would move."""
    return _consequences(
        meeting.tafel, lambda meetings: [m for m in meetings if m.on != meeting.held_on]
    )


def _consequences(
    tafel: Tafel, change: Callable[[list[pure.Meeting]], list[pure.Meeting]]
) -> list[Consequence]:
    region = planning.planner().region
    own = [m for m in region.meetings if m.tafel == tafel.code]
    others = [m for m in region.meetings if m.tafel != tafel.code]
    return planning.consequences(replace(region, meetings=(*others, *change(own))))
