"""What an agreement, a table that stops or a vacant seat changes, before it does."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from coordinator import clock, effects, governance, planning, web
from coordinator.db import session
from coordinator.models import (
    Account,
    Agreement,
    AgreementStatus,
    AgreementVersion,
    Clause,
    ClauseKind,
    Grant,
    Involvement,
    Journey,
    JourneyStatus,
    Level,
    Power,
    Region,
    RoleName,
    Seat,
    Signal,
    SignalStatus,
    Tafel,
)
from coordinator.regions import writing
from coordinator.regions.comparison import compare
from network import answers, cli, package
from network.planner import Planner
from network.region import Region as Package
from tests import make
from tests.conftest import Inside
from tests.page import Browser

ONLY_SQLITE = True

Browse = Callable[..., Browser]
Count = Callable[[], AbstractContextManager[list[str]]]
SHARED = Path(__file__).parents[2] / "shared" / "regions"
A1 = "/afspraken/A1/effect"
TITLE = "Overgang naar 18 jaar"


@dataclass
class World:
    """The small network with a signal on its way to B, which rests on A1, and people."""

    region: Region
    net: make.SmallNetwork
    coordinator: Account
    expert: Account
    on_board: Account
    policy_officer: Account
    sent: Signal


@pytest.fixture
def world(inside: Inside) -> World:
    with inside():
        region = make.region()
    with inside(region) as current:
        net = make.small_network(region)
        sent = make.signal(net.there, (net.onderwijs,), partner=net.school, title="Geheim")
        planning.plan_new([sent])
        sent.status = SignalStatus.TRAVELLING
        sent.sent_on = clock.today()
        sent.title_for_tafels = TITLE
        current.flush()
        journeys = current.scalars(select(Journey).where(Journey.signal_id == sent.id)).all()
        for journey in journeys:
            chosen = journey.level is Level.POLICY
            journey.status = JourneyStatus.TRAVELLING if chosen else JourneyStatus.DROPPED
        current.flush()
        planning.put_on_agendas([journey.id for journey in journeys])
        return World(
            region,
            net,
            make.person(RoleName.COORDINATOR, region),
            make.person(RoleName.EXPERT, region),
            make.person(RoleName.BOARD_MEMBER, region, tafel=net.board),
            make.person(RoleName.POLICY_OFFICER, region, tafel=net.policy),
            sent,
        )


def set_status(inside: Inside, world: World, status: AgreementStatus) -> None:
    with inside(world.region) as current:
        current.get_one(Agreement, world.net.cooperation.id).status = status


def faster_way(world: World, status: AgreementStatus = AgreementStatus.TO_SIGN) -> Agreement:
    """Give U a second beleidstafel that meets a week before B, on an agreement of its own."""
    net, today = world.net, clock.today()
    quick = make.agreement("F", world.region, title="Snelle weg", status=status)
    table = make.tafel("P2", Level.POLICY, net.whole, submission_days=0, agreement=quick)
    make.meeting(table, today + timedelta(days=14))
    make.handover(net.practice, table)
    governance.follow([quick])
    return quick


def what_if(inside: Inside, world: World, folder: Path, capsys: Any, code: str) -> list[Any]:
    """Return what `python -m network what-if` says of the export."""
    with inside(world.region) as current:
        region = planning.network_of(current, with_signals=True)
        status = region.agreements_by_code[code].status
    package.write(region, folder)
    then = "opgezegd" if status is AgreementStatus.SIGNED else "ondertekend"
    asked = ["--date", clock.today().isoformat(), "--agreement", code, "--status", then, "--json"]
    assert cli.main(["what-if", str(folder), *asked]) == 0
    found: list[Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("status", [AgreementStatus.SIGNED, AgreementStatus.TO_SIGN])
@pytest.mark.parametrize("code", ["A1", "A2", "F"])
def test_the_rows_are_those_of_the_command_on_the_export(
    world: World,
    inside: Inside,
    tmp_path: Path,
    capsys: Any,
    code: str,
    status: AgreementStatus,
) -> None:
    with inside(world.region) as current:
        faster_way(world)
        current.scalars(select(Agreement).where(Agreement.code == code)).one().status = status
    expected = what_if(inside, world, tmp_path / "pakket", capsys, code)
    assert expected, "the example must change something"
    today = clock.today()
    with inside(world.region) as current:
        agreement = current.scalars(select(Agreement).where(Agreement.code == code)).one()
        found = effects.shown(effects.agreement_change(agreement, today), today)
    assert sorted(
        (
            one.area_code,
            one.domain_code,
            one.level.value,
            one.now and one.now.isoformat(),
            one.then and one.then.isoformat(),
        )
        for one in found.lines
    ) == sorted(
        (
            row["gebied"],
            row["domein"],
            row["niveau"],
            row["aankomst_nu"] or None,
            row["aankomst_dan"] or None,
        )
        for row in expected
    )


def test_a_draft_says_in_words_what_signing_opens(
    world: World, inside: Inside, browse: Browse
) -> None:
    set_status(inside, world, AgreementStatus.TO_SIGN)
    page = browse(world.on_board).get(A1)
    assert page.status == 200
    assert "Opent een weg voor onderwijs in 1 gemeente." in page.text
    first = "Met deze afspraak kan onderwijs in 1 gemeente de beleidstafel bereiken; nu niet."
    second = "Met deze afspraak kan onderwijs in 1 gemeente de bestuurstafel bereiken; nu niet."
    assert page.text.index(first) < page.text.index(second)
    assert "weg erbij" in page.text
    assert "Wat zij mogelijk maakt" not in page.text, "there is nothing else to compare it with"


def test_a_signed_one_shows_its_end_and_what_it_makes_possible(
    world: World, browse: Browse
) -> None:
    browser = browse(world.coordinator)
    end = browser.get(A1)
    assert "Sluit de weg voor onderwijs in 1 gemeente." in end.text
    assert (
        "Zonder deze afspraak kan onderwijs in 1 gemeente de beleidstafel niet meer bereiken; "
        "nu wel." in end.text
    )
    assert "Eén open signaal komt niet meer aan." in end.text
    assert "weg verdwijnt" in end.text
    turned = browser.get(f"{A1}?beeld=geldt")
    assert "Opent een weg voor onderwijs in 1 gemeente." in turned.text
    assert (
        "Met deze afspraak kan onderwijs in 1 gemeente de beleidstafel bereiken; anders niet."
        in turned.text
    )
    assert "Eén open signaal komt dan wel aan." in turned.text
    for page in (end, turned):
        links = {e.attributes.get("href", "") for e in page.document.all("a")}
        day = clock.today()
        assert {f"{A1}?dag={day}", f"{A1}?dag={day}&beeld=geldt"} <= links


def test_faster_and_slower_are_told_in_days(world: World, inside: Inside, browse: Browse) -> None:
    with inside(world.region):
        quick = faster_way(world)
    browser = browse(world.expert)
    page = browser.get("/afspraken/F/effect")
    assert "Maakt wegen in 2 gemeenten sneller." in page.text
    assert (
        "Met deze afspraak komt onderwijs in 2 gemeenten 7 dagen eerder bij de beleidstafel."
        in page.text
    )
    assert "7 eerder" in page.text
    with inside(world.region) as current:
        current.get_one(Agreement, quick.id).status = AgreementStatus.SIGNED
    page = browser.get("/afspraken/F/effect")
    assert (
        "Zonder deze afspraak komt onderwijs in 2 gemeenten 7 dagen later bij de beleidstafel."
        in page.text
    )
    assert "7 later" in page.text


def test_gains_come_before_losses_and_the_largest_first(world: World, inside: Inside) -> None:
    with inside(world.region):
        region = planning.planner().region
        day = clock.today()
        change = effects.agreement_change(world.net.cooperation, day)

        def line(kind: str, area: str, domain: str, days: int | None = None) -> effects.Line:
            return effects.Line(area, area, domain, domain, Level.POLICY, kind, None, None, days)

        found = list(
            effects._sentences(
                region,
                change,
                [
                    line("later", "G1", "Wonen", 1),
                    line("weg", "G1", "Zorg"),
                    line("eerder", "G1", "Werk", -3),
                    line("eerder", "G2", "Werk", -21),
                    line("erbij", "G1", "Jeugd"),
                    line("erbij", "G1", "Onderwijs"),
                    line("erbij", "G2", "Onderwijs"),
                ],
            )
        )
    assert [sentence.removeprefix("Zonder deze afspraak ") for sentence in found] == [
        "kan onderwijs in 2 gemeenten de beleidstafel bereiken; nu niet.",
        "kan jeugd in 1 gemeente de beleidstafel bereiken; nu niet.",
        "kan zorg in 1 gemeente de beleidstafel niet meer bereiken; nu wel.",
        "komt werk in 2 gemeenten 3 tot 21 dagen eerder bij de beleidstafel.",
        "komt wonen in 1 gemeente 1 dag later bij de beleidstafel.",
    ]


def test_where_no_road_changes_it_says_so_and_why(
    world: World, inside: Inside, browse: Browse
) -> None:
    today = clock.today()
    with inside(world.region):
        make.agreement("Z", world.region, status=AgreementStatus.DRAFT)
        late = make.agreement("L", world.region, ends_on=today - timedelta(days=1))
        make.handover(world.net.walk_in, world.net.board, agreement=late)
        same = make.agreement("S", world.region, status=AgreementStatus.TO_SIGN)
        make.handover(world.net.practice, world.net.board, agreement=same)
        step = make.agreement("N", world.region, status=AgreementStatus.TO_SIGN)
        board = make.tafel("S9", Level.BOARD, world.net.there, domains=(world.net.jeugd,))
        make.handover(world.net.walk_in, board, agreement=step)
        governance.follow([late, same, step])
    browser = browse(world.expert)
    for code, words in (
        ("Z", "Geen artikel geeft een doorgeleiding, een mandaat of een zetel."),
        ("L", "Op de gekozen dag geldt zij al niet meer."),
        ("S", "of er is een andere weg die even snel is."),
    ):
        page = browser.get(f"/afspraken/{code}/effect")
        assert "verandert geen enkele weg." in page.text
        assert words in page.text, code
        assert "Nu is er niets om te laten zien." in page.text


def test_a_road_that_was_closed_already_names_what_is_missing_then(
    world: World, browse: Browse
) -> None:
    day = clock.today() + timedelta(days=300)
    page = browse(world.expert).get(f"/tafels/U/effect?dag={day}")
    assert "verandert geen enkele weg." in page.text
    assert (
        "Onderwijs kan in 1 gemeente de beleidstafel nu niet bereiken, en dan ook niet: "
        "geen ingang." in page.text
    )


def test_titles_and_small_numbers_are_only_for_who_reads_the_signals(
    world: World, browse: Browse
) -> None:
    for account, sees in (
        (world.coordinator, True),
        (world.policy_officer, True),
        (world.on_board, False),
        (world.expert, False),
    ):
        for url in (A1, "/tafels/U/effect"):
            page = browse(account).get(url)
            assert (TITLE in page.text) is sees
            assert "Geheim" not in page.html
            is_exact = account is world.coordinator
            assert ("Eén open signaal komt niet meer aan." in page.text) is is_exact
            assert (
                "Minder dan 5 open signalen komen eerder, later of niet meer aan." in page.text
            ) is not is_exact


def test_a_signal_that_was_not_sent_has_no_title_and_many_are_rounded(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region):
        signals = [
            make.signal(world.net.there, (world.net.onderwijs,), partner=world.net.school)
            for _ in range(12)
        ]
        planning.plan_new(signals)
    page = browse(world.coordinator).get(A1)
    assert "13 open signalen komen niet meer aan." in page.text
    assert "Een nieuw signaal" in page.text
    assert "En nog 15 reizen." in page.text, "1 + 12 x 2 journeys, 10 of them are shown"
    page = browse(world.expert).get(A1)
    assert "Ongeveer 15 open signalen komen niet meer aan." in page.text
    assert "Een nieuw signaal" not in page.text


def test_the_journeys_are_exactly_those_that_planning_moves(
    world: World, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effects, "SIGNALS_SHOWN", 1000)
    with inside(world.region) as current:
        quick = faster_way(world)
        planning.plan_new(
            [
                make.signal(area, domains, partner=partner)
                for area in (world.net.here, world.net.there)
                for domains in ((world.net.jeugd,), (world.net.onderwijs, world.net.jeugd))
                for partner in (world.net.team, world.net.school, None)
            ]
        )
        day = clock.today()
        seats = current.scalars(select(Seat).where(Seat.tafel_id == world.net.practice.id)).all()
        vacant = effects.vacant_choices(world.net.practice)
        assert vacant.keys() == {str(seat.id) for seat in seats}
        changes = [
            effects.agreement_change(quick, day),
            effects.agreement_change(world.net.cooperation, day),
            *(effects.tafel_change(t, day) for t in current.scalars(select(Tafel)).all()),
            *(effects.seat_change(seat, day) for seat in vacant.values()),
        ]
        region = planning.planner().region
        grants = make_grants(world)
        is_any = False
        for change in changes:
            then = Planner(change.after(region))
            expected = []
            for row in planning.positions(current):
                position = planning.Position(
                    row.partner,
                    row.area,
                    row.domain,
                    row.level,
                    row.came_from,
                    row.at_tafel,
                    row.after_on,
                    row.submit_on,
                )
                arrival = planning.find_plan(then, position).arrival_on
                if arrival != row.arrival_on:
                    expected.append((row.domain, row.level, row.arrival_on, arrival))
            found = effects.open_signals(change, day, grants)
            names = {"Jeugd en gezin": "jeugd", "Onderwijs": "onderwijs"}
            assert sorted(map(repr, expected)) == sorted(
                repr((names[one.domain], one.level, one.now, one.then)) for one in found.rows
            ), change.key
            is_any = is_any or bool(expected)
        assert is_any


def make_grants(world: World) -> list[Any]:
    """Return the grants of the coordinator."""
    return list(session().scalars(select(Grant).where(Grant.account_id == world.coordinator.id)))


def test_vulnerabilities_that_appear_and_vanish_are_told(
    world: World, inside: Inside, browse: Browse
) -> None:
    set_status(inside, world, AgreementStatus.TO_SIGN)
    page = browse(world.expert).get(A1)
    assert "Tafels die onmisbaar worden of het niet meer zijn" in page.text
    assert "heeft onderwijs in 1 gemeente één weg naar de beleidstafel, en geen tweede." in (
        page.text
    )
    with inside(world.region) as current:
        current.get_one(Agreement, world.net.cooperation.id).status = AgreementStatus.SIGNED
        other = make.tafel("U2", Level.PRACTICE, world.net.whole, is_open=True)
        second = make.tafel("B2", Level.POLICY, world.net.whole)
        quick = make.agreement("T", world.region, status=AgreementStatus.TO_SIGN)
        make.handover(other, second, agreement=quick)
        governance.follow([quick])
        for table in (other, second):
            make.meeting(table, clock.today() + timedelta(days=40 + len(table.code)))
    page = browse(world.expert).get("/afspraken/T/effect")
    assert (
        "Met deze afspraak heeft onderwijs in 2 gemeenten meer dan één weg naar de beleidstafel."
        in page.text
    )


def test_a_table_that_stops_and_a_seat_that_is_vacant(
    world: World, inside: Inside, browse: Browse
) -> None:
    browser = browse(world.expert)
    page = browser.get("/tafels/U/effect")
    assert "Als deze tafel stopt" in page.text
    assert "Zonder deze tafel kan onderwijs in 1 gemeente de beleidstafel niet meer" in page.text
    with inside(world.region):
        vacant = effects.vacant_choices(world.net.practice)
        codes = {seat.partner.code: key for key, seat in vacant.items()}
    page = browser.get(f"/tafels/U/effect?zetel={codes['sch2']}")
    assert "Als deze zetel leeg komt" in page.text
    assert "De zetel van Scholengroep Waalwoude is leeg vanaf" in page.text
    assert "Zonder deze zetel kan onderwijs in 1 gemeente de beleidstafel niet meer" in page.text
    with inside(world.region) as current:
        make.seat(world.net.practice, world.net.school, current.merge(world.net.member))
    page = browser.get(f"/tafels/U/effect?zetel={codes['sch2']}")
    assert "verandert geen enkele weg." in page.text, "the other seat, its like, stays"
    assert "Scholengroep Waalwoude heeft nog een zetel aan deze tafel." in page.text
    wrong = browser.get("/tafels/U/effect?zetel=999999")
    assert "Als deze tafel stopt" in wrong.text


def test_an_open_table_and_one_without_meetings_say_why_nothing_changes(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region) as current:
        seat = make.seat(world.net.walk_in, world.net.experts, current.merge(world.net.member))
    browser = browse(world.expert)
    page = browser.get(f"/tafels/K/effect?zetel={seat.id}")
    assert "Deze tafel is open: ook zonder zetel kan iedereen er een signaal" in page.text
    day = clock.today() + timedelta(days=300)
    page = browser.get(f"/tafels/K/effect?dag={day}")
    assert "Deze tafel vergadert vanaf deze dag niet meer." in page.text


@pytest.mark.parametrize("url", [A1, "/tafels/U/effect", "/tafels/S/effect"])
def test_bad_input_is_no_filter(world: World, browse: Browse, url: str) -> None:
    browser = browse(world.expert)
    for query in ("dag=ooit", "dag=2027-02-30", "wat=x&domein=y&niveau=z&gebied=q&beeld=1"):
        page = browser.get(f"{url}?{query}")
        assert page.status == 200
        assert "Aankomst per gebied, domein en niveau" in page.text
    for day in (date.min, date.max):
        assert browser.get(f"{url}?dag={day.isoformat()}").status == 200
    assert browser.get(f"{url}?pagina=0").status == 404


def test_the_table_can_be_filtered_and_keeps_the_day(world: World, browse: Browse) -> None:
    browser = browse(world.expert)
    url = f"/tafels/B/effect?dag={clock.today()}"
    assert "6 regels" in browser.get(url).text
    assert "2 regels" in browser.get(f"{url}&niveau=bestuur").text
    assert "3 regels" in browser.get(f"{url}&domein=onderwijs").text
    assert "1 regel" in browser.get(f"{url}&domein=onderwijs&gebied=G1").text
    page = browser.get(f"{url}&wat=erbij")
    assert "Niets gevonden" in page.text
    assert page.document.all("input", name="dag", value=clock.today().isoformat())


def test_what_is_no_longer_in_the_network_changes_nothing(
    world: World, inside: Inside, browse: Browse
) -> None:
    with inside(world.region) as current:
        current.get_one(Agreement, world.net.cooperation.id).ended_on = clock.today()
        make.tafel("E", Level.POLICY, world.net.whole, ended_on=clock.today())
    browser = browse(world.coordinator)
    assert "hoort niet meer bij het netwerk" in browser.get(A1).text
    assert "Deze tafel is er niet meer." in browser.get("/tafels/E/effect").text
    assert browser.get("/afspraken/A1").status == 200
    assert browser.get("/afspraken").status == 200


def test_ending_shows_the_same_sentence_as_the_effect_page(world: World, browse: Browse) -> None:
    browser = browse(world.coordinator)
    last = clock.today() + timedelta(days=3)
    asked = browser.get(f"/afspraken/A1/beeindigen?hoe=laatste-dag&datum={last}")
    sentence = "Sluit de weg voor onderwijs in 1 gemeente."
    assert sentence in asked.text
    link = f"{A1}?dag={last + timedelta(days=1)}"
    assert asked.document.all("a", href=link)
    assert sentence in browser.get(link).text


def test_the_list_tells_what_each_agreement_to_sign_does(
    world: World,
    inside: Inside,
    browse: Browse,
    count_queries: Count,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sentence = "Opent een weg voor onderwijs in 1 gemeente."
    set_status(inside, world, AgreementStatus.TO_SIGN)
    browser = browse(world.expert)
    page = browser.get("/afspraken")
    assert page.text.count(sentence) == 1
    assert sentence in browser.get("/afspraken/A1").text
    with inside(world.region):
        make.agreement("Q", world.region)  # another network: nothing is known of it
    monkeypatch.setattr(effects, "CELLS_AT_ONCE", 0)
    with count_queries() as before:
        page = browser.get("/afspraken")
    assert sentence not in page.text
    assert page.document.all("a", href=A1)
    browser.get("/afspraken/A1")
    assert sentence in browser.get("/afspraken").text, "known since somebody looked"
    assert before


def test_the_pages_ask_the_same_queries_with_more_rows(
    world: World, inside: Inside, browse: Browse, count_queries: Count
) -> None:
    browser = browse(world.policy_officer)
    with inside(world.region):
        (first,) = governance.versions_of(world.net.cooperation)
        make.agreement("X", world.region, status=AgreementStatus.TO_SIGN)
    version = f"/afspraken/versies/{first.public_id}/effect"
    urls = ("/afspraken", A1, "/tafels/U/effect", version)
    counts = []
    for round_number in range(2):
        for url in urls:
            browser.get(url)
        for url in urls:
            with count_queries() as queries:
                assert browser.get(url).status == 200
            counts.append(len(queries))
        with inside(world.region):
            planning.plan_new(
                [
                    make.signal(world.net.there, (world.net.onderwijs,), partner=world.net.school)
                    for _ in range(20)
                ]
            )
            for number in range(20):
                code = f"X{round_number}-{number:02}"
                draft = make.agreement(code, world.region, status=AgreementStatus.TO_SIGN)
                area = make.area(code, part_of=(session().merge(world.net.whole),))
                table = make.tafel(code, Level.POLICY, world.net.whole, agreement=draft)
                make.handover(world.net.practice, table, agreement=world.net.cooperation)
                partner = make.partner(
                    code, domains=(session().merge(world.net.onderwijs),), areas=(area,)
                )
                make.seat(world.net.practice, partner, session().merge(world.net.member))
    assert counts[:4] == counts[4:]


# Versions.


def clause(number: int, kind: ClauseKind, **given: Any) -> Clause:
    given = {"processing_days": 0, "domains": [], "areas": [], **given}
    return Clause(number=number, kind=kind, **given)


def draft(code: str, *clauses: Clause, **given: Any) -> AgreementVersion:
    """Return the text of a new agreement, as it is written here."""
    given = {"title": f"Afspraak {code}", "parties": [], "domains": [], "areas": [], **given}
    agreement = Agreement(code=code, title=given["title"], status=AgreementStatus.DRAFT, parties=[])
    session().add(agreement)
    version = AgreementVersion(clauses=list(clauses), signatories=[], ratifications=[], **given)
    governance.start(agreement, version, None)
    governance.settle(version)
    return version


def next_version(agreement: Agreement, *clauses: Clause) -> AgreementVersion:
    """Return the draft that would take over today, with these clauses in place of its own."""
    version = governance.next_version(agreement, None)
    version.starts_on, version.takes_over, version.clauses = clock.today(), True, []
    session().flush()
    version.clauses = list(clauses)
    session().flush()
    return version


Cells = list[tuple[str, str, str, str, str]]


def cells(shown: effects.Shown, *, turned: bool = False) -> Cells:
    """Return the rows behind a page as the command writes them."""

    def words(day: date | None) -> str:
        return day.isoformat() if day else ""

    return sorted(
        (
            line.area_code,
            line.domain_code,
            line.level.value,
            words(line.then if turned else line.now),
            words(line.now if turned else line.then),
        )
        for line in shown.lines
    )


def commanded(region: Package, code: str, day: date, status: AgreementStatus) -> Cells:
    """Return the rows of `python -m network what-if`."""
    return sorted(
        (
            row.area,
            row.domain,
            row.level.value,
            row.arrival_now.isoformat() if row.arrival_now else "",
            row.arrival_then.isoformat() if row.arrival_then else "",
        )
        for row in answers.what_if(region, day, code, status)
    )


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/regions is not there")
@pytest.mark.parametrize("name", ["klein", "nijmegen"])
def test_each_version_of_an_imported_region_says_what_the_command_says_of_the_export(
    inside: Inside, tmp_path: Path, name: str
) -> None:
    days = (date(2026, 12, 1), date(2027, 2, 1))[: 2 if name == "klein" else 1]
    with inside():
        region = make.region()
    with inside(region) as current:
        writing.take_over(current, compare(Package(), package.read(SHARED / name)))
        package.write(planning.network_of(current, with_signals=True), tmp_path / "pakket")
        exported = package.read(tmp_path / "pakket")
        is_any = False
        agreements = current.scalars(select(Agreement).order_by(Agreement.code)).all()
        assert {each.code for each in agreements} == set(exported.agreements_by_code)
        for agreement in agreements:
            (version,) = governance.versions_of(agreement)
            is_signed = agreement.status is AgreementStatus.SIGNED
            then = AgreementStatus.TERMINATED if is_signed else AgreementStatus.SIGNED
            for day in days:
                expected = commanded(exported, agreement.code, day, then)
                whole = effects.shown(effects.agreement_change(agreement, day), day)
                assert cells(whole) == expected, (agreement.code, day)
                found = effects.shown(effects.version_change(version, day), day)
                assert cells(found, turned=is_signed) == expected, (agreement.code, day)
                is_any = is_any or bool(expected)
        assert is_any


def test_a_new_agreement_says_what_the_command_says_of_the_export(
    world: World, inside: Inside, tmp_path: Path, capsys: Any
) -> None:
    net = world.net
    with inside(world.region) as current:
        walk_in, practice, board = map(current.merge, (net.walk_in, net.practice, net.board))
        make.meeting(board, clock.today() + timedelta(days=28))
        version = draft(
            "N",
            clause(1, ClauseKind.HANDOVER, tafel=walk_in, target=board),
            clause(
                2,
                ClauseKind.HANDOVER,
                tafel=practice,
                target=board,
                domains=[current.merge(net.onderwijs)],
            ),
            clause(3, ClauseKind.NOTHING, text="Wij doen dit samen."),
        )
        today = clock.today()
        found = cells(effects.shown(effects.version_change(version, today), today))
    rows = what_if(inside, world, tmp_path / "pakket", capsys, "N")
    names = ("gebied", "domein", "niveau", "aankomst_nu", "aankomst_dan")
    assert found == sorted(tuple(row[name] for name in names) for row in rows)
    assert found, "the steps of a draft are in the export, and closed"


def test_a_version_beside_another_in_words_rows_and_on_the_map(
    world: World, inside: Inside, browse: Browse
) -> None:
    net = world.net
    with inside(world.region) as current:
        agreement = current.get_one(Agreement, net.cooperation.id)
        own = current.merge
        power = Power(name="Inkoop", is_exclusive=True)
        other = draft(
            "X",
            clause(
                1,
                ClauseKind.POWER,
                tafel=own(net.board),
                power=power,
                involvement=Involvement.ACCOUNTABLE,
            ),
        )
        governance.put_in_force(other)
        second = next_version(
            agreement,
            clause(1, ClauseKind.HANDOVER, tafel=own(net.walk_in), target=own(net.policy)),
            clause(
                2,
                ClauseKind.SEAT,
                tafel=own(net.board),
                partner=own(net.school),
                role=own(net.member),
            ),
            clause(
                3,
                ClauseKind.POWER,
                tafel=own(net.policy),
                power=power,
                involvement=Involvement.ACCOUNTABLE,
                amount=20000,
            ),
            clause(4, ClauseKind.MANDATE, tafel=own(net.board)),
        )
        sentence = effects.version_headline(second, clock.today())
        assert effects.version_headlines([second], clock.today()) == {second.public_id: sentence}
        numbers = {one.number: one.public_id for one in governance.versions_of(agreement)}
    assert sentence == "Sluit de weg voor onderwijs in 1 gemeente."
    browser = browse(world.expert)
    url = f"/afspraken/versies/{numbers[2]}/effect"
    page = browser.get(url)
    assert page.status == 200
    assert sentence in page.text
    assert "Versie 2 naast versie 1." in page.text
    assert (
        "Met versie 2 kan onderwijs in 1 gemeente de beleidstafel niet bereiken; met versie 1 wel."
        in page.text
    )
    for words in (
        "Met versie 2 komen er 1 zetel, 1 bevoegdheid en 1 mandaat van een tafel bij.",
        "Met versie 2 verandert 1 doorgeleiding.",
        "Met versie 2 wordt Beleidstafel jeugd eindverantwoordelijk voor «Inkoop».",
        "Was: Doorgeleiding van Uitvoerdersoverleg naar Beleidstafel jeugd, met 2 dagen ertussen",
        "Zetel aan Bestuurlijk overleg voor Scholengroep Waalwoude, Lid",
        "Over deze bevoegdheid kan er maar één eindverantwoordelijk zijn.",
        "Het mandaat van Bestuurlijk overleg rust nu op «Mandaat bestuurlijk overleg».",
    ):
        assert words in page.text, words
    assert "Komt erbij" in page.text, "the legend of the map"
    marked = [
        e for e in page.document.all("a") if "lnc-map__node--" in e.attributes.get("class", "")
    ]
    assert {e.attributes["href"] for e in marked} >= {"/partners/sch2"}
    back = browser.get(f"/afspraken/versies/{numbers[1]}/effect?tegen=2")
    assert (
        "Met versie 1 kan onderwijs in 1 gemeente de beleidstafel bereiken; met versie 2 niet."
        in back.text
    )
    assert "Met versie 1 vervallen 1 zetel, 1 bevoegdheid en 1 mandaat van een tafel." in back.text
    alone = browser.get(f"{url}?tegen=geen")
    assert "naast een netwerk zonder deze afspraak" in alone.text
    assert "1 mandaat van een tafel en 1 doorgeleiding bij." in alone.text
    for query in ("tegen=9", "tegen=x&dag=ooit&wat=z", f"dag={date.max}", f"dag={date.min}"):
        assert browser.get(f"{url}?{query}").status == 200
    assert browser.get(f"{url}?pagina=0").status == 404
    shown = browser.get(A1)
    assert shown.document.all("a", href=url), "the effect of what is in force leads to the draft"
    assert "Zonder deze afspraak vervalt 1 doorgeleiding." in shown.text


def test_open_signals_are_put_beside_another_version_too(
    world: World, inside: Inside, browse: Browse
) -> None:
    net = world.net
    with inside(world.region) as current:
        agreement = current.get_one(Agreement, net.cooperation.id)
        second = next_version(
            agreement,
            clause(
                1,
                ClauseKind.HANDOVER,
                tafel=current.merge(net.practice),
                target=current.merge(net.board),
            ),
        )
        third_url = f"/afspraken/versies/{second.public_id}/effect"
        governance.put_in_force(governance.find_version(second.public_id) or second)
    browser = browse(world.coordinator)
    page = browser.get(f"{third_url}?tegen=1")
    assert "Versie 2, vergeleken met versie 1:" in page.text
    assert "Eén open signaal komt niet meer aan." in page.text
    page = browser.get(f"{third_url}?tegen=geen")
    assert "Met afspraak, vergeleken met zonder afspraak:" in page.text


def test_a_version_that_takes_over_later_is_in_the_pictures_of_that_day(
    world: World, inside: Inside, browse: Browse
) -> None:
    later = clock.today() + timedelta(days=20)
    browser = browse(world.coordinator)
    with inside(world.region):
        assert step_of_a1(later), "known, so that the picture has to be made anew"
        version = next_version(world.net.cooperation)
        version.starts_on = later
        version.clauses.clear()
        governance.put_in_force_elsewhere(version, clock.today(), "in de kast")
    with inside(world.region):
        assert step_of_a1(clock.today())
        assert step_of_a1(later - timedelta(days=1))
        assert not step_of_a1(later)
    assert "Rust op artikel" in browser.get("/afspraken/A1").text
    page = browser.get(f"/afspraken/A1?dag={later}")
    assert "Doorgeleiding van" not in page.text
    assert f"Vanaf {web.day(later)} geldt versie 2" in browser.get(f"/tafels/B?dag={later}").text
    assert "geldt versie 2" not in browser.get("/tafels/B").text


def step_of_a1(day: date) -> bool:
    return any(step.agreement == "A1" for step in governance.planner_on(day).region.handovers)


def test_a_version_that_begins_later_is_looked_at_from_its_first_day(
    world: World, inside: Inside, browse: Browse
) -> None:
    later = clock.today() + timedelta(days=20)
    with inside(world.region) as current:
        make.meeting(world.net.board, clock.today() + timedelta(days=55))
        version = draft(
            "N",
            clause(
                1,
                ClauseKind.HANDOVER,
                tafel=current.merge(world.net.walk_in),
                target=current.merge(world.net.board),
            ),
            starts_on=later,
        )
        sentence = effects.version_headline(version, clock.today())
        url = f"/afspraken/versies/{version.public_id}/effect"
    assert sentence == "Maakt wegen in 1 gemeente sneller."
    browser = browse(world.coordinator)
    page = browser.get(url)
    assert sentence in page.text
    assert page.document.all("input", name="dag", value=later.isoformat())
    early = browser.get(f"{url}?dag={clock.today()}")
    assert "Op de gekozen dag geldt zij nog niet." in early.text
    page = browser.get("/afspraken/N")
    assert sentence in page.text
    assert sentence in browser.get(f"/afspraken/N/effect?dag={later}").text
    assert page.document.all("a", href=f"/afspraken/N/effect?dag={later}")
