"""Who may decide what on a day, and by which chain of clauses; where nobody may, or more than one.

A clause grants a power: to decide on a kind of thing. The parties grant it themselves (a root), or
somebody who holds it passes it on (a sub-mandate). A sub-mandate holds on a day when each link
before it does, up to a root, and each of them may be passed on. Along a chain limits only narrow:
the lowest amount, the domains and areas that all links share. Who goes round in a circle without a
root holds nothing.

This is the reduction of certificates of SPKI (RFC 2693, 6.3): issuer, subject, delegation,
authorisation and validity, of which the last two are intersected link by link. With one addition
from the law on mandates (Awb 10.1.1): who passes a power on stays accountable. So the holder of a
sub-mandate carries out, whatever the clause calls it; only a root makes accountable.

A cell is a domain in a smallest area, one that contains no other. "Exactly one accountable" is
about each power, in each cell. Amounts do not count there: an accountable with a limit is one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from heapq import heappop, heappush
from itertools import combinations

from network.region import AgreementStatus, Region


class Involvement(StrEnum):
    """What a holder does with a kind of decision, the strongest first."""

    ACCOUNTABLE = "accountable"
    CARRIES_OUT = "carries_out"
    ADVISES = "advises"


class Problem(StrEnum):
    """Why a link of a chain does not hold for a question."""

    NOT_SIGNED = "not_signed"
    NOT_BEGUN = "not_begun"
    ENDED = "ended"
    ONLY_ADVISES = "only_advises"
    OTHER_DOMAIN = "other_domain"
    OTHER_AREA = "other_area"
    OVER_AMOUNT = "over_amount"
    GIVER_HAS_NO_POWER = "giver_has_no_power"
    """The first link is passed on by somebody to whom no clause gives the power."""
    MAY_NOT_PASS_ON = "may_not_pass_on"  # noqa: S105 (passes power on, no password)
    """The next link passes on what this one does not let pass on."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a power: a table, a role at a table, a role at whichever table, or a partner.

    ValueError for any other combination, and for none of the three.
    """

    tafel: str | None = None
    role: str | None = None
    partner: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is not one of the four."""
        if (self.partner is None) == (self.tafel is None and self.role is None):
            raise ValueError("een houder is een tafel, een rol, een rol aan een tafel of partner")

    @property
    def covering(self) -> tuple["Holder", ...]:
        """The holders to whom a grant is one to this holder: itself, and its role at any table.

        >>> [str(holder) for holder in Holder("B1", "lid").covering]
        ['lid @ B1', 'lid']
        """
        if self.tafel is not None and self.role is not None:
            return self, Holder(role=self.role)
        return (self,)

    def covers(self, other: "Holder") -> bool:
        """Whether a grant to this holder is one to the other.

        A role at any table covers that role at each. A table as a whole does not cover the roles
        at it, nor they the table: what a table decides, its chair does not decide alone.

        >>> Holder(role="lid").covers(Holder("B1", "lid")), Holder("B1").covers(Holder("B1", "lid"))
        (True, False)
        """
        return self in other.covering

    def __lt__(self, other: "Holder") -> bool:
        """Order tables with their roles, then roles at any table, then partners."""
        return self._order < other._order

    @property
    def _order(self) -> tuple[bool, str, bool, str, str]:
        return (
            self.tafel is None,
            self.tafel or "",
            self.role is None and self.tafel is None,
            self.role or "",
            self.partner or "",
        )

    def __str__(self) -> str:
        return self.partner or " @ ".join(part for part in (self.role, self.tafel) if part)


@dataclass(frozen=True, slots=True)
class PowerGrant:
    """What one clause grants; `giver` None is the parties themselves.

    `amount` is the highest in whole euros, None without limit. `domains` and `areas` None are all;
    an area holds for the areas it contains too. Both days are included. `limit_text` holds the
    limits that only people can judge.
    """

    clause: str
    agreement: str
    power: str
    holder: Holder
    giver: Holder | None = None
    involvement: Involvement = Involvement.ACCOUNTABLE
    is_exclusive: bool = False
    may_pass_on: bool = False
    amount: int | None = None
    domains: frozenset[str] | None = None
    areas: frozenset[str] | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    status: AgreementStatus = AgreementStatus.SIGNED
    limit_text: str = ""

    def in_time(self, day: date) -> Problem | None:
        """Give what is wrong with the clause on that day, or None when it is in force.

        A clause of an agreement that was terminated has ended, whatever its last day.

        >>> grant = PowerGrant("A1/1", "A1", "inkoop", Holder("B1"), ends_on=date(2027, 3, 31))
        >>> grant.in_time(date(2027, 3, 31)), grant.in_time(date(2027, 4, 1)).value
        (None, 'ended')
        """
        if self.status is AgreementStatus.TERMINATED:
            return Problem.ENDED
        if self.status is not AgreementStatus.SIGNED:
            return Problem.NOT_SIGNED
        if self.starts_on is not None and day < self.starts_on:
            return Problem.NOT_BEGUN
        if self.ends_on is not None and day > self.ends_on:
            return Problem.ENDED
        return None


@dataclass(frozen=True, slots=True)
class Question:
    """Whether this holder may decide this on that day.

    Domain, area and amount None are not asked: any that the chain allows will do, and `limits` of
    the answer says which.
    """

    power: str
    holder: Holder
    day: date
    domain: str | None = None
    area: str | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """One clause in a chain, and what is wrong with it for the question; nothing when it holds."""

    grant: PowerGrant
    problems: tuple[Problem, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Scope:
    """Domains and areas, None for all of them."""

    domains: frozenset[str] | None = None
    areas: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What all links of a chain leave: amount, scope and days, None where nothing limits.

    The areas are the largest ones: what they contain is meant too.
    """

    amount: int | None
    scope: Scope
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a question is answered with yes, and by which chain, its root first.

    When not: the chain that comes nearest, with the problems of each link. No chain at all when no
    clause, in force or not, grants the power to this holder. `limits` only with yes.
    """

    question: Question
    chain: tuple[Link, ...] = ()
    limits: Limits | None = None

    @property
    def is_allowed(self) -> bool:
        """Whether the holder may decide."""
        return bool(self.chain) and all(link.holds for link in self.chain)

    @property
    def may_advise(self) -> bool:
        """Whether the holder may at least advise: nothing is wrong but that links only advise."""
        return bool(self.chain) and not any(
            set(link.problems) - {Problem.ONLY_ADVISES} for link in self.chain
        )

    @property
    def involvement(self) -> Involvement | None:
        """How the holder decides: accountable himself or on behalf of who is; None with no."""
        if not self.is_allowed:
            return None
        return Involvement.CARRIES_OUT if len(self.chain) > 1 else self.chain[0].grant.involvement


@dataclass(frozen=True, slots=True)
class Held:
    """The strongest involvement that a holder has that day, somewhere, and the last links of it."""

    involvement: Involvement
    grants: tuple[PowerGrant, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Cells in which nobody is accountable for the power that day."""

    power: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Overlap:
    """Cells in which more than one holder is accountable for the power that day."""

    power: str
    scope: Scope
    grants: tuple[PowerGrant, ...]

    @property
    def holders(self) -> tuple[Holder, ...]:
        """The holders, sorted."""
        return tuple(sorted({grant.holder for grant in self.grants}))


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who is involved in what on a day; `held` has no entry where a holder is not.

    Gaps and overlaps count every holder, also those that are not in `held`; in order of the powers.
    """

    day: date
    held: dict[tuple[str, Holder], Held]
    gaps: tuple[Gap, ...]
    overlaps: tuple[Overlap, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two clauses that make two holders accountable where one of them says: only this one."""

    first: PowerGrant
    second: PowerGrant
    scope: Scope
    starts_on: date | None
    ends_on: date | None


# Problems, links, the places of the links in the order of clauses: what makes a chain the better.
_Rank = tuple[int, int, tuple[int, ...]]


class Mandates:
    """All grants of a region, signed or not; equal ones count once.

    >>> from network.example import TINY
    >>> board, policy = Holder("S1"), Holder("B1")
    >>> root = PowerGrant("A1/1", "A1", "inkoop", board, may_pass_on=True, amount=50_000)
    >>> passed_on = PowerGrant("A2/1", "A2", "inkoop", policy, giver=board, amount=20_000)
    >>> mandates = Mandates(TINY, [root, passed_on])
    >>> answer = mandates.answer(Question("inkoop", policy, date(2027, 1, 1), amount=10_000))
    >>> answer.is_allowed, [link.grant.clause for link in answer.chain], answer.limits.amount
    (True, ['A1/1', 'A2/1'], 20000)
    >>> answer = mandates.answer(Question("inkoop", policy, date(2027, 1, 1), amount=30_000))
    >>> [[problem.value for problem in link.problems] for link in answer.chain]
    [[], ['over_amount']]
    """

    def __init__(self, region: Region, grants: Iterable[PowerGrant]) -> None:
        self.region = region
        self.grants = tuple(sorted(set(grants), key=_order))
        self._by_power: dict[str, list[int]] = defaultdict(list)
        self._by_holder: dict[tuple[str, Holder], list[int]] = defaultdict(list)
        self._by_giver: dict[tuple[str, Holder | None], list[int]] = defaultdict(list)
        for i, grant in enumerate(self.grants):
            self._by_power[grant.power].append(i)
            self._by_holder[grant.power, grant.holder].append(i)
            self._by_giver[grant.power, grant.giver].append(i)
        # Which givers a holder is: the other way round of `covering`.
        self._givers: dict[tuple[str, Holder], list[Holder]] = defaultdict(list)
        for power, giver in self._by_giver:
            if giver is not None:
                for holder in giver.covering:
                    self._givers[power, holder].append(giver)
        self._masks: dict[Scope, int] = {}

    def as_if_signed(self, agreements: Collection[str]) -> "Mandates":
        """Give the mandates as they would be with these agreements signed; their days stay.

        >>> from network.example import TINY
        >>> draft = PowerGrant("A1/1", "A1", "inkoop", Holder("B1"), status=AgreementStatus.DRAFT)
        >>> question = Question("inkoop", Holder("B1"), date(2027, 1, 1))
        >>> mandates = Mandates(TINY, [draft])
        >>> for given in mandates, mandates.as_if_signed({"A1"}):
        ...     print(given.answer(question).is_allowed)
        False
        True
        """
        return Mandates(
            self.region,
            (
                replace(grant, status=AgreementStatus.SIGNED)
                if grant.agreement in agreements
                else grant
                for grant in self.grants
            ),
        )

    # One question

    def answer(self, question: Question, by: PowerGrant | None = None) -> Answer:
        """Give the chain by which the holder may decide, or the one that comes nearest to it.

        The chain with the fewest problems; of these the shortest, then the one whose clauses come
        first. With `by` only chains that end in that grant. KeyError when the area of the question
        is unknown.

        >>> from network.example import TINY
        >>> root = PowerGrant("A1/1", "A1", "inkoop", Holder("B1"))
        >>> second = PowerGrant("A1/2", "A1", "inkoop", Holder("B1"), ends_on=date(2026, 12, 31))
        >>> question = Question("inkoop", Holder("B1"), date(2027, 1, 1))
        >>> mandates = Mandates(TINY, [root, second])
        >>> mandates.answer(question).is_allowed, mandates.answer(question, second).is_allowed
        (True, False)
        """
        grants = self._leading_to(question.power, question.holder)
        ends = {
            i
            for i in grants
            if self.grants[i].holder.covers(question.holder) and by in (None, self.grants[i])
        }
        best: tuple[_Rank, tuple[int, ...], tuple[Link, ...]] | None = None
        for domain, inside in self._places(question, grants):
            wrong = {i: tuple(_problems(self.grants[i], question, domain, inside)) for i in grants}
            rank = self._best_chain(question.power, wrong, ends)
            if rank is not None:
                links = self._links(rank[2], wrong)
                # Alike in all else: rather the chain that goes wrong at its end.
                found = rank, tuple(len(link.problems) for link in links), links
                best = found if best is None or found[:2] < best[:2] else best
        if best is None:
            return Answer(question)
        answer = Answer(question, best[2])
        return replace(answer, limits=self._limits(answer.chain)) if answer.is_allowed else answer

    def _leading_to(self, power: str, holder: Holder) -> list[int]:
        """Give the grants that can be a link of a chain to the holder, in order."""
        found: set[int] = set()
        seen, to_do = {holder}, [holder]
        while to_do:
            for covering in to_do.pop().covering:
                for i in self._by_holder.get((power, covering), ()):
                    found.add(i)
                    giver = self.grants[i].giver
                    if giver is not None and giver not in seen:
                        seen.add(giver)
                        to_do.append(giver)
        return sorted(found)

    def _places(
        self, question: Question, grants: Sequence[int]
    ) -> Iterator[tuple[str | None, frozenset[str]]]:
        """Give the (domain, area with all that contain it) at which a chain may hold.

        One of each kind will do: places that the same grants are about have the same chains. The
        place without domain or area is the one that only grants without limits are about.
        """
        limited = {self.grants[i].domains for i in grants} - {None}
        domains: dict[frozenset[frozenset[str] | None], str | None] = {}
        if question.domain is not None:
            domains[frozenset()] = question.domain
        else:
            for domain in (None, *(row.code for row in self.region.domains)):
                domains.setdefault(
                    frozenset(known for known in limited if known and domain in known), domain
                )
        held = {self.grants[i].areas for i in grants} - {None}
        areas: dict[frozenset[frozenset[str] | None], frozenset[str]] = {}
        if question.area is not None:
            areas[frozenset()] = self.region.containing(question.area)
        else:
            for inside in (frozenset[str](), *map(self.region.containing, self._smallest)):
                areas.setdefault(
                    frozenset(known for known in held if known and not known.isdisjoint(inside)),
                    inside,
                )
        for domain in domains.values():
            for inside in areas.values():
                yield domain, inside

    def _best_chain(
        self, power: str, wrong: dict[int, tuple[Problem, ...]], ends: Collection[int]
    ) -> _Rank | None:
        """Find the best chain among grants with what is wrong with each, as Dijkstra would.

        A node is a giver to whom a chain has come that passes the power on to him.
        """
        best: _Rank | None = None
        queue: list[tuple[_Rank, Holder]] = []

        def follow(i: int, rank: _Rank) -> None:
            nonlocal best
            grant = self.grants[i]
            problems, links, places = rank
            rank = problems + len(wrong[i]), links + 1, (*places, i)
            if i in ends and (best is None or rank < best):
                best = rank
            problems = rank[0] + (not grant.may_pass_on)
            for giver in self._givers.get((power, grant.holder), ()):
                heappush(queue, ((problems, *rank[1:]), giver))

        def search() -> None:
            done: set[Holder] = set()
            while queue:
                rank, giver = heappop(queue)
                if giver not in done and (best is None or rank < best):
                    done.add(giver)
                    for i in self._by_giver[power, giver]:
                        if i in wrong:
                            follow(i, rank)

        givers = sorted({giver for i in wrong if (giver := self.grants[i].giver) is not None})
        for i in self._by_giver.get((power, None), ()):
            if i in wrong:
                follow(i, (0, 0, ()))
        for giver in givers:
            if not any((power, covering) in self._by_holder for covering in giver.covering):
                heappush(queue, ((1, 0, ()), giver))
        search()
        if best is None:  # only circles lead here: any link is as good a beginning as another
            queue = [((1, 0, ()), giver) for giver in givers]
            search()
        return best

    def _links(
        self, places: tuple[int, ...], wrong: dict[int, tuple[Problem, ...]]
    ) -> tuple[Link, ...]:
        links = []
        for i in places:
            grant, problems = self.grants[i], list(wrong[i])
            if i == places[0] and grant.giver is not None:
                problems.append(Problem.GIVER_HAS_NO_POWER)
            if i != places[-1] and not grant.may_pass_on:
                problems.append(Problem.MAY_NOT_PASS_ON)
            links.append(Link(grant, tuple(problems)))
        return tuple(links)

    def _limits(self, chain: tuple[Link, ...]) -> Limits:
        grants = [link.grant for link in chain]
        domains = [grant.domains for grant in grants if grant.domains is not None]
        areas = [
            frozenset(
                area.code
                for area in self.region.areas
                if not grant.areas.isdisjoint(self.region.containing(area.code))
            )
            for grant in grants
            if grant.areas is not None
        ]
        shared = frozenset.intersection(*areas) if areas else None
        if shared is not None:
            shared = frozenset(a for a in shared if self.region.containing(a) & shared == {a})
        return Limits(
            min((grant.amount for grant in grants if grant.amount is not None), default=None),
            Scope(frozenset.intersection(*domains) if domains else None, shared),
            *_shared_days(grants),
        )

    # All at once

    def matrix(self, day: date, powers: Iterable[str], holders: Iterable[Holder]) -> Matrix:
        """Give per power and holder the involvement that day, and the gaps and overlaps."""
        holders = tuple(holders)
        held, gaps, overlaps = {}, [], []
        for power in powers:
            involved = self._involved(power, day)
            for holder in holders:
                if found := self._held(power, holder, involved):
                    held[power, holder] = found
            taken = 0
            by_holder: dict[Holder, int] = defaultdict(int)
            for i, strengths in involved.items():
                cells = strengths.get(Involvement.ACCOUNTABLE, 0)
                taken |= cells
                by_holder[self.grants[i].holder] |= cells
            gaps += [Gap(power, scope) for scope in self._scopes(self._everywhere & ~taken)]
            for cells, together in _shared(by_holder):
                for scope in self._scopes(cells):
                    grants = tuple(
                        self.grants[i]
                        for i, strengths in involved.items()
                        if self.grants[i].holder in together
                        and strengths.get(Involvement.ACCOUNTABLE, 0) & self._mask(scope)
                    )
                    overlaps.append(Overlap(power, scope, grants))
        return Matrix(day, held, tuple(gaps), tuple(overlaps))

    def _held(
        self, power: str, holder: Holder, involved: dict[int, dict[Involvement, int]]
    ) -> Held | None:
        mine = [i for known in holder.covering for i in self._by_holder.get((power, known), ())]
        for involvement in Involvement:
            grants = tuple(
                self.grants[i] for i in sorted(mine) if involved.get(i, {}).get(involvement)
            )
            if grants:
                return Held(involvement, grants)
        return None

    def _involved(self, power: str, day: date) -> dict[int, dict[Involvement, int]]:
        """Give per grant the cells of each involvement that it gives that day."""
        grants = [i for i in self._by_power.get(power, ()) if self.grants[i].in_time(day) is None]
        deciding = [i for i in grants if self.grants[i].involvement is not Involvement.ADVISES]
        decide, take_part = self._cells_of(power, deciding), self._cells_of(power, grants)
        found: dict[int, dict[Involvement, int]] = {}
        for i in grants:
            grant = self.grants[i]
            decides = decide.get(i, 0)
            is_root = grant.giver is None and grant.involvement is Involvement.ACCOUNTABLE
            found[i] = {
                Involvement.ACCOUNTABLE: decides if is_root else 0,
                Involvement.CARRIES_OUT: 0 if is_root else decides,
                Involvement.ADVISES: take_part[i] & ~decides,
            }
        return found

    def _cells_of(self, power: str, grants: Iterable[int]) -> dict[int, int]:
        """Give per grant the cells in which a chain of these grants leads to it.

        The least fixpoint of: the cells of a link are its own that its giver may pass on.
        """
        cells = dict.fromkeys(grants, 0)
        passed_on: dict[Holder, int] = defaultdict(int)
        to_do: list[Holder | None] = [None]
        while to_do:
            giver = to_do.pop()
            given = self._everywhere
            if giver is not None:
                given = 0
                for holder in giver.covering:
                    given |= passed_on[holder]
            for i in self._by_giver.get((power, giver), ()):
                if i not in cells:
                    continue
                grant = self.grants[i]
                cells[i] = given & self._mask(Scope(grant.domains, grant.areas))
                if grant.may_pass_on and cells[i] & ~passed_on[grant.holder]:
                    passed_on[grant.holder] |= cells[i]
                    to_do += self._givers.get((power, grant.holder), ())
        return cells

    def conflicts(self) -> list[Conflict]:
        """Give the pairs of signed clauses that contradict each other, and where and when they do.

        An exclusive grant says that only this holder is accountable: to the parties, or for a
        sub-mandate to its giver. Two grants of a power conflict when both call their holder
        accountable, to the same, when at least one is exclusive and the holders differ, in the
        cells and on the days that they share. In order of their clauses.

        >>> from network.example import TINY
        >>> first = PowerGrant("A1/1", "A1", "inkoop", Holder("B1"), ends_on=date(2027, 3, 31))
        >>> second = PowerGrant("A2/4", "A2", "inkoop", Holder("S1"), is_exclusive=True,
        ...                     starts_on=date(2027, 1, 1))
        >>> (conflict,) = Mandates(TINY, [second, first]).conflicts()
        >>> conflict.first.clause, conflict.second.clause, conflict.starts_on, conflict.ends_on
        ('A1/1', 'A2/4', datetime.date(2027, 1, 1), datetime.date(2027, 3, 31))
        """
        found = []
        for grants in self._by_power.values():
            rows = [
                (grant, self._mask(Scope(grant.domains, grant.areas)))
                for grant in (self.grants[i] for i in grants)
                if grant.status is AgreementStatus.SIGNED
                and grant.involvement is Involvement.ACCOUNTABLE
            ]
            for (first, here), (second, there) in combinations(rows, 2):
                if not (first.is_exclusive or second.is_exclusive) or not here & there:
                    continue
                if first.holder == second.holder or not _same_giver(first, second):
                    continue
                starts_on, ends_on = _shared_days((first, second))
                if starts_on is None or ends_on is None or starts_on <= ends_on:
                    (scope,) = self._scopes(here & there)
                    found.append(Conflict(first, second, scope, starts_on, ends_on))
        return sorted(found, key=lambda pair: (_order(pair.first), _order(pair.second)))

    # Cells: bit (domain * number of smallest areas + area) of a whole number

    @cached_property
    def _smallest(self) -> tuple[str, ...]:
        containers = {outer for area in self.region.areas for outer in area.part_of}
        return tuple(area.code for area in self.region.areas if area.code not in containers)

    @cached_property
    def _domains(self) -> tuple[str, ...]:
        # Without any domain or area there is still one cell: that of grants without limits.
        return tuple(domain.code for domain in self.region.domains) or ("",)

    @cached_property
    def _everywhere(self) -> int:
        return self._mask(Scope())

    def _mask(self, scope: Scope) -> int:
        """Give the cells of a scope as bits."""
        if scope not in self._masks:
            width = len(self._smallest) or 1
            row = (1 << width) - 1
            if scope.areas is not None:
                row = 0
                for place, area in enumerate(self._smallest):
                    if not scope.areas.isdisjoint(self.region.containing(area)):
                        row |= 1 << place
            self._masks[scope] = sum(
                row << place * width
                for place, domain in enumerate(self._domains)
                if scope.domains is None or domain in scope.domains
            )
        return self._masks[scope]

    def _scopes(self, cells: int) -> Iterator[Scope]:
        """Give the cells as few scopes that do not overlap: alike areas, or alike domains."""
        width = len(self._smallest) or 1
        row = (1 << width) - 1
        rows = {d: cells >> d * width & row for d in range(len(self._domains))}
        by_domain = {d: part for d, part in rows.items() if part}
        by_area: dict[int, int] = defaultdict(int)
        for d, part in by_domain.items():
            for a in _bits(part):
                by_area[a] |= 1 << d
        domains_by_areas, areas_by_domains = _grouped(by_domain), _grouped(by_area)
        if len(areas_by_domains) < len(domains_by_areas):
            pairs = list(areas_by_domains.items())
        else:
            pairs = [(domains, areas) for areas, domains in domains_by_areas.items()]
        for domains, areas in pairs:
            yield Scope(
                None if domains == (1 << len(self._domains)) - 1 else self._named(domains),
                None if areas == row else frozenset(self._smallest[a] for a in _bits(areas)),
            )

    def _named(self, domains: int) -> frozenset[str]:
        return frozenset(self._domains[d] for d in _bits(domains))


def _order(grant: PowerGrant) -> tuple[object, ...]:
    """Order by clause; the rest only keeps the order of rows with one clause fixed."""
    return (
        grant.clause,
        grant.agreement,
        grant.power,
        grant.holder._order,
        grant.giver._order if grant.giver else (),
        repr(replace(grant, domains=None, areas=None)),
        sorted(grant.domains or ()),
        sorted(grant.areas or ()),
    )


def _problems(
    grant: PowerGrant, question: Question, domain: str | None, inside: frozenset[str]
) -> Iterator[Problem]:
    if problem := grant.in_time(question.day):
        yield problem
    if grant.involvement is Involvement.ADVISES:
        yield Problem.ONLY_ADVISES
    if grant.domains is not None and domain not in grant.domains:
        yield Problem.OTHER_DOMAIN
    if grant.areas is not None and grant.areas.isdisjoint(inside):
        yield Problem.OTHER_AREA
    if grant.amount is not None and question.amount is not None and question.amount > grant.amount:
        yield Problem.OVER_AMOUNT


def _same_giver(first: PowerGrant, second: PowerGrant) -> bool:
    if first.giver is None or second.giver is None:
        return first.giver is second.giver
    return first.giver.covers(second.giver) or second.giver.covers(first.giver)


def _shared_days(grants: Iterable[PowerGrant]) -> tuple[date | None, date | None]:
    grants = list(grants)
    return (
        max((grant.starts_on for grant in grants if grant.starts_on is not None), default=None),
        min((grant.ends_on for grant in grants if grant.ends_on is not None), default=None),
    )


def _shared(cells: dict[Holder, int]) -> list[tuple[int, frozenset[Holder]]]:
    """Give the cells that several holders have, parted by who exactly they are."""
    parts: list[tuple[int, frozenset[Holder]]] = []
    for holder in sorted(cells):
        left, new = cells[holder], []
        for part, holders in parts:
            both = part & left
            left &= ~both
            new += [(both, holders | {holder})] if both else []
            new += [(part & ~both, holders)] if part & ~both else []
        parts = [*new, (left, frozenset({holder}))] if left else new
    return sorted(
        ((part, holders) for part, holders in parts if len(holders) > 1),
        key=lambda row: sorted(row[1]),
    )


def _grouped(parts: dict[int, int]) -> dict[int, int]:
    """Give per value the keys that have it, as bits."""
    found: dict[int, int] = defaultdict(int)
    for key, value in parts.items():
        found[value] |= 1 << key
    return found


def _bits(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
