"""What a region offers to learn from, the places it has, and what fits which need."""

from datetime import timedelta

from coordinator import clock
from coordinator.models import Level
from coordinator.offers import queries
from tests import make
from tests.conftest import Inside

ONLY_SQLITE = True


def test_places_that_are_there_come_with_the_reason_the_best_first(inside: Inside) -> None:
    with inside():
        region = make.region()
    with inside(region):
        net = make.small_network(region)
        make.structure("Oude academie", ended_on=clock.today())
        make.structure("Academie jeugd", domains=[net.jeugd], contact="Bel de balie.")
        make.structure("Leertafel", level=Level.PRACTICE, tafel_id=net.practice.id)
        make.structure("Bestuursschool", level=Level.BOARD)
        make.structure("Buurtgroep", domains=[net.jeugd], area_id=net.there.id)
        found = queries.structures_for(Level.PRACTICE, [net.jeugd.id], net.here.id)
    assert [(place.kind, place.name, place.reason) for place in found] == [
        (
            "Tafel",
            "Spreekuur ervaringen",
            "Zelfde niveau: Uitvoering. Gaat over Jeugd en gezin. "
            "In Rivierenrand, daar hoort Oeverdam bij.",
        ),
        (
            "Academie",
            "Leertafel",
            "Zelfde niveau: Uitvoering. Voor alle domeinen. Voor de hele regio.",
        ),
        (
            "Academie",
            "Academie jeugd",
            "Voor elk niveau. Gaat over Jeugd en gezin. Voor de hele regio.",
        ),
    ]
    assert [(place.tafel, place.contact) for place in found] == [
        ("K", ""),
        ("U", ""),
        ("", "Bel de balie."),
    ]
    assert found[0].next_on == clock.today() + timedelta(days=7)
