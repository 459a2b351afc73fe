"""Each rule of REGION_FORMAT.md section 2 on a network of a few tables, drawn by hand."""

from itertools import pairwise

import pytest

from network import answers
from network.planner import Cause, NoRoute, Planner
from network.region import AgreementStatus, Level, Reason
from tests.network.draw import day, days, network, signal

POLICY, BOARD = Level.POLICY, Level.BOARD


def way(region, level=POLICY, *, on=0, partner="p", area="G1", domain="jeugd"):
    """The route in words: `U1 3 > B1 12`, or its reason."""
    route = Planner(region).route(partner, area, domain, level, day(on))
    return route.reason.value if isinstance(route, NoRoute) else words(route)


def words(route):
    steps = zip(route.tafels, days(route), strict=True)
    return " > ".join(f"{tafel} {on}" for tafel, on in steps)


def test_the_closing_day_itself_is_still_in_time():
    region = network("U1:3 B1:7", "U1 5; B1 12 13", "U1>B1", "p@U1")
    assert way(region, on=2) == "U1 5 > B1 12"
    assert way(region, on=3) == "geen_vergadering"
    assert way(network("U1 B1:7", "U1 6; B1 12 13", "U1>B1", "p@U1")) == "U1 6 > B1 13"


def test_processing_days_come_before_the_closing_day():
    region = network("U1 B1:7", "U1 5; B1 13 14", "U1>B1+2", "p@U1")
    assert way(region) == "U1 5 > B1 14"


def test_never_two_tables_on_one_day():
    region = network("U1 B1 S1", "U1 5; B1 5 6; S1 6 9", "U1>B1 B1>S1", "p@U1")
    assert way(region) == "U1 5 > B1 6"
    assert way(region, BOARD) == "U1 5 > B1 6 > S1 9"


def test_a_signal_waits_for_the_next_meeting():
    region = network("U1 B1", "U1 1 8; B1 30", "U1>B1", "p@U1")
    assert way(region, on=2) == "U1 8 > B1 30"


def test_the_meetings_of_a_route_are_the_earliest_though_later_ones_would_do():
    region = network("U1 M1 B1", "U1 1 2; M1 3 4; B1 30", "U1>M1 M1>B1", "p@U1")
    assert way(region) == "U1 1 > M1 3 > B1 30"


def test_a_cancelled_meeting_does_not_count():
    region = network("U1 B1", "U1 1; B1 5x 9", "U1>B1", "p@U1")
    assert way(region) == "U1 1 > B1 9"


def test_an_agreement_that_ends_between_two_meetings_closes_the_hand_over():
    region = network("U1 B1", "U1 1; B1 5", "U1>B1=A1", "p@U1", "A1/0-5")
    assert way(region) == "U1 1 > B1 5"
    region = network("U1 B1", "U1 1; B1 5", "U1>B1=A1", "p@U1", "A1/0-4")
    assert way(region) == "geen_afspraak"


def test_a_hand_over_rests_on_the_day_that_the_receiving_table_meets():
    region = network("U1 B1", "U1 1; B1 3 5", "U1>B1=A1", "p@U1", "A1/4-")
    assert way(region) == "U1 1 > B1 5"


def test_a_table_whose_mandate_is_not_in_force_passes_nothing_on():
    region = network("U1=A1 B1", "U1 1 4; B1 9", "U1>B1", "p@U1", "A1/2-")
    assert way(region) == "U1 4 > B1 9"
    assert way(network("U1=A1 B1", "U1 1; B1 9", "U1>B1", "p@U1", "A1?")) == "geen_afspraak"


@pytest.mark.parametrize("status", [s for s in AgreementStatus if s is not AgreementStatus.SIGNED])
def test_only_a_signed_agreement_is_in_force(status):
    region = network("B1=A1", "B1 5", "", "p@B1", "A1")
    planner = Planner(region).with_agreement("A1", status)
    assert planner.route("p", "G1", "jeugd", POLICY, day(0)) == NoRoute(Reason.NO_AGREEMENT)


def test_a_seat_counts_on_the_day_of_the_meeting():
    region = network("U1 B1", "U1 1 4 8; B1 9", "U1>B1", "p@U1/2-4")
    assert way(region) == "U1 4 > B1 9"
    assert way(region, on=5) == "geen_ingang"
    region = network("U1 B1", "U1 1 8; B1 9", "U1>B1", "p@U1/2-4")
    assert way(region) == "geen_vergadering"


def test_several_seats_at_one_table_each_open_their_own_days():
    region = network("B1", "B1 3 6 9", "", "p@B1/7- p@B1/0-2 p@B1/5-6")
    assert way(region) == "B1 6"


def test_an_open_table_lets_everyone_in_and_a_signal_without_partner_only_there():
    region = network("U1 U2/open B1", "U1 1; U2 4; B1 5 9", "U1>B1 U2>B1", "p@U1")
    assert way(region) == "U1 1 > B1 5"
    assert way(region, partner="q") == "U2 4 > B1 5"
    assert way(region, partner=None) == "U2 4 > B1 5"
    closed = network("U1 B1", "U1 1; B1 5 9", "U1>B1", "p@U1")
    assert way(closed, partner=None) == "geen_ingang"


def test_the_earliest_arrival_wins_from_fewer_tables():
    region = network("U1 M1 B1 B2", "U1 1; M1 2; B1 3; B2 4", "U1>M1 M1>B1 U1>B2", "p@U1")
    assert way(region) == "U1 1 > M1 2 > B1 3"


def test_on_one_day_the_fewest_tables_win():
    region = network("U1 A1/M B1", "U1 1; A1 2; B1 9", "U1>A1 A1>B1 U1>B1", "p@U1")
    assert way(region) == "U1 1 > B1 9"


def test_fewest_tables_wins_though_more_tables_are_earlier_halfway():
    # By A and M the signal is at C sooner, yet both ways make the same meeting of the target.
    region = network(
        "U1 A1/M C1/M B1", "U1 1; A1 2; C1 3 5; B1 9", "U1>A1 A1>C1 U1>C1+3 C1>B1", "p@U1"
    )
    assert way(region) == "U1 1 > C1 5 > B1 9"


def test_then_the_smallest_codes_win_by_code_point():
    region = network("U1 B10 B9 Bz", "U1 1; B10 5; B9 5; Bz 5", "U1>B9 U1>B10 U1>Bz", "p@U1")
    assert way(region) == "U1 1 > B10 5"
    region = network("u/U B/U B1", "u 1; B 2; B1 5", "u>B1 B>B1", "p@u p@B")
    assert way(region) == "B 2 > B1 5"


def test_codes_are_compared_table_by_table_not_as_one_text():
    region = network(
        "U1 Ma M B1 B2", "U1 1; Ma 2; M 2; B1 9; B2 9", "U1>Ma U1>M Ma>B1 M>B2", "p@U1"
    )
    assert way(region) == "U1 1 > M 2 > B2 9"


def test_a_ring_of_tables_is_no_trouble():
    region = network("M1 M2 B1", "M1 1 4 7; M2 2 5 8; B1 9", "M1>M2 M2>M1 M2>B1 M1>M1", "p@M1")
    assert way(region) == "M1 1 > M2 2 > B1 9"


def test_parallel_hand_overs_are_alternatives():
    handovers = "U1>B1+9 U1>B1=A1 U1>B1#wonen"
    region = network("U1 B1", "U1 1; B1 2 5 10", handovers, "p@U1", "A1/4-")
    assert way(region) == "U1 1 > B1 5"
    assert way(region, domain="wonen") == "U1 1 > B1 2"


def test_a_table_covers_an_area_in_two_overlapping_regions():
    region = network("U1@VR B1@RR B2@VR", "U1 1; B1 5; B2 9", "U1>B1 U1>B2", "p@U1")
    assert way(region) == "U1 1 > B1 5"
    assert way(region, area="G2") == "geen_ingang"
    assert way(region, area="VR") == "U1 1 > B2 9"
    assert way(region, area="RR") == "geen_ingang"


def test_a_table_covers_only_its_domains_and_every_table_must():
    region = network("U1 B1#wonen B2", "U1 1; B1 5; B2 9", "U1>B1 B1>B2", "p@U1")
    assert way(region) == "geen_doorgeleiding"
    assert way(region, domain="wonen") == "U1 1 > B1 5"


def test_a_hand_over_carries_only_its_domains():
    region = network("U1 B1", "U1 1; B1 5", "U1>B1#wonen", "p@U1")
    assert way(region) == "geen_doorgeleiding"


def test_a_way_in_table_of_the_level_is_a_route_of_one_table():
    region = network("B1 S1", "B1 3; S1 9", "B1>S1", "p@B1 p@S1")
    assert way(region) == "B1 3"
    assert way(region, BOARD) == "S1 9"


def test_the_way_to_the_board_need_not_pass_policy():
    region = network("U1 B1 S1", "U1 1; B1 2; S1 3 9", "U1>S1 U1>B1 B1>S1", "p@U1")
    assert way(region, BOARD) == "U1 1 > S1 3"


def test_the_reason_is_the_first_that_holds():
    assert way(network("B1@VR", "B1 5", "", "p@B1"), area="G2") == "geen_ingang"
    assert way(network("B1", "B1 5", "", "p@B1/0-3"), on=4) == "geen_ingang"
    assert way(network("B1", "B1 5", "", "p@B1/0-4"), on=4) == "geen_vergadering"
    assert way(network("U1 B1", "U1 1; B1 5", "", "p@U1"), on=0) == "geen_doorgeleiding"
    assert way(network("U1 B1", "U1 1; B1 5", "U1>B1=A1", "p@U1", "A1?")) == "geen_afspraak"
    assert way(network("U1 B1", "", "U1>B1=A1", "p@U1", "A1?")) == "geen_vergadering"


# --- coverage -----------------------------------------------------------------------------------


def cell(region, area="G1", level=POLICY, on=0):
    rows = answers.coverage(region, day(on))
    (row,) = [r for r in rows if (r.area, r.domain, r.level) == (area, "jeugd", level)]
    return row


def test_one_partner_that_arrives_is_enough_for_a_cell():
    row = cell(network("U1 B1", "U1 1; B1 5", "U1>B1", "p@U1"))
    assert (row.partners, row.arrival, row.reason) == (2, day(5), None)


def test_the_reason_of_a_cell_is_the_furthest_on_among_its_partners():
    region = network("U1 U2 B1", "U1 1; B1 5", "U2>B1", "p@U1 q@U2")
    assert cell(region).reason is Reason.NO_MEETING
    region = network("U1 U2 B1", "U1 1; U2 1; B1 5", "U2>B1=A1", "p@U1 q@U2", "A1?")
    assert cell(region).reason is Reason.NO_AGREEMENT
    assert cell(network("U1 B1", "U1 1; B1 5", "", "p@U1")).reason is Reason.NO_HANDOVER
    assert cell(network("U1 B1", "U1 1; B1 5", "U1>B1")).reason is Reason.NO_ENTRY


def test_without_partners_even_an_open_table_does_not_help():
    drawn = network("B1/open", "B1 5")
    region = type(drawn)(drawn.areas, drawn.domains, (), (), drawn.tafels, drawn.meetings)
    assert cell(region).reason is Reason.NO_PARTNER
    assert all(row.routes == 0 for row in answers.resilience(region, day(0)))


def test_only_local_areas_that_contain_no_other_have_a_row():
    rows = answers.coverage(network("B1", "B1 5", "", "p@B1"), day(0))
    assert sorted({row.area for row in rows}) == ["G1", "G2"]


def test_what_if_gives_only_cells_whose_arrival_changes():
    region = network("U1 B1", "U1 1; B1 5 9", "U1>B1=A1 U1>B1+6", "p@U1", "A1?")
    rows = answers.what_if(region, day(0), "A1", AgreementStatus.SIGNED)
    assert {(r.level, r.arrival_now, r.arrival_then) for r in rows} == {(POLICY, day(9), day(5))}
    assert answers.what_if(region, day(0), "A1", AgreementStatus.TERMINATED) == []


# --- on from a table, feedback and what was missed -----------------------------------------------


def test_attending_starts_at_that_meeting_whatever_its_closing_day():
    region = network("U1:9 B1:2", "U1 3 12; B1 5 14", "U1>B1", "p@U1")
    planner = Planner(region)
    assert words(planner.attending("U1", day(3), "G1", "jeugd", POLICY)) == "U1 3 > B1 5"
    assert words(planner.attending("B1", day(14), "G1", "jeugd", POLICY)) == "B1 14"
    assert planner.attending("U1", day(4), "G1", "jeugd", POLICY) is None
    assert planner.attending("U1", day(12), "G1", "jeugd", BOARD) is None


def test_onward_leaves_the_table_and_does_not_count_it():
    region = network("U1 B1 B2 S1", "U1 3; B1 5 9; B2 7; S1 12", "U1>B1 B1>B2 B1>S1", "p@U1")
    planner = Planner(region)
    assert words(planner.onward("U1", day(3), "G1", "jeugd", POLICY)) == "B1 5"
    assert words(planner.onward("B1", day(5), "G1", "jeugd", POLICY)) == "B2 7"
    assert words(planner.onward("B1", day(5), "G1", "jeugd", BOARD)) == "S1 12"
    late = planner.onward("U1", day(3), "G1", "jeugd", POLICY, ready_on=day(6))
    assert words(late) == "B1 9"
    assert planner.onward("S1", day(12), "G1", "jeugd", BOARD) is None


def test_feedback_is_due_after_the_term_of_the_target_table():
    planner = Planner(network("B1", "B1 5", "", "p@B1"))
    route = planner.route("p", "G1", "jeugd", POLICY, day(0))
    assert planner.feedback_due(route) == day(19)


def test_what_was_missed_is_told_with_its_cause():
    region = network(
        "U1:3=A1 B1:7",
        "U1 0 4x 5 6 8; B1 8 9x 14 17 19",
        "U1>B1+2=A2",
        "p@U1/7-",
        "A1/6- A2/18-",
    )
    planner = Planner(region)
    route = planner.route("p", "G1", "jeugd", POLICY, day(0))
    assert words(route) == "U1 8 > B1 19"
    first, second = planner.missed(route, domain="jeugd", given_on=day(0))
    assert [((m.on - day(0)).days, m.cause, m.agreement) for m in first] == [
        (0, Cause.TOO_LATE, None),
        (4, Cause.CANCELLED, None),
        (5, Cause.TAFEL_NOT_IN_FORCE, "A1"),
        (6, Cause.NO_SEAT, None),
    ]
    assert [((m.on - day(0)).days, m.cause, m.agreement) for m in second] == [
        (8, Cause.SAME_DAY, None),
        (9, Cause.CANCELLED, None),
        (14, Cause.TOO_LATE, None),
        (17, Cause.HANDOVER_NOT_IN_FORCE, "A2"),
    ]
    assert (second[2].closes_on, second[2].ready_on) == (day(7), day(10))


def test_a_hop_tells_on_which_agreements_it_rests():
    handovers = "U1>B1=A2 U1>B1=A3 U1>B2 U1>B2=A2"
    region = network("U1=A1 B1 B2", "U1 1; B1 5; B2 9", handovers, "p@U1", "A1 A2? A3")
    planner = Planner(region)
    route = planner.route("p", "G1", "jeugd", POLICY, day(0))
    hops = planner.hops(route, domain="jeugd", given_on=day(0))
    assert [(h.tafel, h.handover_agreement, h.tafel_agreement) for h in hops] == [
        ("U1", None, "A1"),
        ("B1", "A3", None),
    ]
    onward = planner.onward("U1", day(1), "G1", "jeugd", POLICY)
    (hop,) = planner.hops(onward, domain="jeugd", given_on=day(1), leaving="U1")
    assert (hop.handover_agreement, hop.after) == ("A3", day(1))


def test_a_level_without_answers_is_refused():
    planner = Planner(network("B1", "B1 5", "", "p@B1"))
    with pytest.raises(ValueError, match="niet naar management"):
        planner.route("p", "G1", "jeugd", Level.MANAGEMENT, day(0))


def test_a_very_long_chain_of_tables_is_followed_to_its_end():
    count = 1200
    tafels = " ".join(f"U{n:04}" for n in range(count)) + " B1"
    calendar = ";".join(f"U{n:04} {n}" for n in range(count)) + f"; B1 {count}"
    chain = tafels.split()
    handovers = " ".join(f"{a}>{b}" for a, b in pairwise(chain))
    region = network(tafels, calendar, handovers, "p@U0000", signals=[signal()])
    (row, _) = answers.routes(region)
    assert len(row.tafels) == count + 1
