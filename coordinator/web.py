"""Shared by all slices: base form, rendering, paging, Dutch dates, one-time keys, headers."""

import re
import secrets
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Any, Final
from urllib.parse import quote, urlencode

from flask import Flask, Response, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy import Select, func
from sqlalchemy.exc import IntegrityError
from wtforms import (
    DateField,
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are of 3.2
from wtforms.validators import Length
from wtforms.widgets import TextInput

from coordinator import clock
from coordinator.db import SAFE_METHODS, db
from coordinator.errors import Refused
from coordinator.labels import label
from coordinator.models import OnceKey

MONTHS: Final = (
    "januari februari maart april mei juni juli augustus september oktober november december"
).split()
MONTHS_SHORT: Final = "jan feb mrt apr mei jun jul aug sep okt nov dec".split()
WEEKDAYS: Final = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"]
PER_PAGE: Final = 25
MOST_EUROS: Final = 2_000_000_000
"""What fits in a whole number of either database."""

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), camera=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), payment=(), usb=()",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}


def day(value: date | None) -> str:
    """Return "12 november 2026"."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}" if value else ""


def period_words(starts_on: date | None, ends_on: date | None) -> str:
    """Return "van 1 maart 2027 tot en met 3 april 2027", or what is known of it."""
    if starts_on and ends_on:
        return f"van {day(starts_on)} tot en met {day(ends_on)}"
    if starts_on:
        return f"vanaf {day(starts_on)}"
    return f"tot en met {day(ends_on)}" if ends_on else "zonder einddatum"


def day_without_year(value: date) -> str:
    """Return "12 november", with the year when it is far away."""
    text = f"{value.day} {MONTHS[value.month - 1]}"
    near = -60 <= (value - clock.today()).days <= 300
    return text if near else f"{text} {value.year}"


def day_short(value: date | None) -> str:
    """Return "12 nov", with the year when it is not this year's or the next twelve months'."""
    if value is None:
        return ""
    text = f"{value.day} {MONTHS_SHORT[value.month - 1]}"
    near = -60 <= (value - clock.today()).days <= 300
    return text if near else f"{text} {value.year}"


def weekday(value: date | None) -> str:
    """Return "donderdag 12 november 2026"."""
    return f"{WEEKDAYS[value.weekday()]} {day(value)}" if value else ""


def moment(value: datetime | None) -> str:
    """Return "12 november 2026, 14.05 uur" in Dutch time."""
    if value is None:
        return ""
    local = value.astimezone(clock.AMSTERDAM)
    return f"{day(local.date())}, {local:%H.%M} uur"


def number(value: int) -> str:
    """Return 13785 as "13.785"."""
    return f"{value:,}".replace(",", ".")


def euros(value: int) -> str:
    """Return 13785 as "€ 13.785"."""
    return f"€\u00a0{number(value)}"


def enumerate_words(words: Sequence[str]) -> str:
    """Return "jeugd, onderwijs en veiligheid"; "jeugd en gezin, en wonen" has a comma before it."""
    *first, last = words
    if not first:
        return last
    comma = "," if any(" en " in word for word in words) else ""
    return f"{', '.join(first)}{comma} en {last}"


@dataclass(frozen=True)
class FormError:
    """One line of the error summary: the field to go to and what to do there."""

    field_id: str
    message: str


def new_once_key() -> str:
    """Return a key that lets a form be handled once."""
    return secrets.token_urlsafe(24)


_NOT_TO_READ: Final = dict.fromkeys(
    (
        *(number for number in range(32) if chr(number) not in "\t\n\r"),
        *range(0x7F, 0xA0),
        *range(0x202A, 0x202F),  # these turn the direction of what comes after them
        *range(0x2066, 0x206A),
        0xFFFE,
        0xFFFF,
    )
)


def readable(text: Any) -> Any:
    """Return a text without what nobody sees and what databases and packages refuse."""
    return text.translate(_NOT_TO_READ) if isinstance(text, str) else text


class Form(FlaskForm):
    """Base of all forms: Dutch messages, readable texts, a one-time key, errors for the summary."""

    class Meta(FlaskForm.Meta):
        locales = ("nl",)

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            """Take out of each typed text what nobody can read; of a password nothing."""
            kind = unbound_field.field_class
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                own = unbound_field.kwargs.get("filters", ())
                options = {**options, "filters": [readable, *own]}
            return super().bind_field(form, unbound_field, options)

    once = HiddenField(default=new_once_key)

    @property
    def is_unfinished(self) -> bool:
        """Whether it was sent to see more of itself, not to be handled; see `choosing`."""
        return False

    def refuse(self, refused: Refused) -> None:
        """Show a rule's refusal at its field, or above the form."""
        if refused.field:
            field: Field = self[refused.field]
            field.errors = [*field.errors, refused.message]
        else:
            self.form_errors.append(refused.message)

    def name_leervraag(self) -> None:
        """Say leervraag for signaal wherever the form speaks: what travels is a leervraag."""
        for field in self:
            field.label.text = called(field.label.text)
            field.description = called(field.description)
            field.errors = [called(error) for error in field.errors]
            if isinstance(field, RadioField):
                field.choices = [_called_choice(choice) for choice in field.choices or ()]
        self.form_errors[:] = map(called, self.form_errors)

    def summary(self) -> list[FormError]:
        """Return all errors in the order of the fields."""
        errors = [FormError("", message) for message in self.form_errors]
        for field in self:
            if field.errors:
                errors.append(FormError(field.id, _first(field.errors)))
        return errors


def _first(errors: Any) -> str:
    """Return the first message; the errors of a compound field are lists or dicts of errors."""
    while not isinstance(errors, str):
        parts = errors.values() if isinstance(errors, dict) else errors
        errors = next(part for part in parts if part)
    return errors


def tidy(text: str | None) -> str:
    """Return a text with one kind of line end and nothing around it."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def at_most(most: int) -> Length:
    """Refuse a text that is too long."""
    return Length(max=most, message=f"Maak deze tekst korter: hooguit {number(most)} tekens.")


class EuroField(IntegerField):
    """Whole euros, typed as "5000", "5.000" or "€ 5.000,00"; a number field would refuse those."""

    widget = TextInput()

    def __init__(self, label: str, **given: Any) -> None:
        super().__init__(label, render_kw={"inputmode": "numeric"}, **given)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read an amount the way it is written in Dutch."""
        typed = "".join((valuelist or [""])[0].replace("€", "").split())
        found = re.fullmatch(r"(\d{1,3}(?:\.\d{3})+|\d+)(?:,(?:00?|-+))?", typed, re.ASCII)
        self.data = None
        if typed and (found is None or len(found[1]) > 20):
            raise ValueError("Vul een bedrag in hele euro's in, zoals 5000.")
        if found is not None:
            self.data = int(found[1].replace(".", ""))
            if self.data > MOST_EUROS:
                raise ValueError(f"Vul een bedrag in tot en met {euros(MOST_EUROS)}.")


class WholeNumber(IntegerField):
    """A whole number within bounds, or nothing."""

    def __init__(self, label: str, validators: Any = (), *, least: int, most: int, **given: Any):
        super().__init__(label, validators, **given)
        self.least, self.most = least, most

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number, with a message of our own for what is none."""
        typed = (valuelist or [""])[0].strip()
        self.data = None
        if typed:
            self.data = int(typed) if re.fullmatch(r"\d{1,9}", typed, re.ASCII) else None
            if self.data is None or not self.least <= self.data <= self.most:
                bounds = f"{number(self.least)} tot en met {number(self.most)}"
                raise ValueError(f"Vul een heel getal in van {bounds}.")


FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


class DayField(DateField):
    """A day that can be meant: within a century, and what a package brought may stay as it is."""

    def __init__(self, label: str, **given: Any) -> None:
        super().__init__(label, format=["%Y-%m-%d", "%d-%m-%Y"], **given)

    def _value(self) -> str:
        if self.data:
            return str(self.data.isoformat())
        return " ".join(self.raw_data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a day as a browser sends it, or as people write it."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("Vul een datum in, zoals 21-11-2026.") from error
        if self.data not in (None, self.object_data) and not FIRST_DAY <= self.data <= LAST_DAY:
            self.data = None
            raise ValueError("Kies een dag tussen 2000 en 2100.")


class FilterForm(Form):
    """A form that asks and changes nothing: it reads the address; a wrong value is no filter.

    `choices` fills the select fields by name.
    """

    class Meta(Form.Meta):
        csrf = False

    once = None  # type: ignore[assignment] # WTForms: None takes a field of the base away

    def __init__(self, **choices: Sequence[tuple[str, str]]) -> None:
        super().__init__(formdata=request.args)
        for name, values in choices.items():
            self[name].choices = [SelectChoice(*pair) for pair in [("", "Alle"), *values]]
            self[name].data = self[name].data or ""
        self.validate()
        for field in self:
            if field.errors:
                field.data = None
                field.errors = []


class StepForm(Form):
    """A form in two steps: its first step asks in the address what would happen, and is a GET.

    The second step is a POST of the same fields, with the version that the first step saw.
    """

    version = HiddenField()

    def __init__(self, **given: Any) -> None:
        if request.method in SAFE_METHODS:
            given |= {"formdata": request.args or None, "meta": {"csrf": False}}
        super().__init__(**given)

    def is_submitted(self) -> bool:
        """Whether there is something to validate, of either step."""
        return bool(request.args) or request.method not in SAFE_METHODS


def render(template: str, form: Form | None = None, **context: Any) -> ResponseReturnValue:
    """Return a page; with a form that has errors it is the same page with status 422."""
    errors = form.summary() if form is not None and form.is_submitted() else []
    html = render_template(template, form=form, form_errors=errors, **context)
    return html, 422 if errors or (form is not None and form.is_unfinished) else 200


@dataclass(frozen=True)
class Page:
    """One page of a long list."""

    items: Sequence[Any]
    page: int
    total: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """Return how many pages there are; an empty list has one."""
        return max(1, ceil(self.total / self.per_page))

    @property
    def has_prev(self) -> bool:
        return self.page > 1

    @property
    def has_next(self) -> bool:
        return self.page < self.pages

    @property
    def prev_num(self) -> int:
        return self.page - 1

    @property
    def next_num(self) -> int:
        return self.page + 1


def paginate(statement: Select[Any], per_page: int = PER_PAGE) -> Page:
    """Return the page the URL asks for (?pagina=2): one query for the count, one for the rows."""
    number = request.args.get("pagina", 1, type=int)
    if not 1 <= number <= 1_000_000:
        abort(404)
    counting = statement.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    total = db.session.scalar(counting) or 0
    rows = db.session.scalars(statement.limit(per_page).offset((number - 1) * per_page)).all()
    return Page(rows, number, total, per_page)


def page_of(rows: Sequence[Any], per_page: int = PER_PAGE) -> Page:
    """Return the page the URL asks for of rows that were computed, not looked up."""
    number = request.args.get("pagina", 1, type=int)
    if not 1 <= number <= 1_000_000:
        abort(404)
    return Page(rows[(number - 1) * per_page : number * per_page], number, len(rows), per_page)


# The day that a page shows.

DATED: Final = frozenset(
    {
        "tafels.index",
        "tafels.show",
        "tafels.effect",
        "tafels.plan",
        "tafels.plan_csv",
        "partners.index",
        "partners.show",
        "agreements.index",
        "agreements.show",
        "agreements.version",
        "agreements.effect",
        "agreements.version_effect",
        "powers.index",
        "powers.show",
        "powers.ask",
        "assignments.index",
        "assignments.show",
        "seats.index",
        "seats.experience",
        "insight.map",
        "insight.weak",
        "insight.report",
        "insight.report_pdf",
        "insight.report_xlsx",
        "insight.report_csv",
        "insight.gaps",
        "insight.gaps_csv",
        "insight.gaps_xlsx",
        "learning.together",
    }
)
"""The pages that show the network on a day (`?dag=`): a link between them keeps that day."""


@dataclass(frozen=True)
class AsOf:
    """The day that a page shows, and how the page says so."""

    day: date
    is_today: bool
    problem: str
    """What is wrong with the day that was asked; the page then shows today."""
    has_own_field: bool
    is_of_now: bool = False
    """The day is that of a signal; the network is the one there is now."""

    @property
    def words(self) -> str:
        """Return in a sentence what is seen; nothing for today."""
        if self.is_today:
            return ""
        if self.is_of_now:
            return f"U ziet een signaal van {day(self.day)}, in het netwerk dat nu bekend is."
        if self.day < clock.today():
            return f"U ziet het netwerk zoals het was op {day(self.day)}."
        return f"U ziet het netwerk zoals het is op {day(self.day)}, met wat nu bekend is."

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Return the other questions in the address, which stay when the day changes."""
        pairs = request.args.items(multi=True)
        return [(name, value) for name, value in pairs if name not in ("dag", "pagina")]

    @property
    def today_url(self) -> str:
        """Return the address of the same page for today."""
        return _here(self.kept)


def _here(pairs: Sequence[tuple[str, Any]]) -> str:
    """Return the address of this page with other questions in it."""
    path = quote(request.path)
    return f"{path}?{urlencode(pairs)}" if pairs else path


def as_of(*, has_own_field: bool = False, is_of_now: bool = False) -> date:
    """Return the day that this page shows: `?dag=2027-03-03`, today when it names no day.

    base.html then shows a field for the day, unless the page has its own, and says which other
    day is shown; links to other `DATED` pages keep that day.
    """
    found: AsOf | None = g.get("as_of")
    if found is None:
        found = g.as_of = _asked_day(request.args.get("dag", "").strip(), has_own_field, is_of_now)
    return found.day


def asked_date(name: str) -> date | None:
    """Return a day that the address proposes for a field; None when it is no day."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _asked_day(text: str, has_own_field: bool, is_of_now: bool) -> AsOf:
    today = clock.today()
    problem = ""
    chosen = today
    if text:
        try:
            chosen = date.fromisoformat(text)
        except ValueError:
            problem = f"“{text[:20]}” is geen dag van de kalender. U ziet het netwerk van vandaag."
        else:
            if not FIRST_DAY <= chosen <= LAST_DAY:
                chosen = today
                problem = "Kies een dag tussen 2000 en 2100. U ziet het netwerk van vandaag."
    return AsOf(chosen, chosen == today, problem, has_own_field, is_of_now)


def _other_day() -> AsOf | None:
    """Return the day that the page shows, when that is not today."""
    found: AsOf | None = g.get("as_of")
    return found if found is not None and not found.is_today else None


def shows_today() -> bool:
    """Whether what the page shows is as it is today."""
    return _other_day() is None


def carried_day() -> str:
    """Return the day that a filter of this page has to keep; empty for today."""
    found = _other_day()
    return found.day.isoformat() if found is not None and not found.has_own_field else ""


def _carry_day(endpoint: str, values: dict[str, Any]) -> None:
    """Keep the day in links from one page on the network to another."""
    if endpoint in DATED and "dag" not in values and (found := _other_day()) is not None:
        values["dag"] = found.day.isoformat()


def _shown() -> dict[str, Any]:
    found: AsOf | None = g.get("as_of")
    return {"as_of": found, "shown_day": found.day if found is not None else clock.today()}


def page_url(number: int) -> str:
    """Return the URL of this list on another page, with the same filters."""
    kept = [pair for pair in request.args.items(multi=True) if pair[0] != "pagina"]
    return _here([*kept, ("pagina", number)])


def _sent_key() -> str:
    key = request.form.get("once", "")
    return "" if len(key) > 64 or "\0" in key else key


def find_first_answer() -> ResponseReturnValue | None:
    """Send this person where the first answer to this form went, if it was sent before."""
    key = _sent_key()
    handled = db.session.get(OnceKey, key) if key else None
    if handled is None or not handled.location or handled.account_id != g.person.account.id:
        return None
    return redirect(handled.location)


def answer_repeated() -> ResponseReturnValue | None:
    """Answer a form that was sent before with the place its first answer went to.

    The key is written first: a second click waits for the first to finish.
    """
    key = _sent_key()
    if not key:
        return None
    account_id = g.person.account.id if g.get("person") else None
    once = OnceKey(key=key, account_id=account_id)
    handled = db.session.get(OnceKey, key)
    if handled is None:
        db.session.add(once)
        try:
            db.session.flush()
        except IntegrityError:
            db.session.rollback()
            handled = db.session.get(OnceKey, key)
        else:
            g.once = once
            return None
    if handled is None or handled.account_id != account_id:
        abort(404)
    return redirect(handled.location or url_for("home.index"))


def remember_answer(response: Response) -> Response:
    """Keep where the answer to this form went, for when it is sent again."""
    if (once := g.pop("once", None)) and response.status_code < 400:
        once.location = response.headers.get("Location", "")[:500]
    return response


_CALLED: Final = (
    (re.compile(r"\b(d|D)it signaal"), r"\1eze leervraag"),
    (re.compile(r"\bhet signaal"), "de leervraag"),
    (re.compile(r"\bHet signaal"), "De leervraag"),
    (re.compile("signaal"), "leervraag"),
    (re.compile("melder"), "vrager"),
)


def called(text: str, is_leervraag: object = True) -> str:
    """Return a sentence of ours on a signal as it is about a leervraag that travels as one.

    >>> called("De melder leest waarom dit signaal niet verder gaat.")
    'De vrager leest waarom deze leervraag niet verder gaat.'
    """
    for sought, instead in _CALLED if is_leervraag else ():
        text = sought.sub(instead, text)
    return text


def titled(title: str, is_leervraag: object) -> str:
    """Return the title of what travels, and that it is a leervraag where it is one."""
    return f"Leervraag: {title}" if is_leervraag else title


def _called_choice(choice: Any) -> Any:
    """Return a choice in other words; a new one, for a class keeps its choices for all."""
    if not isinstance(choice, SelectChoice) or "hint" not in (choice.render_kw or {}):
        return choice
    made = copy(choice)
    made.render_kw = {**choice.render_kw, "hint": called(choice.render_kw["hint"])}
    return made


def set_headers(response: Response) -> Response:
    """Put the security headers on every answer, static files and errors too."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def init_app(app: Flask) -> None:
    """Give the templates their filters and functions."""
    app.add_template_filter(day)
    app.add_template_filter(day_short)
    app.add_template_filter(weekday)
    app.add_template_filter(moment)
    app.add_template_filter(number)
    app.add_template_filter(called)
    app.add_template_filter(euros)
    app.add_template_filter(label)
    app.add_template_filter(enumerate_words)
    # Globals, for imported macros do not see the context.
    app.add_template_global(page_url)
    app.add_template_global(new_once_key, "once_key")
    app.add_template_global(shows_today)
    app.add_template_global(carried_day)
    app.url_defaults(_carry_day)
    app.context_processor(_shown)
    app.context_processor(
        lambda: {
            "form_errors": [],
            "today": clock.today(),
        }
    )
