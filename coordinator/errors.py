"""Refused, and the Dutch pages for what went wrong; never a stack trace or other people's data."""

from flask import Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from coordinator.db import db

NOT_TYPED = frozenset({"csrf_token", "once", "version", "password", "new_password", "submit"})


class Refused(Exception):
    """A rule says no. The message is Dutch, says what is wrong and what to do.

    `field` names the form field it belongs to, if any.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


def typed() -> list[str]:
    """Return what the person typed in the form that failed, so that it is never lost."""
    if request.method != "POST" or request.mimetype == "multipart/form-data":
        return []
    try:
        form = request.form
    except RequestEntityTooLarge:
        return []
    return [
        value
        for name, values in form.lists()
        if name not in NOT_TYPED and "password" not in name
        for value in values
        if len(value.strip()) > 20
    ]


def page(status: int, template: str | None = None, **context: object) -> Response:
    """Return an error page; the transaction is rolled back by the commit rule."""
    db.session.rollback()
    html = render_template(template or f"errors/{status}.html", typed=typed(), **context)
    response = make_response(html, status)
    if status == 503:
        response.headers["Retry-After"] = "30"
    return response


def on_refused(refused: Refused) -> ResponseReturnValue:
    """Show a refusal that no form could show."""
    return page(409, message=refused.message)


def on_stale(_error: StaleDataError) -> ResponseReturnValue:
    """Tell the second editor that somebody was first."""
    return page(
        409,
        message="Iemand anders heeft dit intussen gewijzigd. Ga terug, bekijk wat er nu staat "
        "en doe daarna opnieuw wat u wilde doen.",
    )


def on_csrf(_error: CSRFError) -> ResponseReturnValue:
    """Say that the page was open for too long."""
    return page(
        409,
        message="Deze pagina stond te lang open of uw aanmelding is verlopen. Ga terug, "
        "laad de pagina opnieuw en probeer het nog een keer.",
    )


def on_http(error: HTTPException) -> ResponseReturnValue:
    """Show our page for an HTTP error; one and the same 404 for all that cannot be seen."""
    if error.code is None or error.code < 400:
        return error
    if isinstance(error, SecurityError):  # a foreign host name: no link can be made for it
        return Response("Deze dienst antwoordt niet op dit adres.\n", 400, mimetype="text/plain")
    if error.code in (401, 403, 404, 405):
        return page(404)
    if error.code in (413, 429, 503):
        return page(error.code)
    if error.code >= 500:
        return page(500)
    return page(error.code, "errors/400.html")


def on_busy(_error: OperationalError) -> ResponseReturnValue:
    """Say that the database is busy; the text stays on the screen."""
    return page(503)


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_error_handler(Refused, on_refused)
    app.register_error_handler(StaleDataError, on_stale)
    app.register_error_handler(CSRFError, on_csrf)
    app.register_error_handler(OperationalError, on_busy)
    app.register_error_handler(HTTPException, on_http)
