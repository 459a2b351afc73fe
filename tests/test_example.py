"""The example: valid packages on any day, a story that could have happened, people who get in."""

import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coordinator import clock, planning
from coordinator.cli import main
from coordinator.db import db, scoped_to, session
from coordinator.example import package, people, questions, run, story
from coordinator.models import (
    AgendaItem,
    Grant,
    ItemStatus,
    Meeting,
    Region,
    RoleName,
    Signal,
    SignalStatus,
)
from coordinator.settings import Settings
from coordinator.signals import identifying
from network.answers import coverage
from network.package import read
from network.region import AgreementStatus, Level, Reason
from tests.page import Browser

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


pytestmark = pytest.mark.xdist_group("example")  # filled once, not once by each worker


@pytest.fixture(params=["2026-11-21", "2027-01-02", "2027-07-20", "2028-02-29"])
def day(request: pytest.FixtureRequest) -> date:
    return date.fromisoformat(request.param)


def test_the_example_is_a_valid_package_on_any_day(tmp_path: Path, day: date) -> None:
    for slug in package.REGIONS:
        package.write(slug, tmp_path / slug, day)
        region = read(tmp_path / slug)
        assert {tafel.level for tafel in region.tafels} >= {Level.PRACTICE, Level.POLICY}
        for tafel in region.tafels:
            days = [m.on for m in region.meetings_by_tafel[tafel.code]]
            assert min(days) < day
            assert max(days) > day or tafel.code == "B-WON"


def test_oeverland_has_a_white_spot_of_every_reason(tmp_path: Path, day: date) -> None:
    package.write("oeverland", tmp_path, day)
    region = read(tmp_path)
    reasons = Counter(row.reason for row in coverage(region, day))
    assert set(reasons) == {None, *Reason}
    assert {agreement.status for agreement in region.agreements} == set(AgreementStatus)
    assert {vraag.level for vraag in region.leervragen} == set(Level)
    assert {tafel.level for tafel in region.tafels} == set(Level)


def test_tables_do_not_meet_in_the_holidays(tmp_path: Path, day: date) -> None:
    package.write("oeverland", tmp_path, day)
    weeks = {
        meeting.on.isocalendar().week
        for meeting in read(tmp_path).meetings
        if meeting.tafel.startswith(("M-", "B-", "S-"))
    }
    assert not weeks & package.HOLIDAY_WEEKS


def test_nothing_in_the_example_could_point_at_a_person(tmp_path: Path) -> None:
    package.write("oeverland", tmp_path, NOW.date())
    texts = [f"{s.title} {s.description}" for s in read(tmp_path).signals]
    texts += [f"{given.title} {given.words} {given.wish}" for given in story.GIVEN]
    texts += [f"{asked.question} {asked.background}" for asked in questions.ASKED]
    for text in texts:
        assert not identifying.find(text), text


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The example as `make run` makes it, on a day in November, with cheap passwords."""

    def settings(*given: Any) -> Settings:
        return replace(run_settings(*given), password_cost=(1, 8))

    run_settings = run.settings
    with clock.frozen(NOW), pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "settings", settings)
        app = run.make_app(tmp_path_factory.mktemp("var"), "127.0.0.1", 8000)
        yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def oeverland(example: Flask) -> Iterator[Region]:
    with clock.frozen(NOW), example.app_context():
        region = session().scalars(select(Region).where(Region.slug == "oeverland")).one()
        with scoped_to(region.id):
            yield region


def test_signals_are_in_every_stage(oeverland: Region) -> None:
    statuses = Counter(session().scalars(select(Signal.status)))
    assert set(statuses) == set(SignalStatus)


def test_the_story_leaves_something_to_record_and_nothing_that_was_forgotten(
    oeverland: Region,
) -> None:
    waiting = session().scalars(
        select(AgendaItem)
        .join(AgendaItem.meeting)
        .where(AgendaItem.status == ItemStatus.PLANNED, Meeting.held_on <= clock.today())
        .options(joinedload(AgendaItem.meeting))
    )
    days = [clock.today() - item.meeting.held_on for item in waiting]
    assert days
    assert max(days) < story.RECORDED_UNTIL


def test_every_promise_of_the_story_is_what_the_planner_says(oeverland: Region) -> None:
    assert planning.replan(None) == 0
    session().rollback()


def test_there_is_an_account_for_every_role(oeverland: Region) -> None:
    roles = {place.role for person in people.PEOPLE for place in person.places}
    assert roles == set(RoleName)
    today = clock.today()
    assert all(grant.is_valid_on(today) for grant in session().scalars(select(Grant)))


@pytest.mark.parametrize("person", people.PEOPLE, ids=lambda person: person.key)
def test_everybody_of_the_example_signs_in_and_sees_a_start_page(
    example: Flask, person: people.Person
) -> None:
    with clock.frozen(NOW):
        browser = Browser(example)
        form = {"email": person.email, "password": people.PASSWORD}
        browser.post("/inloggen", form, status=302)
        assert browser.get("/").status == 200
        if all(place.region == "oeverland" for place in person.places):
            assert "Zilverdal" not in browser.get("/").html


def test_the_example_is_made_once_and_keeps_its_secret(tmp_path: Path) -> None:
    first = run.settings(tmp_path, "0.0.0.0", 8001)  # noqa: S104 (nothing listens)
    assert run.settings(tmp_path, "127.0.0.1", 8001) == first
    assert first.base_url == "http://127.0.0.1:8001"
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_starting_again_changes_nothing(example: Flask) -> None:
    settings: Settings = example.extensions["settings"]
    folder = Path(settings.database_url.removeprefix("sqlite:///")).parent
    with clock.frozen(NOW + timedelta(days=1)):
        again = run.make_app(folder, "127.0.0.1", 8000)
    with again.app_context():
        assert len(session().scalars(select(Region)).all()) == len(package.REGIONS)
        db.engine.dispose()


def test_the_packages_can_be_written_without_any_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("COORDINATOR_DATABASE_URL", "COORDINATOR_SECRET_KEY", "COORDINATOR_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    done: Any = CliRunner().invoke(main, ["example", "write", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert len(read(tmp_path / "oeverland").partners) == 28
    assert len(read(tmp_path / "zilverdal").tafels) == 3


@pytest.mark.parametrize(("host", "status"), [("0.0.0.0", 302), ("127.0.0.1", 400)])  # noqa: S104
def test_an_example_for_the_whole_network_answers_to_the_names_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, status: int
) -> None:
    monkeypatch.setattr(run, "fill", lambda: None)
    app = run.make_app(tmp_path, host, 8000)
    answer = app.test_client().get("/", base_url="http://laptop.example:8000")
    assert answer.status_code == status
    with app.app_context():
        db.engine.dispose()
