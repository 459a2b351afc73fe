"""Reminders: each once, on its day, to who can do something about it; and on the start page."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from coordinator import clock, governance, outbox, planning, reminders
from coordinator.db import session
from coordinator.models import (
    Account,
    AgreementStatus,
    OutboxMessage,
    Region,
    Renewal,
    RoleName,
    Seat,
    SignatoryStatus,
    VersionStatus,
)
from tests import make
from tests.conftest import Inside, on_sqlite
from tests.page import Browser

Browse = Callable[..., Browser]
Count = Callable[[], AbstractContextManager[list[str]]]
TODAY = clock.today()


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


@dataclass
class World:
    """A region of which the people are known by their mail addresses."""

    app: Flask
    inside: Inside
    region: Region
    net: make.SmallNetwork
    coordinator: Account

    def tick(self, days: int = 0) -> list[tuple[str, str]]:
        """Let `coordinator tick` remind on a day; return to whom, and which mail, is new."""
        with self.inside() as session:
            before = set(session.scalars(select(OutboxMessage.key)))
        with clock.frozen(clock.now() + timedelta(days=days)), self.app.app_context():
            reminders.put_due()
        with self.inside() as session:
            new = [
                mail
                for mail in session.scalars(
                    select(OutboxMessage).where(OutboxMessage.sent_at.is_(None))
                )
                if mail.key not in before
            ]
        for mail in new:
            assert "http" in mail.body
            assert "Overleg" not in mail.body + mail.subject
        return sorted((m.to_address, m.key.split(":")[1]) for m in new)

    def change(self, thing: Any, **values: Any) -> None:
        with self.inside(self.region) as session:
            row = session.get_one(type(thing), thing.id)
            for name, value in values.items():
                setattr(row, name, value)


@pytest.fixture
def world(app: Flask, inside: Inside) -> World:
    with inside():
        region = make.region()
    with inside(region):
        net = make.small_network(region)
        net.cooperation.title = "Overleg over alles"
        coordinator = make.person(RoleName.COORDINATOR, region)
        coordinator.email = "coordinator@x.nl"
        gone = make.account(email="gone@x.nl")
        make.grant(gone, RoleName.COORDINATOR, region, ends_on=after(-1))
    return World(app, inside, region, net, coordinator)


def test_an_evaluation_and_an_end_remind_once_each_and_again_when_their_date_changes(
    world: World,
) -> None:
    agreement, who = world.net.cooperation, "coordinator@x.nl"
    world.change(agreement, review_on=after(40), ends_on=after(200))
    assert world.tick(25) == []
    assert world.tick(26) == [(who, "review")]
    assert world.tick(27) == []
    assert world.tick(43) == [(who, "review")]  # tick did not run on the day itself
    assert world.tick(44) == []
    world.change(agreement, review_on=after(60))
    assert world.tick(45) == []
    assert world.tick(46) == [(who, "review")]
    assert world.tick(75) == []  # the day itself is too long ago
    assert world.tick(110) == [(who, "end")]
    assert world.tick(170) == [(who, "end")]
    assert world.tick(171) == []
    world.change(agreement, ends_on=after(300))
    assert world.tick(172) == []
    assert world.tick(290) == [(who, "end")]  # of the two moments only the last
    assert world.tick(310) == []


@on_sqlite
def test_a_text_that_is_not_signed_reminds_who_has_not_signed_yet(world: World) -> None:
    net, inside = world.net, world.inside
    with inside(world.region):
        board = [
            make.account(email=f"{name}@x.nl") for name in ("team", "team2", "school", "school2")
        ]
        for account, partner in zip(
            board, (net.team, net.team, net.school, net.school), strict=True
        ):
            make.grant(account, RoleName.BOARD_MEMBER, world.region, partner=partner)
        ended = make.account(email="ended@x.nl")
        make.grant(ended, RoleName.BOARD_MEMBER, world.region, partner=net.team, ends_on=after(-1))
        fresh = make.agreement(
            "A9",
            world.region,
            status=AgreementStatus.TO_SIGN,
            parties=[net.team, net.school, net.council],
        )
        version = governance.newest(fresh)
        version.sent_at = clock.now()
        for one in version.signatories:
            if one.partner_id == net.school.id:
                one.account_id = board[2].id
            if one.partner_id == net.council.id:
                one.status = SignatoryStatus.SIGNED
    assert world.tick(13) == []
    told = ["coordinator@x.nl", "school@x.nl", "team2@x.nl", "team@x.nl"]
    assert world.tick(14) == [(who, "unsigned") for who in told]
    assert world.tick(15) == []
    world.change(version, status=VersionStatus.SIGNED)
    assert world.tick(60) == []


def test_a_seat_or_mandate_that_ends_before_a_promised_signal_reminds_once_per_meeting(
    world: World, browse: Browse
) -> None:
    net = world.net
    with world.inside(world.region) as session:
        secretary = make.account(email="secretary@x.nl")
        make.grant(secretary, RoleName.SECRETARY, world.region, tafel=net.policy)
        other = make.account(email="other@x.nl")
        make.grant(other, RoleName.SECRETARY, world.region, tafel=net.board)
        planning.plan_new([make.signal(net.here, (net.jeugd,), partner=net.team)])
        seat = session.scalars(select(Seat).where(Seat.tafel_id == net.policy.id)).one()
        kept = session.scalars(select(Seat).where(Seat.tafel_id == net.board.id)).one()
        seat.ends_on = after(30)
        kept.ends_on = after(41)  # the same partner sits there on
        make.seat(net.board, net.council, net.member, starts_on=after(42))
    assert world.tick() == []  # at the beleidstafel the signal is there before the seat ends
    world.change(seat, ends_on=after(20))
    told = [("coordinator@x.nl", "seat"), ("secretary@x.nl", "seat")]
    assert world.tick() == told
    assert world.tick(1) == []
    browser = browse(world.coordinator)
    page = browser.get("/")
    assert "Dit vraagt aandacht" in page.text
    words = "Gemeente Oeverdam aan Beleidstafel jeugd"
    url = next(e.attributes["href"] for e in page.document.all("a") if e.text == words)
    assert "Leg een opvolging vast" in browser.get(url).text, "it leads to where it is mended"
    # The mandate of the bestuurstafel ends, and nobody planned again yet. For the leercoördinator
    # the end of the agreement is in the same mail.
    world.change(net.mandate, ends_on=after(41))
    assert world.tick(2) == [("coordinator@x.nl", "together"), ("other@x.nl", "mandate")]
    assert world.tick(2) == []
    world.change(seat, ends_on=None)
    assert "aan Beleidstafel jeugd" not in browse(world.coordinator).get("/").text


@on_sqlite
def test_the_list_on_the_start_page_costs_the_same_number_of_queries_however_long(
    world: World, browse: Browse, count_queries: Count
) -> None:
    browser = browse(world.coordinator)
    world.change(world.net.cooperation, review_on=after(3), ends_on=after(80))
    with count_queries() as few:
        page = browser.get("/")
    assert "De evaluatie is op" in page.text
    assert "Daarna geldt zij niet." in page.text
    with world.inside(world.region):
        version = governance.newest(world.net.cooperation)
        version.renewal, version.renewal_months = Renewal.TACIT, 12
        version.ends_on = after(80)
    assert "Daarna wordt zij stilzwijgend verlengd." in browser.get("/").text
    world.change(version, holds_until=after(80))  # notice was given
    assert "Daarna geldt zij niet." in browser.get("/").text
    with world.inside(world.region):
        for number in range(20):
            make.agreement(f"X{number}", world.region, review_on=after(-1), ends_on=after(9))
    with count_queries() as many:
        page = browser.get("/")
    assert "De evaluatie was op" in page.text
    assert "Nog 32: Dit vraagt aandacht" in page.text
    assert page.html.count("De laatste dag is") == 21, "no other page lists them all"
    assert len(many) == len(few)
    # All of it is one mail, and what it told does not come back when the days move on.
    assert world.tick() == [("coordinator@x.nl", "together")]
    with world.inside() as session:
        mail = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert mail
    assert mail.subject == "Er zijn 42 dingen die aandacht vragen"
    assert mail.body.count("/afspraken/X") == 10
    assert "en op nog 16 plaatsen" in mail.body
    assert world.tick(1) == []


@on_sqlite
def test_another_worker_that_puts_the_same_mail_first_breaks_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.change(world.net.cooperation, review_on=TODAY)
    assert len(world.tick()) == 1

    def put(key: str, to: str, *_: Any, **__: Any) -> None:
        session().add(OutboxMessage(key=key, to_address=to, subject="", body=""))
        session().flush()

    monkeypatch.setattr(reminders, "_known", lambda _keys: set())
    monkeypatch.setattr(outbox, "put", put)
    assert world.tick() == []
