"""The Flask service: `create_app` wires everything; nothing else does."""

from importlib import import_module
from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from coordinator import access, db, errors, web
from coordinator.settings import Settings

ROOT = Path(__file__).parent.parent
SLICES = (
    "home",
    "accounts",
    "regions",
    "agenda",
    "tafels",
    "partners",
    "agreements",
    "powers",
    "assignments",
    "seats",
    "signals",
    "signing",
    "insight",
    "learning",
    "leervragen",
    "goals",
    "offers",
    "moments",
    "scans",
)


def create_app(settings: Settings) -> Flask:
    """Return the service, ready to answer; refuses when a page has no access rule."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"))
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="leernetwerk",
        SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=settings.upload_limit,
        MAX_FORM_MEMORY_SIZE=1_000_000,
        MAX_FORM_PARTS=500,
        TRUSTED_HOSTS=settings.trusted_hosts,
        WTF_I18N_ENABLED=False,  # Flask-Babel is not there; the messages of WTForms are, in Dutch
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    # The last registered runs first: remember the answer, commit or roll back, set the headers.
    app.after_request(web.set_headers)
    app.after_request(db.commit_or_roll_back)
    app.after_request(web.remember_answer)
    if settings.proxies:
        # The address that is slowed down after failed sign-ins, and whether it came over TLS.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign] # Flask's way to wrap itself
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies
        )
    db.init_app(app, settings)
    access.init_app(app)
    web.init_app(app)
    errors.init_app(app)
    for name in SLICES:
        app.register_blueprint(import_module(f"coordinator.{name}.views").bp)
    access.check_rules(app)
    return app
