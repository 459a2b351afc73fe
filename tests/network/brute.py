"""Section 2 and 3 word for word, without any cleverness: try all ways and take the best.

Shares no code with the planner, not even the look-ups of the region.
"""

from itertools import combinations

from network.region import Level, MeetingStatus, Reason, Scale

TARGETS = (Level.POLICY, Level.BOARD)


class Brute:
    """One region; `agreements` False: every agreement is in force on every day."""

    def __init__(self, region, *, agreements=True):
        self.region = region
        self.agreements = agreements
        self.tafels = {tafel.code: tafel for tafel in region.tafels}
        self.planned = {
            tafel: [
                m.on
                for m in region.meetings
                if m.tafel == tafel and m.status is MeetingStatus.PLANNED
            ]
            for tafel in self.tafels
        }

    def in_force(self, code, on):
        if code is None or not self.agreements:
            return True
        (found,) = [a for a in self.region.agreements if a.code == code]
        return (
            found.status == "ondertekend"
            and not (found.starts_on and on < found.starts_on)
            and not (found.ends_on and on > found.ends_on)
        )

    def is_inside(self, area, outer):
        if area == outer:
            return True
        (found,) = [a for a in self.region.areas if a.code == area]
        return any(self.is_inside(further, outer) for further in found.part_of)

    def covers(self, code, area, domain):
        tafel = self.tafels[code]
        return self.is_inside(area, tafel.area) and (
            tafel.domains is None or domain in tafel.domains
        )

    def steps(self, source, area, domain):
        return [
            h
            for h in self.region.handovers
            if h.source == source
            and (h.domains is None or domain in h.domains)
            and self.covers(h.source, area, domain)
            and self.covers(h.target, area, domain)
        ]

    def first_meetings(self, partner, area, domain, given_on):
        """Every (table, day) where the signal can start."""
        for code, tafel in self.tafels.items():
            if not self.covers(code, area, domain):
                continue
            for on in self.planned[code]:
                has_seat = tafel.is_open or any(
                    s.tafel == code
                    and s.partner == partner
                    and not (s.starts_on and on < s.starts_on)
                    and not (s.ends_on and on > s.ends_on)
                    for s in self.region.seats
                )
                in_time = given_on.toordinal() <= on.toordinal() - tafel.submission_days
                if has_seat and in_time and self.in_force(tafel.agreement, on):
                    yield code, on

    def next_meetings(self, code, on, area, domain, ready_on=None):
        """Every (table, day) that can follow a meeting."""
        for h in self.steps(code, area, domain):
            tafel = self.tafels[h.target]
            for later in self.planned[h.target]:
                ready = on.toordinal() + h.processing_days
                if ready_on:
                    ready = max(ready, ready_on.toordinal())
                if (
                    later > on
                    and ready <= later.toordinal() - tafel.submission_days
                    and self.in_force(tafel.agreement, later)
                    and self.in_force(h.agreement, later)
                ):
                    yield h.target, later

    def ways_on(self, tafels, days, area, domain, level):
        """Every way from here to the first table of the level, no table twice."""
        if self.tafels[tafels[-1]].level is level:
            yield days[-1], len(tafels), tafels, days
            return
        for code, on in self.next_meetings(tafels[-1], days[-1], area, domain):
            if code not in tafels:
                yield from self.ways_on((*tafels, code), (*days, on), area, domain, level)

    def best(self, starts, area, domain, level):
        """(tables, days) of the best way from any of the starts, or None."""
        ways = [
            way for code, on in starts for way in self.ways_on((code,), (on,), area, domain, level)
        ]
        return min(ways)[2:] if ways else None

    def route(self, partner, area, domain, level, given_on):
        starts = list(self.first_meetings(partner, area, domain, given_on))
        return self.best(starts, area, domain, level) or self.reason(
            partner, area, domain, level, given_on
        )

    def attending(self, code, on, area, domain, level):
        is_held = on in self.planned[code] and self.in_force(self.tafels[code].agreement, on)
        if not is_held or not self.covers(code, area, domain):
            return None
        return self.best([(code, on)], area, domain, level)

    def onward(self, code, after, area, domain, level, ready_on=None):
        # The way may come back to the table it leaves; that it never has to is for us to show.
        starts = list(self.next_meetings(code, after, area, domain, ready_on))
        return self.best([s for s in starts if s[0] != code], area, domain, level)

    def reason(self, partner, area, domain, level, given_on):
        ways_in = {
            code
            for code, tafel in self.tafels.items()
            if self.covers(code, area, domain)
            and (
                tafel.is_open
                or any(
                    s.tafel == code
                    and s.partner == partner
                    and (s.ends_on is None or s.ends_on >= given_on)
                    for s in self.region.seats
                )
            )
        }
        if not ways_in:
            return Reason.NO_ENTRY
        reached = set(ways_in)
        for _ in self.tafels:
            reached |= {h.target for code in reached for h in self.steps(code, area, domain)}
        if not any(self.tafels[code].level is level for code in reached):
            return Reason.NO_HANDOVER
        free = Brute(self.region, agreements=False)
        if free.best(free.first_meetings(partner, area, domain, given_on), area, domain, level):
            return Reason.NO_AGREEMENT
        return Reason.NO_MEETING

    def partners_in(self, area, domain):
        return [
            p.code
            for p in self.region.partners
            if domain in p.domains and any(self.is_inside(area, w) for w in p.working_areas)
        ]

    def cells(self):
        for area in sorted(self.region.areas, key=lambda a: a.code):
            is_outer = any(area.code in other.part_of for other in self.region.areas)
            if area.scale is Scale.LOCAL and not is_outer:
                for domain in sorted(d.code for d in self.region.domains):
                    for level in TARGETS:
                        yield area.code, domain, level

    def coverage(self, on):
        order = ["geen_ingang", "geen_doorgeleiding", "geen_afspraak", "geen_vergadering"]
        for area, domain, level in self.cells():
            partners = self.partners_in(area, domain)
            found = [self.route(p, area, domain, level, on) for p in partners]
            arrivals = [route[1][-1] for route in found if not isinstance(route, Reason)]
            arrival = min(arrivals) if arrivals else None
            reason = None
            if not partners:
                reason = Reason.NO_PARTNER
            elif arrival is None:
                reason = max(found, key=lambda r: order.index(r.value))
            yield area, domain, level, len(partners), arrival, reason

    def resilience(self, on):
        for area, domain, level in self.cells():
            partners = self.partners_in(area, domain)
            usable = {
                code
                for code, tafel in self.tafels.items()
                if self.covers(code, area, domain) and self.in_force(tafel.agreement, on)
            }
            ways_in = {
                code
                for code in usable
                if (self.tafels[code].is_open and partners)
                or any(
                    s.tafel == code and s.partner in partners and s.valid_on(on)
                    for s in self.region.seats
                )
            }

            def walk(route, usable=usable, area=area, domain=domain, level=level):
                if self.tafels[route[-1]].level is level:
                    yield set(route)
                for h in self.steps(route[-1], area, domain):
                    if (
                        h.target in usable
                        and h.target not in route
                        and self.in_force(h.agreement, on)
                    ):
                        yield from walk((*route, h.target))

            routes = [route for code in ways_in for route in walk((code,))]
            # Menger: as many disjoint routes as the smallest set of tables that stops them all.
            size = next(
                size
                for size in range(len(usable) + 1)
                if any(
                    all(route & set(cut) for route in routes)
                    for cut in combinations(sorted(usable), size)
                )
            )
            needed = set.intersection(*routes) if routes else set()
            yield area, domain, level, size, tuple(sorted(needed))
