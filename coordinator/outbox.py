"""Mail that leaves after the commit: put in the outbox with the change, sent by `coordinator tick`.

Mail says that something happened, not what (SAFETY 10).
"""

import smtplib
import ssl
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from flask import current_app, render_template
from sqlalchemy import select, update

from coordinator import clock
from coordinator.db import EVERYTHING, db, scoped_to, session
from coordinator.models import OutboxMessage, Region
from coordinator.settings import Settings

LEASE: Final = timedelta(minutes=5)
GIVE_UP_AFTER: Final = 8


def link(endpoint: str, **values: str) -> str:
    """Return the full address of a page, for in a mail; outside a request too.

    It begins as the setting says, never as a request says: whoever asks for a new password must
    not decide where the link in somebody's mail leads.
    """
    settings: Settings = current_app.extensions["settings"]
    return settings.base_url + current_app.url_map.bind("").build(endpoint, values)


def put(key: str, to_address: str, subject: str, template: str, **context: object) -> None:
    """Put a mail in the outbox, in the transaction of the change it tells of.

    `key` says which message this is; the same key twice is one message.
    """
    with db.session.no_autoflush:
        known = db.session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == key))
    if known is None:
        body = f"{render_template(f'mail/{template}.txt', **context).rstrip()}\n\n{_from()}\n"
        message = OutboxMessage(key=key, to_address=to_address, subject=subject, body=body)
        db.session.add(message)
        db.session.flush()


def _from() -> str:
    """Return who writes: the network of the region that the change is of, where it is of one."""
    scope = session().scope
    region = session().get(Region, scope) if isinstance(scope, int) else None
    return f"Leernetwerk\n{region.name}" if region is not None else "Leernetwerk"


def send_waiting() -> int:
    """Send what waits; return how many were sent.

    Each message is taken with a lease in a transaction of its own, so that two workers never
    send the same one and a worker that dies leaves it to the next.
    """
    settings: Settings = current_app.extensions["settings"]
    sent = 0
    with scoped_to(EVERYTHING) as current:
        now = clock.now()
        waiting = current.scalars(
            select(OutboxMessage.id)
            .where(OutboxMessage.sent_at.is_(None), OutboxMessage.due_at <= now)
            .where(OutboxMessage.attempts < GIVE_UP_AFTER)
            .order_by(OutboxMessage.id)
        ).all()
        current.commit()
        for message_id in waiting:
            taken = current.scalar(
                update(OutboxMessage)
                .where(OutboxMessage.id == message_id, OutboxMessage.due_at <= now)
                .where(OutboxMessage.sent_at.is_(None))
                .values(due_at=now + LEASE, attempts=OutboxMessage.attempts + 1)
                .returning(OutboxMessage.id)
                .execution_options(synchronize_session=False)
            )
            current.commit()
            if taken is None:
                continue
            message = current.get_one(OutboxMessage, message_id, populate_existing=True)
            try:
                deliver(message, settings)
            except OSError as error:
                message.failure = type(error).__name__
                message.due_at = now + LEASE * 2**message.attempts
            else:
                message.sent_at = clock.now()
                message.failure = ""
                message.body = ""  # it may hold a link that opens an account
                sent += 1
            current.commit()
    return sent


def deliver(message: OutboxMessage, settings: Settings) -> None:
    """Send one mail by SMTP, or write it to the mail folder."""
    mail = EmailMessage()
    mail["From"] = settings.mail_from
    mail["To"] = message.to_address
    mail["Subject"] = message.subject
    mail["Message-ID"] = f"<{message.id}.{message.key.replace(' ', '-')}@leernetwerk>"
    mail.set_content(message.body)
    if settings.smtp_url is None:
        write(mail, settings.mail_folder or Path("var/mail"), message.id)
        return
    server = urlsplit(settings.smtp_url)
    host, port = server.hostname or "localhost", server.port or 0
    tls = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(host, port, timeout=20, context=tls)
        if server.scheme == "smtps"
        else smtplib.SMTP(host, port, timeout=20)
    ) as smtp:
        smtp.ehlo()
        # A password never goes over a line that is not encrypted.
        if server.scheme != "smtps" and (server.username or smtp.has_extn("starttls")):
            smtp.starttls(context=tls)
        if server.username:
            smtp.login(unquote(server.username), unquote(server.password or ""))
        smtp.send_message(mail)


def write(mail: EmailMessage, folder: Path, number: int) -> None:
    """Write a mail as a readable text file; for where there is no mail server."""
    folder.mkdir(parents=True, exist_ok=True)
    text = f"Aan: {mail['To']}\nOnderwerp: {mail['Subject']}\n\n{mail.get_content()}"
    (folder / f"{number:06d}.txt").write_text(text, encoding="utf-8")
