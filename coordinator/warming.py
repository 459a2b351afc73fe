"""After a start: compute beforehand what the first page of a region would have to wait for."""

import gc
from threading import Thread
from typing import Final

from flask import Flask
from sqlalchemy import select

from coordinator import clock, planning
from coordinator.db import EVERYTHING, reading, scoped_to, session
from coordinator.insight import findings, weak
from coordinator.models import Region
from coordinator.seats import queries as seats
from coordinator.tafels import roads

COLLECT_AFTER: Final = (50_000, 20, 20)
"""So many new objects are made before the collector looks for cycles; see `gc.set_threshold`.

A page makes and drops tens of thousands of small ones. To look among all that stays as often as
Python does by itself takes half of the time of a page about a country.
"""


def start(app: Flask) -> Thread:
    """Warm up beside the service, which answers meanwhile."""
    gc.set_threshold(*COLLECT_AFTER)
    thread = Thread(target=_warm_up_and_freeze, args=[app], name="warming", daemon=True)
    thread.start()
    return thread


def _warm_up_and_freeze(app: Flask) -> None:
    warm_up(app)
    gc.collect()
    gc.freeze()


def warm_up(app: Flask) -> None:
    """Make templates ready, and for as many regions as are kept the answers about their network.

    Nothing depends on it: what goes wrong here is in the log, and a page does its work itself.
    """
    try:
        for name in app.jinja_env.list_templates():
            app.jinja_env.get_template(name)
        with app.app_context(), reading():
            with scoped_to(EVERYTHING) as current:
                regions = current.scalars(select(Region.id).order_by(Region.id)).all()
            for region_id in regions[: planning.REGIONS_KEPT]:
                with scoped_to(region_id):
                    _ask()
                session().rollback()
                session().expunge_all()
    except Exception:
        app.logger.exception("warming up went wrong")


def _ask() -> None:
    """Ask what the pages on the whole network ask, for today."""
    today = clock.today()
    findings.findings()
    findings.steps(today)
    weak.find(today)
    roads.plan(today)
    seats.lines(today)
