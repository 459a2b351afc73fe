"""Structural questions: disjoint routes and tables that all routes pass."""

import csv
import random
from pathlib import Path

import networkx as nx
import pytest

from network.graph import (
    disjoint_routes,
    model_graph,
    surroundings,
    tafel_graph,
    unavoidable,
)
from tests.network.brute import Brute
from tests.network.draw import day, network
from tests.network.test_brute import some_region

ORACLE = Path(__file__).parents[3] / "shared" / "data" / "sna_oracle"


def test_a_later_route_may_take_back_a_step_of_an_earlier_one():
    # The first search takes p-x-t; q needs x, so p has to go round by y and z.
    links = {"p": ["x", "y"], "q": ["x"], "x": ["t"], "y": ["z"], "z": ["u"], "t": [], "u": []}
    assert disjoint_routes(links, ["p", "q"], ["t", "u"]) == 2
    # What is taken back is gone: r cannot push p away from x a second time.
    links |= {"p": ["x", "y", "w"], "r": ["x"], "w": ["v"], "v": []}
    assert disjoint_routes(links, ["p", "q", "r"], ["t", "u", "v"]) == 2


def test_disjoint_routes_and_cuts_agree_with_networkx():
    for number in range(60):
        rng = random.Random(number)
        graph = nx.gnp_random_graph(
            rng.randint(4, 12), rng.choice([0.1, 0.2, 0.35]), seed=number, directed=True
        )
        nodes = list(graph)
        sources, targets = rng.sample(nodes, 3), rng.sample(nodes, 3)
        ends = graph.copy()
        ends.add_edges_from(("start", node) for node in sources)
        ends.add_edges_from((node, "end") for node in targets)
        count = disjoint_routes(graph, sources, targets)
        assert count == nx.node_connectivity(ends, "start", "end"), number
        paths = list(nx.all_simple_paths(ends, "start", "end"))
        needed = set.intersection(*map(set, paths)) - {"start", "end"} if paths else set()
        assert unavoidable(graph, sources, targets) == needed, number


def table(name):
    with (ORACLE / f"{name}.csv").open() as stream:
        return list(csv.DictReader(stream))


def oracle_graph(name):
    graph = nx.DiGraph()
    graph.add_nodes_from(int(row["id"]) for row in table(f"{name}_nodes"))
    graph.add_edges_from((int(r["source"]), int(r["target"])) for r in table(f"{name}_edges"))
    return graph


needs_oracle = pytest.mark.skipif(
    not ORACLE.exists(), reason="../shared with the published network statistics is absent"
)


@needs_oracle
@pytest.mark.parametrize("name", ["lt79", "toy"])
def test_dominators_are_those_of_igraph(name):
    graph = oracle_graph(name)
    immediate = {(int(r["root"]), int(r["vertex"])): r for r in table(f"{name}_dominators")}
    for (root, vertex), row in immediate.items():
        expected = set()
        if row["status"] != "unreachable":
            expected, node = {root, vertex}, vertex
            while node != root:
                expected.add(node)
                node = int(immediate[root, node]["idom"])
        assert unavoidable(graph, [root], [vertex]) == expected, (root, vertex)


@needs_oracle
@pytest.mark.parametrize("name", ["lt79", "toy"])
def test_connectivity_is_that_of_igraph(name):
    graph = oracle_graph(name)
    for row in table(f"{name}_connectivity"):
        source, target = int(row["source"]), int(row["target"])
        between = graph.subgraph(set(graph) - {source, target})
        starts = [node for node in graph.successors(source) if node in between]
        ends = [node for node in graph.predecessors(target) if node in between]
        found = disjoint_routes(between, starts, ends)
        assert found == int(row["node_connectivity"]), (source, target)


def test_the_model_graph_holds_every_row_as_a_node_or_an_edge():
    region = network("U1=A1 B1#jeugd", "", "U1>B1+2=A1 U1>B1", "p@U1 p@U1/5-9", "A1")
    graph = model_graph(region)
    relations = sorted(
        (source[1], relation, target[1])
        for source, target, relation in graph.edges(data="relation")
    )
    assert relations.count(("U1", "hands_to", "B1")) == 2
    assert relations.count(("p", "sits_at", "U1")) == 2
    assert ("U1", "rests_on", "A1") in relations
    assert ("B1", "deals_with", "jeugd") in relations
    assert ("G1", "part_of", "VR") in relations
    assert graph.nodes["tafel", "B1"]["row"].code == "B1"


def test_the_graph_of_tables_is_that_of_one_cell_on_one_day():
    region = network("U1=A1 B1 B2@VR B3#wonen", "", "U1>B1=A2 U1>B2 U1>B3", "", "A1/5- A2/9-")
    assert set(tafel_graph(region, "G1", "jeugd").edges) == {("U1", "B1"), ("U1", "B2")}
    assert set(tafel_graph(region, "G2", "jeugd").edges) == {("U1", "B1")}
    assert set(tafel_graph(region, "G1", "jeugd", day(6)).edges) == {("U1", "B2")}
    assert set(tafel_graph(region, "G1", "jeugd", day(0))) == {"B1", "B2"}


def test_surroundings_follow_the_hand_overs_in_force_per_domain_up_and_down():
    region = network(
        "U1#jeugd U2#wonen B1 S1 B2@G2 B3=A2",
        handovers="U1>B1 U2>B1 B1>S1=A1#jeugd B1>B2 B2>S1 B1>B3",
        seats="p@U1 p@U2/5-9 q@B1",
        agreements="A1/5-20 A2?",
    )
    found = surroundings(region, day(6), tafel="B1")
    assert found.up == {("B1", "S1"), ("B1", "B2"), ("B2", "S1")}
    assert found.feeding == {("U1", "B1"), ("U2", "B1")}
    assert surroundings(region, day(6), tafel="U2").up == {
        ("U2", "B1"),  # on wonen; B1 hands over to S1 for jeugd only
        ("B1", "B2"),
        ("B2", "S1"),
    }
    assert surroundings(region, day(6), tafel="S1").feeding >= {("U1", "B1"), ("B1", "S1")}
    assert ("U2", "B1") in surroundings(region, day(6), tafel="S1").feeding
    assert surroundings(region, day(6), partner="p").entries == {"U1", "U2"}
    assert surroundings(region, day(10), partner="p").entries == {"U1"}
    assert surroundings(region, day(30), partner="q").up == {("B1", "B2"), ("B2", "S1")}


def test_no_step_of_surroundings_differs_from_trying_every_way_of_every_signal():
    seen = 0
    for number in range(60):
        rng = random.Random(number)
        region, on = some_region(rng), day(rng.randint(0, 20))
        brute = Brute(region)
        held = {t.code for t in region.tafels if brute.in_force(t.agreement, on)}
        near = rng.choice([{}, {"domain": "jeugd"}, {"area": "G1"}, {"area": "RR"}])
        places = [
            (area, domain)
            for area in ("G1", "G2")
            for domain in ("jeugd", "wonen")
            if near.get("domain", domain) == domain
            and brute.is_inside(area, near.get("area", area))
        ]
        steps = {
            place: {
                (code, h.target)
                for code in held
                for h in brute.steps(code, *place)
                if h.target in held and brute.in_force(h.agreement, on)
            }
            for place in places
        }

        def ways(starts, steps, held=held):
            taken, reached = set(), set(starts)
            for _ in held:
                taken |= {step for step in steps if step[0] in reached}
                reached |= {target for _, target in taken}
            return taken

        for tafel in region.tafels:
            covered = [p for p in places if brute.covers(tafel.code, *p)]
            found = surroundings(region, on, tafel=tafel.code, **near)
            up = [ways({tafel.code}, steps[place]) for place in covered]
            down = [ways({tafel.code}, {step[::-1] for step in steps[p]}) for p in covered]
            assert found.up == set().union(*up), number
            assert found.feeding == {step[::-1] for step in set().union(*down)}, number
            seen += len(found.up)
        for partner in "pq":
            sits = {s.tafel for s in region.seats if s.partner == partner and s.valid_on(on)}
            entries = {
                place: {
                    t.code
                    for t in region.tafels
                    if (t.code in sits or t.is_open)
                    and t.code in held
                    and brute.covers(t.code, *place)
                }
                for place in places
                if partner in brute.partners_in(*place)
            }
            found = surroundings(region, on, partner=partner, **near)
            up = [ways(entries[place], steps[place]) for place in entries]
            assert found.entries == set().union(*entries.values()), number
            assert found.up == set().union(*up), number
    assert seen > 100
