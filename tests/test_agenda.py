"""Agendas: who sees which meeting, and what an outcome does to signals, plans and agendas."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from coordinator import clock, planning
from coordinator.agenda import actions, queries
from coordinator.errors import Refused
from coordinator.models import (
    AgendaItem,
    ChangeReason,
    Decision,
    DecisionKind,
    ItemStatus,
    Journey,
    JourneyChange,
    JourneyStatus,
    Level,
    Meeting,
    MeetingStatus,
    OutboxMessage,
    Reason,
    RoleName,
    Signal,
    SignalStatus,
    Verdict,
    Verification,
)
from tests import make
from tests.conftest import on_sqlite

TODAY = clock.today()
DECISION = {
    "kind": "adopted",
    "text": "Eén vaste begeleider tot 21 jaar.",
    "owner": "Teamleider jeugd",
    "done_by_on": (TODAY + timedelta(days=120)).isoformat(),
    "answer": "U krijgt één vaste begeleider. Dat begint in het voorjaar.",
}


def on_day(days):
    """Hold the clock at noon, this many days from today."""
    return clock.frozen(clock.now() + timedelta(days=days))


def day(days):
    return TODAY + timedelta(days=days)


def send(signal, level=Level.BOARD):
    """Send a signal on its way to one level."""
    planning.plan_new([signal])
    session = planning.session()
    session.flush()
    for journey in session.scalars(select(Journey).where(Journey.signal_id == signal.id)):
        chosen = journey.level is level
        journey.status = JourneyStatus.TRAVELLING if chosen else JourneyStatus.DROPPED
    signal.target_level = level
    signal.status = SignalStatus.TRAVELLING
    session.flush()
    planning.put_on_agendas(
        session.scalars(select(Journey.id).where(Journey.signal_id == signal.id)).all()
    )


class Scene:
    """A small network with a signal on its way K (7 days), B (21 days), S (42 days)."""

    def __init__(self, inside, *, level=Level.BOARD, domains=("jeugd",)):
        self.inside = inside
        with inside():
            self.region = make.region()
        with inside(self.region):
            net = self.net = make.small_network(self.region)
            self.author = make.person(RoleName.EXPERT, self.region, name="Samira Auteur")
            self.coordinator = make.person(RoleName.COORDINATOR, self.region, name="Joris")
            self.secretary = make.person(
                RoleName.SECRETARY, self.region, name="Fatma", tafel=net.walk_in
            )
            self.signal = self.add_signal(level=level, domains=domains)

    def add_signal(self, *, level=Level.BOARD, domains=("jeugd",), **given):
        signal = make.signal(
            self.net.here,
            tuple(getattr(self.net, name) for name in domains),
            partner=self.net.team,
            author=self.author,
            **{
                "title": "Mijn eigen titel",
                "description": "Mijn eigen woorden",
                "title_for_tafels": "Hulp stopt bij 18",
                "text_for_tafels": "Jongeren verliezen hun begeleider op hun verjaardag.",
                "interpretation": "Het gaat om de overgang naar de Wmo.",
                **given,
            },
        )
        send(signal, level)
        return signal

    def meeting(self, code, number=0):
        return self.net.meetings[code][number]

    def item(self, code, number=0, signal=None):
        """Return the item of the signal on this meeting."""
        with self.inside(self.region) as session:
            return session.scalar(
                select(AgendaItem)
                .join(AgendaItem.journey)
                .where(AgendaItem.meeting_id == self.meeting(code, number).id)
                .where(Journey.signal_id == (signal or self.signal).id)
                .order_by(AgendaItem.id)
            )

    def open_items(self, code, number=0):
        """Return the items of a meeting that wait for an outcome."""
        with self.inside(self.region) as session:
            return session.scalars(
                select(AgendaItem)
                .where(AgendaItem.meeting_id == self.meeting(code, number).id)
                .where(AgendaItem.status == ItemStatus.PLANNED)
            ).all()

    def journey(self, signal=None, domain="jeugd"):
        with self.inside(self.region) as session:
            return session.scalar(
                select(Journey)
                .join(Journey.domain)
                .where(Journey.signal_id == (signal or self.signal).id)
                .where(Journey.status != JourneyStatus.DROPPED, Journey.domain.has(code=domain))
                .options(joinedload(Journey.at_tafel), joinedload(Journey.came_from))
                .execution_options(populate_existing=True)
            )

    def stops(self, **which):
        """Return the plan of the journey as (table, days from today)."""
        return [
            (stop["tafel"], (make.date.fromisoformat(stop["on"]) - TODAY).days)
            for stop in self.journey(**which).plan
        ]

    def items(self):
        """Return all items of the signal as (table, days from today, status), in order."""
        with self.inside(self.region) as session:
            rows = session.scalars(
                select(AgendaItem)
                .join(AgendaItem.journey)
                .where(Journey.signal_id == self.signal.id)
                .options(joinedload(AgendaItem.meeting).joinedload(Meeting.tafel))
                .order_by(AgendaItem.journey_id, AgendaItem.position)
            )
            return [
                (i.meeting.tafel.code, (i.meeting.held_on - TODAY).days, i.status) for i in rows
            ]

    def all(self, model):
        with self.inside(self.region) as session:
            return session.scalars(select(model).order_by(model.id)).all()

    def mails(self):
        with self.inside() as session:
            return session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()

    def status(self):
        with self.inside(self.region) as session:
            return session.scalar(select(Signal.status).where(Signal.id == self.signal.id))


@pytest.fixture
def scene(inside):
    return Scene(inside)


PLANNED, HANDED = ItemStatus.PLANNED, ItemStatus.HANDED_OVER
DECIDED, PUT_OFF = ItemStatus.DECIDED, ItemStatus.PUT_OFF


# Handing over.


@on_sqlite
def test_handing_over_as_planned_keeps_every_date_and_writes_no_change(scene, browse):
    with on_day(7):
        browser = browse(scene.secretary)
        url = f"/agendapunten/{scene.item('K').public_id}/doorgeven"
        page = browser.get(url)
        assert "Beleidstafel jeugd" in page.text
        assert "Dit is de geplande volgende stap." in page.text
        answer = browser.post(url, {"tafel": "B", "note": "Vraag naar de kosten."})
    assert answer.status == 302, answer.alert
    assert f"/vergaderingen/{scene.meeting('K').public_id}" in answer.location
    assert scene.items() == [("K", 7, HANDED), ("B", 21, PLANNED), ("S", 42, PLANNED)]
    journey = scene.journey()
    assert scene.stops() == [("B", 21), ("S", 42)]
    assert (journey.at_tafel.code, journey.came_from.code) == ("B", "K")
    assert (journey.after_on, journey.submit_on) == (day(7), day(7))
    assert (journey.arrival_on, journey.answer_due_on) == (day(42), day(70))
    assert scene.all(JourneyChange) == []
    item = scene.item("K")
    assert item.reason == "Vraag naar de kosten."
    assert item.recorded_by_id == scene.secretary.id
    assert scene.status() is SignalStatus.TRAVELLING


@on_sqlite
def test_handing_over_to_another_table_moves_the_promise_and_says_why(scene, inside):
    with inside(scene.region):
        make.handover(scene.net.walk_in, scene.net.board, processing_days=1)
    with on_day(7), inside(scene.region):
        actions.hand_over([scene.item("K")], to=scene.net.board, by=scene.secretary)
    assert scene.items() == [("K", 7, HANDED), ("S", 42, PLANNED)]
    assert scene.journey().answer_due_on == day(70)
    (change,) = scene.all(JourneyChange)
    assert change.reason is ChangeReason.HANDED_OVER
    assert change.subject.startswith("Bestuurlijk overleg van ")
    assert (change.due_before, change.due_after) == (day(70), day(70))


@on_sqlite
def test_the_deciding_table_may_pass_a_signal_up_to_the_board(inside):
    scene = Scene(inside, level=Level.POLICY)
    assert scene.stops() == [("K", 7), ("B", 21)]
    with on_day(7), inside(scene.region):
        actions.hand_over([scene.item("K")], to=scene.net.policy, by=None)
    with on_day(21), inside(scene.region):
        actions.hand_over([scene.item("B")], to=scene.net.board, by=None)
    journey = scene.journey()
    assert journey.level is Level.BOARD
    assert scene.stops() == [("S", 42)]
    assert journey.answer_due_on == day(70)
    levels = [(j.level, j.status) for j in scene.all(Journey)]
    assert set(levels) == {
        (Level.POLICY, JourneyStatus.DROPPED),
        (Level.BOARD, JourneyStatus.TRAVELLING),
    }


@on_sqlite
def test_a_table_without_a_handover_from_here_is_refused(scene, browse):
    with on_day(7):
        browser = browse(scene.secretary)
        url = f"/agendapunten/{scene.item('K').public_id}/doorgeven"
        page = browser.get(url)
        assert "Bestuurlijk overleg" not in [o.text for o in page.document.all("label")]
        answer = browser.post(url, {"tafel": "S"}, status=422)
    assert "Een van de opties" in answer.html or "tafel" in answer.alert.lower() or answer.alert
    assert scene.items()[0] == ("K", 7, PLANNED)


@on_sqlite
def test_no_agreement_in_force_on_the_receiving_day_means_no_handover(scene, inside):
    net = scene.net
    with inside(scene.region):
        ends = make.agreement("A9", scene.region, ends_on=day(40))
        make.handover(net.walk_in, net.board, agreement=ends)
    with on_day(7), inside(scene.region):
        item = queries.find_item(scene.item("K").public_id)
        assert [(t.code, t.on) for t in queries.next_tables(item)] == [("B", day(21))]


@on_sqlite
def test_only_a_table_that_covers_the_signal_is_offered(scene, inside):
    net = scene.net
    with inside(scene.region):
        elsewhere = make.tafel("E1", Level.POLICY, net.there, name="Elders")
        schools = make.tafel("E2", Level.POLICY, net.whole, domains=(net.onderwijs,))
        for tafel in (elsewhere, schools):
            make.meeting(tafel, day(30))
            make.handover(net.walk_in, tafel)
    with on_day(7), inside(scene.region):
        item = queries.find_item(scene.item("K").public_id)
        assert [t.code for t in queries.next_tables(item)] == ["B"]


@on_sqlite
def test_the_closing_day_itself_is_in_time_and_a_day_later_is_not(scene, inside):
    net = scene.net
    with inside(scene.region) as session:
        handover = make.handover(net.walk_in, net.board, processing_days=21)
    with on_day(7), inside(scene.region):
        found = queries.next_tables(queries.find_item(scene.item("K").public_id))
        assert {t.code: t.on for t in found}["S"] == day(42)
    with inside(scene.region) as session:
        session.merge(handover).processing_days = 22
    with on_day(7), inside(scene.region):
        found = queries.next_tables(queries.find_item(scene.item("K").public_id))
        assert {t.code: t.on for t in found}["S"] == day(70)


@on_sqlite
def test_an_outcome_recorded_late_keeps_the_planned_day_but_no_other_day_in_the_past(scene, inside):
    with inside(scene.region):
        other = make.tafel("B2", Level.POLICY, scene.net.whole, name="Tweede tafel")
        make.meeting(other, day(15))
        make.meeting(other, day(40))
        make.handover(scene.net.walk_in, other)
        make.handover(other, scene.net.board)
    with on_day(22), inside(scene.region):
        found = queries.next_tables(queries.find_item(scene.item("K").public_id))
    assert {t.code: t.on for t in found} == {"B": day(21), "B2": day(40)}


@on_sqlite
def test_one_outcome_can_hold_for_several_domains_of_a_signal(inside, browse):
    scene = Scene(inside, domains=("jeugd", "onderwijs"))
    with inside(scene.region):
        both = scene.add_signal(domains=("jeugd", "onderwijs"), given_on=TODAY)
    assert scene.item("K") is not None
    assert scene.item("U", signal=both) is not None
    with on_day(10), inside(scene.region):
        actions.hand_over([scene.item("K", signal=both)], to=scene.net.policy, by=None)
        actions.hand_over([scene.item("U", signal=both)], to=scene.net.policy, by=None)
    secretary = policy_secretary(scene, inside)
    with on_day(21):
        browser = browse(secretary)
        url = f"/agendapunten/{scene.item('B', signal=both).public_id}/doorgeven"
        page = browser.get(url)
        boxes = page.document.all("input", type="checkbox", name="domains")
        assert len(boxes) == 2
        assert all("checked" in box.attributes for box in boxes)
        ids = [box.attributes["value"] for box in boxes]
        browser.post(url, {"tafel": "S", "domains": ids}, status=302)
    with inside(scene.region) as session:
        statuses = session.scalars(
            select(AgendaItem.status)
            .join(AgendaItem.journey)
            .where(AgendaItem.meeting_id == scene.meeting("B").id)
            .where(Journey.signal_id == both.id)
        ).all()
    assert statuses == [HANDED, HANDED]


def policy_secretary(scene, inside):
    with inside(scene.region):
        return make.person(RoleName.SECRETARY, scene.region, name="Bo", tafel=scene.net.policy)


# Putting off.


@on_sqlite
def test_putting_off_moves_to_the_next_meeting_without_a_closing_day(scene, browse):
    with on_day(7):
        browser = browse(scene.secretary)
        url = f"/agendapunten/{scene.item('K').public_id}/uitstellen"
        assert "Opnieuw aanleveren hoeft niet" in browser.get(url).text
        answer = browser.post(url, {"reason": "De wethouder was ziek."}, status=302)
    assert answer.location
    assert scene.items() == [
        ("K", 7, PUT_OFF),
        ("K", 35, PLANNED),
        ("B", 49, PLANNED),
        ("S", 70, PLANNED),
    ]
    journey = scene.journey()
    assert (journey.after_on, journey.submit_on, journey.came_from) == (day(7), None, None)
    assert journey.answer_due_on == day(98)
    (change,) = scene.all(JourneyChange)
    assert change.reason is ChangeReason.PUT_OFF
    assert change.subject.startswith("Spreekuur ervaringen van ")
    assert (change.arrival_before, change.arrival_after) == (day(42), day(70))
    assert (change.due_before, change.due_after) == (day(70), day(98))


@on_sqlite
def test_putting_off_asks_a_reason_and_keeps_what_was_typed(scene, browse):
    with on_day(7):
        browser = browse(scene.secretary)
        url = f"/agendapunten/{scene.item('K').public_id}/uitstellen"
        answer = browser.post(url, {"reason": "  "}, status=422)
    assert "Schrijf waarom u het uitstelt." in answer.alert
    assert scene.items()[0] == ("K", 7, PLANNED)


@on_sqlite
def test_without_a_next_meeting_the_coordinator_hears_it(scene, inside, browse):
    with inside(scene.region) as session:
        for meeting in scene.net.meetings["K"][1:]:
            session.merge(meeting).status = MeetingStatus.CANCELLED
    with on_day(7):
        browser = browse(scene.secretary)
        url = f"/agendapunten/{scene.item('K').public_id}/uitstellen"
        assert "nog geen volgende vergadering" in browser.get(url).text
        browser.post(url, {"reason": "Nog niet rijp."}, status=302)
        assert "De leercoördinator krijgt hiervan bericht" in browser.get(url).html
    assert scene.items() == [("K", 7, PUT_OFF)]
    assert scene.journey().reason is Reason.NO_MEETING
    (mail,) = scene.mails()
    assert mail.to_address == scene.coordinator.email
    assert "Hulp stopt" not in mail.body
    assert "Nog niet rijp" not in mail.body


@on_sqlite
def test_nothing_is_put_on_a_meeting_that_is_closed(scene, inside):
    with inside(scene.region) as session:
        session.merge(scene.meeting("K", 1)).closed_at = clock.now()
    with on_day(7), inside(scene.region):
        actions.put_off([scene.item("K")], reason="Later", by=None)
    assert scene.items()[1] == ("K", 63, PLANNED)


@on_sqlite
def test_domains_with_the_same_outcome_are_said_once(inside, browse):
    scene = Scene(inside, domains=("jeugd", "onderwijs"))
    with on_day(7), inside(scene.region):
        actions.hand_over([scene.item("K")], to=scene.net.policy, by=None)
    with on_day(10), inside(scene.region):
        actions.hand_over([scene.item("U")], to=scene.net.policy, by=None)
    with on_day(21):
        with inside(scene.region):
            items = scene.open_items("B")
            actions.put_off(items, reason="Te weinig tijd.", by=None)
        page = browse(scene.coordinator).get(f"/vergaderingen/{scene.meeting('B').public_id}")
    assert len(items) == 2
    assert page.text.count("Reden: Te weinig tijd.") == 1


# Deciding.


def test_a_decision_ends_the_journey_and_brings_the_answer_home(scene, inside, browse):
    with on_day(7):
        browser = browse(scene.secretary)
        url = f"/agendapunten/{scene.item('K').public_id}/besluit"
        browser.post(url, DECISION, status=302)
    assert scene.items() == [("K", 7, DECIDED)]
    journey = scene.journey()
    assert journey.status is JourneyStatus.ANSWERED
    assert journey.plan == []
    assert scene.status() is SignalStatus.ANSWERED
    (decision,) = scene.all(Decision)
    assert decision.kind is DecisionKind.ADOPTED
    assert decision.owner == "Teamleider jeugd"
    assert decision.done_by_on == day(120)
    assert decision.recorded_by_id == scene.secretary.id
    assert scene.item("K").decision_id == decision.id
    (mail,) = scene.mails()
    assert mail.to_address == scene.author.email
    assert f"/signalen/{scene.signal.public_id}" in mail.body
    assert "begeleider" not in mail.body + mail.subject
    assert "Hulp stopt" not in mail.body + mail.subject


@on_sqlite
def test_the_signal_is_answered_only_when_nothing_of_it_travels_any_more(app, inside):
    scene = Scene(inside, domains=("jeugd", "onderwijs"))
    given = {"kind": DecisionKind.STOP_OLD, "text": "Het formulier vervalt.", "answer": "Weg."}
    extra = {"owner": "Gemeente", "done_by_on": day(99), "by": None}
    with on_day(7), inside(scene.region), app.test_request_context():
        actions.decide([scene.item("K")], **given, **extra)
    assert scene.status() is SignalStatus.TRAVELLING
    with on_day(10), inside(scene.region), app.test_request_context():
        actions.decide([scene.item("U")], **given, **extra)
    assert scene.status() is SignalStatus.ANSWERED
    assert len(scene.all(Decision)) == 2


@on_sqlite
@pytest.mark.parametrize(
    ("kind", "missing", "words"),
    [
        ("adopted", "owner", "Schrijf wie dit gaat doen."),
        ("experiment", "done_by_on", "Kies de dag waarop het klaar is."),
        ("stop_old", "owner", "Schrijf wie dit gaat doen."),
        ("not_adopted", "reason", "Schrijf waarom de tafel dit niet overneemt."),
        ("not_ours", "whose", "Schrijf wie hier wel over gaat."),
        ("adopted", "text", "Schrijf wat er is besloten."),
        ("adopted", "answer", "Schrijf het antwoord aan de melder."),
    ],
)
def test_each_kind_of_decision_asks_for_its_own_fields(scene, browse, kind, missing, words):
    full = {**DECISION, "kind": kind, "reason": "Te duur.", "whose": "De zorgverzekeraar."}
    with on_day(7):
        browser = browse(scene.secretary)
        url = f"/agendapunten/{scene.item('K').public_id}/besluit"
        answer = browser.post(url, {**full, missing: ""}, status=422)
        assert words in answer.alert
        kept = "U krijgt één vaste begeleider" if missing != "answer" else "Eén vaste begeleider"
        assert kept in answer.html
        browser.post(url, full, status=302)
    (decision,) = scene.all(Decision)
    assert bool(decision.owner) is (kind in ("adopted", "experiment", "stop_old"))
    assert bool(decision.reason) is (kind == "not_adopted")
    assert bool(decision.whose) is (kind == "not_ours")


@on_sqlite
def test_everything_that_misses_is_said_at_once(scene, browse):
    with on_day(7):
        browser = browse(scene.secretary)
        url = f"/agendapunten/{scene.item('K').public_id}/besluit"
        answer = browser.post(url, {"kind": "experiment"}, status=422)
    for words in ("wat er is besloten", "wie dit gaat doen", "Kies de dag", "het antwoord"):
        assert words in answer.alert


@on_sqlite
def test_an_answer_with_a_phone_number_is_refused(scene, browse):
    with on_day(7):
        browser = browse(scene.secretary)
        url = f"/agendapunten/{scene.item('K').public_id}/besluit"
        text = "Bel de moeder op 06 12345678."
        answer = browser.post(url, {**DECISION, "answer": text}, status=422)
    assert "telefoonnummer" in answer.alert
    assert text in answer.html
    assert scene.all(Decision) == []


@on_sqlite
def test_a_name_in_the_answer_asks_for_a_second_look(scene, browse):
    with on_day(7):
        browser = browse(scene.secretary)
        url = f"/agendapunten/{scene.item('K').public_id}/besluit"
        given = {**DECISION, "answer": "Wij spraken met mevrouw Jansen over de regels."}
        answer = browser.post(url, given, status=422)
        assert "Hier staat misschien een naam" in answer.html
        browser.post(url, {**given, "sure": "y"}, status=302)
    assert len(scene.all(Decision)) == 1


@on_sqlite
def test_the_owner_cannot_be_ready_before_the_meeting(scene, inside):
    with on_day(7), inside(scene.region), pytest.raises(Refused) as refused:
        actions.decide(
            [scene.item("K")],
            kind=DecisionKind.ADOPTED,
            text="Ja",
            answer="Ja",
            owner="Wij",
            done_by_on=day(6),
            by=None,
        )
    assert refused.value.field == "done_by_on"


# What holds for every outcome.


@on_sqlite
def test_before_the_day_of_the_meeting_an_outcome_has_to_be_meant_so(scene, browse):
    with on_day(6):
        browser = browse(scene.secretary)
        for what in ("besluit", "doorgeven", "uitstellen"):
            page = browser.get(f"/agendapunten/{scene.item('K').public_id}/{what}")
            assert "De uitkomst staat nu al vast" in page.text
        url = f"/agendapunten/{scene.item('K').public_id}/doorgeven"
        answer = browser.post(url, {"tafel": "B"}, status=422)
        assert "Vanaf die dag legt u hier de uitkomst vast." in answer.alert
        assert scene.items()[0] == ("K", 7, PLANNED)
        browser.post(url, {"tafel": "B", "early": "y"}, status=302)
    assert scene.items()[0] == ("K", 7, ItemStatus.HANDED_OVER)


@on_sqlite
def test_a_later_table_waits_for_the_outcome_of_an_earlier_one(scene, inside):
    with on_day(21), inside(scene.region), pytest.raises(Refused, match="eerst bij Spreekuur"):
        actions.put_off([scene.item("B")], reason="Later", by=None)


@on_sqlite
def test_a_later_table_reads_that_an_earlier_one_comes_first(scene, browse):
    with on_day(21):
        browser = browse(scene.coordinator)
        page = browser.get(f"/agendapunten/{scene.item('B').public_id}/besluit")
        assert "Dit signaal lag eerst bij Spreekuur ervaringen" in page.text
        assert page.document.all("textarea") == []
        show = browser.get(f"/vergaderingen/{scene.meeting('B').public_id}")
    assert "(daar is nog geen uitkomst)" in show.text


def test_the_second_secretary_sees_the_first_ones_outcome_and_keeps_the_own_text(scene, browse):
    with on_day(7):
        first, second = browse(scene.secretary), browse(scene.coordinator)
        base = f"/agendapunten/{scene.item('K').public_id}"
        hidden = second.hidden_fields(second.get(f"{base}/besluit").document, "")
        first.post(f"{base}/uitstellen", {"reason": "De wethouder was ziek."}, status=302)
        answer = second._answer(second.client.post(f"{base}/besluit", data={**hidden, **DECISION}))
    assert answer.status == 422
    assert "Fatma" in answer.text
    assert "De wethouder was ziek." in answer.text
    assert DECISION["answer"] in answer.html
    assert scene.all(Decision) == []


def test_a_form_sent_twice_is_one_decision(scene, browse):
    with on_day(7):
        browser = browse(scene.secretary)
        url = f"/agendapunten/{scene.item('K').public_id}/besluit"
        hidden = browser.hidden_fields(browser.get(url).document, url)
        answers = [browser.client.post(url, data={**hidden, **DECISION}) for _ in range(2)]
    assert [a.status_code for a in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert len(scene.all(Decision)) == 1
    assert len(scene.mails()) == 1


# Closing.


@on_sqlite
def test_a_meeting_closes_only_when_everything_on_it_has_an_outcome(scene, browse):
    url = f"/vergaderingen/{scene.meeting('K').public_id}"
    with on_day(7):
        browser = browse(scene.secretary)
        answer = browser.post(f"{url}/afsluiten", on=url, status=422)
        assert "“Hulp stopt bij 18”" in answer.text
        item = f"/agendapunten/{scene.item('K').public_id}/doorgeven"
        browser.post(item, {"tafel": "B"}, status=302)
        browser.post(f"{url}/afsluiten", on=url, status=302)
        page = browser.get(url)
    assert "Afgesloten op" in page.text
    assert "Vergadering afsluiten" not in page.text
    with scene.inside(scene.region) as session:
        assert session.get(Meeting, scene.meeting("K").id).closed_at is not None


@on_sqlite
def test_a_meeting_does_not_close_before_its_day(scene, inside):
    with on_day(6), inside(scene.region) as session, pytest.raises(Refused, match="Vanaf die dag"):
        actions.close_meeting(session.merge(scene.meeting("K")), by=None)


@on_sqlite
def test_a_closed_meeting_takes_no_outcome(scene, inside):
    with inside(scene.region) as session:
        session.merge(scene.meeting("K")).closed_at = clock.now()
    with on_day(7), inside(scene.region), pytest.raises(Refused, match="afgesloten"):
        actions.put_off([scene.item("K")], reason="Later", by=None)


# What the tables see.


@on_sqlite
def test_the_tables_see_their_text_and_the_month_but_never_the_author(scene, browse, inside):
    with inside(scene.region):
        board = make.person(
            RoleName.BOARD_MEMBER, scene.region, name="Wethouder", tafel=scene.net.walk_in
        )
    page = browse(board).get(f"/vergaderingen/{scene.meeting('K').public_id}")
    for words in (
        "Hulp stopt bij 18",
        "Jongeren verliezen hun begeleider",
        "overgang naar de Wmo",
        "Oeverdam",
        f"{queries.month(TODAY)}",
        "Beleidstafel jeugd van",
        "Bespreken en doorgeven",
    ):
        assert words in page.text
    for secret in ("Samira", "Lokaal team", "Mijn eigen", "Ervaringsdeskundige"):
        assert secret not in page.html


@on_sqlite
def test_the_deciding_table_is_asked_for_a_decision(scene, browse):
    page = browse(scene.coordinator).get(f"/vergaderingen/{scene.meeting('S').public_id}")
    assert "Een besluit" in page.text
    assert "Bespreken en doorgeven" not in page.text


@on_sqlite
def test_domains_of_one_signal_stand_together(inside, browse):
    scene = Scene(inside, domains=("jeugd", "onderwijs"))
    page = browse(scene.coordinator).get(f"/vergaderingen/{scene.meeting('B').public_id}")
    titles = [h.text.strip() for h in page.document.all("h2")]
    assert titles.count("Hulp stopt bij 18") == 1
    assert "Jeugd en gezin, en Onderwijs" in page.text
    outcome = browse(scene.coordinator).get(f"/agendapunten/{scene.item('B').public_id}/besluit")
    assert "Jeugd en gezin, en Onderwijs" in outcome.text


@on_sqlite
def test_an_answer_that_was_not_recognised_comes_back_with_the_authors_reason(
    scene, app, browse, inside
):
    with on_day(7), inside(scene.region) as session, app.test_request_context():
        decision = actions.decide(
            [scene.item("K")],
            kind=DecisionKind.NOT_OURS,
            text="Dit is van het Rijk.",
            whose="Het Rijk",
            answer="Wij gaan hier niet over.",
            by=None,
        )
        session.add(
            Verification(decision_id=decision.id, verdict=Verdict.NOT, reason="Juist wel van u.")
        )
        journey = session.merge(scene.journey())
        journey.status = JourneyStatus.TRAVELLING
        signal = session.get_one(Signal, scene.signal.id)
        signal.status = SignalStatus.TRAVELLING
        session.flush()
        planning.reposition(
            journey,
            planning.Because(ChangeReason.NOT_RECOGNISED, ""),
            at_tafel=session.merge(scene.net.walk_in),
            after_on=day(7),
            submit_on=day(7),
        )
    page = browse(scene.secretary).get(f"/vergaderingen/{scene.meeting('K', 1).public_id}")
    assert "Dit is van het Rijk." in page.text
    assert "Juist wel van u." in page.text


@on_sqlite
def test_signals_not_yet_sent_on_are_counted_but_not_shown(scene, browse, inside):
    with inside(scene.region):
        new = make.signal(
            scene.net.here, (scene.net.jeugd,), partner=scene.net.team, title="Nog geheim"
        )
        planning.plan_new([new])
    page = browse(scene.secretary).get(f"/vergaderingen/{scene.meeting('K').public_id}")
    assert "1 signaal. De leercoördinator heeft deze nog niet doorgestuurd." in page.text
    assert "Nog geheim" not in page.html


# The list.


@on_sqlite
def test_the_list_shows_days_closing_days_and_how_much_lies_there(scene, browse):
    page = browse(scene.coordinator).get("/agenda")
    rows = [r for r in page.document.all("tr") if "Beleidstafel jeugd" in r.text]
    first = " ".join(rows[0].text.split())
    assert "(sluit over 14 dagen)" in first
    assert first.endswith("1")


@on_sqlite
def test_held_meetings_that_wait_for_an_outcome_come_first(scene, browse):
    with on_day(9):
        page = browse(scene.coordinator).get("/agenda")
    assert page.text.index("1 van 1 zonder uitkomst") < page.text.index("Komende vergaderingen")
    assert "gesloten" in page.text  # U meets tomorrow, its closing day was two days ago


def test_the_list_can_be_filtered_by_table_and_period(scene, browse):
    browser = browse(scene.coordinator)
    page = browser.get("/agenda?tafel=S")
    assert "Beleidstafel" not in " ".join(r.text for r in page.document.all("tr"))
    assert len(page.document.all("tr")) == 4
    month = browser.get("/agenda?periode=maand")
    assert "Bestuurlijk overleg" not in " ".join(r.text for r in month.document.all("tr"))
    assert "Geen vergaderingen gevonden" in browser.get("/agenda?periode=geweest").text
    assert browser.get("/agenda?tafel=bestaatniet&periode=ook").status == 200


@on_sqlite
def test_the_number_of_queries_of_the_list_does_not_grow(scene, browse, inside, count_queries):
    browser = browse(scene.coordinator)
    browser.get("/agenda")
    with count_queries() as few:
        browser.get("/agenda")
    with inside(scene.region):
        for days in range(100, 120):
            make.meeting(scene.net.policy, day(days))
            scene.add_signal()
    with count_queries() as many:
        assert "Pagina 1 van 2" in browser.get("/agenda").text
    assert len(many) == len(few)


@on_sqlite
def test_the_number_of_queries_of_a_meeting_does_not_grow(scene, browse, inside, count_queries):
    url = f"/vergaderingen/{scene.meeting('K').public_id}"
    with on_day(7):
        browser = browse(scene.coordinator)
        browser.get(url)
        with count_queries() as few:
            browser.get(url)
        with inside(scene.region):
            for _ in range(20):
                scene.add_signal(given_on=TODAY)
        with count_queries() as many:
            page = browser.get(url)
        following = page.document.all("a", rel="next")
        assert following[0].attributes["href"] == f"{url}?pagina=2"
        assert "Pagina 2 van 2" in browser.get(f"{url}?pagina=2").text
    assert "Pagina 1 van 2" in page.text
    assert len(many) == len(few)


# Access.


ROLES = {
    "coordinator": (200, 200, 200, 302),
    "secretary": (200, 200, 200, 302),
    "other_secretary": (200, 404, 404, 404),
    "board": (200, 200, 404, 404),
    "board_by_seat": (200, 404, 404, 404),
    "policy": (200, 200, 404, 404),
    "manager": (404, 404, 404, 404),
    "professional": (404, 404, 404, 404),
    "expert": (404, 404, 404, 404),
    "administrator": (404, 404, 404, 404),
    "elsewhere": (200, 404, 404, 404),
}


@on_sqlite
@pytest.mark.parametrize("who", ROLES)
def test_who_opens_what(scene, browse, inside, who):
    net, region = scene.net, scene.region
    with inside():
        elsewhere = make.region(name="Elders")
    with inside(elsewhere):
        foreign = make.person(RoleName.COORDINATOR, elsewhere)
    with inside(region):
        people = {
            "coordinator": lambda: scene.coordinator,
            "secretary": lambda: scene.secretary,
            "other_secretary": lambda: make.person(RoleName.SECRETARY, region, tafel=net.board),
            "board": lambda: make.person(RoleName.BOARD_MEMBER, region, tafel=net.walk_in),
            "board_by_seat": lambda: make.person(RoleName.BOARD_MEMBER, region, partner=net.school),
            "policy": lambda: make.person(RoleName.POLICY_OFFICER, region, tafel=net.walk_in),
            "manager": lambda: make.person(RoleName.MANAGER, region, partner=net.team),
            "professional": lambda: make.person(RoleName.PROFESSIONAL, region, partner=net.team),
            "expert": lambda: scene.author,
            "administrator": lambda: make.person(RoleName.ADMINISTRATOR, region),
            "elsewhere": lambda: foreign,
        }
        account = people[who]()
    with on_day(7):
        browser = browse(account)
        index, show, record, close = ROLES[who]
        meeting = f"/vergaderingen/{scene.meeting('K').public_id}"
        item = f"/agendapunten/{scene.item('K').public_id}"
        assert browser.get("/agenda").status == index
        assert browser.get(meeting).status == show
        assert browser.get(f"{item}/doorgeven").status == record
        assert browser.get(f"{item}/uitstellen").status == record
        assert browser.get(f"{item}/besluit").status == (200 if who == "board" else record)
        if close == 302:
            browser.post(f"{item}/doorgeven", {"tafel": "B"}, status=302)
        assert browser.post(f"{meeting}/afsluiten", on="/privacy").status == close


@on_sqlite
def test_a_board_member_reads_along_where_the_organisation_has_a_seat_today(scene, browse, inside):
    with inside(scene.region):
        member = make.person(RoleName.BOARD_MEMBER, scene.region, partner=scene.net.council)
    browser = browse(member)
    assert browser.get(f"/vergaderingen/{scene.meeting('S').public_id}").status == 200
    assert browser.get(f"/vergaderingen/{scene.meeting('K').public_id}").status == 404
    assert "Spreekuur" not in browser.get("/agenda").text
    with inside(scene.region) as session:
        for seat in session.scalars(select(make.Seat)):
            seat.ends_on = TODAY - timedelta(days=1)
    assert browser.get(f"/vergaderingen/{scene.meeting('S').public_id}").status == 404
    assert "U hoort nog niet bij een tafel" in browser.get("/agenda").text


@on_sqlite
def test_an_unknown_meeting_or_item_is_the_same_quiet_404(scene, browse):
    browser = browse(scene.coordinator)
    assert browser.get("/vergaderingen/0000-0000").status == 404
    assert browser.get("/agendapunten/0000-0000/besluit").status == 404
    assert browser.get(f"/vergaderingen/{scene.meeting('K').public_id}/afsluiten").status == 404
