"""Two people at one room, one host or one last place at the same moment; on both databases."""

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
from coordinator.models import LearningEvent, RoleName, SignIn, SignUp
from tests import make
from tests.conftest import MakeDatabase, new_app
from tests.page import Answer, Browser

PLAN = "/leermomenten/nieuw/plannen?stap=2"


def _linger(_session: object) -> None:
    time.sleep(0.15)  # what one has done is not visible yet when the other looks


@dataclass
class Two:
    """Two coordinators, and two leermomenten: in a room with one place, and elsewhere."""

    app: Flask
    scope: int
    tokens: list[str]
    room: str
    narrow: str
    elsewhere: str
    day: str

    def at_once(self, *posts: tuple[str, str, dict[str, str]]) -> list[Answer]:
        """Let each open a page, and then send a form at the same moment."""
        barrier = threading.Barrier(2, timeout=30)

        def send(token: str, post: tuple[str, str, dict[str, str]]) -> Answer:
            url, on, data = post
            browser = Browser(self.app)
            with browser.client.session_transaction() as cookie:
                cookie["sign_in"] = token
                cookie["seen"] = clock.now().timestamp()
            hidden = Browser.hidden_fields(browser.get(on).document, url)
            barrier.wait()
            return browser._answer(browser.client.post(url, data={**hidden, **data}))

        with ThreadPoolExecutor(2) as pool:
            waiting = [
                pool.submit(copy_context().run, send, token, post)
                for token, post in zip(self.tokens, posts, strict=True)
            ]
            return sorted((one.result() for one in waiting), key=lambda answer: answer.status)

    def form(self, **given: str) -> dict[str, str]:
        return {
            "titel": "Intervisie",
            "vorm": "peer_review",
            "dag": self.day,
            "van": "15:00",
            "tot": "16:00",
            "waar": "elsewhere",
            "plaats": "Oeverdam",
            **given,
        }


@pytest.fixture
def two(database_url: MakeDatabase) -> Iterator[Two]:
    app = new_app(database_url, "moments_two_people")
    with app.app_context(), scoped_to(EVERYTHING) as current:
        region = make.region()
        people = [make.person(RoleName.COORDINATOR, region) for _ in range(2)]
        tokens = [secrets.token_urlsafe() for _ in people]
        for one, token in zip(people, tokens, strict=True):
            current.add(SignIn(account_id=one.id, token_hash=hash_token(token)))
        room = make.room(region=region)
        narrow = make.moment("Krap", places=1, region_id=region.id)
        elsewhere = make.moment("Elders", begins="08:00", ends="09:00", region_id=region.id)
        made = Two(
            app,
            region.id,
            tokens,
            room.public_id,
            narrow.public_id,
            elsewhere.public_id,
            str(narrow.held_on),
        )
        current.commit()
    listening.listen(ScopedSession, "before_commit", _linger)
    yield made
    listening.remove(ScopedSession, "before_commit", _linger)
    with app.app_context():
        db.engine.dispose()


def test_of_two_at_the_same_moment_one_gets_the_room_the_host_and_the_last_place(two: Two) -> None:
    room = two.form(waar="room", ruimte=two.room, plaats="")
    one, other = two.at_once((PLAN, PLAN, room), (PLAN, PLAN, room))
    assert (one.status, other.status) == (302, 422)
    assert "al bezet door “Intervisie”, van 15.00 tot 16.00 uur" in other.alert
    # One plans with somebody, the other moves something of that person to the same time.
    host = two.form(anderen="José", van="18:00", tot="19:00")
    edit = f"/leermomenten/{two.elsewhere}/wijzigen"
    one, other = two.at_once((PLAN, PLAN, host), (edit, edit, {**host, "anderen": "JOSE"}))
    assert (one.status, other.status) == (302, 422)
    assert "is op" in other.alert
    page = f"/leermomenten/{two.narrow}"
    sign_up = (f"{page}/aanmelden", page, dict[str, str]())
    assert [answer.status for answer in two.at_once(sign_up, sign_up)] == [302, 302]
    with two.app.app_context(), scoped_to(two.scope) as current:
        found = current.scalars(select(SignUp.status).order_by(SignUp.status)).all()
        at_three = select(LearningEvent.id).where(LearningEvent.begins == "15:00")
        planned = current.scalars(at_three).all()
        current.rollback()
    assert [one.value for one in found] == ["placed", "waiting"]
    assert len(planned) == 1
