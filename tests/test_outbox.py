"""Mail leaves once, after the commit, also when a mail server or a worker fails."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from coordinator import clock, outbox
from coordinator.models import OutboxMessage
from coordinator.settings import Settings


@pytest.fixture
def folder(app, tmp_path):
    before = app.extensions["settings"]
    app.extensions["settings"] = Settings("unused", "unused", mail_folder=tmp_path)
    yield tmp_path
    app.extensions["settings"] = before


def waiting(**given):
    given = {"to_address": "samira@voorbeeld.nl", "subject": "Nieuws", "body": "Kijk.\n", **given}
    return OutboxMessage(**given)


def send(app):
    with app.app_context():
        return outbox.send_waiting()


def test_what_waits_is_sent_once(app, inside, folder: Path):
    with inside() as session:
        session.add(waiting(key="a"))
    assert send(app) == 1
    assert send(app) == 0
    (mail,) = folder.iterdir()
    assert "Aan: samira@voorbeeld.nl" in mail.read_text()
    assert "Kijk." in mail.read_text()
    with inside() as session:
        assert session.scalars(select(OutboxMessage.body)).all() == [""]  # it may hold a link


def test_a_message_that_another_worker_holds_is_left_alone(app, inside, folder):
    with inside() as session:
        session.add(waiting(key="a", due_at=clock.now() + outbox.LEASE, attempts=1))
    assert send(app) == 0
    with clock.frozen(clock.now() + outbox.LEASE + timedelta(seconds=1)):
        assert send(app) == 1


def test_a_mail_that_fails_is_tried_again_later(app, inside, folder, monkeypatch):
    def fail(*_):
        raise ConnectionRefusedError

    with inside() as session:
        session.add(waiting(key="a"))
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "deliver", fail)
        assert send(app) == 0
    with inside() as session:
        message = session.scalars(select(OutboxMessage)).one()
        assert (message.failure, message.attempts) == ("ConnectionRefusedError", 1)
        assert message.due_at > clock.now()
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert send(app) == 1


def test_a_mail_that_keeps_failing_is_given_up(app, inside, folder):
    with inside() as session:
        session.add(waiting(key="a", attempts=outbox.GIVE_UP_AFTER))
    assert send(app) == 0


def test_the_same_message_put_twice_is_one_message(app, inside, monkeypatch):
    monkeypatch.setattr(outbox, "render_template", lambda *_, **__: "Kijk.\n")
    with inside() as session:
        for _ in range(2):
            outbox.put("b", "samira@voorbeeld.nl", "Nieuws", "question")
        assert len(session.scalars(select(OutboxMessage)).all()) == 1


def test_a_mail_goes_by_smtp_with_starttls_and_a_password(app, inside, monkeypatch):
    calls = []

    class Smtp:
        def __init__(self, host, port, timeout):
            calls.append((host, port))

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def has_extn(self, name):
            return name == "starttls"

        def ehlo(self):
            pass

        def starttls(self, context):
            assert context.check_hostname
            calls.append("starttls")

        def login(self, name, password):
            calls.append((name, password))

        def send_message(self, mail):
            calls.append((mail["To"], mail["From"], mail.get_content()))

    monkeypatch.setattr(outbox.smtplib, "SMTP", Smtp)
    settings = Settings("", "", smtp_url="smtp://naam:g%40heim@mail.test:587", mail_from="a@b.nl")
    outbox.deliver(waiting(id=1, key="a"), settings)
    assert calls == [
        ("mail.test", 587),
        "starttls",
        ("naam", "g@heim"),
        ("samira@voorbeeld.nl", "a@b.nl", "Kijk.\n"),
    ]
