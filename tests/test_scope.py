"""Nobody sees another region's rows, also not by the ways around a statement."""

from datetime import date

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import selectinload

from coordinator.db import OutOfScopeError, reading
from coordinator.models import Area, Level, Meeting, Region, Scale, Tafel
from tests import make


@pytest.fixture
def two_regions(inside):
    """Two regions with one table and one meeting each, both tables with the code U1."""
    with inside():
        regions = make.region(), make.region()
        for region in regions:
            area = make.area(region=region)
            tafel = make.tafel("U1", Level.PRACTICE, area)
            make.meeting(tafel, date(2027, 1, 5))
    return regions


def test_a_session_sees_the_rows_of_its_own_region_only(inside, two_regions):
    here, there = two_regions
    with inside(here) as session:
        assert {t.region_id for t in session.scalars(select(Tafel))} == {here.id}
        assert session.scalar(select(func.count()).select_from(Tafel)) == 1
        assert session.scalar(select(func.count(Tafel.id)).where(Tafel.region_id == there.id)) == 0
        joined = select(Meeting).join(Meeting.tafel).where(Tafel.code == "U1")
        assert {m.region_id for m in session.scalars(joined)} == {here.id}
        loaded = session.scalars(select(Tafel).options(selectinload(Tafel.meetings))).one()
        assert {m.region_id for m in loaded.meetings} == {here.id}


def test_an_id_of_another_region_is_not_found(inside, two_regions):
    here, there = two_regions
    with inside(there) as session:
        foreign = session.scalars(select(Tafel.id)).one()
    with inside(here) as session:
        assert session.get(Tafel, foreign) is None


def test_a_session_without_region_sees_nothing(inside, two_regions):
    with inside() as session:
        session.scope = None
        with pytest.raises(OutOfScopeError):
            session.scalars(select(Tafel)).all()


def test_update_and_delete_stay_within_the_region(inside, two_regions):
    here, there = two_regions
    with inside(here) as session:
        session.execute(update(Tafel).values(name="Anders"))
        session.execute(delete(Meeting))
    with inside(there) as session:
        assert session.scalars(select(Tafel.name)).one() != "Anders"
        assert session.scalar(select(func.count(Meeting.id))) == 1


@pytest.mark.parametrize(
    "way_around",
    [
        lambda s: s.connection(),
        lambda s: s.execute(text("SELECT * FROM tafels")),
        lambda s: s.execute(select(Tafel.__table__)),
        lambda s: s.scalars(select(Tafel).from_statement(text("SELECT * FROM tafels"))).all(),
        lambda s: s.execute(insert(Area), [{"code": "X", "name": "X", "scale": Scale.LOCAL}]),
        lambda s: s.bulk_save_objects([Area(code="X", name="X", scale=Scale.LOCAL)]),
        lambda s: s.bulk_insert_mappings(Area, [{"code": "X"}]),
        lambda s: s.bulk_update_mappings(Area, [{"id": 1, "name": "X"}]),
    ],
    ids=[
        "raw connection",
        "text",
        "core table",
        "from_statement",
        "bulk insert",
        "bulk_save_objects",
        "bulk_insert_mappings",
        "bulk_update_mappings",
    ],
)
def test_the_ways_around_a_statement_are_closed(inside, two_regions, way_around):
    here, _there = two_regions
    with inside(here) as session, pytest.raises(OutOfScopeError):
        way_around(session)


def test_a_change_of_scope_forgets_what_was_loaded(inside, two_regions):
    here, there = two_regions
    with inside(there) as session:
        foreign = session.scalars(select(Tafel)).one()
        session.scope = here.id
        assert foreign not in session
        assert session.get(Tafel, foreign.id) is None


def test_a_row_of_another_region_cannot_be_written(inside, two_regions):
    here, there = two_regions
    with inside(here) as session:
        session.add(Area(code="X", name="X", scale=Scale.LOCAL, region_id=there.id))
        with pytest.raises(OutOfScopeError):
            session.flush()
        session.rollback()


def test_a_new_row_gets_the_region_of_the_session(inside, two_regions):
    here, _there = two_regions
    with inside(here):
        assert make.area("X").region_id == here.id


def test_a_reading_request_cannot_write(inside, two_regions):
    here, _there = two_regions
    with inside(here) as session, reading():
        session.add(Area(code="X", name="X", scale=Scale.LOCAL))
        with pytest.raises(OutOfScopeError):
            session.flush()
        session.rollback()


def test_a_change_of_the_network_gives_the_region_a_new_version(inside, two_regions):
    here, there = two_regions

    def versions(session):
        return dict(session.execute(select(Region.id, Region.network_version)).all())

    with inside() as session:
        before = versions(session)
    with inside(here) as session:
        session.scalars(select(Tafel)).one().submission_days = 3
    with inside() as session:
        after = versions(session)
    assert after[here.id] != before[here.id]
    assert after[there.id] == before[there.id]


def test_loading_without_saying_so_is_an_error(inside, two_regions):
    here, _there = two_regions
    with inside(here) as session:
        tafel = session.scalars(select(Tafel)).one()
        with pytest.raises(Exception, match="raise_on_sql"):
            _ = tafel.meetings
