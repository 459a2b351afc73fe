"""The map of the network. Views get objects, not ids: see access.guard."""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from coordinator import governance, maps, web
from coordinator.access import person
from coordinator.insight import forms, queries
from coordinator.models import Level
from coordinator.tafels.queries import LEVEL_CHOICES, area_choices, domain_choices

bp = Blueprint("insight", __name__)


@bp.get("/netwerk/kaart", endpoint="map")
def network_map() -> ResponseReturnValue:
    day = web.as_of(has_own_field=True)
    region = governance.planner_on(day).region
    form = forms.MapFilter(
        domain=domain_choices(),
        level=LEVEL_CHOICES,
        area=area_choices(),
        chosen=[(key, key) for key in request.args.getlist("kies")],
    )
    form.day.data = day
    domain, area = form.domain.data or None, form.area.data or None
    level = Level(form.level.data) if form.level.data else None
    chosen = queries.find_chosen(region, form.chosen.data, day)
    found = maps.find_map(day, domain=domain, level=level, area=area)
    is_around = False
    if chosen is not None and found.is_folded:
        is_around = True
        found = queries.around_chosen(day, chosen, domain, level)
    form.offer(queries.choices(region, found, chosen), chosen.key if chosen else "")
    asked: dict[str, Any] = {
        "domein": domain,
        "niveau": level and level.value,
        "gebied": area,
    }
    address = maps.staying_on_the_map(asked)
    return web.render(
        "insight/map.html",
        filters=form,
        day=day,
        drawing=maps.draw(
            found,
            region,
            address,
            marks=chosen.marks if chosen else None,
            steps=chosen.steps if chosen else None,
        ),
        address=address,
        rows=queries.table(region, found),
        chosen=chosen,
        areas=region.areas_by_code,
        is_around=is_around,
        is_on_map=chosen is not None and chosen.key in found.by_key,
        on_its_way=queries.on_its_way(chosen, person().grants) if chosen else None,
        everything=url_for("insight.map", **asked, _anchor="kaart"),
        is_filtered=bool(domain or level or area),
    )
