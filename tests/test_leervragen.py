"""Leervragen: asked in one's own words, weighed, chosen with a reason, linked, answered, kept."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from coordinator import clock
from coordinator.models import (
    Account,
    Decision,
    DecisionKind,
    Leervraag,
    LeervraagChoice,
    LeervraagState,
    Level,
    OutboxMessage,
    Region,
    RoleName,
    Verdict,
    Verification,
)
from coordinator.regions import actions
from coordinator.regions import queries as regions
from coordinator.regions.comparison import Cell
from coordinator.signals.forms import VerifyForm
from tests import make
from tests.conftest import Inside
from tests.page import Answer, Browser

ONLY_SQLITE = True

Browse = Callable[..., Browser]
Count = Callable[[], AbstractContextManager[list[str]]]


@dataclass
class World:
    """A region with a coordinator, somebody of practice and somebody of the board."""

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
        return World(
            region,
            net,
            make.person(RoleName.COORDINATOR, region, name="Samira"),
            make.person(RoleName.EXPERT, region, name="Naima", partner=net.experts),
            make.person(RoleName.BOARD_MEMBER, region, name="Hettie", partner=net.council),
        )


def asked(browser: Browser, question: str, **given: Any) -> str:
    """Ask a question; return the address of its page."""
    sent = {"question": question, "domains": ["jeugd"], "area": "G1", "level": "uitvoering"}
    return browser.post("/leervragen/nieuw", {**sent, **given}, status=302).location


def first(inside: Inside, world: World, kind: type[Any], **values: Any) -> Any:
    with inside(world.region) as current:
        return current.scalars(select(kind).filter_by(**values).order_by(kind.id.desc())).first()


def test_a_question_goes_from_asked_to_embedded_and_the_asker_hears_each_step(
    world: World, inside: Inside, browse: Browse
) -> None:
    asker, keeper, board = browse(world.expert), browse(world.coordinator), browse(world.board)
    assert "Er zijn nog geen leervragen" in asker.get("/leervragen").text
    page = asker.post("/leervragen/nieuw", {"question": "Bel 06 12345678"}, status=422)
    assert "Kies minstens één onderwerp." in page.alert
    page = asker.post("/leervragen/nieuw", {"question": "Hoe? " * 200}, status=422)
    assert "hooguit 500 tekens" in page.alert
    question = "Wat helpt een kind dat wacht?"
    url = asked(asker, question, background="Wij zien kinderen stiller worden.", level="bestuur")
    right = {"level": "uitvoering", "area": "G1", "domains": ["jeugd"]}
    keeper.post(f"{url}/duiden", right, status=302)
    assert first(inside, world, Leervraag).level is Level.PRACTICE
    assert asked(asker, question) == url, "asked twice in a day is one question"
    text = board.get(url).text
    for words in (question, "Ervaringsdeskundige", "Oeverdam", "weegt de vragen", "stiller worden"):
        assert words in text
    assert "Naima" not in text
    assert "Wegen" not in text
    assert "Naam, alleen voor uNaima" in keeper.get(url).text

    # Criteria first, then points, then a choice.
    page = keeper.post(f"{url}/kiezen", status=422)
    assert "Leg eerst vast waarop u kiest" in page.alert
    assert keeper.get(f"{url}/wegen").location == "/leervragen/criteria"
    keeper.post("/leervragen/criteria/beginnen", on="/leervragen/criteria", status=302)
    assert "Wij kunnen er zelf iets aan doen" in board.get("/leervragen/criteria").text
    page = keeper.post(f"{url}/kiezen", status=422)
    assert "geef punten voor minstens één criterium" in page.alert
    form = keeper.get(f"{url}/wegen").document
    names = [e.attributes["name"] for e in form.all("input", type="radio", value="2")]
    assert len(names) == 4
    keeper.post(f"{url}/wegen", {names[0]: "3", names[1]: "1"}, status=302)
    text = keeper.get(url).text
    assert "Samen 11 van de 27 punten. Nog 2 zonder punten." in text
    keeper.post(f"{url}/kiezen", {"reason": "Dit horen we overal."}, status=302)
    assert "De vraag is gekozen. Wie haar stelde, krijgt een mail." in keeper.get(url).text
    choice = first(inside, world, LeervraagChoice)
    assert (choice.is_chosen, choice.total, len(choice.weighed)) == (True, 11, 2)
    assert "Dit horen we overal." in asker.get(url).text

    assert "Koos de vrager" not in keeper.get(f"{url}/duiden").text, "chosen on its level"

    # An owner who has an account writes the answer.
    page = keeper.post(f"{url}/beantwoorden", {"text": "Bellen helpt."}, status=422)
    assert "Wijs eerst aan wie deze vraag gaande houdt." in page.alert
    page = keeper.post(f"{url}/afstemmen", {"owner": "Beleidstafel"}, status=422)
    assert "Kijk eerst op welke niveaus" in page.alert
    assert board.get(f"{url}/beantwoorden").status == 404
    sent = {"owner": "", "owner_account": world.board.public_id, "checked": "y"}
    keeper.post(f"{url}/afstemmen", sent, status=302)
    assert "Hettie houdt haar gaande." in asker.get(url).text
    assert "Leervragen die u gaande houdt" in board.get("/").text
    board.post(f"{url}/beantwoorden", {"text": "Elke maand bellen helpt."}, status=302)
    tomorrow = {"where": "In de werkwijze.", "on": str(clock.today() + timedelta(days=1))}
    assert "vandaag of een eerdere dag" in board.post(f"{url}/borgen", tomorrow, status=422).alert
    board.post(f"{url}/borgen", {**tomorrow, "on": str(clock.today())}, status=302)
    text = asker.get(url).text
    for words in ("Elke maand bellen helpt.", "In de werkwijze.", "hoort nu bij het gewone werk"):
        assert words in text
    keeper.post(f"{url}/heropenen", on=url, status=302)
    assert "Het eerdere antwoord" in asker.get(url).text
    with inside() as current:
        mails = current.scalars(
            select(OutboxMessage).where(OutboxMessage.to_address == world.expert.email)
        ).all()
    assert len(mails) == 5, "chosen, aligned, answered, embedded, taken up again"
    assert all("Wat helpt" not in mail.body + mail.subject for mail in mails)
    assert all(mail.body.endswith("\n\nLeernetwerk\nRegio Oeverland\n") for mail in mails)
    mine = asker.get("/leervragen?mijn=y").text
    assert "Hettie houdt deze vraag gaande." in mine
    assert "U heeft nog geen leervraag gesteld" in board.get("/leervragen?mijn=y").text


def test_the_order_of_a_level_follows_from_the_points_and_each_refusal_has_a_reason(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    days = [clock.today() - timedelta(days=days) for days in (3, 2, 1)]
    with inside(world.region):
        heavy = make.criterion("Zwaar", weight=3, position=0)
        light = make.criterion("Licht", weight=1, position=1)
        jeugd = (world.net.jeugd,)
        old, middle, young = (
            make.leervraag(name, code=name, domains=jeugd, asked_on=day, author_id=world.expert.id)
            for name, day in zip(("Oud?", "Midden?", "Jong?"), days, strict=True)
        )
        other = make.leervraag("Elders?", level=Level.BOARD, domains=jeugd)
    keeper = browse(world.coordinator)

    def order(level: str = "uitvoering") -> list[str]:
        page = keeper.get(f"/leervragen/ordenen?niveau={level}")
        heads = page.document.all("th", scope="row")
        return [head.text.strip().split("?")[0] for head in heads]

    def weigh(leervraag: Leervraag, **points: str) -> Answer:
        sent = {f"punten-{heavy.id}": points.get("heavy", "")}
        sent |= {f"punten-{light.id}": points.get("light", "")}
        return keeper.post(f"/leervragen/{leervraag.public_id}/wegen", sent, status=302)

    assert order() == ["Oud", "Midden", "Jong"], "nothing weighed yet: what waits longest first"
    weigh(young, heavy="2", light="0")
    weigh(middle, heavy="2")
    assert order() == ["Jong", "Midden", "Oud"], "as many points, but of one not all is weighed"
    weigh(old, heavy="1", light="3")
    assert order() == ["Oud", "Jong", "Midden"], "as many points: then the oldest"
    assert "3 × 1 + 1 × 3 = 6" in keeper.get("/leervragen/ordenen").text
    keeper.post(f"/leervragen/criteria/{heavy.public_id}/weghalen", on="/leervragen/criteria")
    assert order() == ["Oud", "Jong", "Midden"]
    assert order("bestuur") == ["Elders"]
    keeper.post("/leervragen/criteria/nieuw", {"name": "licht", "weight": "5"}, status=422)
    keeper.post("/leervragen/criteria/nieuw", {"name": "Nieuw", "weight": "5"}, status=302)
    last = first(inside, world, type(light))
    up = f"/leervragen/criteria/{last.public_id}/verplaatsen"
    keeper.post(up, {"richting": "op"}, on="/leervragen/criteria", status=302)
    text = keeper.get("/leervragen/criteria").text
    assert text.index("Nieuw") < text.index("Licht")

    # Two who weigh: the second sees that there are other points, and keeps the own ones.
    second = browse(world.coordinator)
    address = f"/leervragen/{old.public_id}/wegen"
    opened = Browser.hidden_fields(second.get(address).document, address)
    weigh(old, light="1")
    late = {**opened, f"punten-{light.id}": "2", f"punten-{last.id}": ""}
    page = second._answer(second.client.post(address, data=late))
    assert page.status == 422
    assert "Iemand anders gaf intussen andere punten." in page.alert

    # Not chosen: with a reason, and with what it was weighed on.
    url = f"/leervragen/{old.public_id}"
    page = keeper.post(f"{url}/niet-kiezen", status=422)
    assert "Wie de vraag stelde, leest dit." in page.alert
    keeper.post(f"{url}/niet-kiezen", {"reason": "Dit leren wij al."}, status=302)
    text = browse(world.expert).get(url).text
    assert "Waarom deze vraag niet gekozen is Dit leren wij al." in text
    keeper.post(f"{url}/kiezen", {"reason": "Toch wel."}, status=302)
    with inside(world.region) as current:
        kept = current.scalars(select(LeervraagChoice).order_by(LeervraagChoice.id)).all()
    assert [(one.is_chosen, one.total) for one in kept] == [(False, 1), (True, 1)]
    assert kept[0].weighed == [{"criterion": "Licht", "weight": 1, "points": 1}]

    # However many there are, the pages ask as much.
    pages = ("/leervragen", "/leervragen/ordenen", "/leervragen/verschillen", url)
    counts = []
    for _times in range(2):
        counted = []
        for address in pages:
            keeper.get(address)
            with count_queries() as queries:
                keeper.get(address)
            counted.append(len(queries))
        counts.append(counted)
        with inside(world.region), make.together():
            for number in range(24):
                make.leervraag(f"Nog {number}?", domains=jeugd, area_id=world.net.here.id)
    assert counts[0] == counts[1]
    assert counts[0][:3] == [8, 11, 5]
    assert other.state is LeervraagState.ASKED


def test_the_same_question_is_linked_and_what_nobody_above_asks_is_seen(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region):
        jeugd, school = (world.net.jeugd,), (world.net.onderwijs,)
        low = make.leervraag("Hoe lang wacht een kind?", domains=jeugd)
        high = make.leervraag("Hoe kort kan wachten zijn?", level=Level.BOARD, domains=jeugd)
        mid = make.leervraag("Wat kost wachten?", level=Level.MANAGEMENT, domains=school)
        make.leervraag("Wie beslist?", level=Level.POLICY, domains=school)
    keeper, board = browse(world.coordinator), browse(world.board)
    text = board.get("/leervragen/verschillen").text
    assert "Gesteld in de praktijk, boven nog van niemand" in text
    assert "Nog van niemand op: management, beleid en bestuur." in text
    assert "Wie beslist?" not in text
    text = board.get("/leervragen/verschillen?kant=uitvoering").text
    assert "Wie beslist?" in text
    assert "Hoe kort" in text

    # Suggested: other levels on the same domain. Found: whatever has the word.
    link = f"/leervragen/{low.public_id}/koppelen"
    page = keeper.get(link)
    assert high.public_id in page.html
    assert mid.public_id not in page.html
    assert "Kies minstens één andere vraag." in keeper.post(link, {"title": "x"}, status=422).alert
    page = keeper.post(link, {"others-zoek": "KOST", "title": "Wachten"}, status=422)
    assert mid.public_id in page.html
    assert 'value="Wachten"' in page.html
    sent = {"others": [mid.public_id, high.public_id], "title": "Korter wachten"}
    keeper.post(link, sent, status=302)
    url = f"/leervragen/{low.public_id}"
    text = board.get(url).text
    assert "Samen heet deze vraag: Korter wachten" in text
    assert "Wat kost wachten?" in text
    assert "boven nog van niemand" not in text
    assert "Geen vraag blijft in de praktijk" in board.get("/leervragen/verschillen").text
    # Another version of the page in a second window: nothing is lost or done twice.
    stale = keeper.post(link, {"title": "Anders", "version": "1"}, status=422)
    assert "Iemand anders heeft deze vraag intussen gewijzigd." in stale.alert
    assert 'value="Anders"' in stale.html
    keeper.post(f"/leervragen/{high.public_id}/loskoppelen", on=f"/leervragen/{high.public_id}")
    assert "boven nog van niemand" in board.get(url).text.lower()
    keeper.post(f"{url}/loskoppelen", on=url)
    with inside(world.region) as current:
        assert not current.scalars(select(Leervraag).where(Leervraag.shared_id.is_not(None))).all()
    keeper.post(f"{url}/loskoppelen", on=url, status=302)
    assert "Deze vraag is niet gekoppeld." in keeper.get(url).text


def test_a_leervraag_travels_as_an_agenda_item_and_is_no_signal_of_the_package(
    world: World, inside: Inside, browse: Browse
) -> None:
    net = world.net
    with inside(world.region):
        given = {"domains": (net.jeugd,), "author_id": world.expert.id, "asked_at": clock.now()}
        asked_only = make.leervraag("Nog niet gekozen?", **given)
        make.leervraag("Uit het pakket?", code="LV", domains=(net.jeugd,), state="aligned")
        leervraag = make.leervraag(
            "Wat helpt een kind dat wacht?",
            state=LeervraagState.CHOSEN,
            interpretation="Wachten zelf maakt het erger.",
            **given,
        )
    keeper, asker, board = browse(world.coordinator), browse(world.expert), browse(world.board)
    url = f"/leervragen/{leervraag.public_id}"
    bring = f"{url}/naar-de-tafels"
    other = f"/leervragen/{asked_only.public_id}"
    keeper.post(f"{other}/naar-de-tafels", on=other, status=302)
    assert "Alleen een gekozen vraag gaat naar een tafel." in keeper.get(other).text
    keeper.post(bring, on=url, status=302)
    assert "Bij deze vraag staat nog geen gebied." in keeper.get(url).text
    page = {"interpretation": leervraag.interpretation, "area": "G1", "domains": ["jeugd"]}
    keeper.post(f"{url}/duiden", page, status=302)
    send = keeper.post(bring, on=url, status=302).location
    assert send.endswith("/doorsturen")
    keeper.post(bring, on=url, status=302)
    assert "Deze vraag is al naar de tafels gebracht." in keeper.get(url).text
    text = keeper.get(send).text
    assert "Wachten zelf maakt het erger." in text
    assert "Beleidstafel jeugd" in text
    # Stopped on its way: who asked reads why, and it can be brought again, as it is put right.
    signal = send.removesuffix("/doorsturen")
    for path in ("/lezen", "/vragen", "/niet-doorsturen", "/doorsturen"):
        for word in ("signaal", "melder"):
            assert word not in keeper.get(signal + path).text.lower(), path
    refused = keeper.post(f"{signal}/niet-doorsturen", {"reason": ""}, status=422)
    assert "Schrijf waarom. De vrager leest dit." in refused.alert
    keeper.post(f"{signal}/niet-doorsturen", {"reason": "Eerst zelf proberen."}, status=302)
    assert "Eerst zelf proberen." in board.get(url).text
    assert "Breng opnieuw naar de tafels" in keeper.get(url).text
    assert keeper.post(bring, on=url, status=302).location == send
    assert "Eerst zelf proberen." not in board.get(url).text
    assert "Klaargezet voor de tafels" in asker.get(signal).text
    keeper.post(send, {"level": "beleid"}, status=302)

    # Everywhere it is called what it is.
    assert "LeervraagOnderweg" in keeper.get(signal).text
    assert "Uw leervraag is onderweg." in asker.get(signal).text
    assert "Naar de leervraag" in keeper.get("/signalen").text
    meeting = net.meetings["B"][0]
    agenda = f"/vergaderingen/{meeting.public_id}"
    text = keeper.get(agenda).text
    assert "Lees de leervraag" in text
    assert "Gebracht in" in text
    text = board.get(url).text
    assert "Beleidstafel jeugd" in text
    assert "de vrager uiterlijk op" in text
    assert "Naima" not in text
    assert signal not in board.get(url).html, "members cannot open the signal"
    refused = keeper.post(f"{url}/niet-kiezen", {"reason": "Toch niet."}, status=422)
    assert "Deze vraag is onderweg langs de tafels." in refused.alert

    # It is a leervraag of the package, and no signal; nothing of it is ended by a package.
    with inside(world.region) as current:
        pack = regions.region_as_package()
        assert pack.signals == ()
        assert [one.question for one in pack.leervragen if one.area == "G1"] == [leervraag.question]
        assert regions.preview(pack).is_empty
        ours = tuple(one for one in pack.leervragen if one.code != "LV")
        (theirs,) = set(pack.leervragen) - set(ours)
        others = tuple(replace(one, question="Anders?") for one in ours)
        for leervragen in ((), others):
            done = regions.preview(replace(pack, leervragen=(theirs, *leervragen)))
            assert done.is_empty
            assert len(done.asked_here) == 2
        told = replace(theirs, status="Bijna klaar!")
        actions._take_in(regions.preview(replace(pack, leervragen=(told,))), "pakket.zip", None)
        assert regions.region_as_package() == replace(pack, leervragen=(told, *ours))
        worked_on = current.scalars(select(Leervraag).filter_by(code="LV")).one()
        assert worked_on.state is LeervraagState.ALIGNED
        assert not current.scalars(select(Leervraag).where(Leervraag.ended_on.is_not(None))).all()
    # Where the coordinator put it right, it stays; what else the package says is taken over.
    page = {"interpretation": "", "area": "G1", "domains": ["jeugd"]}
    keeper.post(f"/leervragen/{worked_on.public_id}/duiden", page, status=302)
    with inside(world.region):
        done = regions.preview(replace(pack, leervragen=(told,)))
        assert done.is_empty
        assert [change.cells for change in done.put_right] == [(Cell("gebied", "G1", ""),)]
        newer = replace(told, status="Klaar!", question="Uit een nieuwer pakket?")
        done = regions.preview(replace(pack, leervragen=(newer,)))
        assert [change.cells[0].column for change in done.changes["leervragen"].changed] == [
            "vraag"
        ]
        actions._take_in(done, "pakket.zip", None)
        (theirs,) = set(regions.region_as_package().leervragen) - set(ours)
        assert theirs == replace(newer, area="G1")
    from_package = f"/leervragen/{worked_on.public_id}"
    assert "Stand in het regiopakketKlaar!" in board.get(from_package).text
    # Nobody here asked it, so nobody is said to get a mail.
    assert "mail" not in keeper.get(f"{from_package}/beantwoorden").text
    keeper.post(f"{from_package}/beantwoorden", {"text": "Bellen."}, status=302)
    text = keeper.get(from_package).text
    assert "Het antwoord staat erbij." in text
    assert "krijgt een mail" not in text
    assert "Er zijn nog geen reizen" in keeper.get("/netwerk/reizen").text

    # What a table decides is seen by all, and is where the answer begins.
    sent = {
        "early": "y",
        "kind": "not_ours",
        "text": "De tafel geeft dit door.",
        "whose": "De aanbieders.",
        "answer": "Aanbieders gaan bellen.",
    }
    item = next(
        link.attributes["href"]
        for link in keeper.get(f"/vergaderingen/{net.meetings['K'][0].public_id}").document.all("a")
        if link.attributes["href"].endswith("/besluit")
    )
    keeper.post(item, sent, status=302)
    assert "Er is een antwoord. Herkent u zich erin?" in asker.get(signal).text
    assert "Aanbieders gaan bellen." in board.get(url).text
    assert "Een tafel heeft erover besloten." in board.get("/leervragen").text
    keeper.post(f"{url}/afstemmen", {"owner": "De aanbieders", "checked": "y"}, status=302)
    assert "Er is een besluit: schrijf het antwoord" in keeper.get(url).text
    assert "Aanbieders gaan bellen." in keeper.get(f"{url}/beantwoorden").text
    # Not recognised: no answer to begin with. On its way again it is still called a leervraag.
    sent_back = {"verdict": "not", "reason": "Dit vroeg ik niet."}
    asker.post(f"{signal}/toetsen", sent_back, status=302)
    assert "De leervraag gaat opnieuw naar een tafel" in asker.get(signal).text
    assert "Er is een besluit" not in keeper.get(url).text
    again = net.meetings["K"][1].public_id
    item = next(
        link.attributes["href"]
        for link in keeper.get(f"/vergaderingen/{again}").document.all("a")
        if link.attributes["href"].endswith("/besluit")
    )
    keeper.post(item, sent, status=302)
    assert "Dit antwoord is dan klaar." in asker.get(f"{signal}/toetsen").text
    partly = {"verdict": "partly", "reason": "Wie belt er?"}
    asker.post(f"{signal}/toetsen", partly, status=302)
    assert f"Leervraag: {leervraag.question}" in keeper.get("/").text
    closed = {"choice": "close", "reply": "De aanbieders bellen."}
    keeper.post(f"{signal}/afwegen", closed, status=302)
    assert "Er is een besluit: schrijf het antwoord" in keeper.get(url).text
    assert "al langs de tafels geweest" not in keeper.get(url).text
    keeper.post(f"{url}/beantwoorden", {"text": "Bel elke week."}, status=302)
    keeper.post(f"{url}/heropenen", on=url, status=302)
    text = keeper.get(url).text
    assert "Deze vraag is weer open." in text
    assert "Schrijf een beter antwoord" in text
    assert "Deze vraag is al langs de tafels geweest" in text
    assert "Er is een besluit" not in text
    hints = [choice.render_kw["hint"] for choice in VerifyForm.verdict.kwargs["choices"]]
    assert any("Het signaal" in hint for hint in hints), "of every signal after it"
    with inside() as current:
        subjects = current.scalars(
            select(OutboxMessage.subject).where(OutboxMessage.to_address == world.expert.email)
        ).all()
    assert subjects == [
        "Een bericht over uw leervraag",
        "Uw leervraag is onderweg",
        "Er is een antwoord op uw leervraag",
        "Er is nieuws over uw leervraag",
        "Er is een antwoord op uw leervraag",
        "Een bericht over uw leervraag",
        "Er is nieuws over uw leervraag",
        "Er is nieuws over uw leervraag",
    ]


def test_a_signal_or_a_second_niet_raises_a_leervraag_without_giving_its_author_away(
    world: World, inside: Inside, browse: Browse
) -> None:
    net = world.net
    with inside(world.region) as current:
        signal = make.signal(
            net.here,
            (net.jeugd,),
            author=world.expert,
            description="Mijn eigen verhaal.",
            text_for_tafels="Wat de tafels lezen.",
        )
        decisions = [
            Decision(
                signal_id=signal.id,
                meeting_id=net.meetings["B"][0].id,
                kind=DecisionKind.NOT_ADOPTED,
                text="Nu niet.",
                answer="Nu niet.",
            )
            for _time in range(2)
        ]
        current.add_all(decisions)
        current.flush()
        current.add(Verification(decision_id=decisions[0].id, verdict=Verdict.NOT))
    keeper, author, board = browse(world.coordinator), browse(world.expert), browse(world.board)
    raise_it = f"/signalen/{signal.public_id}/leervraag"
    assert "Stel hierover een leervraag" in author.get(f"/signalen/{signal.public_id}").text
    assert "Mijn eigen verhaal." in author.get(raise_it).text
    text = keeper.get(raise_it).text
    assert "Wat de tafels lezen." in text
    assert "Mijn eigen verhaal." not in text
    assert board.get(raise_it).status == 404
    sent = {"question": "Wie luistert er?", "level": "uitvoering", "domains": ["jeugd"]}
    url = keeper.post(raise_it, sent, status=302).location
    assert "Het signaal waar dit uit voortkomt" in keeper.get(url).text
    assert signal.public_id not in board.get(url).html
    twice = f"/besluiten/{decisions[1].public_id}/leervraag"
    assert author.get(twice).status == 404, "not recognised once"
    with inside(world.region) as current:
        current.add(Verification(decision_id=decisions[1].id, verdict=Verdict.NOT))
    assert "besloot: Nu niet." in author.get(twice).text
    assert twice in author.get(f"/signalen/{signal.public_id}").html
    url = author.post(twice, {**sent, "question": "Waarom niet?"}, status=302).location
    assert first(inside, world, Leervraag).decision_id == decisions[1].id
