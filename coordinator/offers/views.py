"""Offers and places to learn, and what fits. Views get objects, not ids: see access.guard."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from coordinator import clock
from coordinator.access import person
from coordinator.errors import Refused
from coordinator.models import (
    LearningFormat,
    LearningOffer,
    LearningStructure,
    Level,
    StructureKind,
)
from coordinator.offers import actions, queries
from coordinator.offers.forms import (
    COSTS,
    FORMATS,
    LEVELS,
    EndForm,
    OfferFilter,
    OfferForm,
    ReachForm,
    SoughtFilter,
    StructureForm,
)
from coordinator.tafels.queries import area_choices, domain_choices
from coordinator.web import page_of, paginate, render

bp = Blueprint("offers", __name__)


@bp.app_template_filter()
def amount(cents: int) -> str:
    """Return 125000 as "€ 1.250", and 1250 as "€ 12,50"."""
    return f"€\u00a0{queries.amount_typed(cents)}"


MOMENTS_SHOWN = 10
ALL_SHOWN = 100
KINDS = [("leervraag", "Leervragen"), ("doel", "Leerdoelen")]


# Offers.


@bp.get("/leeraanbod")
def index() -> ResponseReturnValue:
    form = OfferFilter(
        format=FORMATS, level=LEVELS, domain=domain_choices(), area=area_choices(), cost=COSTS
    )
    has_ended = "beeindigd" in request.args
    wanted = queries.Wanted(
        format=LearningFormat(form.format.data) if form.format.data else None,
        level=Level(form.level.data) if form.level.data else None,
        domain=form.domain.data,
        area=form.area.data,
        provider=form.provider.data,
        cost=form.cost.data,
        text=form.text.data,
        has_ended=has_ended,
    )
    there, ended = queries.count_offers()
    return render(
        "offers/index.html",
        filters=form,
        page=paginate(queries.offers(wanted)),
        has_ended=has_ended,
        is_filtered=any(field.data for field in form),
        there=there,
        ended=ended,
    )


@bp.get("/leeraanbod/<offer>")
def show(offer: LearningOffer) -> ResponseReturnValue:
    fits = queries.reached_by(offer)
    page = page_of(fits, 10)
    return render(
        "offers/show.html",
        last_day=queries.last_day(offer),
        offer=offer,
        has_ended=queries.has_ended(offer),
        page=page,
        reached=queries.reached(page.items),
        moments=queries.moments_of(offer, at_most=MOMENTS_SHOWN),
        history=queries.history(offer, person().account),
    )


def _reach(form: ReachForm) -> actions.Reach:
    return actions.Reach(
        level=form.chosen_level,
        all_domains=bool(form.all_domains.data),
        domains=queries.find_domains(form.domains.data),
        area=queries.find_area(form.area.code),
    )


def _terms(form: OfferForm) -> actions.Terms:
    return actions.Terms(
        title=form.title.data or "",
        description=form.description.data or "",
        format=LearningFormat(form.format.data),
        reach=_reach(form),
        partner=queries.find_partner(form.partner.code),
        provider=form.provider.data or "",
        structure=queries.find_structure(form.structure.code) if form.structure.code else None,
        cost_cents=form.cost.data,
        places=form.places.data,
        contact=form.contact.data or "",
    )


def _fill(form: OfferForm, offer: LearningOffer | None = None) -> None:
    form.offer(
        queries.domain_options(offer.domains if offer else ()),
        queries.area_options(offer.area if offer else None),
        queries.partner_options(offer.provider_partner if offer else None),
        queries.structure_options(offer.structure if offer else None),
    )


@bp.route("/leeraanbod/nieuw", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    form = OfferForm()
    _fill(form)
    if form.validate_on_submit():
        try:
            offer = actions.add(_terms(form), by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("Het aanbod is vastgelegd. Hieronder staat bij welke vragen het past.", "done")
            return redirect(url_for("offers.show", offer=offer.public_id))
    return render("offers/new.html", form)


@bp.route("/leeraanbod/<offer>/wijzigen", methods=["GET", "POST"])
def edit(offer: LearningOffer) -> ResponseReturnValue:
    form = OfferForm()
    _fill(form, offer)
    theirs = False
    if not form.is_submitted():
        form.show(offer)
    if form.validate_on_submit():
        if form.version.data != str(offer.version):
            theirs = True
            form.version.data = str(offer.version)
            form.refuse(_changed_meanwhile("dit aanbod"))
        else:
            try:
                actions.change(offer, _terms(form), by=person().account)
            except Refused as refused:
                form.refuse(refused)
            else:
                flash("Het aanbod is bewaard.", "done")
                return redirect(url_for("offers.show", offer=offer.public_id))
    return render("offers/edit.html", form, offer=offer, theirs=theirs)


def _changed_meanwhile(what: str) -> Refused:
    return Refused(
        f"Iemand anders heeft {what} intussen gewijzigd. Bij elk veld staat wat er nu staat. Pas "
        "uw tekst aan en bewaar opnieuw."
    )


@bp.route("/leeraanbod/<offer>/beeindigen", methods=["GET", "POST"])
def end(offer: LearningOffer) -> ResponseReturnValue:
    form = EndForm(data={"last_day": queries.last_day(offer) or clock.today()})
    if form.validate_on_submit():
        actions.end(offer, form.last_day.data, by=person().account)
        flash(_ended_words(form, "Dit aanbod"), "done")
        return redirect(url_for("offers.show", offer=offer.public_id))
    return render("offers/end.html", form, offer=offer)


def _ended_words(form: EndForm, what: str) -> str:
    if form.last_day.data is None:
        return f"{what} blijft bestaan."
    return "De laatste dag is vastgelegd."


@bp.get("/leeraanbod/passend")
def fitting() -> ResponseReturnValue:
    form = SoughtFilter(kind=KINDS, level=LEVELS, domain=domain_choices())
    found = queries.Matching(
        queries.SoughtFilter(form.kind.data, form.level.data, form.domain.data)
    )
    shown, one = request.args.get("toon", ""), request.args.get("bij", "")
    at_most = ALL_SHOWN if one else queries.FITTING_SHOWN
    if shown == "aanbod":
        page = page_of(found.unwanted)
    elif one:
        page = page_of(found.of(one))
    else:
        page = page_of(found.unmet if shown == "zonder" else found.met)
    return render(
        "offers/fitting.html",
        filters=form,
        kept={field.name: field.data for field in form if field.data},
        found=found,
        shown=shown,
        page=page,
        is_one=bool(one),
        sought=[] if shown == "aanbod" else found.sought(page.items, at_most),
        unasked=found.unasked(page.items) if shown == "aanbod" else [],
        is_filtered=bool(one) or any(field.data for field in form),
    )


# Places for learning.


@bp.get("/leerplekken")
def structures() -> ResponseReturnValue:
    has_ended = "beeindigd" in request.args
    return render(
        "offers/structures.html",
        page=paginate(queries.structures(has_ended=has_ended)),
        has_ended=has_ended,
        ended=queries.count_ended_structures(),
    )


@bp.get("/leerplekken/<structure>")
def structure(structure: LearningStructure) -> ResponseReturnValue:
    return render(
        "offers/structure.html",
        last_day=queries.last_day(structure),
        structure=structure,
        has_ended=queries.has_ended(structure),
        page=paginate(queries.offers_of(structure)),
        moments=queries.moments_of(structure, at_most=MOMENTS_SHOWN),
        history=queries.history(structure, person().account),
    )


def _place_terms(form: StructureForm) -> actions.PlaceTerms:
    return actions.PlaceTerms(
        name=form.name.data or "",
        kind=StructureKind(form.kind.data),
        description=form.description.data or "",
        contact=form.contact.data or "",
        tafel=queries.find_tafel(form.tafel.code),
        reach=_reach(form),
    )


def _fill_place(form: StructureForm, structure: LearningStructure | None = None) -> None:
    form.offer(
        queries.domain_options(structure.domains if structure else ()),
        queries.area_options(structure.area if structure else None),
        queries.tafel_options(structure.tafel if structure else None),
    )


@bp.route("/leerplekken/nieuw", methods=["GET", "POST"])
def new_structure() -> ResponseReturnValue:
    form = StructureForm()
    _fill_place(form)
    if form.validate_on_submit():
        try:
            structure = actions.add_structure(_place_terms(form), by=person().account)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash("De leerplek is vastgelegd.", "done")
            return redirect(url_for("offers.structure", structure=structure.public_id))
    return render("offers/new_structure.html", form)


@bp.route("/leerplekken/<structure>/wijzigen", methods=["GET", "POST"])
def edit_structure(structure: LearningStructure) -> ResponseReturnValue:
    form = StructureForm()
    _fill_place(form, structure)
    theirs = False
    if not form.is_submitted():
        form.show(structure)
    if form.validate_on_submit():
        if form.version.data != str(structure.version):
            theirs = True
            form.version.data = str(structure.version)
            form.refuse(_changed_meanwhile("deze leerplek"))
        else:
            try:
                actions.change_structure(structure, _place_terms(form), by=person().account)
            except Refused as refused:
                form.refuse(refused)
            else:
                flash("De leerplek is bewaard.", "done")
                return redirect(url_for("offers.structure", structure=structure.public_id))
    return render("offers/edit_structure.html", form, structure=structure, theirs=theirs)


@bp.route("/leerplekken/<structure>/beeindigen", methods=["GET", "POST"])
def end_structure(structure: LearningStructure) -> ResponseReturnValue:
    form = EndForm(data={"last_day": queries.last_day(structure) or clock.today()})
    if form.validate_on_submit():
        actions.end_structure(structure, form.last_day.data, by=person().account)
        flash(_ended_words(form, "Deze leerplek"), "done")
        return redirect(url_for("offers.structure", structure=structure.public_id))
    return render("offers/end_structure.html", form, structure=structure)
