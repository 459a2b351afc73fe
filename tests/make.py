"""Test data: plain functions with defaults. Use them inside `with inside(region):`."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from coordinator import clock
from coordinator.db import session
from coordinator.models import (
    Account,
    Agreement,
    AgreementStatus,
    Area,
    Domain,
    GovernanceRole,
    Grant,
    Handover,
    Level,
    Meeting,
    Partner,
    Region,
    RoleName,
    Scale,
    Seat,
    Signal,
    Source,
    Tafel,
)

_numbers = count(1)


def _add(row: Any) -> Any:
    session().add(row)
    session().flush()
    return row


def _of(region: Region | None) -> dict[str, int]:
    return {"region_id": region.id} if region else {}


def region(slug: str | None = None, name: str = "Regio Oeverland") -> Region:
    return _add(Region(slug=slug or f"regio-{next(_numbers)}", name=name))


def account(name: str = "Samira", email: str | None = None, **given: Any) -> Account:
    return _add(Account(name=name, email=email or f"mens{next(_numbers)}@voorbeeld.nl", **given))


def grant(
    account: Account,
    role: RoleName,
    region: Region,
    *,
    partner: Partner | None = None,
    tafel: Tafel | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Grant:
    return _add(
        Grant(
            account_id=account.id,
            role=role,
            region_id=region.id,
            partner_id=partner.id if partner else None,
            tafel_id=tafel.id if tafel else None,
            starts_on=starts_on or clock.today() - timedelta(days=30),
            ends_on=ends_on or clock.today() + timedelta(days=300),
        )
    )


def person(
    role: RoleName,
    region: Region,
    *,
    name: str | None = None,
    partner: Partner | None = None,
    tafel: Tafel | None = None,
) -> Account:
    """Return an account with one valid grant."""
    made = account(name or role.name.capitalize())
    grant(made, role, region, partner=partner, tafel=tafel)
    return made


def area(
    code: str = "G1", *, part_of: tuple[Area, ...] = (), region: Region | None = None, **given: Any
) -> Area:
    given = {"name": f"Gebied {code}", "scale": Scale.LOCAL, **given}
    return _add(Area(code=code, part_of=list(part_of), **given, **_of(region)))


def domain(code: str = "jeugd", name: str | None = None, region: Region | None = None) -> Domain:
    return _add(Domain(code=code, name=name or code.capitalize(), **_of(region)))


def partner(
    code: str = "lt1",
    *,
    domains: tuple[Domain, ...] = (),
    areas: tuple[Area, ...] = (),
    region: Region | None = None,
    **given: Any,
) -> Partner:
    given = {"name": f"Organisatie {code}", **given}
    row = Partner(code=code, domains=list(domains), working_areas=list(areas), **given)
    if region:
        row.region_id = region.id
    return _add(row)


def agreement(code: str = "A1", region: Region | None = None, **given: Any) -> Agreement:
    given = {"title": f"Afspraak {code}", "status": AgreementStatus.SIGNED, **given}
    return _add(Agreement(code=code, **given, **_of(region)))


def tafel(
    code: str,
    level: Level,
    area: Area,
    *,
    domains: tuple[Domain, ...] | None = None,
    agreement: Agreement | None = None,
    **given: Any,
) -> Tafel:
    """Return a table; without domains it deals with all of them."""
    given = {"name": f"Tafel {code}", **given}
    return _add(
        Tafel(
            code=code,
            level=level,
            area_id=area.id,
            all_domains=domains is None,
            domains=list(domains or ()),
            agreement_id=agreement.id if agreement else None,
            region_id=area.region_id,
            **given,
        )
    )


def meeting(tafel: Tafel, held_on: date, **given: Any) -> Meeting:
    return _add(Meeting(tafel_id=tafel.id, held_on=held_on, region_id=tafel.region_id, **given))


def role(code: str = "lid", region: Region | None = None, **given: Any) -> GovernanceRole:
    given = {"name": code.capitalize(), **given}
    return _add(GovernanceRole(code=code, **given, **_of(region)))


def seat(tafel: Tafel, partner: Partner, role: GovernanceRole, **given: Any) -> Seat:
    return _add(
        Seat(
            tafel_id=tafel.id,
            partner_id=partner.id,
            role_id=role.id,
            region_id=tafel.region_id,
            **given,
        )
    )


def handover(
    source: Tafel, target: Tafel, *, agreement: Agreement | None = None, **given: Any
) -> Handover:
    return _add(
        Handover(
            source_id=source.id,
            target_id=target.id,
            agreement_id=agreement.id if agreement else None,
            region_id=source.region_id,
            **given,
        )
    )


def signal(
    area: Area,
    domains: tuple[Domain, ...],
    *,
    title: str = "Hulp stopt op de achttiende verjaardag",
    partner: Partner | None = None,
    author: Account | None = None,
    given_on: date | None = None,
    **given: Any,
) -> Signal:
    """Return a signal without journeys; `planning.plan_new([signal])` gives it those."""
    given = {"source": Source.EXPERT, "description": "Niemand belde meer.", **given}
    return _add(
        Signal(
            code=f"sig{next(_numbers)}",
            given_on=given_on or clock.today(),
            title=title,
            area_id=area.id,
            area=area,
            domains=list(domains),
            partner=partner,
            author_id=author.id if author else None,
            region_id=area.region_id,
            **given,
        )
    )
