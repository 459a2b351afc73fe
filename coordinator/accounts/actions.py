"""What people do with accounts: sign in and out, invite, accept, give and end roles."""

import secrets
from datetime import date, timedelta
from typing import Final

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError

from coordinator import clock, events, outbox
from coordinator.access import AT_MOST, hash_token
from coordinator.accounts import passwords, queries
from coordinator.db import EVERYTHING, scoped_to, session
from coordinator.errors import Refused
from coordinator.labels import label
from coordinator.models import (
    Account,
    AccountLink,
    Grant,
    LinkKind,
    OnceKey,
    Region,
    RoleName,
    SignIn,
    SignInFailure,
    Verb,
)
from coordinator.proof import count_attempt, forget_attempts, key_of
from coordinator.settings import Settings
from coordinator.web import day

KEPT: Final = timedelta(days=1)
"""How long sign-ins, failures and links stay after they are over."""
LIFE_OF_LINK: Final = {
    LinkKind.INVITATION: timedelta(days=7),
    LinkKind.PASSWORD: timedelta(hours=1),
}
ROLE_WORDS: Final = {label(role).lower().replace("ö", "o"): role for role in RoleName}
"""The roles as they are written on the command line."""
PLACE: Final = {
    RoleName.ADMINISTRATOR: ("", ""),
    RoleName.COORDINATOR: ("", ""),
    RoleName.SECRETARY: ("may", "must"),
    RoleName.BOARD_MEMBER: ("either", "either"),
    RoleName.POLICY_OFFICER: ("either", "either"),
    RoleName.MANAGER: ("must", ""),
    RoleName.PROFESSIONAL: ("must", ""),
    RoleName.EXPERT: ("may", ""),
}
"""Whether a role is given at a partner, and at a table."""


def start(account: Account) -> str:
    """Begin a sign-in; return its token, which only the cookie keeps."""
    token = secrets.token_urlsafe(32)
    session().add(SignIn(account_id=account.id, token_hash=hash_token(token)))
    return token


def sign_in(email: str, password: str, address: str) -> str:
    """Check an e-mail address and password; return the token of the new sign-in."""
    keys = count_attempt("sign-in", email, address)
    account = queries.find_by_email(email)
    kept = account.password_hash if account else None
    session().rollback()  # nothing is held while the password is hashed
    if not passwords.matches(kept, password[: passwords.LONGEST]):
        raise Refused("Dit e-mailadres en wachtwoord horen niet bij elkaar. Kijk ze allebei na.")
    renewed = passwords.hashed(password) if passwords.is_outdated(kept or "") else None
    account = queries.find_by_email(email)
    if account is None or account.password_hash != kept:  # changed while we were hashing
        raise Refused("Uw wachtwoord is net gewijzigd. Probeer het opnieuw.")
    if renewed:
        account.password_hash = renewed
    forget_attempts(*keys)
    return start(account)


def sign_out(token: str) -> None:
    """End a sign-in; a copy of its cookie is worth nothing from now on."""
    found = session().scalar(select(SignIn).where(SignIn.token_hash == hash_token(token)))
    if found is not None and found.ended_at is None:
        found.ended_at = clock.now()


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _make_link(account: Account, kind: LinkKind) -> tuple[AccountLink, str]:
    """Make a link that works once, and end the earlier ones of this kind; return its address."""
    for link in queries.open_links(account):
        if link.kind == kind:
            link.used_at = clock.now()
    token = secrets.token_urlsafe(32)
    made = AccountLink(
        account_id=account.id,
        kind=kind,
        token_hash=hash_token(token),
        expires_at=clock.now() + LIFE_OF_LINK[kind],
    )
    session().add(made)
    session().flush()
    page = "accounts.accept" if kind == LinkKind.INVITATION else "accounts.reset"
    return made, outbox.link(page, token=token)


def send_invitation(account: Account, region: Region) -> str:
    """Mail somebody the link to choose a password; an earlier link is dead. Return the link."""
    if account.password_hash is not None:
        raise Refused(f"{account.name} heeft de uitnodiging al aangenomen.")
    link, url = _make_link(account, LinkKind.INVITATION)
    outbox.put(
        f"invitation-{link.id}",
        account.email,
        f"Uitnodiging voor het leernetwerk van {region.name}",
        "invitation",
        name=account.name,
        region=region.name,
        url=url,
        until=link.expires_at,
    )
    return url


def ask_new_password(email: str, address: str) -> None:
    """Mail a link for a new password, if the address is known; the asker sees no difference."""
    count_attempt("forgot", email, address)
    account = queries.find_by_email(email)
    if account is None:
        return
    if account.password_hash is None:
        outbox.put(
            f"not-accepted-{account.id}-{clock.now():%Y%m%d%H%M%S}",
            account.email,
            "Uw nieuwe wachtwoord voor het leernetwerk",
            "not_accepted",
            name=account.name,
        )
        return
    link, url = _make_link(account, LinkKind.PASSWORD)
    outbox.put(
        f"password-{link.id}",
        account.email,
        "Uw nieuwe wachtwoord voor het leernetwerk",
        "new_password",
        name=account.name,
        url=url,
        until=link.expires_at,
    )


def _set_password(account: Account, password: str) -> None:
    """Set a password; every sign-in and every open link of the account ends."""
    passwords.check(password, account.name, account.email)
    account.password_hash = passwords.hashed(password)
    for sign_in_ in queries.open_sign_ins(account):
        sign_in_.ended_at = clock.now()
    for link in queries.open_links(account):
        link.used_at = clock.now()
    failed = select(SignInFailure).where(
        SignInFailure.key == key_of("sign-in", "account", account.email)
    )
    for failure in session().scalars(failed):
        session().delete(failure)


def use_link(kind: LinkKind, token: str, password: str) -> str | None:
    """Set the password with a link from a mail, and sign in; None when the link is over."""
    link = queries.find_link(kind, hash_token(token), to_use=True)
    if link is None:
        return None
    _set_password(link.account, password)
    _tell_of_new_password(link.account, f"link-{link.id}")
    return start(link.account)


def change_password(account: Account, old: str, new: str, address: str) -> str:
    """Give somebody who is signed in another password; return the token of a new sign-in."""
    account_id, name, email, kept = account.id, account.name, account.email, account.password_hash
    passwords.check(new, name, email)
    keys = count_attempt("change", email, address)
    session().rollback()  # nothing is held while the password is hashed
    if not passwords.matches(kept, old[: passwords.LONGEST]):
        raise Refused("Dit is niet uw wachtwoord van nu.", "old_password")
    account = session().get_one(Account, account_id)
    _set_password(account, new)
    forget_attempts(*keys)
    token = start(account)
    _tell_of_new_password(account, f"change-{hash_token(token)[:16]}")
    return token


def _tell_of_new_password(account: Account, key: str) -> None:
    """Tell the owner, who may not be the one who did it."""
    outbox.put(
        f"password-set-{key}",
        account.email,
        "Uw wachtwoord voor het leernetwerk is gewijzigd",
        "password_set",
        name=account.name,
        url=outbox.link("accounts.forgot"),
    )


def a_year_after(start_on: date) -> date:
    """Return the same day a year later; of 29 February the 28th."""
    if (start_on.month, start_on.day) == (2, 29):
        return start_on.replace(year=start_on.year + 1, day=28)
    return start_on.replace(year=start_on.year + 1)


def check_grant(grant: Grant) -> None:
    """Refuse a grant at the wrong place, or for the wrong period."""
    partner, tafel = PLACE[grant.role]
    role = label(grant.role).lower()
    for given, wanted, field, what in (
        (grant.partner, partner, "partner", "organisatie"),
        (grant.tafel, tafel, "tafel", "tafel"),
    ):
        if wanted == "must" and given is None:
            raise Refused(f"Kies de {what} voor deze {role}.", field)
        if wanted == "" and given is not None:
            raise Refused(f"Bij een {role} hoort geen {what}. Maak dit veld leeg.", field)
    if partner == "either" and grant.partner is None and grant.tafel is None:
        raise Refused(f"Kies een organisatie of een tafel voor deze {role}.", "partner")
    if grant.starts_on < clock.today():
        raise Refused("Kies vandaag of een latere dag.", "starts_on")
    check_end(grant.starts_on, grant.ends_on)


def check_end(starts_on: date, ends_on: date) -> None:
    """Refuse an end before the start or today, or too far away."""
    earliest = max(starts_on, clock.today())
    latest = a_year_after(clock.today())
    if ends_on < earliest:
        raise Refused(f"Kies {day(earliest)} of een latere dag.", "ends_on")
    if ends_on > latest:
        raise Refused(
            f"Een rol duurt hooguit tot een jaar na vandaag: {day(latest)}. "
            "Daarna kunt u hem verlengen.",
            "ends_on",
        )


def _note(verb: Verb, grant: Grant, by: Account | None) -> None:
    events.record(verb, grant, by=by, result=f"{grant.role}:{grant.ends_on.isoformat()}")


def give_role(account: Account, grant: Grant, region: Region, by: Account | None) -> str:
    """Give somebody a role and mail that; return the invitation's link if one was needed."""
    check_grant(grant)
    grant.account_id, grant.region_id = account.id, region.id
    if same := queries.find_same_role(grant):
        raise Refused(
            f"{account.name} heeft deze rol al, van {day(same.starts_on)} tot en met "
            f"{day(same.ends_on)}. U kunt die rol verlengen.",
            "role",
        )
    grant.granted_by_id = by.id if by else None
    session().add(grant)
    session().flush()
    _note(Verb.ROLE_GIVEN, grant, by)
    if account.password_hash is None:
        return send_invitation(account, region)
    outbox.put(
        f"grant-{grant.id}",
        account.email,
        f"U hebt een nieuwe rol in het leernetwerk van {region.name}",
        "new_role",
        name=account.name,
        region=region.name,
        url=outbox.link("accounts.me"),
    )
    return ""


def invite(
    name: str, email: str, grant: Grant, region: Region, by: Account | None
) -> tuple[Account, str]:
    """Give a role to whoever has this address; make the account when there is none.

    Return the account, and the link of the invitation, if one was sent.
    """
    account = queries.find_by_email(email)
    if account is None:
        account = Account(name=name.strip(), email=email.strip().lower())
        try:
            with session().begin_nested():
                session().add(account)
        except IntegrityError as error:
            raise Refused(
                "Iemand anders nodigt dit adres op dit moment ook uit. Probeer het nog een keer.",
                "email",
            ) from error
    return account, give_role(account, grant, region, by)


def extend_grant(grant: Grant, ends_on: date, *, by: Account) -> None:
    """Give a role another last day; whoever does that gives it from then on."""
    if grant.ends_on < clock.today():
        raise Refused("Deze rol is voorbij. Geef de rol opnieuw.", "ends_on")
    check_end(grant.starts_on, ends_on)
    grant.ends_on = ends_on
    grant.granted_by_id = by.id
    _note(Verb.ROLE_EXTENDED, grant, by)


def end_grant(grant: Grant, *, by: Account, by_administrator: bool) -> None:
    """End a role at once: yesterday becomes its last day.

    A role that began today or would begin later never held: it gets that one day as well.
    """
    today = clock.today()
    if grant.ends_on < today:
        return
    is_held = grant.role == RoleName.COORDINATOR and grant.is_valid_on(today)
    if is_held and not by_administrator and not queries.coordinators_besides(grant, today):
        raise Refused(
            "Dit is de enige leercoördinator van de regio. Nodig eerst een tweede "
            "leercoördinator uit. Daarna kunt u deze rol beëindigen."
        )
    grant.ends_on = today - timedelta(days=1)
    grant.starts_on = min(grant.starts_on, grant.ends_on)
    _note(Verb.ROLE_ENDED, grant, by)


def forget_what_is_over() -> None:
    """Remove failures, links, sign-ins and one-time keys a day after they were of use.

    A command's work, in a transaction of its own.
    """
    before = clock.now() - KEPT
    with scoped_to(EVERYTHING) as database:
        for statement in (
            delete(SignInFailure).where(SignInFailure.failed_at < before),
            delete(AccountLink).where(
                or_(AccountLink.used_at < before, AccountLink.expires_at < before)
            ),
            delete(SignIn).where(
                or_(SignIn.ended_at < before, SignIn.started_at < before - AT_MOST)
            ),
            delete(OnceKey).where(OnceKey.used_at < before),
        ):
            database.execute(statement.execution_options(synchronize_session=False))
        database.commit()


# For the command line.


def first_steps() -> list[str]:
    """Return how to make the first account, when there is none."""
    with scoped_to(EVERYTHING) as database:
        is_empty = queries.is_empty()
        slugs = queries.region_slugs()
        database.rollback()  # the server starts next and must find nothing locked
    if not is_empty:
        return []
    lines = ["Er zijn nog geen accounts. Zo maakt u het eerste:"]
    if not slugs:
        lines.append("  coordinator region import PAKKET --region KORTE-NAAM --name NAAM")
    lines.append(
        "  coordinator account invite E-MAILADRES --name NAAM --role leercoordinator "
        f"--region {slugs[0] if slugs else 'KORTE-NAAM'}"
    )
    return lines


def invite_by_command(
    email: str, name: str, role: str, slug: str, partner: str, tafel: str, ends_on: date | None
) -> list[str]:
    """Invite somebody from the command line, in a transaction of its own; return what to say."""
    with (
        current_app.test_request_context(base_url=_settings().base_url),
        scoped_to(EVERYTHING) as database,
    ):
        region = queries.find_region(slug)
        if region is None:
            known = ", ".join(queries.region_slugs()) or "nog geen"
            raise Refused(f"De regio {slug} bestaat niet. Regio's: {known}.")
        grant = Grant(
            role=ROLE_WORDS[role],
            partner=queries.find_partner(partner, region.id),
            tafel=queries.find_tafel(tafel, region.id),
            starts_on=clock.today(),
            ends_on=ends_on or a_year_after(clock.today()),
        )
        for code, found in ((partner, grant.partner), (tafel, grant.tafel)):
            if code and found is None:
                raise Refused(f"De regio {slug} heeft geen organisatie of tafel met code {code}.")
        try:
            address = validate_email(email, check_deliverability=False).normalized
        except EmailNotValidError as error:
            raise Refused(f"{email} is geen e-mailadres.") from error
        account, link = invite(name, address, grant, region, by=None)
        database.commit()
        if not link:
            return [
                f"{account.name} heeft al een account. De rol staat erbij; de mail staat klaar."
            ]
        return [
            f"De uitnodiging voor {account.name} staat klaar als mail.",
            f"De link, die één keer werkt en zeven dagen: {link}",
        ]


def list_accounts() -> list[str]:
    """Return a line for every account: address, name, whether accepted, and roles."""
    with scoped_to(EVERYTHING):
        return [
            f"{account.email}  {account.name}  "
            f"{'aangenomen' if account.password_hash else 'uitgenodigd'}  "
            + "; ".join(
                f"{label(grant.role)} in {grant.region.slug} tot en met {grant.ends_on}"
                for grant in account.grants
            )
            for account in queries.accounts()
        ]
