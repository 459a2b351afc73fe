"""Texts for who gives a signal: short sentences, no jargon. A proxy for B1, not a judgement."""

import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from pathlib import Path

import pytest

from coordinator import clock, planning, web
from coordinator.models import ChangeReason, MeetingStatus, RoleName, Source
from coordinator.planning import Because
from coordinator.signals import actions, identifying, queries
from coordinator.signals.roads import DeadEnd, Reader, no_road
from network.region import Level, Reason
from tests import make

ONLY_SQLITE = True

MOST = 20
TODAY = date(2026, 11, 21)
JARGON = ("doorgeleiding", "mandaat", "terugkoppel", "aanlever", "duiding", "niveau", "escaleren")
TEMPLATES = Path(__file__).parent.parent / "templates"
FOR_AUTHORS = ("new", "answer", "verify", "not_ready", "_danger", "_what_happens")


def sentences(text):
    """Return the sentences of a text; lines of a template are pieces of their own."""
    parts = re.split(r"(?<=[.!?:])\s+(?=[A-ZÀ-Þ‘“(])|\n|·", text)
    return [" ".join(part.split()) for part in parts if part.strip()]


def long_ones(text):
    return [s for s in sentences(text) if len(s.split()) > MOST]


def jargon_in(text):
    return [word for word in JARGON if word in text.lower()]


def visible(html):
    """Return the words of a page's main part, a line per block."""
    main = html.split("<main", 1)[1].split("</main>", 1)[0]
    main = re.sub(r"\s+", " ", main)
    main = re.sub(
        r"</(p|li|h\d|dt|dd|label|legend|time|option|div|figcaption|small|td|th|caption|a)>|<br>",
        "\n",
        main,
    )
    return unescape(re.sub(r"<[^>]*>", " ", main))


def words_of_template(path):
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}", "X", text)
    return re.sub(r"\{%.*?%\}|<[^>]*>", "\n", text)


def test_the_measure_itself_finds_a_long_sentence_and_jargon():
    assert long_ones("Kort. " + "Dit is een lange zin " * 5) != []
    assert long_ones("Dit is kort. Dat is ook kort.") == []
    assert jargon_in("De aanlevertermijn is om.") == ["aanlever"]


@pytest.mark.parametrize("name", FOR_AUTHORS)
def test_templates_for_the_author_have_short_sentences(name):
    text = words_of_template(TEMPLATES / "signals" / f"{name}.html")
    assert long_ones(text) == []
    assert jargon_in(text) == []


@pytest.mark.parametrize("name", ["question", "sent", "refused", "settled", "answer"])
def test_mails_to_the_author_have_short_sentences(name):
    assert long_ones(words_of_template(TEMPLATES / "mail" / f"{name}.txt")) == []


@pytest.mark.parametrize("is_author", [True, False])
def test_every_reason_and_change_is_told_in_short_sentences(is_author):
    reader = Reader(is_author=is_author)
    both = (Level.POLICY, Level.BOARD)
    texts = [queries.reason_words(r, "Beleidstafel jeugd", reader) for r in ChangeReason]
    for reason in Reason:
        told = no_road(DeadEnd(reason, both, ("Jeugd en gezin", "Onderwijs")), reader)
        texts += [told.title, told.text, told.meaning]
    first, last = date(2026, 12, 7), date(2027, 1, 28)
    for before in (None, first, last):
        texts += [queries.change_words(before, after, reader) for after in (None, first, last)]
    for text in texts:
        assert long_ones(text) == []
        assert jargon_in(text) == []


@pytest.mark.parametrize("kind", identifying.Kind)
@pytest.mark.parametrize("is_hard", [True, False])
def test_what_the_check_says_has_short_sentences(kind, is_hard):
    assert long_ones(identifying.Finding(kind, "iets", is_hard).message) == []


def test_the_pages_of_the_author_have_short_sentences(browse, inside):
    with clock.frozen(datetime.combine(TODAY, time(10), UTC)):
        with inside():
            region = make.region()
        with inside(region):
            network = make.small_network(region)
            author = make.person(RoleName.EXPERT, region, name="Samira", partner=network.team)
            coordinator = make.person(RoleName.COORDINATOR, region, name="Joris")
            common = {
                "by": author,
                "partner": network.team,
                "source": Source.EXPERT,
                "area": network.here,
                "words": "Niemand belde.",
            }
            both = [network.jeugd, network.onderwijs]
            new = actions.give(**common, domains=both, title="Nieuw")
            asked = actions.give(**common, domains=both, title="Gevraagd")
            actions.ask(asked, text="Waar was dit?", by=coordinator)
            refused = actions.give(**common, domains=both, title="Gestopt")
            actions.refuse(refused, reason="Dit is al geregeld.", by=coordinator)
            meeting = network.meetings["S"][0]
            meeting.status = MeetingStatus.CANCELLED
            planning.replan(
                Because(
                    ChangeReason.MEETING_CANCELLED, f"{network.board.name} van {web.day(TODAY)}"
                )
            )
            alone = {**common, "partner": None, "domains": [network.onderwijs]}
            stuck = actions.give(**alone, title="Geen weg")
        urls = ["/signalen", "/signalen/nieuw"]
        urls += [f"/signalen/{s.public_id}" for s in (new, asked, refused, stuck)]
    with clock.frozen(datetime.combine(TODAY + timedelta(days=2), time(10), UTC)):
        browser = browse(author)
        pages = {url: visible(browser.get(url).html) for url in urls}
    for url, text in pages.items():
        assert long_ones(text) == [], url
        assert [word for word in jargon_in(text) if word != "mandaat"] == [], url
