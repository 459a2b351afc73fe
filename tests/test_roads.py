"""How journeys are joined to what a reader follows, and why not earlier."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from coordinator import clock
from coordinator.signals import roads
from coordinator.signals.roads import DeadEnd, Given, Past, Reader, Way
from network.planner import Planner
from network.region import (
    Agreement,
    AgreementStatus,
    Area,
    Domain,
    Handover,
    Level,
    Meeting,
    MeetingStatus,
    Partner,
    Reason,
    Region,
    Scale,
    Seat,
    Tafel,
)

ONLY_SQLITE = True

AUTHOR, OTHER = Reader(is_author=True), Reader(is_author=False)


def day(text):
    return date.fromisoformat(f"2026-{text}")


@pytest.fixture
def frozen():
    with clock.frozen(datetime(2026, 11, 21, 10, tzinfo=UTC)):
        yield


U, B, S = ("U", day("12-03")), ("B", day("12-17")), ("S", day("12-31"))


def way(domain="jeugd", level=Level.POLICY, stops=(U, B), due="12-20", **given):
    return Way(
        domain=domain,
        domain_name=domain.capitalize(),
        level=level,
        stops=stops,
        due_on=day(due) if due else None,
        reason=None if stops else Reason.NO_MEETING,
        submit_on=day("11-21"),
        **given,
    )


def board(domain="jeugd", stops=(U, B, S), due="12-31", **given):
    return way(domain, Level.BOARD, stops, due, **given)


def shape(found):
    return [(r.way.level, [s for s, _ in r.way.stops], r.domains, r.policy_stop) for r in found]


def test_the_way_to_the_policy_table_as_a_beginning_is_marked_on_one_road():
    assert shape(roads.join([way(), board()])) == [(Level.BOARD, ["U", "B", "S"], ("Jeugd",), 1)]


def test_two_different_ways_are_two_roads_the_earliest_answer_first():
    other = board(stops=(U, S), due="12-12")
    assert shape(roads.join([way(), other])) == [
        (Level.BOARD, ["U", "S"], ("Jeugd",), None),
        (Level.POLICY, ["U", "B"], ("Jeugd",), None),
    ]


def test_the_same_tables_on_other_days_are_not_a_beginning():
    later = ("B", day("12-24"))
    assert len(roads.join([way(), board(stops=(U, later, S))])) == 2


def test_domains_with_the_same_stops_and_days_are_one_road():
    ways = [way(), board(), way("onderwijs"), board("onderwijs")]
    assert shape(roads.join(ways)) == [(Level.BOARD, ["U", "B", "S"], ("Jeugd", "Onderwijs"), 1)]


def test_domains_with_another_answer_day_are_two_roads():
    assert len(roads.join([way(), way("onderwijs", due="12-21")])) == 2


def test_a_domain_that_was_handed_over_before_is_another_road():
    past = (Past("U", "Overleg", Level.PRACTICE, day("12-03"), "Besproken"),)
    assert len(roads.join([way(), way("onderwijs", past=past)])) == 2


def test_an_answered_way_is_a_road_without_stops():
    (road,) = roads.join([way(stops=(), is_answered=True)])
    assert road.way.is_answered
    assert roads.dead_ends([way(stops=(), is_answered=True)]) == []


def test_one_level_without_a_road_stands_beside_the_road_to_the_other():
    ways = [way(), board(stops=(), due=None)]
    assert shape(roads.join(ways)) == [(Level.POLICY, ["U", "B"], ("Jeugd",), None)]
    assert roads.dead_ends(ways) == [DeadEnd(Reason.NO_MEETING, (Level.BOARD,), ("Jeugd",))]


def test_dead_ends_with_the_same_levels_and_reason_are_one():
    ways = [f(d, stops=(), due=None) for d in ("jeugd", "wonen") for f in (way, board)]
    assert roads.dead_ends(ways) == [
        DeadEnd(Reason.NO_MEETING, (Level.POLICY, Level.BOARD), ("Jeugd", "Wonen"))
    ]


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_told_in_plain_words(reason):
    told = roads.no_road(DeadEnd(reason, (Level.POLICY, Level.BOARD), ("Jeugd",)), AUTHOR)
    assert told.title == "Nog geen weg naar de beleidstafel en de bestuurstafel voor jeugd"
    assert "{" not in told.text
    assert "niet kwijt" in told.meaning


def test_names_of_domains_stand_in_a_sentence():
    assert roads.topics(["Jeugd", "Onderwijs"]) == "jeugd en onderwijs"
    assert roads.topics(["Jeugd en gezin", "Onderwijs"]) == "jeugd en gezin, en onderwijs"
    assert roads.topics(["GGZ"]) == "GGZ"


def test_time_between_two_days_is_in_days_and_then_in_weeks():
    assert roads.span(day("11-01"), day("11-02")) == "1 dag"
    assert roads.span(day("11-01"), day("11-14")) == "13 dagen"
    assert roads.span(day("11-01"), day("11-15")) == "2 weken"


# Why not earlier.


def region(**changes):
    made = {
        "areas": (Area("G1", "Oeverdam", Scale.LOCAL),),
        "domains": (Domain("jeugd", "Jeugd"),),
        "partners": (Partner("lt", "Lokaal team", "", frozenset({"jeugd"}), ("G1",)),),
        "agreements": (
            Agreement("A1", "Convenant signalen", status=AgreementStatus.SIGNED),
            Agreement("A2", "Mandaat", status=AgreementStatus.SIGNED, starts_on=day("12-20")),
        ),
        "tafels": (
            Tafel("U", "Overleg", Level.PRACTICE, "G1", submission_days=2),
            Tafel("B", "Beleidstafel", Level.POLICY, "G1", submission_days=7),
            Tafel("S", "Bestuur", Level.BOARD, "G1", agreement="A2"),
        ),
        "meetings": (
            Meeting("U", day("11-22")),
            Meeting("U", day("12-03")),
            Meeting("B", day("12-03")),
            Meeting("B", day("12-08")),
            Meeting("B", day("12-10"), status=MeetingStatus.CANCELLED),
            Meeting("B", day("12-17")),
            Meeting("S", day("12-18")),
            Meeting("S", day("12-31")),
        ),
        "seats": (Seat("U", "lt", "lid"),),
        "handovers": (Handover("U", "B", agreement="A1"), Handover("B", "S")),
    }
    return Region(**{**made, **changes})


GIVEN = Given(day("11-21"), None, None)


def halts(*, reader=AUTHOR, given=GIVEN, network=None, today=GIVEN.given_on, **changes):
    (road,) = roads.join([way(), board()])
    road = replace(road, way=replace(road.way, **changes))
    return roads.timeline(road, Planner(network or region()), given, reader, today).halts


def test_a_stop_of_a_past_day_waits_for_its_outcome_and_leads_to_its_table():
    first = next(halt.on for halt in halts() if halt.tafel)
    before, after = halts(today=first), halts(today=first + timedelta(days=1))
    assert [h.stand for h in before if h.tafel] == ["", "", ""]
    assert [h.stand for h in after if h.tafel] == ["Wacht op de uitkomst", "", ""]
    assert [h.tafel for h in before if h.tafel] == ["U", "B", "S"]


def test_a_timeline_goes_from_the_signal_to_the_answer():
    found = halts()
    assert [h.title for h in found] == [
        "Uw signaal is binnen", "Overleg", "Beleidstafel", "Bestuur", "Antwoord aan u"
    ]  # fmt: skip
    assert [h.state for h in found] == ["done", "now", "plan", "plan", "plan"]
    assert [h.kind for h in found] == ["start", "practice", "policy", "board", "home"]
    assert found[2].gap == "Overstap naar de beleidstafel: 2 weken"
    assert found[2].box == (
        "Hier kan al een besluit vallen.",
        "Dan krijgt u uiterlijk op 20 december 2026 antwoord.",
    )
    assert "Dit mag op grond van: Convenant signalen" in found[2].meta
    assert "Dit mag op grond van: Mandaat" in found[3].meta


def test_an_earlier_meeting_fails_because_the_papers_are_late(frozen):
    found = halts()
    assert found[1].missed == (
        (
            "22 november lukt niet.",
            "Stukken moesten op 20 november binnen zijn. Uw signaal kwam op 21 november.",
        ),
    )
    assert (
        "8 december lukt niet.",
        "Stukken moeten dan op 1 december binnen zijn. "
        "Overleg bespreekt uw signaal pas op 3 december.",
    ) in found[2].missed


def test_an_earlier_meeting_fails_because_it_does_not_take_place(frozen):
    assert ("10 december lukt niet.", "Die vergadering gaat niet door.") in halts()[2].missed


def test_a_meeting_that_is_off_is_named_where_the_signal_lies(frozen):
    found = halts(stops=(("B", day("12-17")), S), at_tafel="B", after_on=day("12-03"))
    assert ("10 december lukt niet.", "Die vergadering gaat niet door.") in found[1].missed


def test_only_the_last_two_meetings_are_explained_and_the_others_counted(frozen):
    assert halts()[2].missed[0] == ("Nog 1 eerdere vergadering lukt ook niet.", "")


def test_an_earlier_meeting_fails_because_its_agreement_is_not_in_force(frozen):
    assert halts()[3].missed == (
        (
            "18 december lukt niet.",
            "De afspraak ‘Mandaat’ geldt op die dag niet. De tafel mag dan niet beslissen.",
        ),
    )


def test_a_signal_that_was_handed_over_comes_in_after_its_days_of_processing():
    found = halts(
        stops=(("B", day("12-17")), S), at_tafel="B", after_on=day("12-03"), submit_on=day("12-04")
    )
    assert found[1].missed[0][1] == (
        "Stukken moeten dan op 1 december binnen zijn. "
        "Uw signaal is pas op 4 december klaar voor deze tafel."
    )


def test_a_signal_sent_back_is_too_late_for_a_meeting_whose_closing_day_has_passed(frozen):
    found = halts(
        stops=(("B", day("12-17")), S),
        at_tafel="B",
        after_on=day("12-03"),
        submit_on=day("12-04"),
        today=day("12-04"),
    )
    assert found[1].missed == (
        (
            "8 december lukt niet.",
            "Stukken moesten op 1 december binnen zijn. "
            "Uw signaal was pas op 4 december klaar voor deze tafel.",
        ),
        ("10 december lukt niet.", "Die vergadering gaat niet door."),
    )


def test_who_reads_along_is_told_of_the_signal_and_the_melder():
    found = halts(reader=OTHER)
    assert found[0].title == "Het signaal is binnen"
    assert found[-1].title == "Antwoord aan de melder"


def test_what_was_done_stands_first():
    past = (Past("U", "Overleg", Level.PRACTICE, day("12-03"), "Besproken en doorgegeven"),)
    given = Given(day("11-21"), day("11-23"), day("11-24"))
    found = halts(past=past, stops=(B, S), at_tafel="B", after_on=day("12-03"), given=given)
    assert [h.state for h in found] == ["done", "done", "done", "done", "now", "plan", "plan"]
    assert found[3].meta == ("Besproken en doorgegeven",)


def test_a_plan_that_is_a_moment_older_than_the_region_still_stands():
    changed = region(handovers=())
    assert [h.title for h in halts(network=changed)][1:4] == ["Overleg", "Beleidstafel", "Bestuur"]
