"""The network as a whole. Views get objects, not ids: see access.guard."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue

from coordinator import clock, effects, governance, maps, planning, web
from coordinator.access import person
from coordinator.insight import (
    files,
    findings,
    forms,
    mending,
    paper,
    queries,
    report,
    told,
    weak,
)
from coordinator.labels import LEVEL_WORDS
from coordinator.models import Level
from coordinator.tafels import roads
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
    chosen = queries.find_chosen(region, form.chosen.data, day, domain, area)
    found = maps.find_map(day, domain=domain, level=level, area=area)
    is_around, is_large = False, found.is_folded
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
        only_of=queries.only_of(region, domain, area),
        is_around=is_around,
        is_large=is_large,
        matches=queries.matches(region, form.text.data or "") if is_large else [],
        most=queries.MATCHES_SHOWN,
        is_on_map=chosen is not None and chosen.key in found.by_key,
        on_its_way=queries.on_its_way(chosen, person().grants) if chosen else None,
        everything=url_for("insight.map", **asked, _anchor="kaart"),
        is_filtered=bool(domain or level or area),
    )


SPOTS_PER_PAGE = 10
AREAS_PER_PAGE = 20
AWAY, SEATS, ROADS = "afwezig", "zetels", "wegen"
SECTIONS = {
    "": "Overzicht",
    weak.Kind.TAFEL.value: "Tafels",
    weak.Kind.PARTNER.value: "Organisaties",
    weak.Kind.PERSON.value: "Mensen",
    SEATS: "Zetels",
    ROADS: "Aantal wegen",
    AWAY: "Wat als iemand ziek is?",
}


@bp.get(  # a former address: what it showed is a part of this page
    "/personen", endpoint="weak", redirect_to="/netwerk/zwakke-plekken?toon=mensen"
)
@bp.get("/netwerk/zwakke-plekken", endpoint="weak")
def weak_spots() -> ResponseReturnValue:
    day = web.as_of(has_own_field=True)
    choices = effects.choices()
    form = forms.WeakFilter(**{name: choices[name] for name in ("area", "domain", "level")})
    form.day.data = day
    section = request.args.get("toon", AWAY if request.args.get("persoon") else "")
    if section not in SECTIONS:
        section = ""
    asked = weak.Asked(
        form.area.data or None,
        form.domain.data or None,
        Level(form.level.data) if form.level.data else None,
    )
    kept = {"gebied": asked.area, "domein": asked.domain, "niveau": asked.level}

    def address(section: str, **more: Any) -> str:
        return url_for("insight.weak", toon=section or None, **{**kept, **more})

    shown = _AT.get(section, _spots_shown)(weak.find(day), section, asked, address)
    return web.render(
        "insight/weak.html",
        weak_filters=form,
        day=day,
        section=section,
        sections=[(words, address(key), key == section) for key, words in SECTIONS.items()],
        address=address,
        is_filtered=asked != weak.Asked(),
        everything=url_for("insight.weak", toon=section or None, dag=None),
        **shown,
    )


Shown = dict[str, Any]
Address = Callable[..., str]


def _overview_shown(found: weak.Weak, _section: str, asked: weak.Asked, _address: Address) -> Shown:
    spots = {kind: weak.narrowed(found.spots[kind], asked) for kind in weak.Kind}
    return {
        "cards": [
            (kind, SECTIONS[kind.value], weak.headline(kind, some), some)
            for kind, some in spots.items()
        ],
        "known_words": weak.known_words(found.day),
        "vacancies": weak.vacancy_sentences(found.day, asked),
        "roads": weak.roads_sentences(found, asked),
    }


def _spots_shown(found: weak.Weak, section: str, asked: weak.Asked, _address: Address) -> Shown:
    kind = weak.Kind(section)
    spots = weak.narrowed(found.spots[kind], asked)
    page = web.page_of(spots, SPOTS_PER_PAGE)
    is_person = kind is weak.Kind.PERSON
    mends = {} if is_person else weak.mends(found, kind, page.items)
    may_mend = found.day >= clock.today()
    proposals = [mend.proposal for some in mends.values() for mend in some]
    return {
        "page": page,
        "headline": weak.headline(kind, spots),
        "known_words": weak.known_words(found.day) if is_person else "",
        "mends": mends,
        "addresses": mending.urls(proposals) if may_mend else {},
        "deputies": weak.deputies(found, page.items) if is_person else {},
        "end_words": weak.end_words,
    }


def _seats_shown(found: weak.Weak, _section: str, asked: weak.Asked, _address: Address) -> Shown:
    return {
        "page": web.page_of(weak.vacancies(found.day, asked)),
        "vacancies": weak.vacancy_sentences(found.day, asked),
    }


def _roads_shown(found: weak.Weak, _section: str, asked: weak.Asked, _address: Address) -> Shown:
    def explained(cell: weak.Cell, count: int) -> str:
        area, domain, level = cell
        place: dict[str, Any] = {"gebied": area, "domein": domain, "niveau": level.value}
        if count == 0:
            return url_for("insight.gaps", **place, _anchor="vak")
        return url_for("insight.weak", toon=weak.Kind.TAFEL, **place) if count == 1 else ""

    page = web.page_of(weak.areas(found.day, asked), AREAS_PER_PAGE)
    return {
        "page": page,
        "roads": weak.roads_sentences(found, asked),
        "legend": weak.LEGEND,
        "tables": [
            weak.roads_table(found, asked, level, page.items, explained)
            for level in weak.levels(asked)
        ],
    }


def _away_shown(found: weak.Weak, _section: str, _asked: weak.Asked, _address: Address) -> Shown:
    form = forms.AwayFilter()
    today = clock.today()
    first = min(max(form.starts_on.data or today, today), web.LAST_DAY)
    time = form.time.data or forms.USUAL_TIME
    form.starts_on.data, form.time.data = first, time
    names = weak.names(form.person.data or "")
    shown: Shown = {"away_form": form, "names": names, "first": first, "time": time}
    if len(names) != 1:
        return {**shown, "away": None}
    away = weak.away(names[0], first, **forms.TIMES[time])
    change = away.change()
    filters = effects.EffectFilter(**effects.choices())
    effect = effects.shown(change, first)
    place: dict[str, Any] = {"persoon": away.name, "van": first.isoformat(), "duur": time}
    return {
        **shown,
        "away": away,
        "effect": effect,
        "signals": effects.open_signals(change, first, person().grants),
        "drawing": effects.drawn(change, first),
        "granted": None,
        "filters": filters,
        "page": web.page_of(effect.chosen(filters)),
        "reset": url_for("insight.weak", toon=AWAY, **place),
        "asked": [("toon", AWAY), *place.items(), ("dag", request.args.get("dag", ""))],
    }


_AT: dict[str, Callable[[weak.Weak, str, weak.Asked, Address], Shown]] = {
    "": _overview_shown,
    SEATS: _seats_shown,
    ROADS: _roads_shown,
    AWAY: _away_shown,
}


# White spots.

PLACES_PER_PAGE = 40
OTHERS_SHOWN = 15


@bp.get("/netwerk/dekking", endpoint="gaps", alias=True)  # its former address leads to it
@bp.get("/netwerk/witte-vlekken", endpoint="gaps")
def white_spots() -> ResponseReturnValue:
    day = web.as_of(has_own_field=True)
    region = governance.planner_on(day).region
    form = forms.GapsFilter(within=roads.containers(region))
    form.day.data = day
    within = form.within.data or None
    asked_level = request.args.get("niveau")
    level = next((one for one in told.LEVELS if one.value == asked_level), told.LEVELS[0])
    asked: dict[str, Any] = {"binnen": within}
    places = roads.local_areas(region, within)
    page = web.page_of(places, PLACES_PER_PAGE)

    def address(**more: Any) -> str:
        return url_for("insight.gaps", **{**asked, "niveau": level.value, **more})

    def cell_address(cell: findings.Cell) -> str:
        shown = page.page if page.page > 1 else None
        return address(gebied=cell[0], domein=cell[1], pagina=shown, _anchor="vak")

    cell = request.args.get("gebied", ""), request.args.get("domein", ""), level
    chosen = findings.find_chosen(day, cell)
    steps = findings.steps_for(day, cell) if chosen else findings.steps(day, within)
    said = told.told(day, within)
    # Nothing to open on this day: what opens most where roads to this level are lost first.
    ahead = None
    if not chosen and not any(one.lines for one in said):
        ending = [one for one in said if one.loss_on]
        ahead = next((one for one in ending if one.level is level), next(iter(ending), None))
    later = ahead.loss_on if ahead and ahead.loss_on else day
    listed = asked
    if ahead:
        steps = findings.steps(later, within)
        listed = {**asked, "dag": later.isoformat()}
    best = findings.best_of_each_kind(steps)
    others = [step for step in steps if step not in best] if chosen else []
    return web.render(
        "insight/gaps.html",
        filters=form,
        day=day,
        level=level,
        levels=[(one, address(niveau=one.value, _anchor="kaart")) for one in told.LEVELS],
        to=LEVEL_WORDS,
        told=said,
        ahead=ahead,
        within=within and region.areas_by_code[within].name,
        parts=told.parts(day) if within is None and len(places) > told.LARGE else [],
        part_address=lambda part: url_for("insight.gaps", binnen=part.code),
        chosen=chosen,
        explanation=roads.explain(chosen.row, day) if chosen and chosen.row.reason else None,
        best=mending.mended(best, later),
        others=mending.mended(others[:OTHERS_SHOWN], day),
        more=max(0, len(others) - OTHERS_SHOWN),
        everything=address(_anchor="kaart"),
        head=[domain.name for domain in region.domains],
        page=page,
        rows=told.heat_rows(day, level, page.items, cell_address),
        files=[
            ("Werkboek (.xlsx)", url_for("insight.gaps_xlsx", **listed)),
            ("CSV", url_for("insight.gaps_csv", **listed)),
        ],
    )


def _asked_area(day: date, name: str = "gebied") -> str | None:
    """Return the area in the address; the whole region where it names none that is there."""
    area = request.args.get(name, "")
    return area if area in governance.planner_on(day).region.areas_by_code else None


@bp.get("/netwerk/witte-vlekken.csv")
def gaps_csv() -> ResponseReturnValue:
    day = web.as_of()
    area = _asked_area(day, "binnen")
    return files.attached(
        files.as_csv(findings.HEAD, findings.table(day, area)),
        f"witte-vlekken-{day.isoformat()}.csv",
    )


@bp.get("/netwerk/witte-vlekken.xlsx")
def gaps_xlsx() -> ResponseReturnValue:
    day = web.as_of()
    area = _asked_area(day, "binnen")
    rows = findings.table(day, area, in_words=True)
    return files.attached(
        files.as_workbook("witte vlekken", [*findings.HEAD, *findings.WORDS], rows),
        f"witte-vlekken-{day.isoformat()}.xlsx",
    )


# On paper.


@bp.get("/netwerk/rapport", endpoint="report")
def on_paper() -> ResponseReturnValue:
    day = web.as_of(has_own_field=True)
    form = forms.ReportFilter(area=effects.choices()["area"])
    form.day.data = day
    area = form.area.data or None
    return web.render(
        "insight/report.html",
        filters=form,
        day=day,
        report=report.make(day, area),
        large_words=report.LARGE_WORDS,
        pdf=url_for("insight.report_pdf", gebied=area),
        xlsx=url_for("insight.report_xlsx", gebied=area),
        lists=[
            (title, url_for("insight.report_csv", deel=name, gebied=area))
            for name, title in report.LISTS.items()
        ],
    )


def _report_file(
    data: bytes, day: date, area: str | None, kind: str, part: str = ""
) -> ResponseReturnValue:
    region = planning.current_region().slug
    current_app.logger.info(
        "report of region %s taken out as %s by account %s",
        region,
        kind,
        person().account.public_id,
    )
    name = "-".join(filter(None, ("rapport", region, area, part, day.isoformat())))
    return files.attached(data, f"{name}.{kind}")


@bp.get("/netwerk/rapport.pdf")
def report_pdf() -> ResponseReturnValue:
    day = web.as_of()
    area = _asked_area(day)
    return _report_file(paper.pdf(report.make(day, area)), day, area, "pdf")


@bp.get("/netwerk/rapport.xlsx")
def report_xlsx() -> ResponseReturnValue:
    day = web.as_of()
    area = _asked_area(day)
    sheets = [(one.title, one.head, one.rows) for one in report.lists(day, area)]
    return _report_file(files.as_sheets(sheets), day, area, "xlsx")


@bp.get("/netwerk/rapport.csv")
def report_csv() -> ResponseReturnValue:
    day = web.as_of()
    asked = request.args.get("deel", "")
    if asked not in report.LISTS:
        abort(404)
    area = _asked_area(day)
    found = next(one for one in report.lists(day, area) if one.name == asked)
    return _report_file(files.as_csv(found.head, found.rows), day, area, "csv", asked)
