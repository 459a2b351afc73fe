"""The self-scan: rounds, answers in parts that nobody can trace, results that hide the few."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Any

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import select

from coordinator import clock, reminders, web
from coordinator.models import (
    Account,
    Level,
    OutboxMessage,
    Partner,
    Region,
    RoleName,
    ScanAnswer,
    ScanParticipation,
    ScanRound,
    ScanScore,
    ScanSheet,
)
from coordinator.scans import actions, hiding, results
from coordinator.scans.bouwstenen import BOUWSTENEN, GROUPS, QUESTIONS
from tests import make
from tests.conftest import Inside
from tests.page import Browser

ONLY_SQLITE = True

Browse = Callable[..., Browser]
Count = Callable[[], AbstractContextManager[list[str]]]
YES, PARTLY, NO = ScanScore.YES, ScanScore.PARTLY, ScanScore.NO
PRACTICE, MANAGEMENT, POLICY, BOARD = Level
A_DAY = timedelta(days=1)


@dataclass
class World:
    """A network with a coordinator, an expert, and a bestuurder of two organisations."""

    region: Region
    net: make.SmallNetwork
    coordinator: Account
    expert: Account
    board: Account


@pytest.fixture
def world(inside: Inside) -> World:
    with inside():
        region = make.region()
    with inside(region):
        net = make.small_network(region)
        coordinator = make.person(RoleName.COORDINATOR, region)
        expert = make.person(RoleName.EXPERT, region, partner=net.experts)
        board = make.person(RoleName.BOARD_MEMBER, region, partner=net.council)
        make.grant(board, RoleName.COORDINATOR, region, partner=net.team)
        return World(region, net, coordinator, expert, board)


# What is hidden.


def derivable(vectors: list[list[int]], counts: tuple[int, ...]) -> set[int]:
    """Return the sizes of the groups whose sum follows from the sums of these groups."""
    if not vectors:
        return set()
    basis = np.array(vectors, dtype=float)
    rank = np.linalg.matrix_rank(basis)
    there = [place for place, count in enumerate(counts) if count]
    found = set()
    for chosen in product((0, 1), repeat=len(there)):
        if any(chosen):
            target = np.zeros(len(counts))
            target[there] = chosen
            if np.linalg.matrix_rank(np.vstack([basis, target])) == rank:
                found.add(int(sum(counts[place] for place in there if target[place])))
    return found


def test_no_sum_or_difference_of_what_is_shown_points_at_one_to_four_people() -> None:
    cells = list(product((PRACTICE, BOARD), (1, 2)))
    shown_any = 0
    for counts in product((0, 2, 3, 5, 7), repeat=len(cells)):
        found = hiding.shown(dict(zip(cells, counts, strict=True)))
        there = [int(bool(count)) for count in counts]
        groups = [{c for c in cells if c[0] == level} for level in found.levels]
        groups += [{cell} for cell in found.cells]
        groups += [{c for c in cells if c[0] in found.together}] if found.together else []
        vectors = [
            [int(cell in group) * is_there for cell, is_there in zip(cells, there, strict=True)]
            for group in groups
        ]
        assert not derivable(vectors, counts) & {1, 2, 3, 4}, counts
        shown_any += len(found.cells)
    assert shown_any > 100  # it does not simply hide everything


def test_the_few_count_in_a_sum_where_they_hide_each_other() -> None:
    cells = {(BOARD, 1): 6, (BOARD, 2): 3, (POLICY, 1): 2}
    found = hiding.shown(cells)
    assert set(found.levels) == set(found.together) == {BOARD}
    assert not found.cells
    found = hiding.shown({**cells, (BOARD, 2): 5, (PRACTICE, 2): 3})
    assert found.cells == {(BOARD, 1), (BOARD, 2)}
    assert found.together == {BOARD, POLICY, PRACTICE}
    # Of three organisations the smallest hides with the few; the largest is still shown.
    found = hiding.shown({(BOARD, 1): 9, (BOARD, 2): 6, (BOARD, 3): 1})
    assert found.cells == {(BOARD, 1)}
    assert hiding.shown({(BOARD, 1): 4}).together == set()


def test_there_are_eighteen_bouwstenen_and_only_the_last_eight_have_a_score() -> None:
    assert [one.number for one in BOUWSTENEN] == list(range(1, 19))
    assert {q.bouwsteen for q in QUESTIONS.values() if q.is_scored} == set(range(11, 19))
    assert all(1 <= len(one.questions) <= 2 for one in BOUWSTENEN)
    assert all(len(q.text.split()) <= 20 for q in QUESTIONS.values())


# Rounds.


def test_the_coordinator_opens_changes_and_closes_rounds(
    world: World, inside: Inside, browse: Browse
) -> None:
    browser, today = browse(world.coordinator), clock.today()
    assert "Open een ronde" in browser.get("/zelfscan").text
    assert "De leercoördinator opent een ronde" in browse(world.expert).get("/zelfscan").text
    sent: dict[str, Any] = {"name": "", "opens_on": str(today - A_DAY), "closes_on": "ooit"}
    page = browser.post("/zelfscan/nieuw", sent, status=422)
    assert "Geef de ronde een naam" in page.alert
    assert "Vul een datum in" in page.alert
    sent = {
        "name": "Najaar\0",
        "opens_on": str(today),
        "closes_on": str(today - A_DAY),
    }
    page = browser.post("/zelfscan/nieuw", {**sent, "partners": ["lt1"]}, status=422)
    assert "De laatste dag ligt voor de eerste dag" in page.alert
    assert 'value="lt1" checked' in page.html
    assert 'value="Najaar"' in page.html
    page = browser.post("/zelfscan/nieuw", {**sent, "opens_on": str(today - A_DAY)}, status=422)
    assert "Deze dag is al voorbij" in page.alert
    sent |= {"closes_on": str(today + 9 * A_DAY), "partners": [world.net.team.code]}
    url = browser.post("/zelfscan/nieuw", sent, status=302).location
    text = browser.get(url).text
    assert f"Open tot en met {web.day(today + 9 * A_DAY)}." in text
    assert "Minder dan 5 vragenlijsten" in text

    # Rounds that overlap for one organisation; for another they may.
    late = {**sent, "name": "Later", "opens_on": str(today + 9 * A_DAY)}
    late["closes_on"] = str(today + 20 * A_DAY)
    page = browser.post("/zelfscan/nieuw", late, status=422)
    assert f"De ronde “Najaar” loopt van {web.day(today)}" in page.alert
    assert world.net.team.name in page.alert
    page = browser.post("/zelfscan/nieuw", {**late, "partners": []}, status=422)
    assert "dezelfde organisaties" in page.alert
    other = {**late, "partners": [world.net.council.code]}
    later = browser.post("/zelfscan/nieuw", other, status=302).location
    assert "Opent op" in browser.get(later).text
    page = browser.post(f"{later}/wijzigen", {**late, "partners": ["lt1", "gm"]}, status=422)

    # The second editor sees the first one's work; who gave in fixes the rest.
    edit = f"{url}/wijzigen"
    opened = Browser.hidden_fields(browser.get(edit).document, edit)
    browser.post(edit, {**sent, "name": "Herfst"}, status=302)
    stale = {**opened, **sent, "name": "Mijn naam"}
    page = browser._answer(browser.client.post(edit, data=stale))
    assert page.status == 422
    assert "Nu staat hier, door een ander bewaard:Herfst" in page.text
    assert 'value="Mijn naam"' in page.html
    unlocked = {**Browser.hidden_fields(browser.get(edit).document, edit), **sent}
    with inside(world.region) as session:
        found = session.scalars(select(ScanRound).where(ScanRound.name == "Herfst")).one()
        make.scan_sheet(found, world.net.team, BOARD, {"11-1": YES})
    moved = {**unlocked, "opens_on": str(today + A_DAY)}
    page = browser._answer(browser.client.post(edit, data=moved))
    assert "De eerste dag ligt daarom vast" in page.alert
    page = browser.post(edit, {"name": "Herfst", "closes_on": str(today)}, status=422)
    assert "Sluit dan de ronde" in page.alert
    sent = {"name": "Herfst", "closes_on": str(today + 8 * A_DAY + A_DAY + A_DAY)}
    browser.post(edit, sent, status=302)
    with inside(world.region) as session:
        found = session.scalars(select(ScanRound).where(ScanRound.name == "Herfst")).one()
        assert found.closes_on == today + 10 * A_DAY

    assert "niet weer openen" in browser.get(f"{url}/sluiten").text
    browser.post(f"{url}/sluiten", status=302)
    assert "al gesloten" in browser.get(f"{url}/sluiten").text
    page = browser.post(edit, sent, status=422)
    assert "Deze ronde is gesloten. Daarom kan zij niet meer anders." in page.alert
    # One gave in: nothing says so, and of whose organisation that was.
    assert "Bekijk de uitkomsten" not in browser.get("/zelfscan").text
    page = browser.get(f"{url}/uitkomsten?organisatie={world.net.team.code}")
    assert "Minder dan 5 mensen leverden een vragenlijst in" in page.text
    assert world.net.team.code not in page.html


# Answering.


def test_an_expert_answers_in_parts_and_gives_in_without_a_name(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region):
        scan_round = make.scan_round(partners=[world.net.experts, world.net.council])
    browser = browse(world.expert)
    url = f"/zelfscan/{scan_round.public_id}"
    fill = f"{url}/invullen"
    text = browser.get(url).text
    assert "Begin met invullen" in text
    assert "zonder uw naam" in text
    assert "op het niveau uitvoering" in browser.get(fill).text
    assert browser.get(f"{fill}?deel=9").status == 404

    first = f"{fill}?deel=1"
    page = browser.get(first)
    assert "Stap 2 van 8" in page.text
    words = "Een moeder zei: luister eerst.\nDat bleef hangen."
    opened = Browser.hidden_fields(page.document, first)
    page = browser.post(first, {"text-1-1": "Bel 06 12345678 of mij"}, status=422)
    assert "telefoonnummer" in page.alert
    assert "Bel 06 12345678" in page.html
    page = browser.post(first, {"text-1-1": "x" * 2001}, status=422)
    assert "Maak deze tekst korter" in page.alert
    answer = browser.post(first, {"text-1-1": words, "stop": "1"}, status=302)
    assert answer.location == url
    text = browser.get(url).text
    assert "1 van de 6 vragen ingevuld" in text
    assert "Ga verder met invullen" in text
    assert words in browser.get(first).html

    # Another window that stood open does not wipe out what was saved here.
    stale = {**opened, "once": "other-window", "text-1-2": "Mijn tweede antwoord"}
    page = browser._answer(browser.client.post(first, data=stale))
    assert page.status == 422
    assert "in het andere venster bewaard:Een moeder zei" in page.text
    assert "Mijn tweede antwoord" in page.html

    assert browser.post(first, {"text-1-1": words}, status=302).location == f"{fill}?deel=2"
    last = f"{fill}?deel={len(GROUPS)}"
    typed = {"score-17-1": "partly", "text-17-1": "Soms.", "score-17-2": "bad"}
    page = browser.post(last, typed, status=422)
    typed["score-17-2"] = ""
    assert browser.post(last, typed, status=302).location == f"{url}/nakijken"
    # Others see nothing of it.
    for other in (world.coordinator, world.board):
        assert "luister eerst" not in browse(other).get(url).text
    page = browser.get(f"{url}/nakijken")
    for part in ("luister eerst", "Deels", "Soms.", "U hebt hier nog niets ingevuld", "uitvoering"):
        assert part in page.text

    opened = Browser.hidden_fields(page.document, f"{url}/nakijken")
    once_more = Browser.hidden_fields(browser.get(last).document, last)
    assert browser._answer(browser.client.post(f"{url}/nakijken", data=opened)).location == url
    again = browser._answer(browser.client.post(f"{url}/nakijken", data=opened))
    assert again.location == url
    assert browser.post(f"{url}/nakijken", on=url, status=302).location == url
    page = browser._answer(
        browser.client.post(last, data={**once_more, "text-17-1": "Nog een lange toevoeging."})
    )
    assert "U hebt uw vragenlijst al ingeleverd" in page.alert
    assert "Nog een lange toevoeging." in page.html
    assert browser.get(first).location == url
    assert "ingeleverd, zonder uw naam" in browser.get(url).text
    with inside(world.region) as session:
        (sheet,) = session.scalars(select(ScanSheet)).all()
        assert (sheet.partner_id, sheet.level) == (world.net.experts.id, PRACTICE)
        (taken,) = session.scalars(select(ScanParticipation)).all()
        assert (taken.draft, taken.is_done) == ({}, True)
        found = session.scalars(select(ScanAnswer).order_by(ScanAnswer.bouwsteen)).all()
        assert [(a.bouwsteen, a.question, a.score, a.text) for a in found] == [
            (1, 1, None, words),
            (17, 1, PARTLY, "Soms."),
        ]


def test_who_has_several_organisations_or_no_level_chooses(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region):
        scan_round = make.scan_round()
    browser = browse(world.board)
    url = f"/zelfscan/{scan_round.public_id}"
    fill = f"{url}/invullen"
    page = browser.post(fill, {"partner": world.net.team.code}, status=422)
    assert "Kies een niveau" in page.alert
    # As bestuurder they are on the board there; in the other organisation they may choose.
    page = browser.post(fill, {"partner": world.net.council.code, "level": "beleid"}, status=422)
    assert "op een ander niveau" in page.alert
    browser.post(f"{fill}?deel=4", {"score-11-1": "no"}, status=302)
    assert "Kies dat eerst" in browser.get(f"{url}/nakijken").text
    page = browser.post(f"{url}/nakijken", on=url, status=422)
    assert "Kies eerst namens welke organisatie" in page.alert
    browser.post(fill, {"partner": world.net.team.code, "level": "beleid"}, status=302)
    browser.post(f"{url}/nakijken", status=302)
    with inside(world.region) as session:
        (sheet,) = session.scalars(select(ScanSheet)).all()
        assert (sheet.partner_id, sheet.level) == (world.net.team.id, POLICY)
    with inside(world.region) as session:  # their organisations left: no page without a choice
        for partner in (world.net.team, world.net.council):
            session.get_one(Partner, partner.id).ended_on = clock.today()
        second = make.scan_round("tweede", opens_on=clock.today()).public_id
    assert browser.get(f"/zelfscan/{second}/invullen").location == f"/zelfscan/{second}"
    page = browser.get(f"/zelfscan/{second}")
    assert "geen rol bij een organisatie die meedoet" in page.text
    assert "Begin met invullen" not in page.text
    # Nothing to give in; then what was typed is thrown away.
    other = browse(world.expert)
    other.post(f"{fill}?deel=1", {"text-1-1": " "}, status=302)
    assert "Beantwoord eerst ten minste één vraag" in other.get(f"{url}/nakijken").text
    other.post(f"{url}/weggooien", on=url, status=302)
    assert "Begin met invullen" in other.get(url).text


def test_who_still_types_when_the_round_closes_loses_nothing(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region):
        scan_round = make.scan_round()
    browser = browse(world.expert)
    url = f"/zelfscan/{scan_round.public_id}"
    part = f"{url}/invullen?deel=4"
    opened = Browser.hidden_fields(browser.get(part).document, part)
    browse(world.coordinator).post(f"{url}/sluiten", status=302)
    typed = {**opened, "score-11-1": "yes", "text-11-1": "Sinds dit jaar aan elke tafel."}
    answer = browser._answer(browser.client.post(part, data=typed))
    assert answer.location == url
    page = browser.get(url)
    assert "Uw antwoorden tellen niet mee" in page.text
    assert "Ja. Sinds dit jaar aan elke tafel." in page.html
    assert browser.post(f"{url}/nakijken", on=url, status=302).location == url
    assert (
        "Minder dan 5 mensen leverden een vragenlijst in" in browser.get(f"{url}/uitkomsten").text
    )
    # A month later it is thrown away, whether the round was closed or ended; what is open stays.
    until = web.day(clock.today() + 30 * A_DAY)
    assert f"Alleen u ziet ze, tot en met {until}." in page.text
    with inside(world.region) as session:
        ended = make.scan_round(opens_on=clock.today() - 9 * A_DAY, closes_on=clock.today())
        going = make.scan_round(opens_on=clock.today(), closes_on=clock.today() + 90 * A_DAY)
        for each in (ended, going):
            session.add(ScanParticipation(round_id=each.id, account_id=world.expert.id, draft={}))
    for days, dropped in ((30, 0), (32, 2)):
        with clock.frozen(clock.now() + days * A_DAY), inside():
            assert actions.drop_old_drafts() == dropped
    assert "aan elke tafel" not in browser.get(url).html
    assert browser.get(part).location == url


def test_who_can_still_answer_is_reminded_once_in_the_last_week(
    world: World, inside: Inside, app: Flask
) -> None:
    with inside(world.region) as session:
        scan_round = make.scan_round(closes_on=clock.today() + 8 * A_DAY)
        done = make.person(RoleName.MANAGER, world.region, partner=world.net.team)
        session.add(ScanParticipation(round_id=scan_round.id, account_id=done.id, is_done=True))
        make.person(RoleName.PROFESSIONAL, world.region)  # of no organisation

    def tick(days: int) -> list[str]:
        with clock.frozen(clock.now() + days * A_DAY), app.app_context():
            reminders.put_due()
        with inside() as session:
            found = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
            assert all("sluit binnen een week" in mail.body for mail in found)
            return sorted(mail.to_address for mail in found)

    assert tick(0) == []
    both = sorted([world.expert.email, world.board.email])
    assert tick(1) == tick(3) == both
    with inside(world.region) as session:
        session.get_one(ScanRound, scan_round.id).closes_on += A_DAY
    assert tick(5) == both


# Results.


def test_results_show_the_levels_side_by_side_and_hide_the_few(
    world: World,
    inside: Inside,
    browse: Browse,
    count_queries: Count,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    team, council = world.net.team, world.net.council
    with inside(world.region):
        then = clock.today() - timedelta(days=400)
        older = make.scan_round("Vorig jaar", opens_on=then, closes_on=then + A_DAY)
        for _ in range(5):
            make.scan_sheet(older, team, PRACTICE, {"11-1": NO})
        closed = make.scan_round(opens_on=clock.today() - 9 * A_DAY)
        for number in range(6):
            given = {"1-1": f"tekst {5 - number}", "11-1": YES if number else PARTLY}
            if number < 3:
                given |= {"12-1": NO, "1-2": "drie keer"}
            make.scan_sheet(closed, team, PRACTICE, given)
        for _ in range(5):
            make.scan_sheet(closed, council, BOARD, {"11-1": NO})
        for _ in range(3):
            make.scan_sheet(closed, council, MANAGEMENT, {"11-1": YES, "1-1": "van drie"})
        make.scan_sheet(closed, council, PRACTICE, {"1-1": "<b>van een ander"})
        member = make.person(RoleName.PROFESSIONAL, world.region, partner=team)
        foreign = make.person(RoleName.EXPERT, world.region, partner=world.net.experts)
    browser = browse(member)
    url = f"/zelfscan/{closed.public_id}/uitkomsten"
    page = browser.get(url)
    assert "De uitkomsten staan er na het sluiten" in page.text
    assert "tekst 5" not in page.html
    url_of_texts = f"/zelfscan/{closed.public_id}/teksten?niveau=uitvoering&vraag=1-1"
    assert browser.get(url_of_texts).status == 404
    browse(world.coordinator).post(f"/zelfscan/{closed.public_id}/sluiten", status=302)

    page = browser.get(url)
    rows = {
        row.text.split("?")[0].strip(): " ".join(row.text.split())
        for row in page.document.all("tr")
    }
    row = rows[QUESTIONS["11-1"].text[:-1]]
    assert "92 5 ja, 1 deels, 0 nee Minder dan 5 Minder dan 5 0 0 ja, 0 deels, 5 nee" in row
    assert row.endswith("50 5 ja, 1 deels, 5 nee")  # together, without the three
    assert "Minder dan 5" in rows[QUESTIONS["12-1"].text[:-1]]
    assert not re.search(r"\d ja", rows[QUESTIONS["12-1"].text[:-1]])
    assert "Bouwsteen 11 0 92 92" in page.text  # board, practice, difference
    assert "Uitvoering, ronde voor ronde" in page.text
    assert "11. Zet blijvend en gericht ervaringsdeskundigen in 0 92" in page.text
    places = [page.html.index(f"tekst {n}") for n in range(6)]
    assert places == sorted(places)  # by what they say, not by who gave in first
    assert "&lt;b&gt;van een ander" in page.html
    assert "van drie" not in page.html
    assert "drie keer" not in page.html
    with count_queries() as queries:
        browser.get(url)
    with inside(world.region):
        for number in range(20):
            partner = make.partner(f"p{number}", region=world.region)
            make.scan_sheet(closed, partner, PRACTICE, {"1-1": "nog een", "11-1": YES})
    with count_queries() as again:
        page = browser.get(url)
    assert len(queries) == len(again)
    assert "Nog 17 lezen" in page.text
    assert "27 teksten" in browser.get(url_of_texts).text
    assert browser.get(url_of_texts.replace("1-1", "1-2")).status == 404

    # An organisation's own results: its own people and the coordinator.
    own = f"{url}?organisatie={team.code}"
    page = browser.get(own)
    assert team.name in page.text
    assert "92 5 ja, 1 deels, 0 nee" in page.text
    assert "tekst 1" not in page.html
    assert "Samen" not in page.text
    assert "5 ja, 1 deels, 0 nee" in browse(world.coordinator).get(own).text
    page = browse(foreign).get(own)
    assert "92 5 ja, 1 deels, 0 nee" not in page.text
    assert f'value="{team.code}"' not in page.html

    # Very many texts are read question by question.
    assert "nog een" in browser.get(url).html
    monkeypatch.setattr(results, "MOST_TEXTS", 26)
    page = browser.get(url)
    assert "nog een" not in page.html
    assert "Alle 27 teksten lezen" in page.text


def test_the_list_of_rounds_asks_the_same_queries_with_more_rows(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    browser = browse(world.coordinator)

    def count(url: str) -> int:
        browser.get(url)
        with count_queries() as queries:
            assert browser.get(url).status == 200
        return len(queries)

    with inside(world.region):
        scan_round = make.scan_round(partners=[world.net.team])
    urls = ["/zelfscan", "/zelfscan/nieuw", f"/zelfscan/{scan_round.public_id}"]
    before = [count(url) for url in urls]
    with inside(world.region) as session:
        again = session.get_one(ScanRound, scan_round.id)
        for number in range(20):
            partner = make.partner(f"p{number}", region=world.region)
            other = make.scan_round(f"ronde {number}", partners=[partner])
            make.scan_sheet(again, partner, BOARD, {"11-1": YES})
            make.scan_sheet(other, partner, BOARD, {"11-1": YES})
    assert [count(url) for url in urls] == before
