"""The region's package: in with a preview, out again, and what an import never touches."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from coordinator import clock, governance, models, planning
from coordinator.cli import main
from coordinator.db import session
from coordinator.models import (
    AgreementStatus,
    Journey,
    Level,
    MeetingStatus,
    RegionImport,
    RegionUpload,
    RoleName,
    Scale,
    SignalStatus,
)
from coordinator.regions import actions, queries
from coordinator.regions.comparison import Cell, compare
from network.answers import routes
from network.package import PackageError, read, write
from network.region import (
    Agreement,
    Area,
    Domain,
    Handover,
    Leervraag,
    Meeting,
    Partner,
    Role,
    Seat,
    Signal,
    Tafel,
)
from network.region import Region as Package
from tests import make
from tests.conftest import on_sqlite
from tests.page import Answer, Browser

SHARED = Path(__file__).parents[2] / "shared" / "regions"
TODAY = clock.today()


def in_days(days: int) -> date:
    return TODAY + timedelta(days=days)


def package(**changes: Any) -> Package:
    """Return a small region: practice -> policy -> board, a signal of lt1 that gets there."""
    whole = Package(
        areas=(
            Area("NL", "Nederland", Scale.NATIONAL, "land"),
            Area("RR", "Rivierenrand", Scale.REGIONAL, "jeugdregio", ("NL",)),
            Area("VR", "Veiligheid Oost", Scale.REGIONAL, "veiligheidsregio", ("NL",)),
            Area("G1", "Oeverdam", Scale.LOCAL, "gemeente", ("VR", "RR")),
        ),
        domains=(Domain("jeugd", "Jeugd"), Domain("wonen", "Wonen; en leven")),
        partners=(
            Partner("lt1", "Lokaal team", "lokaal-team", frozenset({"jeugd", "wonen"}), ("G1",)),
            Partner("vt", "Veilig Thuis", "", frozenset({"jeugd"}), ("RR", "VR")),
        ),
        agreements=(
            Agreement("A1", "Convenant", "convenant", ("vt", "lt1"), AgreementStatus.SIGNED),
            Agreement("A2", "Proef", "", (), AgreementStatus.DRAFT, in_days(10), in_days(90)),
        ),
        tafels=(
            Tafel("U1", "Uitvoerders", Level.PRACTICE, "RR", frozenset({"jeugd", "wonen"}), 3),
            Tafel("B1", "Beleid", Level.POLICY, "RR", None, 14, 21, agreement="A1"),
            Tafel("S1", "Bestuur", Level.BOARD, "RR", None, 14, 28),
            Tafel("O1", "Inloop", Level.PRACTICE, "G1", frozenset({"wonen"}), is_open=True),
        ),
        meetings=(
            Meeting("U1", in_days(10)),
            Meeting("U1", in_days(38), status=MeetingStatus.CANCELLED, location="Oeverdam"),
            Meeting("B1", in_days(40)),
            Meeting("B1", in_days(80)),
            Meeting("S1", in_days(70)),
            Meeting("S1", in_days(120)),
        ),
        roles=(Role("lid", "Lid", "praat mee", ""), Role("vz", "Voorzitter")),
        seats=(
            Seat("U1", "lt1", "lid", "", models.Vote.DECIDING),
            Seat("U1", "lt1", "lid", "", models.Vote.ADVISORY),
            Seat("B1", "vt", "vz", "=Anna de Boer", None, in_days(-100), in_days(300)),
        ),
        handovers=(
            Handover("U1", "B1", None, 2, "A1"),
            Handover("B1", "S1", frozenset({"jeugd"}), 3),
        ),
        signals=(
            Signal(
                "sig1",
                TODAY,
                "lt1",
                "G1",
                frozenset({"jeugd"}),
                models.Source.PROFESSIONAL,
                "Hulp stopt te vroeg",
                'Regel een,\nregel "twee"; en +drie',
            ),
            Signal("sig2", in_days(-2), None, "G1", frozenset({"jeugd", "wonen"}), None, "Wachten"),
        ),
        leervragen=(
            Leervraag(
                "lv1", TODAY, Level.BOARD, None, "RR", frozenset({"jeugd"}), "Wat werkt?", "open"
            ),
            Leervraag("lv2", TODAY, Level.PRACTICE, "lt1", None, frozenset({"wonen"}), "Hoe dan?"),
        ),
    )
    return replace(whole, **changes)


def without(rows: tuple[Any, ...], *codes: str) -> tuple[Any, ...]:
    return tuple(row for row in rows if row.code not in codes)


def changed(rows: tuple[Any, ...], code: str, **values: Any) -> tuple[Any, ...]:
    return tuple(replace(row, **values) if row.code == code else row for row in rows)


def take_in(pack: Package) -> queries.Preview:
    """Take a package in, in the region that the session is open for."""
    done = queries.preview(pack)
    actions._take_in(done, "pakket.zip", None)
    return done


def version() -> str:
    session().expire_all()
    return planning.current_region().network_version


def normal(region: Package) -> Package:
    """Return a region with the codes within a cell in order: that order does not count."""

    def in_order(row: Any) -> Any:
        lists = {
            name: tuple(sorted(value))
            for name in row.__dataclass_fields__
            if isinstance(value := getattr(row, name), tuple)
        }
        return replace(row, **lists) if lists else row

    return Package(
        **{n: tuple(map(in_order, getattr(region, n))) for n in region.__dataclass_fields__}
    )


def row(kind: type[Any], **values: Any) -> Any:
    return session().scalar(select(kind).filter_by(**values))


@pytest.fixture
def region(inside: Any) -> models.Region:
    with inside():
        return make.region()


@pytest.fixture
def filled(region: models.Region, inside: Any) -> models.Region:
    with inside(region):
        take_in(package())
    return region


@pytest.fixture
def coordinator(filled: models.Region, inside: Any, browse: Any) -> Iterator[Browser]:
    with inside():
        account = make.person(RoleName.COORDINATOR, filled)
    return browse(account)


def zipped(pack: Package) -> io.BytesIO:
    return io.BytesIO(actions.as_bytes(pack, ".zip"))


def send(browser: Browser, content: io.BytesIO, name: str = "pakket.zip") -> Answer:
    return browser.post("/regio", {"package": (content, name)})


# The comparison, which is pure.


def test_equal_regions_do_not_differ() -> None:
    assert not any(len(each) for each in compare(package(), package()))


def test_the_order_of_codes_within_a_cell_does_not_count() -> None:
    turned = changed(package().areas, "G1", part_of=("RR", "VR"))
    assert not len(compare(package(), package(areas=turned))["gebieden"])


def test_a_changed_cell_is_named_with_what_it_was() -> None:
    moved = changed(package().tafels, "B1", submission_days=7, domains=frozenset({"jeugd"}))
    (change,) = compare(package(), package(tafels=moved))["tafels"].changed
    assert change.title == "B1 Beleid"
    assert change.cells == (Cell("domeinen", "*", "jeugd"), Cell("aanlevertermijn", "14", "7"))


def test_of_two_double_seats_one_goes_and_the_other_is_not_touched() -> None:
    seats = tuple(s for s in package().seats if s.vote is not models.Vote.ADVISORY)
    differ = compare(package(), package(seats=seats))["zetels"]
    assert (len(differ.new), len(differ.changed), len(differ.gone)) == (0, 0, 1)
    assert differ.gone[0].before.vote is models.Vote.ADVISORY


def test_a_moved_meeting_is_one_gone_and_one_new() -> None:
    meetings = tuple(
        replace(m, on=in_days(11)) if m.on == in_days(10) else m for m in package().meetings
    )
    differ = compare(package(), package(meetings=meetings))["vergaderingen"]
    assert [c.title for c in differ.new] == [f"U1, {in_days(11)}"]
    assert [c.title for c in differ.gone] == [f"U1, {in_days(10)}"]


# Round trips.


@pytest.mark.parametrize("suffix", ["", ".zip", ".xlsx"])
@on_sqlite
def test_a_region_that_is_written_and_read_is_the_same(
    region: models.Region, inside: Any, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"regio{suffix}"
    with inside(region):
        take_in(package())
        assert normal(queries.region_as_package()) == normal(package())
        write(queries.region_as_package(), path)
    with inside():
        other = make.region()
    with inside(other):
        take_in(read(path))
        assert normal(queries.region_as_package()) == normal(package())


def test_the_same_package_twice_touches_no_row(filled: models.Region, inside: Any) -> None:
    with inside(filled):
        before = version()
        assert take_in(package()).is_empty
        assert version() == before
        assert len(session().scalars(select(RegionImport)).all()) == 1


def texts_by_code() -> dict[str, list[int]]:
    """Return per agreement how many clauses each of its versions has."""
    found: dict[str, list[int]] = {}
    for version in session().scalars(
        governance.whole(select(models.AgreementVersion)).order_by(models.AgreementVersion.number)
    ):
        found.setdefault(version.agreement.code, []).append(len(version.clauses))
    return found


@pytest.mark.shared
@pytest.mark.parametrize("name", ["klein", "nijmegen"])
def test_the_journeys_are_those_that_network_answers_on_the_export(
    region: models.Region, inside: Any, tmp_path: Path, name: str
) -> None:
    if not SHARED.exists():
        pytest.skip(f"{SHARED} is not there")
    with inside(region):
        take_in(read(SHARED / name))
        exported = queries.region_as_package()
        assert normal(exported) == normal(read(SHARED / name))
        write(exported, tmp_path / "uit.zip")
        texts = texts_by_code()
        assert texts == {
            each.code: [
                sum(tafel.agreement == each.code for tafel in exported.tafels)
                + len({step for step in exported.handovers if step.agreement == each.code})
            ]
            for each in exported.agreements
        }, "one version each, with a clause for what rests on it"
        assert take_in(read(SHARED / name)).is_empty
        changed = replace(exported.agreements[0], title="Anders")
        take_in(exported.changed(agreements=(changed, *exported.agreements[1:])))
        assert [code for code, found in texts_by_code().items() if len(found) > 1] == [changed.code]
        take_in(exported)
        session().expire_all()
        statement = select(Journey).options(
            selectinload(Journey.signal), selectinload(Journey.domain)
        )
        stored = {
            (j.signal.code, j.domain.code, j.level): (
                j.arrival_on,
                [stop["tafel"] for stop in j.plan],
                [stop["on"] for stop in j.plan],
                j.reason,
            )
            for j in session().scalars(statement)
        }
    answered = {
        (r.signal, r.domain, r.level): (
            r.arrival,
            list(r.tafels),
            [on.isoformat() for on in r.meetings],
            r.reason,
        )
        for r in routes(read(tmp_path / "uit.zip"))
    }
    assert stored == answered


# What is gone: ended when it carries history, deleted otherwise.


def test_what_nothing_refers_to_is_deleted(filled: models.Region, inside: Any) -> None:
    whole = package()
    with inside(filled):
        take_in(
            package(
                tafels=without(whole.tafels, "O1"),
                areas=changed(without(whole.areas, "VR"), "G1", part_of=("RR",)),
                partners=changed(whole.partners, "vt", working_areas=("RR",)),
                agreements=without(whole.agreements, "A2"),
                meetings=tuple(m for m in whole.meetings if m.on != in_days(80)),
                handovers=whole.handovers[1:],
                seats=whole.seats[:2],
                leervragen=(),
                signals=(),
            )
        )
        assert row(models.Tafel, code="O1") is None
        assert row(models.Area, code="VR") is None
        assert row(models.Agreement, code="A2").ended_on == clock.today()  # its text is kept
        assert row(models.Meeting, held_on=in_days(80)) is None
        assert len(session().scalars(select(models.Handover)).all()) == 1
        assert len(session().scalars(select(models.Seat)).all()) == 2
        assert {v.ended_on for v in session().scalars(select(models.Leervraag))} == {TODAY}
        assert len(session().scalars(select(models.Signal)).all()) == 2


@on_sqlite
def test_a_table_on_a_journey_is_ended_and_all_that_it_needs(
    filled: models.Region, inside: Any
) -> None:
    whole = package()
    with inside(filled):
        done = take_in(
            package(
                tafels=without(whole.tafels, "B1"),
                meetings=tuple(m for m in whole.meetings if m.tafel != "B1"),
                seats=tuple(s for s in whole.seats if s.tafel != "B1"),
                handovers=(),
                agreements=without(whole.agreements, "A1"),
                roles=without(whole.roles, "vz"),
            )
        )
        assert row(models.Tafel, code="B1").ended_on == TODAY
        assert row(models.Agreement, code="A1").ended_on == TODAY
        # A seat with a person in it is history, and so is the role of that seat.
        assert row(models.Seat, person="=Anna de Boer").ended_on == TODAY
        assert row(models.GovernanceRole, code="vz").ended_on == TODAY
        # Nothing happened at its meetings and nothing refers to its hand-overs.
        assert {m.ended_on for m in session().scalars(select(models.Meeting))} == {None}
        assert session().scalars(select(models.Handover)).all() == []
        assert done.gone == 1 + 2 + 1 + 2 + 1 + 1
        assert normal(queries.region_as_package()).tafels == without(whole.tafels, "B1")


@on_sqlite
def test_a_meeting_with_an_agenda_item_or_that_was_closed_is_ended(
    filled: models.Region, inside: Any
) -> None:
    with inside(filled):
        held = row(models.Meeting, held_on=in_days(10))
        journey = session().scalars(select(Journey).limit(1)).one()
        session().add(
            models.AgendaItem(
                journey_id=journey.id,
                meeting_id=held.id,
                position=1,
                status=models.ItemStatus.HANDED_OVER,
            )
        )
        row(models.Meeting, held_on=in_days(80)).closed_at = clock.now()
        session().flush()
        take_in(package(meetings=(Meeting("B1", in_days(40)), Meeting("S1", in_days(70)))))
        kept = session().scalars(select(models.Meeting).where(models.Meeting.ended_on == TODAY))
        assert {meeting.held_on for meeting in kept} == {in_days(10), in_days(80)}
        assert len(session().scalars(select(models.Meeting)).all()) == 4


@on_sqlite
def test_a_partner_with_a_grant_a_signal_or_a_leervraag_is_ended(
    filled: models.Region, inside: Any
) -> None:
    whole = package()
    with inside():
        partner = session().scalar(select(models.Partner).where(models.Partner.code == "vt"))
        make.grant(make.account(), RoleName.PROFESSIONAL, filled, partner=partner)
    with inside(filled):
        take_in(
            package(
                partners=(Partner("new", "Nieuw", "", frozenset({"jeugd"}), ("G1",)),),
                agreements=changed(whole.agreements, "A1", parties=()),
                seats=(),
                signals=(),
                leervragen=(),
            )
        )
        assert row(models.Partner, code="vt").ended_on == TODAY
        assert row(models.Partner, code="lt1").ended_on == TODAY


@on_sqlite
def test_an_area_or_domain_with_signals_is_ended_and_the_signals_stay(
    filled: models.Region, inside: Any
) -> None:
    with inside(filled):
        done = take_in(
            Package(
                areas=(Area("X", "Elders", Scale.LOCAL),),
                domains=(Domain("ggz", "Ggz"),),
            )
        )
        assert [change.before.code for change in done.staying] == ["sig1", "sig2"]
        assert done.is_drastic
        assert row(models.Area, code="G1").ended_on == TODAY
        assert {row(models.Domain, code=code).ended_on for code in ("jeugd", "wonen")} == {TODAY}
        assert len(session().scalars(select(models.Signal)).all()) == 2
        assert {j.reason for j in session().scalars(select(Journey))} == {models.Reason.NO_ENTRY}
        assert planning.network_of(session(), with_signals=True).signals == ()


def test_what_comes_back_is_the_same_row_again(filled: models.Region, inside: Any) -> None:
    small = Package(areas=(Area("X", "Elders", Scale.LOCAL),), domains=(Domain("ggz", "Ggz"),))
    with inside(filled):
        before = {
            kind: set(session().scalars(select(kind.id)))
            for kind in (models.Domain, models.Leervraag)
        }
        plans = {j.id: (j.plan, j.arrival_on) for j in session().scalars(select(Journey))}
        take_in(small)
        session().expire_all()
        take_in(package())
        session().expire_all()
        after = normal(queries.region_as_package())
        assert after == normal(package())
        for kind in (models.Domain, models.Leervraag):
            assert set(session().scalars(select(kind.id))) == before[kind]
        assert row(models.Tafel, code="B1").ended_on is None
        assert row(models.Seat, person="=Anna de Boer").ended_on is None
        assert {j.id: (j.plan, j.arrival_on) for j in session().scalars(select(Journey))} == plans


# Signals are somebody's words.


@on_sqlite
def test_a_signal_that_was_read_or_given_here_keeps_its_words_and_facts(
    filled: models.Region, inside: Any
) -> None:
    whole = package()
    with inside(filled):
        row(models.Signal, code="sig1").read_on = TODAY
        session().flush()
        signals = changed(whole.signals, "sig1", title="Anders", given_on=in_days(5))
        done = take_in(package(signals=changed(signals, "sig2", title="Nog langer wachten")))
        assert [change.after.code for change in done.kept] == ["sig1"]
        assert row(models.Signal, code="sig1").title == "Hulp stopt te vroeg"
        assert row(models.Signal, code="sig1").given_on == TODAY
        assert row(models.Signal, code="sig2").title == "Nog langer wachten"
        assert done.changed == 1
        assert take_in(
            package(signals=changed(signals, "sig2", title="Nog langer wachten"))
        ).is_empty


@pytest.mark.parametrize(
    "kept",
    [
        {"status": SignalStatus.TRAVELLING, "sent_on": TODAY},
        {"status": SignalStatus.REFUSED, "refusal": "Niet voor ons."},
        {"status": SignalStatus.ASKED},
        {"given_at": clock.now()},
        {"read_on": TODAY},
    ],
)
@on_sqlite
def test_a_package_cannot_change_a_signal_that_somebody_worked_on(
    filled: models.Region, inside: Any, kept: dict[str, Any]
) -> None:
    with inside(filled):
        signal = row(models.Signal, code="sig1")
        for name, value in kept.items():
            setattr(signal, name, value)
        session().flush()
        take_in(package(signals=changed(package().signals, "sig1", description="Iets anders.")))
        session().expire_all()
        assert row(models.Signal, code="sig1").description.startswith("Regel een,")


@on_sqlite
def test_a_signal_of_the_package_that_nobody_read_gets_new_facts_and_new_journeys(
    filled: models.Region, inside: Any
) -> None:
    with inside(filled):
        facts = {"given_on": in_days(8), "domains": frozenset({"wonen"})}
        signals = changed(package().signals, "sig1", **facts)
        take_in(package(signals=signals))
        session().expire_all()
        statement = select(Journey).join(Journey.signal).where(models.Signal.code == "sig1")
        journeys = session().scalars(statement.options(selectinload(Journey.domain))).all()
        assert [(j.domain.code, j.level.value) for j in journeys] == [
            ("wonen", "beleid"),
            ("wonen", "bestuur"),
        ]
        assert [j.submit_on for j in journeys] == [in_days(8)] * 2


@on_sqlite
def test_open_journeys_are_planned_again_and_say_why(filled: models.Region, inside: Any) -> None:
    meetings = tuple(m for m in package().meetings if m.on != in_days(40))
    with inside(filled):
        take_in(package(meetings=meetings))
        (change, *_rest) = session().scalars(
            select(models.JourneyChange).order_by(models.JourneyChange.arrival_before)
        )
        assert (change.arrival_before, change.arrival_after) == (in_days(40), in_days(80))
        assert change.reason is models.ChangeReason.MEETING_CANCELLED


@on_sqlite
def test_a_table_that_is_gone_is_named_as_the_reason(filled: models.Region, inside: Any) -> None:
    with inside(filled):
        take_in(
            package(
                tafels=tuple(t for t in package().tafels if t.code != "B1"),
                meetings=tuple(m for m in package().meetings if m.tafel != "B1"),
                seats=tuple(s for s in package().seats if s.tafel != "B1"),
                handovers=(),
            )
        )
        reasons = set(
            session().execute(select(models.JourneyChange.reason, models.JourneyChange.subject))
        )
        assert reasons == {(models.ChangeReason.REGION_UPDATED, "Beleid is er niet meer")}


# The pages.


@on_sqlite
def test_the_page_of_the_region_counts_what_is_in_it(coordinator: Browser) -> None:
    page = coordinator.get("/regio")
    assert page.status == 200
    assert "6 Vergaderingen" in page.text
    assert "de beheerder van de server" in page.text
    assert "pakket.zip" in page.text


@on_sqlite
def test_a_faulty_package_lists_every_mistake_and_nothing_is_taken_in(
    coordinator: Browser, filled: models.Region, inside: Any, tmp_path: Path
) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("gebieden.csv", "code,naam,schaal\nG1,,dorps\n")
        archive.writestr("domeinen.csv", "code;naam;kleur\njeugd;<b>Jeugd</b>;rood\n")
        archive.writestr("tafels.csv", "code,naam,niveau,gebied,domeinen\nU1,U,hoog,G9,*\n")
    content = stream.getvalue()
    answer = send(coordinator, io.BytesIO(content))
    assert answer.status == 422
    path = tmp_path / "faulty.zip"
    path.write_bytes(content)
    with pytest.raises(PackageError) as error:
        read(path)
    assert len(error.value.mistakes) >= 6
    for mistake in error.value.mistakes:
        assert mistake.expected in answer.text
    assert len(answer.document.all("th", scope="row")) == len(error.value.mistakes)
    with inside(filled):
        assert session().scalars(select(RegionUpload)).all() == []


def test_a_package_is_previewed_and_taken_in_after_one_confirmation(
    coordinator: Browser, filled: models.Region, inside: Any
) -> None:
    whole = package()
    pack = package(
        tafels=changed(whole.tafels, "B1", name="Beleidstafel jeugd"),
        meetings=tuple(m for m in whole.meetings if m.on != in_days(40)),
        domains=(*whole.domains, Domain("ggz", "Ggz")),
    )
    answer = send(coordinator, zipped(pack), "../../Mijn pakket.zip")
    assert answer.status == 302
    preview = coordinator.get(answer.location)
    assert "Mijn pakket.zip" in preview.text
    assert "naam: van “Beleid” naar “Beleidstafel jeugd”" in preview.text
    assert "ggz Ggz" in preview.text
    assert f"B1, {in_days(40)}" in preview.text
    assert "keer komt een open signaal later aan" in preview.text
    with inside(filled):
        assert row(models.Tafel, code="B1").name == "Beleid"
    done = coordinator.post(answer.location, status=302)
    assert done.location == "/regio"
    page = coordinator.get("/regio")
    assert "1 nieuw, 1 gewijzigd en 1 verdwenen" in page.text
    with inside(filled):
        assert row(models.Tafel, code="B1").name == "Beleidstafel jeugd"
        assert session().scalars(select(RegionUpload)).all() == []
    assert coordinator.get(answer.location).status == 404


@on_sqlite
def test_a_workbook_is_taken_in_too(coordinator: Browser, filled: models.Region) -> None:
    pack = package(domains=(*package().domains, Domain("ggz", "Ggz")))
    answer = send(coordinator, io.BytesIO(actions.as_bytes(pack, ".xlsx")), "werkboek.XLSX")
    assert "ggz Ggz" in coordinator.get(answer.location).text


@on_sqlite
def test_a_second_click_makes_one_upload(
    coordinator: Browser, filled: models.Region, inside: Any
) -> None:
    hidden = Browser.hidden_fields(coordinator.get("/regio").document, "/regio")
    answers = [
        coordinator.client.post(
            "/regio", data={**hidden, "package": (zipped(package()), "pakket.zip")}
        )
        for _click in range(2)
    ]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    with inside(filled):
        assert len(session().scalars(select(RegionUpload)).all()) == 1


def test_a_second_click_on_the_confirmation_leads_to_what_the_first_did(
    coordinator: Browser, filled: models.Region, inside: Any, browse: Any
) -> None:
    pack = package(domains=(*package().domains, Domain("ggz", "Ggz")))
    address = send(coordinator, zipped(pack)).location
    hidden = Browser.hidden_fields(coordinator.get(address).document, address)
    answers = [coordinator.client.post(address, data=hidden) for _click in range(2)]
    assert [answer.headers.get("Location") for answer in answers] == ["/regio", "/regio"]
    with inside():
        somebody = browse(make.person(RoleName.COORDINATOR, filled))
    assert somebody.client.post(address, data=hidden).status_code == 404
    with inside(filled):
        assert len(session().scalars(select(RegionImport)).all()) == 2  # the fixture's and this


@on_sqlite
def test_a_package_that_is_not_utf_8_gets_its_list_of_mistakes(coordinator: Browser) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("domeinen.csv", "code,naam,so\xebrt\nwonen,Caf\xe9,x\n".encode("latin-1"))
    content.seek(0)
    page = send(coordinator, content)
    assert page.status == 422
    assert r"Caf\udce9" in page.text


@on_sqlite
def test_a_mistake_of_the_whole_file_carries_the_name_that_it_was_sent_with(
    coordinator: Browser,
) -> None:
    page = send(coordinator, io.BytesIO(b"zomaar wat tekst"), "regio 2027.xlsx")
    assert page.status == 422
    assert page.text.count("regio 2027.xlsx") == 2
    assert "pakket.xlsx" not in page.text


@on_sqlite
def test_an_equal_package_says_so_and_can_only_be_closed(coordinator: Browser) -> None:
    answer = send(coordinator, zipped(package()))
    page = coordinator.get(answer.location)
    assert "verandert niets aan wat er al staat" in page.text
    assert "Dit pakket inlezen" not in page.text
    closed = coordinator.post(f"{answer.location}/weggooien", on=answer.location)
    assert closed.location == "/regio"
    assert coordinator.get(answer.location).status == 404


@on_sqlite
def test_the_preview_names_the_signatures_that_fall_away(
    coordinator: Browser, filled: models.Region, inside: Any
) -> None:
    whole = package()
    with inside(filled) as current:
        agreement = row(models.Agreement, code="A1")
        partner = current.scalars(select(models.Partner).order_by(models.Partner.code)).first()
        assert partner
        draft = governance.next_version(agreement, None)
        governance.freeze(draft)
        draft.status = models.VersionStatus.TO_SIGN
        current.add(
            models.Signature(
                version_id=draft.id,
                partner_id=partner.id,
                account_id=make.account().id,
                signer="Iemand",
                text_hash=draft.text_hash,
                grant_id="x",
                mandate_starts_on=in_days(0),
                mandate_ends_on=in_days(0),
                proof="password",
                proven_at=clock.now(),
            )
        )
    other = package(tafels=changed(whole.tafels, "B1", name="Anders"))
    preview = coordinator.get(send(coordinator, zipped(other)).location)
    assert "nieuwe versie" not in preview.text
    other = package(agreements=changed(whole.agreements, "A1", title="Anders"))
    place = send(coordinator, zipped(other)).location
    preview = coordinator.get(place)
    assert "Eén handtekening geldt daarna niet meer." in preview.text
    assert f"de handtekening vervalt van {partner.name}" in preview.text
    coordinator.post(place, status=302)
    with inside(filled) as current:
        assert current.scalars(select(models.Signature)).one().cancelled_at is not None


@on_sqlite
def test_a_region_that_changed_since_the_preview_is_previewed_again(
    coordinator: Browser, filled: models.Region, inside: Any
) -> None:
    pack = package(domains=(*package().domains, Domain("ggz", "Ggz")))
    address = send(coordinator, zipped(pack)).location
    hidden = Browser.hidden_fields(coordinator.get(address).document, address)
    with inside(filled):
        row(models.Tafel, code="U1").name = "Andere naam"
    answer = coordinator.client.post(address, data=hidden)
    assert (answer.status_code, answer.headers["Location"]) == (302, address)
    page = coordinator.get(address)
    assert "De regio is intussen veranderd" in page.text
    assert "van “Andere naam” naar “Uitvoerders”" in page.text
    with inside(filled):
        assert row(models.Domain, code="ggz") is None
    assert coordinator.post(address).location == "/regio"
    with inside(filled):
        assert row(models.Tafel, code="U1").name == "Uitvoerders"


@on_sqlite
def test_when_most_tables_go_an_extra_tick_is_asked(
    coordinator: Browser, filled: models.Region, inside: Any
) -> None:
    address = send(
        coordinator,
        zipped(Package(areas=package().areas, domains=package().domains)),
    ).location
    assert "verdwijnen er 4" in coordinator.get(address).text
    refused = coordinator.post(address, status=422)
    assert "Kruis aan dat u dit wilt" in refused.alert
    with inside(filled):
        assert row(models.Tafel, code="U1").ended_on is None
    assert coordinator.post(address, {"sure": "y"}).location == "/regio"
    with inside(filled):
        assert planning.network_of(session()).tafels == ()


@on_sqlite
def test_an_upload_is_of_who_sent_it(
    coordinator: Browser, filled: models.Region, inside: Any, browse: Any
) -> None:
    address = send(coordinator, zipped(package(leervragen=()))).location
    with inside():
        other_region = make.region()
        strangers = [
            make.person(RoleName.COORDINATOR, filled),
            make.person(RoleName.COORDINATOR, other_region),
            make.person(RoleName.ADMINISTRATOR, filled),
        ]
    for stranger in strangers:
        browser = browse(stranger)
        assert browser.get(address).status == 404
        page = "/regio" if stranger is not strangers[2] else "/"
        assert browser.post(address, on=page).status == 404
        assert browser.post(f"{address}/weggooien", on=page).status == 404
    assert coordinator.get(address).status == 200


@on_sqlite
def test_without_any_role_an_upload_does_not_exist(
    coordinator: Browser, inside: Any, browse: Any
) -> None:
    address = send(coordinator, zipped(package(leervragen=()))).location
    with inside():
        nobody = make.account()
    assert browse(nobody).get(address).status == 404


def test_of_two_coordinators_the_second_sees_what_the_first_changed(
    coordinator: Browser, filled: models.Region, inside: Any, browse: Any
) -> None:
    with inside():
        second = browse(make.person(RoleName.COORDINATOR, filled))
    with_ggz = package(domains=(*package().domains, Domain("ggz", "Ggz")))
    renamed = package(tafels=changed(package().tafels, "U1", name="Leertafel"))
    addresses = [
        send(coordinator, zipped(with_ggz)).location,
        send(second, zipped(renamed)).location,
    ]
    hidden = Browser.hidden_fields(second.get(addresses[1]).document, addresses[1])
    assert coordinator.post(addresses[0]).location == "/regio"
    answer = second.client.post(addresses[1], data=hidden)
    assert answer.headers["Location"] == addresses[1]
    page = second.get(addresses[1])
    assert "De regio is intussen veranderd" in page.text
    assert "ggz Ggz" in page.text
    with inside(filled):
        assert row(models.Tafel, code="U1").name == "Uitvoerders"


@on_sqlite
@pytest.mark.parametrize("role", [r for r in RoleName if r is not RoleName.COORDINATOR])
def test_only_the_leercoordinator_takes_packages_in_and_out(
    filled: models.Region, inside: Any, browse: Any, role: RoleName
) -> None:
    with inside():
        browser = browse(make.person(role, filled))
    for page in ("/regio", "/regio/export.zip", "/regio/export.xlsx"):
        assert browser.get(page).status == 404


@pytest.mark.parametrize("suffix", [".zip", ".xlsx"])
@on_sqlite
def test_the_export_is_a_package_without_formulas(
    coordinator: Browser, tmp_path: Path, suffix: str
) -> None:
    answer = coordinator.get(f"/regio/export{suffix}")
    assert answer.status == 200
    assert f"-{TODAY}{suffix}" in answer.response.headers["Content-Disposition"]
    path = tmp_path / f"export{suffix}"
    path.write_bytes(answer.response.data)
    assert normal(read(path)) == normal(package())
    if suffix == ".xlsx":
        import openpyxl

        cells = [c for s in openpyxl.load_workbook(path) for line in s for c in line if c.value]
        assert {cell.data_type for cell in cells} == {"s"}


@on_sqlite
def test_an_export_leaves_out_what_no_package_can_hold(
    filled: models.Region, inside: Any, tmp_path: Path
) -> None:
    with inside(filled):
        row(models.Signal, code="sig1").title = " Hulp\x0b stopt "
        session().flush()
        write(queries.region_as_package(), tmp_path / "uit")
    assert read(tmp_path / "uit").signals_by_code["sig1"].title == "Hulp stopt"


@on_sqlite
def test_a_file_of_another_kind_and_no_file_are_refused_at_the_field(
    coordinator: Browser,
) -> None:
    for data in ({"package": (io.BytesIO(b"x"), "pakket.pdf")}, {}):
        answer = coordinator.post("/regio", data)
        assert answer.status == 422
        assert answer.document.all("a", href="#package")


@on_sqlite
def test_a_zip_that_is_no_zip_is_a_mistake_and_no_error(coordinator: Browser) -> None:
    for name in ("pakket.zip", "pakket.xlsx"):
        assert send(coordinator, io.BytesIO(b"PK\x03\x04rommel"), name).status == 422


@on_sqlite
def test_a_zip_that_unpacks_to_more_than_200_mb_is_refused(coordinator: Browser) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("gebieden", "domeinen", "partners"):
            with archive.open(f"{name}.csv", "w", force_zip64=True) as entry:
                for _piece in range(80):
                    entry.write(b"0" * 1_000_000)
    stream.seek(0)
    answer = send(coordinator, stream)
    assert answer.status == 422
    assert "200 MB" in answer.text


@on_sqlite
def test_a_request_that_is_too_large_gets_a_dutch_page(
    coordinator: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 100_000)
    answer = send(coordinator, io.BytesIO(bytes(200_000)))
    assert answer.status == 413
    assert "te groot" in answer.text


@on_sqlite
def test_an_upload_that_nobody_confirms_is_gone_after_a_day(
    coordinator: Browser, filled: models.Region, inside: Any
) -> None:
    send(coordinator, zipped(package(leervragen=())))
    send(coordinator, zipped(package(leervragen=())))
    with inside(filled):
        first, _second = session().scalars(select(RegionUpload).order_by(RegionUpload.id))
        first.uploaded_at = clock.now() - timedelta(hours=25)
    with inside():
        assert actions.drop_old_uploads() == 1


@on_sqlite
def test_the_preview_shows_the_first_fifty_of_many(coordinator: Browser) -> None:
    many = tuple(Domain(f"d{number:03}", f"Domein {number}") for number in range(80))
    page = coordinator.get(
        send(coordinator, zipped(package(domains=many + package().domains))).location
    )
    assert "Dit zijn de eerste 50 van 80." in page.text
    assert "d049" in page.text
    assert "d050" not in page.text


@on_sqlite
def test_the_page_asks_the_same_queries_however_much_there_is(
    coordinator: Browser, filled: models.Region, inside: Any, count_queries: Any
) -> None:
    coordinator.get("/regio")
    with count_queries() as few:
        coordinator.get("/regio")
    with inside(filled):
        for number in range(20):
            make.domain(f"extra{number}")
    with count_queries() as many:
        coordinator.get("/regio")
    assert len(few) == len(many)


# The commands.


def run(app: Flask, *args: object) -> Any:
    return app.test_cli_runner().invoke(main, ["region", *map(str, args)])


@on_sqlite
def test_the_command_makes_a_region_and_gives_it_back(app: Flask, tmp_path: Path) -> None:
    write(package(), tmp_path / "Mijn Regio.zip")
    done = run(app, "import", tmp_path / "Mijn Regio.zip", "--name", "Regio Rivierenrand")
    assert done.exit_code == 0, done.output
    assert "vergaderingen" in done.output
    again = run(app, "import", tmp_path / "Mijn Regio.zip")
    assert "niets veranderd" in again.output
    first, *others = package().agreements
    changed = [replace(first, title=f"{first.title}, herzien"), *others]
    write(package().changed(agreements=changed), tmp_path / "anders.zip")
    for step in (["--preview"], []):
        other = run(app, "import", tmp_path / "anders.zip", "--region", "mijn-regio", *step)
        assert f"Nieuwe versie van {first.code}, {first.title}." in other.output
    assert run(app, "import", tmp_path / "Mijn Regio.zip", "--region", "mijn-regio").exit_code == 0
    listed = run(app, "list")
    assert listed.output.split(maxsplit=1)[0] == "mijn-regio"
    assert "Regio Rivierenrand" in listed.output
    for path in (tmp_path / "uit", tmp_path / "uit.zip", tmp_path / "uit.xlsx"):
        assert run(app, "export", "mijn-regio", path).exit_code == 0
        assert normal(read(path)) == normal(package())
    assert run(app, "export", "bestaat-niet", tmp_path / "x").exit_code == 1


def test_the_preview_of_the_command_writes_nothing(app: Flask, tmp_path: Path) -> None:
    write(package(), tmp_path / "regio")
    done = run(app, "import", tmp_path / "regio", "--preview")
    assert "dit zou veranderen" in done.output
    assert run(app, "list").output == ""


@on_sqlite
def test_the_command_prints_every_mistake_and_takes_nothing_in(app: Flask, tmp_path: Path) -> None:
    write(package(), tmp_path / "regio")
    (tmp_path / "regio" / "domeinen.csv").write_text("code,naam\njeu gd,\n")
    done = run(app, "import", tmp_path / "regio")
    assert done.exit_code == 1
    assert "domeinen.csv, rij 2, kolom code" in done.stderr
    assert "domeinen.csv, rij 2, kolom naam" in done.stderr
    assert run(app, "list").output == ""
