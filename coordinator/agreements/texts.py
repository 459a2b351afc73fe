"""The text of a version for people: line by line, clause by clause, and two versions compared."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from flask import url_for

from coordinator import web
from coordinator.labels import label
from coordinator.models import AgreementVersion, Clause, ClauseKind, Renewal, Tafel

SAME, CHANGED, ADDED, GONE = "gelijk", "gewijzigd", "erbij", "vervallen"


@dataclass(frozen=True)
class Line:
    """One thing that a text says: what it is about, the words, and where they lead."""

    label: str
    words: str
    url: str = ""


@dataclass(frozen=True)
class Article:
    """A clause as people read it."""

    number: int
    title: str
    text: str
    kind: ClauseKind
    gives: tuple[Line, ...]
    public_id: str


def lines(version: AgreementVersion) -> list[Line]:
    """Return what a version says beside its clauses; what is empty is left out."""

    def named(kind: str, things: Iterable[Any]) -> str:
        names = sorted(_name(version, kind, thing) for thing in things)
        return web.enumerate_words(names) if names else ""

    days = version.notice_days
    found = [
        Line("Titel", version.title),
        Line("Soort", version.kind),
        Line("Partijen", named("partner", version.parties)),
        Line("Grondslag", version.ground),
        Line("Waar zij over gaat", version.task),
        Line("Domeinen", named("domein", version.domains) or "alle domeinen"),
        Line("Gebieden", named("gebied", version.areas) or "de hele regio"),
        Line("Ingangsdatum", web.day(version.starts_on) or "niet vastgelegd"),
        Line("Einddatum", web.day(version.ends_on) or "geen einddatum"),
        Line("Evaluatiedatum", web.day(version.review_on)),
        Line("Op de einddatum", _renewal(version) if version.ends_on else ""),
        Line("Opzegtermijn", "" if days is None else "1 dag" if days == 1 else f"{days} dagen"),
        Line(
            "Vervangt de vorige versie", "ja, vanaf de ingangsdatum" if version.takes_over else ""
        ),
        Line("Hoe zij gewijzigd wordt", version.amendment_rule),
        Line("Bij afwijking of geschil", version.dispute_rule),
        Line("Vervangt", version.replaces),
        Line("Bijlagen", version.annexes),
        Line("Gepubliceerd", version.publication),
        Line("Ondertekenaars", _signatories(version)),
        Line("Bekrachtiging door", web.enumerate_words(_bodies(version) or [""])),
    ]
    return [line for line in found if line.words]


def _name(version: AgreementVersion, kind: str, thing: Any) -> str:
    """Return the name that stands in the text: a partner or table may be renamed later."""
    return version.names.get(f"{kind}:{thing.code}", str(thing.name))


def _renewal(version: AgreementVersion) -> str:
    words = label(version.renewal)
    if version.renewal is Renewal.TACIT and version.renewal_months:
        months = version.renewal_months
        words += f", telkens met {'1 maand' if months == 1 else f'{months} maanden'}"
    return words


def _signatories(version: AgreementVersion) -> str:
    return "\n".join(
        sorted(
            ", ".join(filter(None, (_name(version, "partner", each.partner), each.capacity)))
            for each in version.signatories
        )
    )


def _bodies(version: AgreementVersion) -> list[str]:
    return sorted(each.body for each in version.ratifications)


def articles(version: AgreementVersion) -> list[Article]:
    """Return the clauses of a version in order."""
    return [
        Article(
            clause.number,
            clause.title,
            clause.text,
            clause.kind,
            tuple(gives(version, clause)),
            clause.public_id,
        )
        for clause in sorted(version.clauses, key=lambda each: each.number)
    ]


def gives(version: AgreementVersion, clause: Clause) -> list[Line]:
    """Return what a clause gives, with its limits."""
    if clause.kind is ClauseKind.NOTHING:
        return []
    is_power, is_handover = clause.kind is ClauseKind.POWER, clause.kind is ClauseKind.HANDOVER

    def of(word: str, kind: str, thing: Any) -> Line:
        if thing is None:
            return Line(word, "")
        pages = {"tafel": "tafels.show", "partner": "partners.show"}
        url = url_for(pages[kind], **{kind: thing.code}) if kind in pages else ""
        return Line(word, _name(version, kind, thing), url)

    def named(kind: str, things: Iterable[Any], none: str) -> str:
        names = sorted(_name(version, kind, thing) for thing in things)
        return web.enumerate_words(names) if names else none

    power = ""
    if clause.power is not None:
        key = f"bevoegdheid:{clause.power.public_id}"
        power = version.names.get(key, clause.power.name)
    days = clause.processing_days
    found = [
        Line(
            "Bevoegdheid",
            power,
            url_for("powers.show", power=clause.power.public_id) if clause.power else "",
        ),
        of("Van tafel" if is_handover else "Tafel", "tafel", clause.tafel),
        of("Naar tafel", "tafel", clause.target),
        of("Organisatie", "partner", clause.partner),
        of("Rol", "rol", clause.role),
        Line("Betrokkenheid", label(clause.involvement)),
        of("Doorgegeven door tafel", "tafel", clause.giver_tafel),
        of("Doorgegeven door rol", "rol", clause.giver_role),
        of("Doorgegeven door", "partner", clause.giver_partner),
        Line("Mag worden doorgegeven", ("ja" if clause.may_pass_on else "nee") if is_power else ""),
        Line("Tot en met", web.euros(clause.amount) if clause.amount is not None else ""),
        Line("Andere grenzen", clause.limits),
        Line("Stem", label(clause.vote)),
        Line("Verwerkingstijd", _days(days) if is_handover else ""),
        Line(
            "Domeinen",
            named("domein", clause.domains, "alle domeinen" if is_handover else ""),
        ),
        Line("Gebieden", named("gebied", clause.areas, "")),
    ]
    return [line for line in found if line.words]


def _days(count: int) -> str:
    return "geen" if count == 0 else "1 dag" if count == 1 else f"{count} dagen"


# Two versions side by side.

Parts = tuple[tuple[str, bool], ...]
"""A text in parts, and whether the other version lacks the part."""
_WORD: Final = re.compile(r"\s*\S+\s*")
WORDS_COMPARED: Final = 1_500
"""In a longer text common words are no ground to match on; else it takes seconds."""


@dataclass(frozen=True)
class Pair:
    """The same line in two versions."""

    label: str
    state: str
    before: Parts
    after: Parts


@dataclass(frozen=True)
class ArticlePair:
    """The same clause in two versions; a clause that is in one of them has pairs too."""

    number: int
    title: str
    state: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class Compared:
    """Two versions, what differs and what does not."""

    lines: tuple[Pair, ...]
    articles: tuple[ArticlePair, ...]

    @property
    def changed_lines(self) -> list[Pair]:
        return [pair for pair in self.lines if pair.state != SAME]

    @property
    def same_lines(self) -> list[Pair]:
        return [pair for pair in self.lines if pair.state == SAME]

    @property
    def changed_articles(self) -> list[ArticlePair]:
        return [pair for pair in self.articles if pair.state != SAME]

    @property
    def same_articles(self) -> list[ArticlePair]:
        return [pair for pair in self.articles if pair.state == SAME]

    @property
    def is_same(self) -> bool:
        """Whether the two say the same."""
        return not self.changed_lines and not self.changed_articles

    @property
    def words(self) -> list[str]:
        """Return in sentences how much differs."""
        if self.is_same:
            return ["De twee versies zeggen hetzelfde."]
        found = []
        if count := len(self.changed_lines):
            found.append(
                "Eén gegeven is anders." if count == 1 else f"{count} gegevens zijn anders."
            )
        for state, one, more in (
            (ADDED, "Eén artikel is erbij gekomen.", "{} artikelen zijn erbij gekomen."),
            (CHANGED, "Eén artikel is gewijzigd.", "{} artikelen zijn gewijzigd."),
            (GONE, "Eén artikel is vervallen.", "{} artikelen zijn vervallen."),
        ):
            if count := sum(pair.state == state for pair in self.articles):
                found.append(one if count == 1 else more.format(count))
        return found


def compare(before: AgreementVersion, after: AgreementVersion) -> Compared:
    """Return two versions of an agreement side by side."""
    old = {each.number: each for each in articles(before)}
    new = {each.number: each for each in articles(after)}
    return Compared(
        tuple(_pairs(lines(before), lines(after))),
        tuple(
            _article_pair(number, old.get(number), new.get(number))
            for number in sorted(old.keys() | new.keys())
        ),
    )


def _article_pair(number: int, old: Article | None, new: Article | None) -> ArticlePair:
    pairs = tuple(_pairs(_said(old), _said(new)))
    if old is None or new is None:
        state = ADDED if old is None else GONE
    else:
        state = SAME if all(pair.state == SAME for pair in pairs) else CHANGED
    one = new or old
    return ArticlePair(number, one.title if one else "", state, pairs)


def _said(article: Article | None) -> list[Line]:
    if article is None:
        return []
    said = [
        Line("Kop", article.title),
        Line("Tekst", article.text),
        Line("Geeft", label(article.kind)),
        *article.gives,
    ]
    return [line for line in said if line.words]


def _pairs(before: Sequence[Line], after: Sequence[Line]) -> Iterable[Pair]:
    old = {line.label: line.words for line in before}
    new = {line.label: line.words for line in after}
    order = [*new]
    for place, name in enumerate(old):
        if name not in new:
            order.insert(min(place, len(order)), name)
    for name in order:
        was, now = old.get(name, ""), new.get(name, "")
        state = SAME if was == now else ADDED if not was else GONE if not now else CHANGED
        yield Pair(name, state, *marked(was, now))


def marked(before: str, after: str) -> tuple[Parts, Parts]:
    """Return both texts in parts, word by word, with a mark on what the other one lacks."""
    if before == after:
        return _whole(before, is_marked=False), _whole(after, is_marked=False)
    old, new = _WORD.findall(before), _WORD.findall(after)
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    matcher = SequenceMatcher(
        None,
        [word.strip() for word in old],
        [word.strip() for word in new],
        autojunk=len(new) > WORDS_COMPARED,
    )
    for what, i, j, k, m in matcher.get_opcodes():
        left += _part("".join(old[i:j]), is_marked=what != "equal")
        right += _part("".join(new[k:m]), is_marked=what != "equal")
    return tuple(left), tuple(right)


def _part(text: str, *, is_marked: bool) -> Parts:
    """Return a part of a text; the white space around marked words has no mark."""
    words = text.strip()
    if not is_marked or not words:
        return _whole(text, is_marked=False)
    before, _, after = text.partition(words)
    return (
        *_whole(before, is_marked=False),
        (words, True),
        *_whole(after, is_marked=False),
    )


def _whole(text: str, *, is_marked: bool) -> Parts:
    return ((text, is_marked),) if text else ()


def handover_title(source: Tafel, target: Tafel) -> str:
    """Return a title for a text that lets signals go from table to table."""
    return f"Doorgeleiding van {source.name} naar {target.name}"[:200]
