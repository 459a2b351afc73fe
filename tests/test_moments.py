"""Leermomenten: nothing booked twice, places in order, what was thought of it and taken home."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from icalendar import Calendar, Timezone
from sqlalchemy import select

from coordinator import clock, reminders, web
from coordinator.models import (
    Account,
    Evaluation,
    Grant,
    LearningEvent,
    LearningFormat,
    OutboxMessage,
    Region,
    RoleName,
    Room,
    SignUp,
    SignUpStatus,
    TakenHome,
    Useful,
)
from tests import make
from tests.conftest import Inside
from tests.page import Answer, Browser

ONLY_SQLITE = True

Browse = Callable[..., Browser]
Count = Callable[[], AbstractContextManager[list[str]]]
WEEK = timedelta(days=7)
PLAN = "/leermomenten/nieuw/plannen?stap=2"


@dataclass
class World:
    """A room, a leermoment in it in a week from 10.00 to 12.00, and people."""

    region: Region
    net: make.SmallNetwork
    room: Room
    moment: LearningEvent
    coordinator: Account
    expert: Account
    manager: Account

    @property
    def url(self) -> str:
        return f"/leermomenten/{self.moment.public_id}"


@pytest.fixture
def world(inside: Inside) -> World:
    with inside():
        region = make.region()
    with inside(region):
        net = make.small_network(region)
        coordinator = make.person(RoleName.COORDINATOR, region, name="Samira")
        expert = make.person(RoleName.EXPERT, region, name="Naima", partner=net.experts)
        manager = make.person(RoleName.MANAGER, region, name="Élco  Vriezen", partner=net.team)
        room = make.room(address="Oeverdam", places=10)
        moment = make.moment(room_id=room.id, places=2, hosts=("José van Dam", manager))
        return World(region, net, room, moment, coordinator, expert, manager)


def form(world: World, **given: str | list[str]) -> dict[str, str | list[str]]:
    """Return a leermoment as it is typed: in the same room at the same time."""
    return {
        "titel": "Intervisie",
        "vorm": LearningFormat.PEER_REVIEW.value,
        "dag": str(world.moment.held_on),
        "van": "11:00",
        "tot": "13:00",
        "waar": "room",
        "ruimte": world.room.public_id,
        **given,
    }


def refused(browser: Browser, url: str, *sent: dict[str, str | list[str]]) -> list[str]:
    """Send these forms from one page that stays open; return what is said of each."""
    hidden = Browser.hidden_fields(browser.get(url).document, url)
    answers = [browser._answer(browser.client.post(url, data=hidden | one)) for one in sent]
    assert {answer.status for answer in answers} == {422}
    return [answer.alert for answer in answers]


def mails(inside: Inside, words: str) -> list[str]:
    with inside() as current:
        found = select(OutboxMessage.to_address).where(OutboxMessage.key.contains(words))
        return list(current.scalars(found.order_by(OutboxMessage.id)))


def sign_up_of(inside: Inside, world: World, account: Account) -> SignUp:
    with inside(world.region) as current:
        return current.scalars(select(SignUp).where(SignUp.account_id == account.id)).one()


def at(world: World, hours: float) -> AbstractContextManager[None]:
    """Hold the clock so many hours after the day of the leermoment begins."""
    start = datetime.combine(world.moment.held_on, time(), clock.AMSTERDAM)
    return clock.frozen((start + timedelta(hours=hours)).astimezone(UTC))


def test_a_room_and_a_person_are_never_at_two_at_one_time(
    world: World, inside: Inside, browse: Browse
) -> None:
    browser = browse(world.coordinator)
    assert browser.get("/leermomenten/nieuw/plannen").status == 302, "what is there is seen first"
    page = browser.get("/leermomenten/nieuw")
    assert "Casuïstiek op dinsdag" in page.text
    assert "Toch een nieuw leermoment plannen" in page.text
    with inside(world.region):
        make.room("De zolder", places=4)
        make.room("Het hok", places=1)
    page = browser.post(PLAN, form(world, plekken="3", uitleg="Neem een vraag mee."), status=422)
    day = web.weekday(world.moment.held_on)
    for words in (
        f"De Oeverzaal is op {day} al bezet door “Casuïstiek op dinsdag”, van 10.00 tot 12.00 uur",
        "Die dag is wel vrij: van 12.00 tot 14.00 uur, van 12.30 tot 14.30 uur en van 13.00 tot",
        "Op uw tijd is vrij: De zolder.",
    ):
        assert words in page.alert, page.alert
    assert "Neem een vraag mee." in page.text
    assert page.document.all("input", name="titel", value="Intervisie")
    # The time before and after is free, the minute before its end is not; nor in time of a guest.
    other = {"waar": "elsewhere", "ruimte": "", "plaats": "Ergens"}
    for alert in refused(
        browser,
        PLAN,
        form(world, van="09:00", tot="10:01"),
        form(world, van="09:00", tot="17:00"),
        form(world, **other, anderen="  JOSE   VAN DAM "),
        form(world, **other, anderen="elco vriezen"),
        form(world, **other, begeleiders=[world.manager.public_id]),
    ):
        assert "Casuïstiek op dinsdag" in alert
    for sent in (
        form(world, van="12:00", tot="13:00", anderen="José van Dam"),
        form(world, van="09:00", tot="10:00"),
        form(world, **other, titel="Zonder wie elders is", anderen="José de Vries"),
    ):
        browser.post(PLAN, sent, status=302)
    # Somebody with a place elsewhere does not lead at that time.
    with inside(world.region):
        make.sign_up(world.moment, world.expert)
    sent = form(world, **other, van="11:30", begeleiders=[world.expert.public_id])
    assert "Naima is op" in browser.post(PLAN, sent, status=422).alert
    # What is called off takes nothing.
    browser.post(f"{world.url}/afzeggen", {"reden": "Te weinig begeleiding."}, status=302)
    browser.post(PLAN, form(world, van="10:00", tot="12:00"), status=302)


def test_what_cannot_be_planned_is_said_and_kept(world: World, browse: Browse) -> None:
    browser = browse(world.coordinator)
    yesterday = str(clock.today() - timedelta(days=1))
    mistakes = (
        ({"tot": "11:00"}, "Het eind ligt niet na het begin (11.00 uur)"),
        ({"dag": yesterday}, "Deze dag is al geweest."),
        ({"dag": str(clock.today() + 4 * 366 * timedelta(days=1))}, "Klopt het jaar?"),
        ({"plekken": "11", "van": "13:00", "tot": "14:00"}, "In De Oeverzaal passen 10 mensen."),
        ({"van": "25:00"}, "Vul een tijd in, zoals 14:30."),
        ({"plekken": "0"}, "Vul een heel getal in van 1 tot en met 1.000."),
        ({"ruimte": ""}, "Kies een ruimte van de lijst"),
        ({"waar": "online"}, "U koos hierboven geen ruimte."),
        ({"waar": "elsewhere", "ruimte": ""}, "Schrijf waar het is."),
        ({"plaats": "Ook elders"}, "U koos een ruimte van de lijst."),
        ({"dag": "", "van": "", "titel": ""}, "Schrijf hoe het heet."),
        ({"leervragen": ["weg"]}, "Deze leervraag is er niet meer."),
        ({"uitleg": "Bel naar 06-12345678"}, "telefoon"),
        ({"uitleg": "x" * 4001}, "Maak deze tekst korter"),
    )
    alerts = refused(browser, PLAN, *(form(world, **given) for given, _ in mistakes))
    for (_, complaint), alert in zip(mistakes, alerts, strict=True):
        assert complaint in alert
    # Sent twice is planned once.
    sent = form(world, van="13:00", tot="14:00")
    hidden = Browser.hidden_fields(browser.get(PLAN).document, PLAN)
    answers = [browser.client.post(PLAN, data={**hidden, **sent}) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert browser.get("/leermomenten").text.count("Intervisie") == 3  # a filter, title and form
    # A room with something in it stays; so do its places.
    rooms = "/leermomenten/ruimtes"
    page = browser.post(f"{rooms}/{world.room.public_id}/beeindigen", on=rooms)
    assert "is nog “Casuïstiek op dinsdag” gepland" in browser.get(page.location).text
    edit = f"{rooms}/{world.room.public_id}/wijzigen"
    page = browser.post(edit, {"naam": "De zaal", "plekken": "1"}, status=422)
    assert "is hier gepland voor 2 mensen" in page.alert
    page = browser.post(f"{rooms}/nieuw", {"naam": "de  OEVERZAAL"}, status=422)
    assert "Er is al een ruimte die" in page.alert


def test_what_is_planned_starts_from_an_offer_a_leervraag_or_a_goal(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region):
        question = make.leervraag(domains=[world.net.jeugd])
        goal = make.goal(tafel_id=world.net.policy.id)
        place = make.structure("Academie", all_domains=True)
        offer = make.offer(
            "Kijken bij de buren", domains=[world.net.jeugd], structure_id=place.id, places=7
        )
    browser = browse(world.coordinator)
    query = f"aanbod={offer.public_id}&leervraag={question.public_id}&doel={goal.public_id}"
    page = browser.get(f"/leermomenten/nieuw?{query}")
    assert "Kijken bij de buren" in page.text
    assert "Academie" in page.text
    (url,) = [e.attributes["href"] for e in page.document.all("a") if "Toch een nieuw" in e.text]
    page = browser.get(url)
    assert page.document.all("input", name="titel", value="Kijken bij de buren")
    assert page.document.all("input", name="plekken", value="7")
    checked = [
        e.attributes["value"] for e in page.document.all("input") if "checked" in e.attributes
    ]
    for chosen in ("jeugd", question.public_id, goal.public_id, place.public_id, offer.public_id):
        assert chosen in checked or f'value="{chosen}" selected' in page.html, chosen
    for nonsense in ("?aanbod=0000-0000", "?niveau=hoog&domein=x&gebied=%27", "?_scheme=x&stap=2"):
        assert browser.get(f"/leermomenten/nieuw{nonsense}").status == 200
        assert browser.get(f"/leermomenten/nieuw/plannen{nonsense}&stap=2").status == 200
        assert browser.get(f"/leermomenten{nonsense}").status == 200
    sent = form(world, van="13:00", tot="14:00", leervragen=[question.public_id])
    sent |= {"domeinen": ["jeugd"], "leerdoelen": [goal.public_id]}
    sent |= {"begeleiders": [world.manager.public_id]}
    moment = browser.post(url, sent, status=302).location
    assert mails(inside, ":host:") == [world.manager.email]
    # What left the region stays with it when something else is changed.
    with inside(world.region) as current:
        kept = current.merge(world.net.jeugd)
        kept.ended_on = clock.today()
    page = browser.get(f"{moment}/wijzigen")
    assert [
        "checked" in e.attributes
        for e in page.document.all("input", name="domeinen", value="jeugd")
    ] == [True]
    shown = browse(world.expert).get(moment).text
    assert question.question in shown
    assert goal.better in shown


def test_places_go_in_order_and_who_waits_gets_the_first_that_comes_free(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region):
        others = [make.person(RoleName.PROFESSIONAL, world.region, name=f"Mens {n}") for n in "ABC"]
    sign_up, sign_off = f"{world.url}/aanmelden", f"{world.url}/afmelden"
    naima, coordinator = browse(world.expert), browse(world.coordinator)
    assert "nog 2 plekken" in naima.get("/leermomenten").text
    naima.post(sign_up, on=world.url, status=302)
    page = naima.get(world.url)
    assert "U bent aangemeld." in page.text
    naima.client.post(sign_up, data=Browser.hidden_fields(page.document, sign_up))
    assert "U bent al aangemeld." in naima.get(world.url).text, "another window"
    coordinator.post(f"{world.url}/iemand-aanmelden", {"naam": "Fatima"}, status=302)
    page = coordinator.post(f"{world.url}/iemand-aanmelden", {"naam": " fatíma"}, status=422)
    assert "staat al op de lijst" in page.alert
    browsers = [browse(one) for one in others]
    for position, browser in enumerate(browsers, 1):
        assert "vol, wachtlijst" in browser.get("/leermomenten").text
        browser.post(sign_up, on=world.url, status=302)
        assert f"U staat op plek {position} van de wachtlijst." in browser.get(world.url).text
    page = browsers[0].get(world.url)
    assert "Fatima" not in page.html, "names are for who leads"
    assert browsers[0].get(f"{world.url}/deelnemers").status == 404
    assert "Fatima" in browse(world.manager).get(f"{world.url}/deelnemers").text
    # The first who waits gets the place that comes free; who signs up again is the last.
    naima.post(sign_off, on=world.url, status=302)
    assert mails(inside, ":place:") == [others[0].email]
    assert "U bent aangemeld." in browsers[0].get(world.url).text
    naima.post(sign_up, on=world.url, status=302)
    assert "U staat op plek 3 van de wachtlijst." in naima.get(world.url).text
    # More places: the next two; fewer than are taken: no.
    edit = f"{world.url}/wijzigen"
    same = form(world, van="10:00", tot="12:00", titel="Casuïstiek")
    same["begeleiders"] = [world.manager.public_id]
    page = coordinator.post(edit, {**same, "plekken": "1"}, status=422)
    assert "Er zijn al 2 mensen aangemeld." in page.alert
    coordinator.post(edit, {**same, "plekken": "4"}, status=302)
    assert mails(inside, ":place:") == [one.email for one in others]
    # Whose role has ended meanwhile gets no place, and keeps nobody from one.
    with inside(world.region):
        left = make.account("Wie wegging")
        soon = clock.now() - WEEK
        make.sign_up(world.moment, left, SignUpStatus.WAITING, signed_up_at=soon)
    shown = coordinator.get(f"{world.url}/deelnemers").text
    assert "Wie wegging (heeft geen rol meer in de regio)" in shown
    assert "U staat op plek 1 van de wachtlijst." in naima.get(world.url).text
    # The coordinator takes one off: that one gets a mail, and Naima the place.
    one = sign_up_of(inside, world, others[2])
    off = f"/leermomenten/aanmeldingen/{one.public_id}/afmelden"
    coordinator.post(off, on=f"{world.url}/deelnemers", status=302)
    assert mails(inside, ":off:") == [others[2].email]
    assert sign_up_of(inside, world, world.expert).status is SignUpStatus.PLACED
    # Whoever leads it does not sign up, nor whoever is elsewhere then.
    browse(world.manager).post(sign_up, on=world.url)
    with inside(world.region):
        elsewhere = make.moment("Elders", begins="11:30", ends="12:30")
    url = f"/leermomenten/{elsewhere.public_id}"
    naima.post(f"{url}/aanmelden", on=url, status=302)
    assert "U bent dan al bij “Casuïstiek”, van 10.00 tot 12.00 uur." in naima.get(url).text
    # Moved: all who have a place or wait are told; called off too, and then nobody signs up.
    sent = {**same, "plekken": "4", "van": "14:00", "tot": "16:00"}
    coordinator.post(edit, sent, status=302)
    assert len(mails(inside, ":moved:")) == 4, "and the host"
    # Whose role ended keeps a place until it is taken back, and gets no mail any more.
    with inside(world.region):
        make.sign_up(world.moment, make.account("Wie ook wegging"))
    sent["plekken"] = "5"
    coordinator.post(edit, {**sent, "van": "14:30"}, status=302)
    told = "4 mensen hebben een mail gekregen. 2 deelnemers hebben hier geen account of rol."
    assert told in coordinator.get(world.url).text, "Fatima is the other"
    naima.post(f"{url}/aanmelden", on=url, status=302)
    coordinator.post(edit, {**sent, "van": "12:00"}, status=302)
    overlap = "Eén deelnemer is op die tijd ook bij een ander leermoment."
    for url in (world.url, f"{world.url}/deelnemers"):
        assert overlap in coordinator.get(url).text
    coordinator.post(f"{world.url}/afzeggen", {"reden": ""}, status=422)
    coordinator.post(f"{world.url}/afzeggen", {"reden": "De zaal lekt."}, status=302)
    assert len(mails(inside, ":cancelled:")) == 4
    page = browsers[2].get(world.url)
    assert "Dit leermoment gaat niet doorDe zaal lekt." in page.text
    key = Browser.hidden_fields(browsers[2].get("/leermomenten/mijn").document, "")
    browsers[2].client.post(sign_up, data=key)
    assert "Aanmelden kan niet meer." in browsers[2].get(world.url).text


def test_of_two_who_change_a_leermoment_the_second_sees_the_first_ones_work(
    world: World, browse: Browse
) -> None:
    edit = f"{world.url}/wijzigen"
    first, second = browse(world.coordinator), browse(world.coordinator)
    opened = Browser.hidden_fields(second.get(edit).document, edit)
    same = form(world, van="10:00", tot="12:00")
    first.post(edit, {**same, "titel": "Van de eerste", "anderen": "Nieuw"}, status=302)
    sent = {**same, "titel": "Van de tweede"}
    page = second._answer(second.client.post(edit, data={**opened, **sent}))
    assert page.status == 422
    assert "Iemand anders heeft dit leermoment intussen gewijzigd." in page.alert
    assert "Nu staat hier, door een ander bewaard:Van de eerste" in page.text
    assert "Nu staat hier, door een ander bewaard:Intervisie" in page.text
    assert page.document.all("input", name="titel", value="Van de tweede")
    again = {**Browser.hidden_fields(page.document, edit), **sent}
    assert second.client.post(edit, data=again).status_code == 302
    assert "Van de tweede" in second.get(world.url).text


def test_afterwards_participants_look_back_and_teams_say_what_they_took_home(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region) as current:
        moment = current.merge(world.moment)
        moment.places = None
        question = make.leervraag()
        moment.leervragen = [current.merge(question)]
        absent = make.person(RoleName.PROFESSIONAL, world.region)
        for one in (absent, world.expert):
            make.sign_up(moment, one)
        outsider = make.person(RoleName.SECRETARY, world.region, tafel=world.net.policy)
    look_back, take = f"{world.url}/terugblikken", f"{world.url}/meenemen"
    present = f"{world.url}/aanwezigheid"
    with at(world, -1):
        assert "Vanaf die dag kan dit." in browse(world.manager).get(present).text
        assert "nog niet geweest" in browse(world.expert).get(look_back).text
        assert "moet nog komen" in browse(world.manager).get(take).text
    away = sign_up_of(inside, world, absent)
    with at(world, 9):
        host, late = browse(world.manager), browse(world.coordinator)
        stale = Browser.hidden_fields(late.get(present).document, present)
        host.post(present, {f"deelnemer-{away.public_id}": "nee"}, status=302)
        assert "0 aanwezig, 1 afwezig" in host.get(f"{world.url}/deelnemers").text
        page = late._answer(late.client.post(present, data=stale))
        assert "Iemand anders heeft deze lijst intussen gewijzigd." in page.alert
    with at(world, 13):
        assert "U was er niet bij." in browse(absent).get(look_back).text
        assert "U was niet aangemeld" in browse(outsider).get(look_back).text
        with inside(world.region) as current:
            for number in range(4):
                given = {"useful": Useful.YES, "learned": f"Les {number}"}
                current.add(Evaluation(event_id=world.moment.id, **given))
        browser = browse(world.expert)
        shown = browser.get(world.url).text
        assert "nog te weinig antwoorden om te laten zien" in shown
        assert "Les 0" not in shown
        browser.post(look_back, {"geleerd": "Les 4"}, status=422)
        sent = {"nut": Useful.NO.value, "geleerd": "Les 4"}
        browser.post(look_back, sent, status=302)
        assert "U hebt al geantwoord." in browser.get(look_back).text
        assert browser.post(look_back, sent, on="/leermomenten/mijn").status == 422
        late = browse(outsider)
        late.post(f"{world.url}/aanmelden", on="/leermomenten/mijn", status=302)
        assert "Aanmelden kan niet meer." in late.get(world.url).text
        shown = late.get(world.url).text
        assert "5 antwoorden, zonder naam." in shown
        assert "4Ja" in shown.replace(" ", "")
        assert "Les 3" in shown
        # Who looks again after each answer sees nothing of the next until there are five of them.
        with inside(world.region) as current:
            current.add(Evaluation(event_id=world.moment.id, useful=Useful.PARTLY, learned="Les 5"))
        assert late.get(world.url).text == shown
        # Taken home: once per team, for one's own table or organisation.
        secretary, coordinator = browse(outsider), browse(world.coordinator)
        host = browse(world.manager)
        sent = {"voor": "partner:lt1", "uitkomst": "adopted", "tekst": "Wij bellen zelf."}
        page = secretary.post(take, sent, status=422)
        assert "Deze tafel of organisatie is er niet meer." in page.alert
        host.post(take, {**sent, "tekst": ""}, status=422)
        host.post(take, {**sent, "team": "Noord"}, status=302)
        page = coordinator.post(take, {**sent, "team": " noord "}, status=422)
        assert "Van Lokaal team Oeverdam, Noord is dit al vastgelegd." in page.alert
        coordinator.post(take, {**sent, "uitkomst": "not_applicable"}, status=302)
        page = secretary.post(take, {**sent, "voor": "tafel:B", "team": "x"}, status=422)
        assert "Een tafel heeft geen team." in page.alert
        page = secretary.get(world.url)
        assert "Lokaal team Oeverdam, Noord Overgenomen Wij bellen zelf." in page.text
        assert "meegenomen" not in page.html
        shown = secretary.get(f"/leervragen/{question.public_id}").text
        assert "Lokaal team Oeverdam, Noord Overgenomen Wij bellen zelf." in shown
        with inside(world.region) as current:
            taken = current.scalars(select(TakenHome).order_by(TakenHome.id)).first()
            assert taken is not None
            assert len(set(current.scalars(select(Evaluation.id)))) == 6
        change = f"/leermomenten/meegenomen/{taken.public_id}/wijzigen"
        assert secretary.get(change).status == 404
        stale = Browser.hidden_fields(coordinator.get(change).document, change)
        host.post(change, {"uitkomst": "adapted", "tekst": "Wij bellen samen."}, status=302)
        page = coordinator._answer(
            coordinator.client.post(change, data={**stale, "uitkomst": "adopted", "tekst": "Mijn"})
        )
        assert "Nu staat hier, door een ander bewaard:Wij bellen samen." in page.text
        assert "Mijn" in page.text


def entries(answer: Answer) -> dict[str, dict[str, str]]:
    """Return the entries of a calendar file by UID, as text."""
    assert answer.response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    found: list[Any] = Calendar.from_ical(answer.response.get_data()).walk("VEVENT")
    return {
        str(entry["uid"]): {name: entry[name].to_ical().decode() for name in entry}
        for entry in found
    }


def test_the_own_calendar_shows_what_is_ones_own_until_the_address_is_taken_back(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside() as current:
        elsewhere = make.region()
        make.grant(world.expert, RoleName.EXPERT, elsewhere)
        current.flush()
        foreign = make.moment("Elders", region_id=elsewhere.id)
        make.sign_up(foreign, world.expert, region_id=elsewhere.id)
    with inside(world.region) as current:
        online = make.moment(
            'Online; met, "tekens"', is_online=True, place="https://video.example/a", places=1
        )
        make.moment("Niet van mij")
        make.sign_up(online, world.expert, SignUpStatus.WAITING)
        current.flush()
    naima, nobody = browse(world.expert), browse()
    mine = "/leermomenten/mijn"
    make_it, end_it = f"{mine}/agenda-adres", f"{mine}/agenda-adres/stoppen"
    naima.post(make_it, on=mine, status=302)
    page = naima.get(mine)
    assert "maar één keer zien" in page.text
    (address,) = [e.text for e in page.document.all("p") if "/leermomenten/agenda/" in e.text]
    assert address not in naima.get(mine).text
    feed = address.removeprefix("http://localhost")
    assert nobody.get(feed.replace("agenda/", "agenda/x")).status == 404
    found = entries(nobody.get(feed))
    assert list(found) == [f"{online.public_id}@leernetwerk"]
    entry = found[f"{online.public_id}@leernetwerk"]
    assert (entry["STATUS"], entry["SEQUENCE"], entry["LOCATION"]) == ("TENTATIVE", "0", "Online")
    assert entry["SUMMARY"] == 'Online\\; met\\, "tekens"'
    raw = nobody.get(feed).response.get_data(as_text=True)
    assert f"DTSTART;TZID=Europe/Amsterdam:{online.held_on:%Y%m%d}T100000" in raw
    assert "video.example" not in raw
    assert "video.example" not in naima.get(f"/leermomenten/{online.public_id}").html
    assert "video.example" not in naima.get(f"/leermomenten/{online.public_id}.ics").html
    # With a place one sees how to join; a change counts on; what is called off says so.
    with inside(world.region) as current:
        current.scalars(select(SignUp)).one().status = SignUpStatus.PLACED
    assert "video.example" in naima.get(f"/leermomenten/{online.public_id}.ics").html
    url = f"/leermomenten/{online.public_id}/afzeggen"
    browse(world.coordinator).post(url, {"reden": "Storing."}, status=302)
    entry = entries(nobody.get(feed))[f"{online.public_id}@leernetwerk"]
    assert (entry["STATUS"], entry["SEQUENCE"]) == ("CANCELLED", "1")
    assert entry["LOCATION"] == "Online: https://video.example/a"
    # The zone in the file has the hours of the Netherlands.
    (zone,) = (
        zone.to_tz() for zone in Calendar.from_ical(raw).walk() if isinstance(zone, Timezone)
    )
    for month in range(1, 13):
        noon = datetime(2031, month, 28, 12)  # noqa: DTZ001 (local by definition)
        assert (
            noon.replace(tzinfo=zone).utcoffset()
            == noon.replace(tzinfo=clock.AMSTERDAM).utcoffset()
        )
    # A new address ends the old one; without a role, or taken back, there is nothing.
    naima.post(make_it, on=mine, status=302)
    page = naima.get(mine)
    (address,) = [e.text for e in page.document.all("p") if "/leermomenten/agenda/" in e.text]
    other = address.removeprefix("http://localhost")
    assert [nobody.get(one).status for one in (feed, other)] == [404, 200]
    assert browse(world.coordinator).get(other).status == 200, "signed in as another"
    with inside() as current:
        here = (Grant.account_id == world.expert.id, Grant.region_id == world.region.id)
        grant = current.scalars(select(Grant).where(*here)).one()
        grant.ends_on = clock.today() - timedelta(days=1)
    assert nobody.get(other).status == 404
    with inside() as current:
        current.get_one(Grant, grant.id).ends_on = clock.today()
    assert nobody.get(other).status == 200
    naima.post(end_it, on=mine, status=302)
    assert nobody.get(other).status == 404


def test_participants_are_told_two_days_before_and_asked_afterwards_once(
    world: World, inside: Inside
) -> None:
    with inside(world.region):
        for one in (world.expert, world.manager):
            make.sign_up(world.moment, one, signed_up_at=clock.now())
        make.sign_up(world.moment, world.coordinator, SignUpStatus.WAITING)
        second = make.moment("Nog een", begins="13:00", ends="14:00")
        make.sign_up(second, world.expert, signed_up_at=clock.now())

    def told(hours: float) -> list[tuple[str, str]]:
        with at(world, hours), inside():
            for _ in range(2):
                reminders.put_due()
        with inside() as current:
            found = current.scalars(select(OutboxMessage).where(OutboxMessage.body != ""))
            mails = [(one.to_address, one.subject) for one in found]
            for one in current.scalars(select(OutboxMessage)):
                one.body = ""
        return sorted(mails)

    told(-7 * 24 + 1)  # what else there is to remind of in this region
    assert not [mail for mail in told(-49) if "leermoment" in mail[1]]
    assert told(-40) == sorted(
        [
            (world.expert.email, "Er zijn 2 dingen die aandacht vragen"),
            (world.manager.email, "Binnenkort is er een leermoment waarvoor u zich aanmeldde"),
        ]
    )
    with inside(world.region) as current:
        of = SignUp.account_id == world.manager.id
        current.scalars(select(SignUp).where(of)).one().was_present = False
    assert told(15) == []
    assert told(26) == [(world.expert.email, "Er zijn 2 dingen die aandacht vragen")]


def test_the_lists_ask_the_same_queries_with_more_rows(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    browser = browse(world.coordinator)
    with inside(world.region):
        make.moment("Lang geleden", held_on=clock.today() - WEEK)
        make.sign_up(world.moment, "Een")
        make.sign_up(world.moment, world.coordinator)
    pages = (
        "/leermomenten",
        "/leermomenten?periode=geweest&niveau=policy&domein=jeugd&gebied=G1&zoek=a",
        "/leermomenten/mijn",
        "/leermomenten/nieuw",
        PLAN,
        "/leermomenten/ruimtes",
        world.url,
        f"{world.url}/deelnemers",
    )

    def counts() -> list[int]:
        found = []
        for page in pages:
            with count_queries() as queries:
                assert browser.get(page).status == 200
            found.append(len(queries))
        return found

    counts()  # the network of the region is looked up once
    before = counts()
    with inside(world.region):
        for number in range(20):
            room = make.room(f"Ruimte {number}")
            moment = make.moment(
                f"Moment {number}", room_id=room.id, domains=[world.net.jeugd], hosts=("Wie",)
            )
            make.sign_up(moment, world.coordinator)
            make.sign_up(world.moment, f"Mens {number}", SignUpStatus.WAITING)
            make.moment(held_on=clock.today() - WEEK)
    assert counts() == before
    assert max(before) < 25, before
    assert "Ging niet door" not in browser.get("/leermomenten?periode=geweest").text
