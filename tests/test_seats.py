"""Seats: who sits where, which are vacant, who cannot be missed, and the work of who leaves."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from coordinator import clock, governance, planning, web
from coordinator.models import (
    Account,
    AgendaItem,
    Agreement,
    Area,
    Assignment,
    Attendance,
    ChangeReason,
    Domain,
    Event,
    GovernanceRole,
    Grant,
    Journey,
    JourneyChange,
    JourneyStatus,
    Leervraag,
    LeervraagState,
    Level,
    Meeting,
    OutboxMessage,
    Partner,
    Presence,
    Region,
    RoleName,
    Seat,
    SignalStatus,
    Tafel,
    Verb,
    VersionStatus,
)
from coordinator.regions import writing
from tests import make
from tests.conftest import Inside, on_sqlite
from tests.page import Answer, Browser

PEOPLE = "/netwerk/zwakke-plekken?toon=mensen"
Browse = Callable[..., Browser]
Count = Callable[[], AbstractContextManager[list[str]]]


@dataclass
class World:
    """A small network with the people who keep its seats."""

    region: Region
    net: make.SmallNetwork
    coordinator: Account
    secretary: Account
    member: Account
    seats: dict[str, str]
    """The public id of each seat, by table and partner: "U lt1"."""

    def url(self, seat: str, what: str) -> str:
        return f"/zetels/{self.seats[seat]}/{what}"


def ids(current) -> dict[str, str]:
    rows = current.execute(
        select(Tafel.code, Partner.code, Seat.public_id).join(Seat.tafel).join(Seat.partner)
    )
    return {f"{tafel} {partner}": public_id for tafel, partner, public_id in rows}


@pytest.fixture
def world(inside: Inside) -> World:
    with inside():
        region = make.region()
    with inside(region) as current:
        net = make.small_network(region)
        return World(
            region,
            net,
            make.person(RoleName.COORDINATOR, region),
            make.person(RoleName.SECRETARY, region, tafel=net.practice),
            make.person(RoleName.PROFESSIONAL, region, partner=net.team),
            ids(current),
        )


def name_seats(world: World, inside: Inside, **people: str) -> None:
    """Put people on the seats of the network: U_lt1="Anna"."""
    with inside(world.region) as current:
        for key, person in people.items():
            seat = current.scalars(
                select(Seat).where(Seat.public_id == world.seats[key.replace("_", " ")])
            ).one()
            seat.person = person


def seat_of(world: World, inside: Inside, key: str) -> Seat:
    with inside(world.region) as current:
        return current.scalars(
            select(Seat)
            .where(Seat.public_id == world.seats[key])
            .execution_options(populate_existing=True)
        ).one()


def confirm(browser: Browser, url: str, asked: Answer) -> Answer:
    """Send the second step of a form, as it stands on the page of the first."""
    hidden = Browser.hidden_fields(asked.document, url)
    return browser._answer(browser.client.post(url, data=hidden))


@on_sqlite
def test_the_list_says_which_seats_are_vacant_and_which_will_be(
    world: World, inside: Inside, browse: Browse
) -> None:
    today = clock.today()
    day = timedelta(days=1)
    name_seats(world, inside, U_lt1="Anna", U_sch2="Bram", B_gem="Carin", S_gem="Dirk")
    with inside(world.region) as current:
        seats = {
            key: current.scalars(select(Seat).where(Seat.public_id == one)).one()
            for key, one in world.seats.items()
        }
        seats["U lt1"].ends_on = today + 90 * day
        seats["U sch2"].ends_on = today + 91 * day
        seats["B gem"].ends_on = today + 30 * day
        make.seat(
            world.net.board, world.net.team, world.net.member, person="Weg", ends_on=today - day
        )
        make.seat(
            world.net.board,
            world.net.school,
            world.net.member,
            agreement_id=world.net.mandate.id,
            clause_number=2,
        )
        make.seat(
            world.net.policy,
            world.net.council,
            world.net.member,
            person="Els",
            starts_on=today + 31 * day,
            deputy="Femke",
        )
    browser = browse(world.member)

    def listed(**filters: str) -> list[str]:
        page = browser.get("/zetels", query_string=filters)
        assert page.status == 200
        names = ("Anna", "Bram", "Carin", "Dirk", "Weg", "Els", "Scholengroep")
        rows = [e.text for e in page.document.all("tr")[1:]]
        return [next(n for n in names if n in row) for row in rows]

    page = browser.get("/zetels")
    assert "2 zetels zijn leeg, 1 wordt binnen 90 dagen leeg." in page.text
    assert "Bij 1 daarvan is nog niemand genoemd. Bij 1 is de laatste dag voorbij." in page.text
    assert "rust op artikel 2 van Mandaat bestuurlijk overleg" in page.text
    assert "Wijzigen" not in page.text, "a professional changes nothing here"
    assert listed(stand="leeg") == ["Weg", "Scholengroep"]
    assert listed(stand="bijna-leeg") == ["Anna"], "Carin is followed by Els the day after"
    assert listed(stand="later") == ["Els"]
    assert listed(stand="vervuld") == ["Carin", "Dirk", "Bram"]
    assert listed(persoon="femke") == ["Els"], "the deputy is found too"
    assert listed(tafel="U") == listed(tafel="U", rol="lid") == ["Anna", "Bram"]
    assert listed(partner="scholengroep", tafel="bestuurlijk") == ["Scholengroep"]
    assert listed(stand="zomaar", dag="ooit") == listed()
    later = (today + 31 * day).isoformat()
    assert "Els" in listed(dag=later, stand="vervuld")
    page = browser.get(f"/zetels?dag={later}")
    assert f"Op {web.day(today + 31 * day)}: 2 zetels zijn leeg, 2 worden" in page.text
    assert "Geen zetel past" in browser.get("/zetels?persoon=zzz").text
    assert browser.get("/zetels?pagina=0").status == 404


@on_sqlite
def test_lists_ask_the_same_queries_with_more_rows(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    browser = browse(world.coordinator)
    for turn, url in enumerate(("/zetels", PEOPLE, "/zetels/ervaring")):
        browser.get(url)
        with count_queries() as before:
            browser.get(url)
        with inside(world.region):
            for number in range(30):
                table = make.tafel(f"X{turn}-{number}", Level.POLICY, world.net.whole)
                partner = make.partner(f"x{turn}-{number}", region=world.region)
                make.seat(table, partner, world.net.member, person=f"Mens {number}")
        browser.get(url)  # what is remembered of the network is looked up once
        with count_queries() as after:
            page = browser.get(url)
        assert len(before) == len(after), "\n".join(after)
        assert page.status == 200
        assert "Volgende pagina" in page.text or url == PEOPLE


@on_sqlite
def test_a_secretary_adds_a_seat_and_signals_come_in_there(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region):
        signal = make.signal(world.net.here, (world.net.onderwijs,), partner=world.net.experts)
        planning.plan_new([signal])
        gone = make.partner("weg", region=world.region, name="Vertrokken")
        gone.ended_on = clock.today()
    browser = browse(world.secretary)
    url = "/tafels/U/zetel-toevoegen"
    today = clock.today()
    given = {"partner": "eed", "rol": "lid", "persoon": "  Naima   B. ", "stem": "adviserend"}
    for wrong, message in (
        ({}, "Kies een organisatie."),
        ({**given, "partner": "weg"}, "Not a valid choice"),
        ({**given, "van": today, "tot": today - timedelta(days=1)}, "De laatste dag ligt voor"),
        ({**given, "van": date(1200, 1, 1)}, "Kies een dag tussen 2000 en 2100."),
        ({**given, "plaatsvervanger": "naima b."}, "Noem een ander"),
        ({**given, "persoon": "", "plaatsvervanger": "Bo"}, "Schrijf eerst wie"),
        ({**given, "van": "31-13"}, "datum"),
    ):
        answer = browser.post(url, wrong, status=422)
        if message != "Not a valid choice":
            assert message in answer.alert, answer.alert
        assert "Naima" in answer.html or not wrong.get("persoon"), "what was typed is kept"
    made = browser.post(url, given, status=302)
    assert made.location.endswith("/zetels?tafel=U")
    page = browser.get(made.location)
    assert "De zetel is toegevoegd. 2 reizen zijn opnieuw gepland." in page.text
    assert "Naima B." in page.text
    with inside(world.region) as current:
        changes = current.scalars(select(JourneyChange)).all()
        assert {(c.reason, c.subject) for c in changes} == {
            (ChangeReason.REGION_UPDATED, "een zetel aan Uitvoerdersoverleg")
        }
    again = browser.post(url, {**given, "persoon": "NAIMA B."}, status=422)
    assert "Naima B. heeft deze zetel al zonder einddatum." in again.alert
    assert browse(world.secretary).get("/tafels/B/zetel-toevoegen").status == 404
    assert browse(world.member).get(url).status == 404


def test_of_two_who_change_a_seat_the_second_sees_the_first_ones_change(
    world: World, inside: Inside, browse: Browse
) -> None:
    url = world.url("U lt1", "wijzigen")
    first, second = browse(world.coordinator), browse(world.secretary)
    late = Browser.hidden_fields(second.get(url).document, url)
    first.post(url, {"persoon": "Anna", "plaatsvervanger": "Bo"}, status=302)
    text = {**late, "persoon": "Anneke"}
    answer = second._answer(second.client.post(url, data=text))
    assert answer.status == 422
    assert "Er staat nu: Anna, zonder einddatum. Plaatsvervanger: Bo." in answer.alert
    assert answer.document.all("input", name="persoon", value="Anneke")
    again = {**Browser.hidden_fields(answer.document, url), "persoon": "Anneke"}
    again["plaatsvervanger"] = ""
    assert second.client.post(url, data=again).status_code == 302
    seat = seat_of(world, inside, "U lt1")
    assert (seat.person, seat.deputy) == ("Anneke", "")


@on_sqlite
def test_a_successor_takes_over_and_a_gap_shows_what_it_costs(
    world: World, inside: Inside, browse: Browse
) -> None:
    name_seats(world, inside, U_sch2="Anna", U_lt1="Bo")
    with inside(world.region):
        signal = make.signal(world.net.there, (world.net.onderwijs,), partner=world.net.school)
        planning.plan_new([signal])
    today = clock.today()
    day = timedelta(days=1)
    url = world.url("U sch2", "opvolgen")
    browser = browse(world.secretary)
    asked = {"laatste-dag": today + 3 * day, "persoon": "Chris", "van": today + 3 * day}
    page = browser.get(url, query_string=asked)
    assert page.status == 422
    assert "De opvolger begint te vroeg" in page.alert
    asked["van"] = today + 4 * day
    page = browser.get(url, query_string=asked)
    assert page.status == 200
    assert "is de zetel leeg" not in page.text
    assert "Geen enkele reis van een signaal verandert." in page.text
    asked["van"] = today + 20 * day
    page = browser.get(url, query_string=asked)
    assert f"Van {web.day(today + 4 * day)} tot en met {web.day(today + 19 * day)}" in page.text
    assert "Sluit de weg voor onderwijs in 1 gemeente." in page.text
    assert "2 reizen krijgen een andere datum." in page.text
    assert confirm(browser, url, page).status == 302
    anna = seat_of(world, inside, "U sch2")
    assert (anna.person, anna.ends_on) == ("Anna", today + 3 * day)
    with inside(world.region) as current:
        chris = current.scalars(select(Seat).where(Seat.person == "Chris")).one()
        assert chris.starts_on == today + 20 * day
        assert len(current.scalars(select(JourneyChange)).all()) == 2
    assert "daarna Chris" in " ".join(browser.get("/zetels?stand=bijna-leeg").text.split()) or (
        "pas vanaf" in browser.get("/zetels?stand=bijna-leeg").text
    )


@on_sqlite
def test_a_seat_ends_is_vacant_and_lapses(world: World, inside: Inside, browse: Browse) -> None:
    name_seats(world, inside, U_sch2="Anna")
    with inside(world.region):
        signal = make.signal(world.net.there, (world.net.onderwijs,), partner=world.net.school)
        planning.plan_new([signal])
    today = clock.today()
    url = world.url("U sch2", "beeindigen")
    browser = browse(world.coordinator)
    assert browser.get(f"{url}?laatste-dag=31-13").status == 422
    yesterday = today - timedelta(days=1)
    page = browser.get(url, query_string={"laatste-dag": yesterday})
    assert "Sluit de weg voor onderwijs in 1 gemeente." in page.text
    stale = Browser.hidden_fields(page.document, url)
    lapse = world.url("U sch2", "laten-vervallen")
    refused = browser.post(lapse, on=url)
    assert refused.status == 409
    assert "Deze zetel loopt nog" in refused.text
    assert confirm(browser, url, page).status == 302
    late = browser._answer(browser.client.post(url, data={**stale, "once": "x" * 20}))
    assert late.status == 422
    assert "Iemand anders heeft deze zetel intussen gewijzigd." in late.alert
    with inside(world.region) as current:
        partner = current.get_one(Partner, world.net.school.id)
        partner.ended_on = today
    left = browser.get(
        world.url("U sch2", "opvolgen"),
        query_string={"laatste-dag": yesterday, "persoon": "Bo", "van": today},
    )
    assert left.status == 422
    assert "Scholengroep Waalwoude doet niet meer mee" in left.alert
    with inside(world.region) as current:
        current.get_one(Partner, world.net.school.id).ended_on = None
    page = browser.get("/zetels?stand=leeg&persoon=anna")
    assert "Opvolger noemen" in page.text
    assert browser.post(lapse, on=url, status=302).location.endswith("?tafel=U")
    assert "Anna" not in browser.get("/zetels").text
    assert browser.get(url).status == 404
    assert "Anna" in browser.get(f"/zetels?dag={yesterday}").text, "it was there that day"


@on_sqlite
def test_the_persons_without_whom_a_road_breaks_and_a_deputy_is_the_remedy(
    world: World, inside: Inside, browse: Browse
) -> None:
    member, secretary = browse(world.member), browse(world.secretary)
    assert "Bij geen van de 4 zetels staat een naam." in member.get(PEOPLE).text
    name_seats(world, inside, U_sch2="Anna de Wit", B_gem="Bo")
    page = secretary.get(PEOPLE)
    assert "Uit 2 gebieden hangt een weg af van één persoon" in page.text
    assert "Het gaat om 2 mensen." in page.text
    assert "Van 2 van de 4 zetels weten wij wie er zit." in page.text
    assert "Onderwijs kan in Waalwoude de beleidstafel dan niet bereiken." in page.text
    assert page.document.all("a", href=world.url("U sch2", "wijzigen"))
    plain = member.get(PEOPLE)
    assert "een plaatsvervanger op deze zetel" in plain.text
    assert not plain.document.all("a", href=world.url("U sch2", "wijzigen"))
    assert "Anna" not in member.get(f"{PEOPLE}&domein=jeugd").text
    assert member.client.get("/personen").headers["Location"].endswith(PEOPLE)
    url = world.url("U sch2", "wijzigen")
    secretary.post(url, {"persoon": "Anna de Wit", "plaatsvervanger": "Chris"}, status=302)
    page = member.get(PEOPLE)
    assert "Anna de Wit" not in page.text
    assert "Het gaat om 1 persoon." in page.text


@on_sqlite
def test_tables_without_lived_experience_on_a_day(
    world: World, inside: Inside, browse: Browse
) -> None:
    today = clock.today()
    with inside(world.region) as current:
        role = make.role("erv", world.region, name="Ervaringsdeskundige jeugd")
        current.get_one(Partner, world.net.experts.id).kind = "Cliëntenraad"
        make.seat(world.net.policy, world.net.team, role, ends_on=today + timedelta(days=5))
        make.seat(
            world.net.walk_in,
            world.net.experts,
            current.get_one(GovernanceRole, world.net.member.id),
        )
    browser = browse(world.secretary)
    page = browser.get("/zetels/ervaring")
    assert "Aan 2 van de 4 tafels zit niemand die uit eigen ervaring spreekt." in page.text
    assert page.document.all("a", href="/tafels/U/zetel-toevoegen")
    assert not page.document.all("a", href="/tafels/S/zetel-toevoegen"), "not their table"
    assert "Beleidstafel jeugd" not in page.text
    later = browser.get(f"/zetels/ervaring?dag={today + timedelta(days=6)}")
    assert "Aan 3 van de 4 tafels" in later.text
    assert "2 tafels hebben niemand" in browser.get("/zetels").text


@on_sqlite
def test_attendance_is_recorded_from_the_day_of_the_meeting_and_counts_seats(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    today = clock.today()
    name_seats(world, inside, U_lt1="Anna")
    with inside(world.region):
        board = make.person(RoleName.BOARD_MEMBER, world.region, tafel=world.net.practice)
        held = [
            make.meeting(world.net.practice, today - timedelta(days=days)).public_id
            for days in (0, 30, 60, 90)
        ]
        coming = world.net.meetings["U"][0].public_id
        later = make.partner("later", region=world.region, name="Later erbij")
        make.seat(world.net.practice, later, world.net.member, starts_on=today)
    browser, member = browse(world.secretary), browse(board)
    school, team = world.seats["U sch2"], world.seats["U lt1"]

    def url(meeting: str) -> str:
        return f"/vergaderingen/{meeting}/aanwezigheid"

    assert "Vanaf die dag" in browser.get(url(coming)).text
    form = Browser.hidden_fields(browser.get(url(held[0])).document, url(held[0]))
    early = {**form, f"zetel-{team}": "present"}
    assert browser.client.post(url(coming), data=early).status_code == 422
    assert member.get(url(held[0])).status == 404
    assert browser.post(url(held[0]), {f"zetel-{team}": "zomaar"}, status=422).alert
    blank = browser.post(url(held[0]), {f"zetel-{team}": "  "}, status=302)
    assert "Bezet" not in browser.get(str(blank.location)).text
    last = browser.get(url(held[3]))
    assert "Later erbij" not in last.text, "that seat was not there yet"
    assert "Lokaal team Oeverdam, lid (Anna)" in last.text
    for meeting in held[1:]:
        assert "Een zetel om over te praten" not in browser.get("/tafels/U").text
        answers = {f"zetel-{team}": "deputy", f"zetel-{school}": "absent"}
        assert browser.post(url(meeting), answers, status=302).location.endswith(meeting)
    table = browser.get("/tafels/U")
    assert "Een zetel om over te praten" in table.text
    assert "Scholengroep Waalwoude, lid: de laatste drie keer" in table.text
    assert "Lokaal team Oeverdam, lid: 3 van de 3 keer bezet" in table.text
    assert "1 van de 2 zetels bezet" in table.text
    assert "Aanwezigheid" not in browse(world.member).get("/tafels/U").text, "too few seats"
    shown = member.get(f"/vergaderingen/{held[1]}").text
    assert "Bezet: 1 van de 2 zetels." in shown
    assert "Lokaal team Oeverdam, lid: plaatsvervanger aanwezig" in shown
    assert "Wijzig de aanwezigheid" not in shown
    # two at once: the second sees what the first one recorded
    late = Browser.hidden_fields(browser.get(url(held[0])).document, url(held[0]))
    other = browse(world.coordinator)
    other.post(url(held[0]), {f"zetel-{school}": "present"}, status=302)
    again = browser._answer(
        browser.client.post(url(held[0]), data={**late, f"zetel-{school}": "absent"})
    )
    assert again.status == 422
    assert "Er staat nu: Scholengroep Waalwoude, lid: aanwezig." in again.alert
    assert "Een zetel om over te praten" not in browser.get("/tafels/U").text
    with count_queries() as before:
        browser.get("/tafels/U")
    with inside(world.region) as current:
        for number in range(20):
            partner = make.partner(f"p{number}", region=world.region)
            seat = make.seat(world.net.practice, partner, world.net.member)
            for meeting_id in current.scalars(
                select(Meeting.id).where(Meeting.public_id.in_(held))
            ).all():
                current.add(
                    Attendance(meeting_id=meeting_id, seat_id=seat.id, presence=Presence.PRESENT)
                )
    with count_queries() as after:
        page = browse(world.member).get("/tafels/U")
    assert len(before) >= len(after) - 1, "\n".join(after)
    assert "van de 22 zetels bezet" in page.text
    assert "keer bezet" not in page.text, "who keeps the seats sees them one by one, nobody else"


def test_an_import_ends_a_meeting_with_attendance_and_does_not_delete_it(
    world: World, inside: Inside
) -> None:
    with inside(world.region) as current:
        meeting = make.meeting(world.net.practice, clock.today() - timedelta(days=3))
        bare = make.meeting(world.net.practice, clock.today() - timedelta(days=4))
        seat = current.scalars(select(Seat).where(Seat.public_id == world.seats["U lt1"])).one()
        current.add(Attendance(meeting_id=meeting.id, seat_id=seat.id, presence=Presence.PRESENT))
        current.flush()
        writing.end_or_delete(current, [meeting, bare], lambda _meeting: False)
        writing.end_or_delete(current, [seat], lambda _seat: False)
        assert meeting.ended_on == seat.ended_on == clock.today()
        assert current.get(Meeting, bare.id) is None


def test_the_open_work_of_who_leaves_goes_to_others_at_once(
    world: World, inside: Inside, browse: Browse
) -> None:
    region, net, today = world.region, world.net, clock.today()
    with inside(region) as current:
        leaver = make.person(RoleName.BOARD_MEMBER, region, partner=net.team, name="Anna de Wit")
        role = make.grant(leaver, RoleName.SECRETARY, region, tafel=net.policy)
        make.grant(leaver, RoleName.SECRETARY, region, tafel=net.practice)  # not the only one
        make.grant(leaver, RoleName.POLICY_OFFICER, region, tafel=net.policy)
        taker = make.person(RoleName.BOARD_MEMBER, region, partner=net.team, name="Bo Taker")
        stranger = make.person(RoleName.EXPERT, region, partner=net.experts, name="Chris")
        administrator = make.person(RoleName.ADMINISTRATOR, region)
        version = governance.newest(current.get_one(Agreement, net.cooperation.id))
        version.status = VersionStatus.TO_SIGN
        signatory = next(s for s in version.signatories if s.partner_id == net.team.id)
        signatory.account_id = leaver.id
        current.add(
            Assignment(
                account_id=leaver.id,
                task="Leren",
                starts_on=today - timedelta(days=5),
                ends_on=today + timedelta(days=50),
            )
        )
        meeting = make.meeting(net.policy, today)
        here, jeugd = current.get_one(Area, net.here.id), current.get_one(Domain, net.jeugd.id)
        signal = make.signal(here, (jeugd,), partner=current.get_one(Partner, net.team.id))
        planning.plan_new([signal])
        signal.status, signal.target_level = SignalStatus.TRAVELLING, Level.POLICY
        journey = current.scalars(select(Journey).where(Journey.level == Level.POLICY)).one()
        journey.status = JourneyStatus.TRAVELLING
        item = AgendaItem(journey_id=journey.id, meeting_id=meeting.id, position=1)
        current.add(item)
        current.flush()
        ids = {"item": item.public_id, "meeting": meeting.public_id, "leaver": leaver.public_id}
        ids["role"] = role.public_id
    name_seats(world, inside, U_lt1="Anna de Wit", U_sch2="Anna de Wit-Bos")
    keeper = browse(world.coordinator)

    decide = f"/agendapunten/{ids['item']}/besluit"
    page = keeper.get(decide)
    offered = {o.text: o.attributes["value"] for o in page.document.all("option") if o.text}
    assert set(offered) == {"Nog niemand", "Anna de Wit, secretaris en beleidsmedewerker"}
    answer = {
        "kind": "adopted", "text": "Wij bellen.", "answer": "Wij bellen voortaan.",
        "owner": "Teamleider jeugd", "done_by_on": today + timedelta(days=60),
        "owner_account": offered["Anna de Wit, secretaris en beleidsmedewerker"],
    }  # fmt: skip
    keeper.post(decide, answer, status=302)
    shown = keeper.get(f"/vergaderingen/{ids['meeting']}").text
    assert "Door Teamleider jeugd" in shown
    assert "Anna de Wit komt dit na." in shown

    with inside(region) as current:
        kept = make.leervraag("Wie blijft er?", state=LeervraagState.ALIGNED)
        kept.owner, kept.owner_account_id = "Anna de Wit", leaver.id
        current.flush()
        asked = kept.id
    page = keeper.get(f"/mensen/{ids['leaver']}")
    assert (
        "Werk dat op Anna de Wit wacht 1 afspraak om te tekenen, 1 belofte, 1 opdracht, "
        "1 leervraag, 1 rol die niemand anders heeft en 1 zetel." in page.text
    )
    ended = keeper.post(
        f"/mensen/rollen/{ids['role']}/beeindigen", on=f"/mensen/{ids['leaver']}", status=302
    )
    assert "Er staat nog werk open: 1 afspraak" in keeper.get(ended.location).text
    url = f"/mensen/{ids['leaver']}/overdragen"
    assert page.document.all("a", href=url)
    page = keeper.get(url)
    assert "Secretaris van Beleidstafel jeugd" in page.text
    assert "Wij bellen" not in page.text, "that it was promised, not what"
    stale = Browser.hidden_fields(page.document, "")
    refused = keeper.post(url, {}, status=422)
    assert "Kies wie het overneemt." in refused.alert
    refused = keeper.post(url, {"alles": stranger.public_id}, status=422)
    assert "Chris is geen bestuurder van Lokaal team Oeverdam" in refused.alert
    refused = keeper.post(url, {"alles": taker.public_id}, status=422)
    assert "Bo Taker is geen leercoördinator." in refused.alert
    refused = browse(administrator).post(url, {"rollen": taker.public_id}, status=422)
    assert "U kunt de rol secretaris niet geven." in refused.alert
    assert "1 afspraak om te tekenen" in keeper.get(url).text, "nothing went over yet"

    coordinator = world.coordinator.public_id
    done = keeper.post(url, {"alles": taker.public_id, "opdracht": coordinator}, status=302)
    assert "Overgedragen: 6." in keeper.get(done.location).text
    assert "Er staat niets open" in keeper.get(url).text
    late = keeper._answer(
        keeper.client.post(url, data={**stale, "once": "y" * 20, "alles": taker.public_id})
    )
    assert late.status == 422
    assert "Intussen is er iets veranderd" in late.alert
    shown = keeper.get(f"/vergaderingen/{ids['meeting']}").text
    assert "Door Teamleider jeugd" in shown
    assert "Bo Taker komt dit na." in shown
    with inside(region) as current:
        rows = current.execute(
            select(Seat.person, Seat.starts_on, Seat.ends_on).where(
                Seat.tafel_id == net.practice.id, Seat.partner_id == net.team.id
            )
        ).all()
        assert set(map(tuple, rows)) == {
            ("Anna de Wit", None, today),
            ("Bo Taker", today + timedelta(days=1), None),
        }
        assert current.scalars(select(Assignment.account_id)).one() == world.coordinator.id
        passed_on = current.get_one(Leervraag, asked)
        assert (passed_on.owner, passed_on.owner_account_id) == ("Bo Taker", taker.id)
        mails = current.scalars(select(OutboxMessage)).all()
        mails = [mail for mail in mails if mail.key.startswith("work:")]
        assert {mail.to_address for mail in mails} == {taker.email, world.coordinator.email}
        assert not any("Anna" in mail.body or "belofte" in mail.body for mail in mails)
    with inside() as current:
        given = current.scalars(
            select(Grant).where(Grant.account_id == taker.id, Grant.role == RoleName.SECRETARY)
        ).one()
        assert given.tafel_id == net.policy.id
        verbs = current.scalars(select(Event.verb).where(Event.region_id == region.id)).all()
        assert verbs.count(Verb.PASSED_ON) == 4
        assert Verb.ROLE_GIVEN in verbs
        assert Verb.APPOINTED in verbs
    assert browse(world.secretary).get(url).status == 404
