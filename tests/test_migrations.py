"""The migrations make the tables that the models describe, and can be taken back."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import func, inspect, select

from coordinator import migrate
from coordinator.cli import main
from coordinator.db import EVERYTHING, Base, db, scoped_to
from coordinator.errors import Refused
from coordinator.models import Leervraag, LeervraagState, Region, RoleName, Seat, Signal
from tests import make
from tests.conftest import make_app


def test_head_equals_the_models(database_url):
    app = make_app(database_url("head"))
    with app.app_context():
        migrate.upgrade()
        with db.engine.begin() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, Base.metadata) == []
        db.engine.dispose()


def test_the_migrations_go_down_and_up_again(database_url):
    app = make_app(database_url("down_and_up"))
    with app.app_context():
        migrate.upgrade()
        migrate.downgrade("base")
        with db.engine.begin() as connection:
            assert inspect(connection).get_table_names() == ["alembic_version"]
        migrate.upgrade()
        with db.engine.begin() as connection:
            assert "signals" in inspect(connection).get_table_names()
        db.engine.dispose()


def test_there_is_one_head_and_the_history_is_a_line(database_url):
    app = make_app(database_url("history"))
    with app.app_context():
        with db.engine.begin() as connection:
            config = migrate.config(connection)
            script = ScriptDirectory.from_config(config)
            assert len(script.get_heads()) == 1
        db.engine.dispose()


def test_a_database_is_copied_with_all_its_rows(database_url, tmp_path):
    source = make_app(f"sqlite:///{tmp_path}/source.sqlite3")
    with source.app_context():
        migrate.upgrade()
        with scoped_to(EVERYTHING) as session:
            region_id = make.region("bron").id
            session.commit()
        with scoped_to(region_id) as session:
            region = session.get_one(Region, region_id)
            net = make.small_network(region)
            person = make.person(RoleName.EXPERT, region)
            signal = make.signal(net.here, (net.jeugd,), author=person)
            signal_id, title = signal.public_id, signal.title
            session.commit()
    url = database_url("copied")
    with source.app_context():
        copied = migrate.copy_to(url)
        with pytest.raises(Refused, match="niet leeg"):
            migrate.copy_to(url)
        db.engine.dispose()
    target = make_app(url)
    with target.app_context():
        with scoped_to(EVERYTHING) as session:
            found = session.scalars(select(Signal).where(Signal.public_id == signal_id)).one()
            assert found.title == title
            counts = [
                session.scalar(select(func.count()).select_from(t))
                for t in Base.metadata.sorted_tables
            ]
            assert sum(n or 0 for n in counts) == copied
            make.region("erna")  # a new row gets a number that is free
            session.commit()
        db.engine.dispose()


def test_a_command_on_tables_that_are_not_there_says_what_to_do_first(database_url, tmp_path):
    given = {
        "COORDINATOR_DATABASE_URL": database_url("no_tables"),
        "COORDINATOR_SECRET_KEY": "x" * 32,
        "COORDINATOR_BASE_URL": "http://localhost",
        "COORDINATOR_MAIL_FOLDER": str(tmp_path),
    }
    for words in (["tick"], ["serve"], ["account", "list"], ["region", "list"]):
        done = CliRunner().invoke(main, words, env=given)
        assert done.exit_code == 1
        assert done.output == "De tabellen zijn niet bij. Draai eerst: coordinator db upgrade\n"
    assert CliRunner().invoke(main, ["db", "upgrade"], env=given).exit_code == 0
    assert CliRunner().invoke(main, ["tick"], env=given).exit_code == 0
    given["COORDINATOR_DATABASE_URL"] = f"sqlite:///{tmp_path}/nergens/data.sqlite3"
    done = CliRunner().invoke(main, ["db", "upgrade"], env=given)
    assert (done.exit_code, len(done.output.splitlines())) == (1, 1)
    assert done.output.startswith("De database antwoordt niet: ")


def test_a_database_with_rows_is_brought_to_the_tables_of_today(database_url):
    app = make_app(database_url("older"))
    with app.app_context():
        migrate.upgrade("04af3d034d46")
        with db.engine.begin() as connection:
            for statement in (
                "INSERT INTO regions (id, slug, name, network_version) VALUES (1, 'r', 'R', 'x')",
                "INSERT INTO areas (id, region_id, code, name, scale, kind)"
                " VALUES (1, 1, 'a', 'A', 'lokaal', '')",
                "INSERT INTO partners (id, region_id, code, name, kind)"
                " VALUES (1, 1, 'p', 'P', '')",
                "INSERT INTO governance_roles (id, region_id, code, name, tasks, powers)"
                " VALUES (1, 1, 'lid', 'Lid', '', '')",
                "INSERT INTO tafels (id, region_id, code, name, level, area_id, all_domains,"
                " submission_days, feedback_days, is_open, version)"
                " VALUES (1, 1, 't', 'T', 'beleid', 1, true, 0, 14, false, 1)",
                "INSERT INTO seats (id, region_id, tafel_id, partner_id, role_id, person)"
                " VALUES (1, 1, 1, 1, 1, 'A'), (2, 1, 1, 1, 1, 'B')",
                "INSERT INTO leervragen (id, region_id, code, asked_on, level, question, status)"
                " VALUES (1, 1, 'L1', '2026-01-01', 'bestuur', 'Hoe?', ''),"
                " (2, 1, 'L2', '2026-01-01', 'beleid', 'Wat?', '')",
            ):
                connection.exec_driver_sql(statement)
        migrate.upgrade()
        with scoped_to(EVERYTHING) as session:
            seats = session.scalars(select(Seat).order_by(Seat.id)).all()
            assert [(seat.person, seat.deputy, seat.version) for seat in seats] == [
                ("A", "", 1),
                ("B", "", 1),
            ]
            assert len({seat.public_id for seat in seats}) == 2
            asked = session.scalars(select(Leervraag)).all()
            assert {each.state for each in asked} == {LeervraagState.ASKED}
            assert len({each.public_id for each in asked}) == 2
            session.rollback()
        migrate.downgrade("04af3d034d46")
        with db.engine.begin() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM seats").scalar() == 2
        db.engine.dispose()
