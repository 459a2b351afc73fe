"""Two windows at one self-scan at the same moment; on both databases."""

import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import event as listening
from sqlalchemy import select

from coordinator import clock
from coordinator.access import hash_token
from coordinator.db import EVERYTHING, ScopedSession, db, scoped_to
from coordinator.models import RoleName, ScanParticipation, ScanSheet, SignIn
from tests import make
from tests.conftest import MakeDatabase, new_app
from tests.page import Answer, Browser


def _linger(_session: object) -> None:
    time.sleep(0.2)  # what one has done is not visible yet when the other looks


@dataclass
class Two:
    """Somebody who is coordinator and manager, in two windows, and an open round."""

    app: Flask
    scope: int
    token: str
    scan_round: str

    def at_once(self, url: str, *typed: dict[str, str]) -> list[Answer]:
        """Open a page in two windows, and then send both forms at the same moment."""
        barrier = threading.Barrier(2, timeout=30)

        def send(data: dict[str, str]) -> Answer:
            browser = Browser(self.app)
            with browser.client.session_transaction() as cookie:
                cookie["sign_in"] = self.token
                cookie["seen"] = clock.now().timestamp()
            hidden = Browser.hidden_fields(browser.get(url).document, url)
            barrier.wait()
            return browser._answer(browser.client.post(url, data={**hidden, **data}))

        with ThreadPoolExecutor(2) as pool:
            waiting = [pool.submit(copy_context().run, send, data) for data in typed]
            return sorted((one.result() for one in waiting), key=lambda answer: answer.status)


@pytest.fixture
def two(database_url: MakeDatabase) -> Iterator[Two]:
    app = new_app(database_url, "scans_two_windows")
    with app.app_context(), scoped_to(EVERYTHING) as current:
        region = make.region()
        person = make.person(RoleName.MANAGER, region, partner=make.partner("lt1", region=region))
        make.grant(person, RoleName.COORDINATOR, region)
        token = secrets.token_urlsafe()
        current.add(SignIn(account_id=person.id, token_hash=hash_token(token)))
        scan_round = make.scan_round(region_id=region.id)
        made = Two(app, region.id, token, scan_round.public_id)
        current.commit()
    listening.listen(ScopedSession, "before_commit", _linger)
    yield made
    listening.remove(ScopedSession, "before_commit", _linger)
    with app.app_context():
        db.engine.dispose()


def test_who_gives_in_twice_at_the_same_moment_gives_in_once(two: Two) -> None:
    fill = f"/zelfscan/{two.scan_round}/invullen?deel=1"
    one, other = two.at_once(fill, {"text-1-1": "Eerste venster"}, {"text-1-1": "Tweede venster"})
    assert (one.status, other.status) == (302, 422)
    assert "intussen in een ander venster bewaard" in other.alert
    answers = two.at_once(f"/zelfscan/{two.scan_round}/nakijken", {}, {})
    assert [answer.status for answer in answers] == [302, 302]
    with two.app.app_context(), scoped_to(two.scope) as current:
        assert len(current.scalars(select(ScanSheet)).all()) == 1
        (taken,) = current.scalars(select(ScanParticipation)).all()
        assert (taken.is_done, taken.draft) == (True, {})
        current.rollback()
    later = {
        "name": "Later",
        "opens_on": str(clock.today().replace(year=2090)),
        "closes_on": str(clock.today().replace(year=2091)),
    }
    one, other = two.at_once("/zelfscan/nieuw", later, later)
    assert (one.status, other.status) == (302, 422)
    assert "De ronde “Later” loopt" in other.alert
