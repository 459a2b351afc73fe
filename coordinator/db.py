"""Base, db, whose rows a session may see, and the one commit rule."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from flask import Flask, Response, g, request
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Dialect,
    Engine,
    Enum,
    ForeignKey,
    MetaData,
    TextClause,
    event,
    inspect,
    or_,
)
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.ext.hybrid import hybrid_method
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    declared_attr,
    mapped_column,
    with_loader_criteria,
)
from sqlalchemy.orm.context import FromStatement
from sqlalchemy.sql.base import ExecutableOption
from sqlalchemy.types import TypeDecorator

from coordinator.settings import Settings

SQLITE_WITHOUT_RESET_BUG: Final = (3, 51, 3)
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Base(DeclarativeBase):
    """All tables; the naming convention keeps migrations the same on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC; SQLite would otherwise forget the time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def choice(kind: type[StrEnum]) -> Enum:
    """Return a column type that stores the value of a StrEnum and checks it."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=30,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


def new_public_id() -> str:
    """Return a random id for in a URL: eight Crockford characters, like 7QK4-M2XR."""
    text = "".join(secrets.choice(CROCKFORD) for _ in range(8))
    return f"{text[:4]}-{text[4:]}"


class RegionScoped:
    """Mixin: rows of one learning region, invisible to every session of another."""

    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id"), index=True)


class NetworkRow(RegionScoped):
    """Mixin: a row from which plans are computed; a change gives a new network_version."""

    ended_on: Mapped[date | None]
    """No longer in the region's package, kept because history hangs on it."""

    @hybrid_method
    def there_on(self, day: date) -> bool:
        """Whether it was not ended yet on a day."""
        return self.ended_on is None or self.ended_on > day

    @there_on.inplace.expression  # type: ignore[attr-defined,untyped-decorator] # SQLAlchemy types it as the method
    @classmethod
    def _there_on(cls, day: date) -> ColumnElement[bool]:
        return or_(cls.ended_on.is_(None), cls.ended_on > day)


class Versioned:
    """Mixin: two editors never overwrite each other; the second is told (StaleDataError)."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 (a declared_attr gets the class)
        """Name the column that counts the versions."""
        return {"version_id_col": cls.version}


class OutOfScopeError(Exception):
    """A session tried to reach rows of a region it was not opened for."""


class _Everything:
    """The scope of migrations, commands over all regions and the sign-in itself."""


EVERYTHING: Final = _Everything()
_writing: ContextVar[bool] = ContextVar("writing", default=True)


class ScopedSession(FlaskSession):
    """A session that sees the rows of one region only (SAFETY 3).

    The ways around a statement hook are closed here: raw connections, text
    statements and bulk writes need the scope EVERYTHING, and a change of scope
    empties the identity map.
    """

    @property
    def scope(self) -> int | _Everything | None:
        """Return the region id this session is open for, EVERYTHING, or None for nothing."""
        scope: int | _Everything | None = self.info.get("scope")
        return scope

    @scope.setter
    def scope(self, scope: int | _Everything | None) -> None:
        if scope != self.scope and self.scope is not None:
            self.flush()
            self.expunge_all()
        self.info["scope"] = scope

    def _refuse_unless_everything(self, what: str) -> None:
        if self.scope is not EVERYTHING:
            raise OutOfScopeError(f"{what} passes by the scope of a region")

    def connection(self, *args: Any, **kwargs: Any) -> Connection:
        """Return the raw connection; only where the scope is EVERYTHING."""
        self._refuse_unless_everything("session.connection()")
        return super().connection(*args, **kwargs)

    def bulk_save_objects(self, *args: Any, **kwargs: Any) -> None:
        """Refuse: it skips the flush that checks the region."""
        self._refuse_unless_everything("bulk_save_objects")
        super().bulk_save_objects(*args, **kwargs)

    def bulk_insert_mappings(self, *args: Any, **kwargs: Any) -> None:
        """Refuse: it skips the flush that checks the region."""
        self._refuse_unless_everything("bulk_insert_mappings")
        super().bulk_insert_mappings(*args, **kwargs)

    def bulk_update_mappings(self, *args: Any, **kwargs: Any) -> None:
        """Refuse: it skips the flush that checks the region."""
        self._refuse_unless_everything("bulk_update_mappings")
        super().bulk_update_mappings(*args, **kwargs)


def _keep_in_scope(state: ORMExecuteState) -> None:
    scope = state.session.info.get("scope")
    if scope is EVERYTHING:
        return
    if not state.is_orm_statement or isinstance(state.statement, TextClause | FromStatement):
        raise OutOfScopeError("a statement that is not on mapped classes needs EVERYTHING")
    if state.is_insert:
        raise OutOfScopeError("a bulk insert needs EVERYTHING")
    if scope is None:
        if any(issubclass(mapper.class_, RegionScoped) for mapper in state.all_mappers):
            raise OutOfScopeError("no region was chosen for this session")
        scope = -1  # joins and loaded relationships of a session without region stay empty
    state.statement = state.statement.options(_rows_of(scope))


@lru_cache(maxsize=64)  # made anew for each query it takes a sixth of a small one's time
def _rows_of(region_id: int) -> ExecutableOption:
    return with_loader_criteria(
        RegionScoped, lambda cls: cls.region_id == region_id, include_aliases=True
    )


def _check_writes(session: Session, _context: object, _instances: object) -> None:
    scope = session.info.get("scope")
    if not _writing.get() and (session.new or session.dirty or session.deleted):
        raise OutOfScopeError("a reading request does not write")
    if scope is EVERYTHING:
        return
    new = session.new  # made anew each time it is asked for
    for row in [*new, *session.dirty, *session.deleted]:
        if not isinstance(row, RegionScoped):
            continue
        if scope is not None and row in new and inspect(row).dict.get("region_id") is None:
            row.region_id = scope
        if row.region_id != scope:
            raise OutOfScopeError(f"a {type(row).__name__} of another region")


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": ScopedSession})
event.listen(ScopedSession, "do_orm_execute", _keep_in_scope)
event.listen(ScopedSession, "before_flush", _check_writes)


def session() -> ScopedSession:
    """Return the session of this request or command."""
    current = db.session()
    if not isinstance(current, ScopedSession):
        raise TypeError("the app was made without our session class")
    return current


@contextmanager
def scoped_to(scope: int | _Everything) -> Iterator[ScopedSession]:
    """Open the session for one region, or for EVERYTHING, during a with-block."""
    current = session()
    before = current.scope
    current.scope = scope
    try:
        yield current
    finally:
        current.scope = before


@contextmanager
def reading() -> Iterator[None]:
    """Let nothing be written during a with-block."""
    token = _writing.set(False)
    try:
        yield
    finally:
        _writing.reset(token)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we begin our own transactions, see _begin
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writing = _writing.get()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = " + ("OFF" if writing else "ON"))
        # With a plain BEGIN two writers that both read first end in "database is locked".
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
    elif not writing:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def prepare_engine(engine: Engine) -> None:
    """Give an engine our transactions: one writer at a time, readers that cannot write."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)


def sqlite_warning(url: str, version: tuple[int, ...] = sqlite3.sqlite_version_info) -> str:
    """Return what to know of this SQLite; nothing when it is new enough or another database."""
    if make_url(url).get_backend_name() != "sqlite" or version >= SQLITE_WITHOUT_RESET_BUG:
        return ""
    found, needed = (".".join(map(str, v)) for v in (version, SQLITE_WITHOUT_RESET_BUG))
    return (
        f"Let op: SQLite {found} heeft een zeldzame fout in het journaal (WAL). Maak elke dag een "
        f"reservekopie, of gebruik SQLite {needed} of nieuwer, of PostgreSQL."
    )


def engine_options(url: str) -> dict[str, Any]:
    """Return create_engine's options; parameters never reach a log or an error."""
    options: dict[str, Any] = {"hide_parameters": True}
    if make_url(url).get_backend_name() == "postgresql":
        options["pool_pre_ping"] = True
        options["connect_args"] = {"options": "-c lock_timeout=5s -c statement_timeout=60s"}
    return options


def commit_or_roll_back(response: Response) -> Response:
    """Commit after an unsafe method that succeeded; all else rolls back."""
    if request.method not in SAFE_METHODS and response.status_code < 400:
        db.session.commit()
    else:
        db.session.rollback()
    return response


def _choose_mode() -> None:
    g.mode_token = _writing.set(request.method not in SAFE_METHODS)


def _restore_mode(_error: BaseException | None) -> None:
    if token := g.pop("mode_token", None):
        _writing.reset(token)


def init_app(app: Flask, settings: Settings) -> None:
    """Connect the database to the app."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.database_url)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    app.before_request(_choose_mode)
    app.teardown_request(_restore_mode)
