"""The people of the example: one account per role, with a password that is shown on the screen."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from coordinator.accounts import passwords
from coordinator.db import ScopedSession
from coordinator.models import Account, Grant, Partner, Region, RoleName, Tafel

PASSWORD: Final = "Zeven stoelen en een open raam"  # noqa: S105 (shown to everybody, example only)


@dataclass(frozen=True)
class Place:
    """One role of a person: in which region, at which partner or table."""

    role: RoleName
    region: str = "oeverland"
    partner: str = ""
    tafel: str = ""


@dataclass(frozen=True)
class Person:
    """One account of the example."""

    key: str
    name: str
    places: tuple[Place, ...]

    @property
    def email(self) -> str:
        """Return an address under a name that can never exist on the internet."""
        return f"{self.name.split()[0].lower()}@oeverland.example"


PEOPLE: Final = (
    Person("ervaringsdeskundige", "Naima Berrada", (Place(RoleName.EXPERT, partner="erv"),)),
    Person(
        "leercoordinator",
        "Samira Aksoy",
        (Place(RoleName.COORDINATOR), Place(RoleName.COORDINATOR, "zilverdal")),
    ),
    Person(
        "bestuurder",
        "Hettie Bruinsma",
        (Place(RoleName.BOARD_MEMBER, partner="gem-vel", tafel="S-JEU"),),
    ),
    Person(
        "tweede bestuurder",
        "Karim Azzouzi",
        (Place(RoleName.BOARD_MEMBER, partner="gem-lin", tafel="S-JEU"),),
    ),
    Person(
        "secretaris",
        "Bram Koelewijn",
        tuple(Place(RoleName.SECRETARY, tafel=code) for code in ("S-JEU", "B-JEU", "M-JEU")),
    ),
    Person("beleidsmedewerker", "Loes Terpstra", (Place(RoleName.POLICY_OFFICER, tafel="B-JEU"),)),
    Person("manager", "Elco Vriezen", (Place(RoleName.MANAGER, partner="ggz-j"),)),
    Person("professional", "Marloes Hendrikx", (Place(RoleName.PROFESSIONAL, partner="lt-vel"),)),
    Person("beheerder", "Tess Brandsma", (Place(RoleName.ADMINISTRATOR),)),
    Person("andere regio", "Pim Hartog", (Place(RoleName.COORDINATOR, "zilverdal"),)),
)


def make(database: ScopedSession, today: date) -> dict[str, Account]:
    """Make the accounts and their roles; return them by their key."""
    regions = {region.slug: region for region in database.scalars(select(Region))}
    made = {}
    for person in PEOPLE:
        passwords.check(PASSWORD, person.name, person.email)
        account = Account(
            name=person.name, email=person.email, password_hash=passwords.hashed(PASSWORD)
        )
        database.add(account)
        database.flush()
        for place in person.places:
            region = regions[place.region]
            database.add(
                Grant(
                    account_id=account.id,
                    role=place.role,
                    region_id=region.id,
                    partner_id=_find(database, Partner, place.partner, region),
                    tafel_id=_find(database, Tafel, place.tafel, region),
                    starts_on=today - timedelta(days=200),
                    ends_on=today + timedelta(days=165),
                )
            )
        made[person.key] = account
    database.flush()
    return made


def _find(
    database: ScopedSession, kind: type[Partner] | type[Tafel], code: str, region: Region
) -> int | None:
    """Return the id of a row by its code; None when no code is given."""
    if not code:
        return None
    return database.scalars(
        select(kind.id).where(kind.code == code, kind.region_id == region.id)
    ).one()
