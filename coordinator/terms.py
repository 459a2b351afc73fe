"""The terms of agreements: what the passing of days does to them, and when one may be ended.

Tacit renewal: on the last day of a version to which nobody gave notice, the months of its renewal
are added to it; `ends_on` stays as it was signed. A notice names a day from which the agreement
does not hold any more, at least the term of notice after the day on which it is given.
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coordinator import clock, events, governance, planning, web
from coordinator.db import EVERYTHING, scoped_to, session
from coordinator.models import (
    Agreement,
    AgreementStatus,
    AgreementVersion,
    ChangeReason,
    Event,
    ObjectKind,
    Partner,
    Region,
    Renewal,
    Verb,
    VersionStatus,
)
from coordinator.planning import Because

A_DAY: Final = timedelta(days=1)


def after_months(day: date, months: int) -> date:
    """Return the same day so many months later; the last of a month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def renewed_until(version: AgreementVersion, today: date) -> date | None:
    """Return until when a version is renewed today; None when its last day is not there yet.

    Counted from the day that was signed, so that 31 January does not become 28 January.
    """
    last, months = version.renewed_until or version.ends_on, version.renewal_months
    if version.renewal is not Renewal.TACIT or not version.ends_on or not last or not months:
        return None
    if today < last or version.holds_until is not None:
        return None
    times = 1
    while after_months(version.ends_on, months * times) <= today:
        times += 1
    return after_months(version.ends_on, months * times)


def renew_due(today: date) -> int:
    """Renew what nobody gave notice to; return how many. In the session of one region."""
    due = session().scalars(
        select(AgreementVersion)
        .join(AgreementVersion.agreement)
        .where(
            AgreementVersion.status == VersionStatus.SIGNED,
            AgreementVersion.renewal == Renewal.TACIT,
            AgreementVersion.holds_until.is_(None),
            AgreementVersion.ends_on <= today,
            Agreement.status == AgreementStatus.SIGNED,
            Agreement.ended_on.is_(None),
        )
        .options(joinedload(AgreementVersion.agreement))
        .order_by(AgreementVersion.id)
    )
    count = 0
    for version in due.all():
        until = renewed_until(version, today)
        if until is None:
            continue
        governance.extend_seats(version.agreement_id, version.last_day or until, until)
        version.renewed_until = version.agreement.ends_on = until
        session().flush()
        events.record(Verb.RENEWED, version.agreement, by=None, result=until.isoformat())
        planning.replan(
            Because(
                ChangeReason.AGREEMENT_CHANGED,
                f"{version.title}, verlengd tot en met {web.day(until)}",
            )
        )
        count += 1
    return count


def do_due() -> int:
    """Do in every region what today asks of agreements; return how many changed.

    A command's work: each region in a transaction of its own.
    """
    today = clock.today()
    count = 0
    with scoped_to(EVERYTHING) as database:
        for region_id in database.scalars(select(Region.id).order_by(Region.id)).all():
            with scoped_to(region_id):
                count += renew_due(today) + governance.apply_due(today)
            database.commit()
    return count


# Notice.


def _signed(agreement: Agreement) -> list[AgreementVersion]:
    return list(
        session().scalars(
            select(AgreementVersion)
            .where(
                AgreementVersion.agreement_id == agreement.id,
                AgreementVersion.status == VersionStatus.SIGNED,
            )
            .order_by(AgreementVersion.number)
        )
    )


def notice_days(agreement: Agreement) -> int:
    """Return the term of notice of the version that holds, or of the newest that was signed."""
    signed = _signed(agreement)
    version = governance.version_on(signed, clock.today()) or (signed[-1] if signed else None)
    return (version.notice_days or 0) if version else 0


def latest_end(agreement: Agreement) -> date | None:
    """Return the latest last day that can be chosen; None when any day can.

    What has an end already can only end sooner. But an agreement that goes on by itself may get
    its own last day as its end, or one in its next term.
    """
    if agreement.ends_on is None:
        return None
    signed = _signed(agreement)
    if not signed or not goes_on(signed[-1]):
        return agreement.ends_on - A_DAY
    return after_months(agreement.ends_on, signed[-1].renewal_months or 0)


def goes_on(version: AgreementVersion) -> bool:
    """Whether a version is renewed by itself at its end: nobody gave notice."""
    return (
        version.renewal is Renewal.TACIT
        and bool(version.renewal_months)
        and version.holds_until is None
    )


def end_versions(agreement: Agreement, last: date) -> None:
    """Let every signed version hold no longer than a day."""
    for version in _signed(agreement):
        if version.last_day is None or last <= version.last_day:
            version.holds_until = last
        elif goes_on(version):  # it ends in its next term
            version.renewed_until = version.holds_until = last


def withdraw_open(agreement: Agreement) -> list[AgreementVersion]:
    """Take back what lies to be signed; return what that was."""
    taken = session().scalars(
        select(AgreementVersion).where(
            AgreementVersion.agreement_id == agreement.id,
            AgreementVersion.status == VersionStatus.TO_SIGN,
        )
    )
    found = list(taken)
    for version in found:
        governance.withdraw(version)
    return found


def notice_given_by(agreement: Agreement) -> Partner | None:
    """Return which party gave notice last, from the events; None when none did."""
    event = session().scalar(
        select(Event)
        .where(
            Event.object_kind == ObjectKind.AGREEMENT,
            Event.object_id == agreement.code,
            Event.verb == Verb.NOTICE_GIVEN,
        )
        .order_by(Event.number.desc())
        .limit(1)
    )
    if event is None:
        return None
    code = event.on_behalf_of.partition(":")[2]
    return session().scalar(select(Partner).where(Partner.code == code))
