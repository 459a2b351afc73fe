"""Signing in, invitations, people and their roles. Views get objects, not ids: see access.guard."""

from dataclasses import dataclass
from math import ceil
from typing import Final
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from coordinator import access, clock, errors, web
from coordinator.access import hash_token, person
from coordinator.accounts import actions, queries
from coordinator.accounts.forms import (
    ChangePasswordForm,
    ExtendForm,
    ForgotForm,
    GrantForm,
    InviteForm,
    NewPasswordForm,
    PeopleFilter,
    SignInForm,
)
from coordinator.errors import Refused
from coordinator.models import Account, Grant, LinkKind, Region, RoleName
from coordinator.proof import TooEarly, in_words
from coordinator.seats import work
from coordinator.web import Form, paginate, render

bp = Blueprint("accounts", __name__)

NOT_CARRIED: Final = frozenset({"csrf_token"})
NOT_TYPED: Final = frozenset({"once", "version", "submit"})
MOST_CARRIED: Final = 200_000
"""Characters of a form that go along past a sign-in."""
MARK: Final = "bewaard-"
"""Begins the name of each carried field on the sign-in page."""


@dataclass(frozen=True)
class Carried:
    """A form that was sent after the sign-in had ended: where to, and what was typed.

    It is stored nowhere: it goes along in hidden fields of the sign-in page.
    """

    path: str
    fields: tuple[tuple[str, str], ...]
    has_files: bool = False

    @classmethod
    def from_lost_form(cls) -> "Carried":
        """Return what this request wanted to send; no file, password or token."""
        return cls(
            request.full_path.rstrip("?"),
            tuple(_pairs(request.form)),
            any(file.filename for file in request.files.values()),
        )

    @classmethod
    def from_sign_in(cls) -> "Carried | None":
        """Return what goes along on the sign-in page, if it leads to a page of ours."""
        path = request.form.get("path", "")
        if not path or local_path(path) != path:
            return None
        try:
            endpoint, _ = current_app.url_map.bind("").match(urlsplit(path).path, method="POST")
        except (HTTPException, RequestRedirect):
            return None
        if access.RULES[endpoint] in access.OPEN:
            return None
        fields = [
            (name.removeprefix(MARK), value)
            for name, value in _pairs(request.form)
            if name.startswith(MARK)
        ]
        return cls(path, tuple(fields), "files" in request.form)

    @property
    def texts(self) -> list[str]:
        """Return what was typed, to be seen again before it is sent."""
        return [
            value
            for name, value in self.fields
            if name not in NOT_TYPED and len(value.strip()) > 20
        ]

    @property
    def has_words(self) -> bool:
        """Whether there is anything to lose; a mere button is pressed again."""
        return any(value.strip() for name, value in self.fields if name not in NOT_TYPED)

    @property
    def is_small(self) -> bool:
        return sum(len(name) + len(value) for name, value in self.fields) <= MOST_CARRIED


def _pairs(form: MultiDict[str, str]) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, value in form.items(multi=True)
        if name not in NOT_CARRIED and "password" not in name
    ]


def local_path(text: str) -> str:
    """Return a path of this service; the start page for anything else."""
    is_local = text.startswith("/") and text[1:2] not in ("/", "\\")
    return text if is_local and text.isprintable() else url_for("home.index")


def _too_early(template: str, form: Form, early: TooEarly, **context: object) -> Response:
    """Say how long to wait; what was typed stays, except a password."""
    html = render_template(template, form=form, wait=in_words(early.wait), **context)
    response = make_response(html, 429)
    response.headers["Retry-After"] = str(ceil(early.wait.total_seconds()))
    return response


def _begin(token: str) -> None:
    """Go on as somebody who just showed a password or a link; an earlier sign-in ends."""
    actions.sign_out(session.get("sign_in", ""))
    access.start_sign_in(token)


@bp.route("/inloggen", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    carried = Carried.from_sign_in() if request.method == "POST" else None
    if request.method == "GET" and g.person is not None:
        return redirect(local_path(request.args.get("next", "")))
    if form.validate_on_submit():
        try:
            token = actions.sign_in(
                form.email.data or "", form.password.data or "", request.remote_addr or ""
            )
        except TooEarly as early:
            return _too_early("accounts/sign_in.html", form, early, carried=carried, mark=MARK)
        except Refused as refused:
            form.refuse(refused)
        else:
            return _go_on(token, carried)
    return render("accounts/sign_in.html", form, carried=carried, mark=MARK, wait="")


def _go_on(token: str, carried: Carried | None) -> ResponseReturnValue:
    before = queries.owner_of(hash_token(session.get("sign_in", "")))
    _begin(token)
    if carried is None or before not in (None, queries.owner_of(hash_token(token))):
        return redirect(local_path(request.args.get("next", "")))
    g.person = access.identify()  # they are somebody from here on; the page shows it
    return render("accounts/carried.html", carried=carried)


@bp.app_errorhandler(access.SignInEnded)
def sign_in_ended(_error: access.SignInEnded) -> ResponseReturnValue:
    """Ask somebody whose sign-in ended to sign in again, and keep what they had typed."""
    carried = Carried.from_lost_form()
    if not carried.has_words:
        came_from = urlsplit(request.referrer or "")
        return redirect(url_for("accounts.sign_in", next=local_path(came_from.path)))
    if not carried.is_small:
        return errors.page(409, message="Uw aanmelding is verlopen. Log eerst opnieuw in.")
    form = SignInForm(formdata=None)
    html = render_template("accounts/sign_in.html", form=form, carried=carried, mark=MARK, wait="")
    return html, 401


@bp.errorhandler(CSRFError)
def form_too_old(error: CSRFError) -> ResponseReturnValue:
    """Let somebody whose sign-in page stood open for long just try again."""
    if request.endpoint != "accounts.sign_in":
        return errors.on_csrf(error)
    return redirect(url_for("accounts.sign_in", next=local_path(request.args.get("next", ""))))


@bp.post("/uitloggen")
def sign_out() -> ResponseReturnValue:
    actions.sign_out(session.get("sign_in", ""))
    session.clear()
    flash("U bent uitgelogd.", "done")
    return redirect(url_for("accounts.sign_in"))


@bp.route("/wachtwoord-vergeten", methods=["GET", "POST"])
def forgot() -> ResponseReturnValue:
    form = ForgotForm()
    if form.validate_on_submit():
        try:
            actions.ask_new_password(form.email.data or "", request.remote_addr or "")
        except TooEarly as early:
            return _too_early("accounts/forgot.html", form, early)
        flash(
            "Kennen wij dit e-mailadres? Dan krijgt u binnen een paar minuten een mail. "
            "De link in de mail werkt een uur.",
            "info",
        )
        return redirect(url_for("accounts.sign_in"))
    return render("accounts/forgot.html", form, wait="")


@bp.route("/wachtwoord/<token>", methods=["GET", "POST"])
def reset(token: str) -> ResponseReturnValue:
    return _choose_password(LinkKind.PASSWORD, token, "accounts/reset.html")


@bp.route("/uitnodiging/<token>", methods=["GET", "POST"])
def accept(token: str) -> ResponseReturnValue:
    return _choose_password(LinkKind.INVITATION, token, "accounts/accept.html")


def _choose_password(kind: LinkKind, token: str, template: str) -> ResponseReturnValue:
    """Show the page that a link opens. Only its form uses the link up: mail scanners open links."""
    form = NewPasswordForm()
    link = queries.find_link(kind, hash_token(token))
    if link is not None and form.validate_on_submit():
        try:
            new = actions.use_link(kind, token, form.password.data or "")
        except Refused as refused:
            form.refuse(refused)
        else:
            if new is not None:
                _begin(new)
                flash("Uw wachtwoord is opgeslagen. U bent ingelogd.", "done")
                return redirect(url_for("home.index"))
            link = None
    if link is None:
        invited = kind == LinkKind.INVITATION
        return render_template("accounts/link_over.html", invited=invited), 404
    return render(template, form, account=link.account)


@bp.route("/mijn-account", methods=["GET", "POST"])
def me() -> ResponseReturnValue:
    account = person().account
    form = ChangePasswordForm()
    wait = ""
    if form.validate_on_submit():
        try:
            token = actions.change_password(
                account,
                form.old_password.data or "",
                form.password.data or "",
                request.remote_addr or "",
            )
        except TooEarly as early:
            return _too_early("accounts/me.html", form, early, **_mine(account))
        except Refused as refused:
            form.refuse(refused)
        else:
            _begin(token)
            flash("Uw wachtwoord is gewijzigd. Op andere apparaten bent u nu uitgelogd.", "done")
            return redirect(url_for("accounts.me"))
    return render("accounts/me.html", form, wait=wait, **_mine(account))


def _mine(account: Account) -> dict[str, object]:
    return {"account": account, "grants": queries.grants_of(account)}


def _region() -> Region:
    """Return the region of this request; the rules let nobody here without one."""
    region = person().region
    if region is None:
        abort(404)
    return region


@bp.get("/mensen")
def index() -> ResponseReturnValue:
    form = PeopleFilter()
    people = queries.people(
        _region(),
        text=(form.q.data or "").strip(),
        role=RoleName(form.role.data) if form.role.data else None,
        stand=form.stand.data or "",
    )
    is_filtered = bool(form.q.data or form.role.data or form.stand.data)
    return render(
        "accounts/index.html", filter=form, page=paginate(people), is_filtered=is_filtered
    )


@bp.route("/mensen/uitnodigen", methods=["GET", "POST"])
def invite() -> ResponseReturnValue:
    asked = {"role": request.args.get("rol"), "partner": request.args.get("organisatie")}
    form = InviteForm(person().grantable, data=asked)
    if form.validate_on_submit():
        region = _region()
        try:
            account, link = actions.invite(
                form.name.data or "",
                form.email.data or "",
                form.grant(region.id),
                region,
                person().account,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            _tell(account, link)
            return redirect(url_for("accounts.show", account=account.public_id))
    return render("accounts/invite.html", form)


def _tell(account: Account, link: str) -> None:
    if link:
        flash(f"De uitnodiging voor {account.name} gaat nu per mail weg.", "done")
    else:
        flash(f"{account.name} heeft de rol en krijgt daar een mail over.", "done")


@bp.get("/mensen/<account>")
def show(account: Account) -> ResponseReturnValue:
    region = _region()
    return render(
        "accounts/show.html",
        account=account,
        grants=queries.grants_of(account, region),
        open_work=work.find(account, region),
    )


@bp.route("/mensen/<account>/rol-geven", methods=["GET", "POST"])
def give_role(account: Account) -> ResponseReturnValue:
    form = GrantForm(person().grantable)
    if form.validate_on_submit():
        region = _region()
        try:
            link = actions.give_role(account, form.grant(region.id), region, person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            _tell(account, link)
            return redirect(url_for("accounts.show", account=account.public_id))
    return render("accounts/give_role.html", form, account=account)


@bp.post("/mensen/<account>/opnieuw-uitnodigen")
def invite_again(account: Account) -> ResponseReturnValue:
    actions.send_invitation(account, _region())
    flash(f"{account.name} krijgt een nieuwe uitnodiging. De vorige link werkt niet meer.", "done")
    return redirect(url_for("accounts.show", account=account.public_id))


@bp.route("/mensen/rollen/<grant>/verlengen", methods=["GET", "POST"])
def extend_grant(grant: Grant) -> ResponseReturnValue:
    form = ExtendForm(data={"ends_on": actions.a_year_after(clock.today())})
    if form.validate_on_submit() and form.ends_on.data is not None:
        try:
            actions.extend_grant(grant, form.ends_on.data, by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("De nieuwe laatste dag is opgeslagen.", "done")
            return redirect(url_for("accounts.show", account=grant.account.public_id))
    return render("accounts/extend_grant.html", form, grant=grant)


@bp.post("/mensen/rollen/<grant>/beeindigen")
def end_grant(grant: Grant) -> ResponseReturnValue:
    me = person()
    actions.end_grant(grant, by=me.account, by_administrator=me.has(RoleName.ADMINISTRATOR))
    flash("De rol is beëindigd.", "done")
    if words := work.find(grant.account, _region()).words:
        flash(f"Er staat nog werk open: {web.enumerate_words(words)}. Draag dit over.", "warning")
    if grant.account_id == person().account.id:
        return redirect(url_for("home.index"))
    return redirect(url_for("accounts.show", account=grant.account.public_id))
