"""How an agreement ends; the journeys it touches are planned again."""

from dataclasses import replace
from datetime import date, timedelta

from coordinator import clock, events, planning, web
from coordinator.db import session
from coordinator.errors import Refused
from coordinator.models import Account, Agreement, AgreementStatus, ChangeReason, Verb
from coordinator.planning import Because, Consequence

A_DAY = timedelta(days=1)


def check_can_end(agreement: Agreement) -> None:
    """Refuse what does not hold or has ended already."""
    if agreement.ended_on is not None:
        raise Refused("Deze afspraak hoort niet meer bij het netwerk.")
    if agreement.status is not AgreementStatus.SIGNED:
        raise Refused("Alleen een afspraak die ondertekend is, kunt u beëindigen.")
    if agreement.ends_on is not None and agreement.ends_on < clock.today() - A_DAY:
        raise Refused(f"Deze afspraak is al geëindigd op {web.day(agreement.ends_on)}.")


def check_version(agreement: Agreement, version: str | None) -> None:
    """Refuse when somebody changed the agreement after the page was opened."""
    if version != str(agreement.version):
        raise Refused(
            "Iemand anders heeft deze afspraak intussen gewijzigd. "
            f"{end_words(agreement)} Bekijk opnieuw de gevolgen."
        )


def end_words(agreement: Agreement) -> str:
    """Return until when an agreement holds, as it stands now."""
    if agreement.ends_on is None:
        return "Zij heeft nu geen einddatum."
    return f"De laatste dag is nu {web.day(agreement.ends_on)}."


def last_day(agreement: Agreement, day: date, *, is_terminated: bool) -> date:
    """Return the last day on which an agreement holds; refuses a day that cannot be."""
    today = clock.today()
    if day < today - A_DAY or (is_terminated and day < today):
        raise Refused("Deze dag is al voorbij. Kies vandaag of een latere dag.", "day")
    last = day - A_DAY if is_terminated else day
    if agreement.starts_on is not None and last < agreement.starts_on:
        raise Refused(
            f"De afspraak begint pas op {web.day(agreement.starts_on)}. Kies een latere dag.",
            "day",
        )
    if agreement.ends_on is not None and last >= agreement.ends_on:
        raise Refused(
            f"De afspraak eindigt al op {web.day(agreement.ends_on)}. Kies een eerdere dag.", "day"
        )
    return last


def first_day_without(agreement: Agreement, day: date, *, is_terminated: bool) -> date:
    """Return the first day, today or later, on which an agreement that ends so does not hold."""
    last = last_day(agreement, day, is_terminated=is_terminated)
    return date.max if last == date.max else max(last + A_DAY, clock.today())


def end(
    agreement: Agreement, day: date, *, is_terminated: bool, version: str | None, by: Account
) -> int:
    """End an agreement; return how many journeys moved.

    One that was terminated before today gets that status; until then its end date closes it.
    """
    check_can_end(agreement)
    check_version(agreement, version)
    agreement.ends_on = last_day(agreement, day, is_terminated=is_terminated)
    if is_terminated and agreement.ends_on < clock.today():
        agreement.status = AgreementStatus.TERMINATED
    session().flush()
    events.record(Verb.AGREEMENT_ENDED, agreement, by=by, result=agreement.ends_on.isoformat())
    words = f"opgezegd per {web.day(day)}" if is_terminated else f"laatste dag {web.day(day)}"
    return planning.replan(Because(ChangeReason.AGREEMENT_ENDED, f"{agreement.title}, {words}"))


def consequences(agreement: Agreement, day: date, *, is_terminated: bool) -> list[Consequence]:
    """Return which journeys `end` would move; refuses what it would refuse."""
    last = last_day(agreement, day, is_terminated=is_terminated)
    is_over = is_terminated and last < clock.today()
    region = planning.planner().region
    changed = [
        replace(
            one,
            ends_on=last,
            status=AgreementStatus.TERMINATED if is_over else one.status,
        )
        if one.code == agreement.code
        else one
        for one in region.agreements
    ]
    return planning.consequences(replace(region, agreements=tuple(changed)))
