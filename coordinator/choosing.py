"""Choosing from a list of any length without JavaScript: search, tick, and go on in the same form.

A short list is shown whole. Of a long one stand there what was chosen and what was found; the
button beside the search box sends the form, which then comes back with everything that was typed.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from wtforms import Field
from wtforms.validators import StopValidation

from coordinator.web import Form

SHOWN_WHOLE: Final = 12
"""A list up to this long stands there whole."""
SIDE_BY_SIDE: Final = 5
"""Of a list up to this long one is chosen with all of them in sight."""
IN_A_SELECT: Final = 60
"""A list up to this long, of which one is chosen, is a select."""
FOUND_SHOWN: Final = 20


@dataclass(frozen=True)
class Option:
    """Something that can be chosen: its code, its name, and a word to tell it from its like."""

    code: str
    name: str
    note: str = ""

    @property
    def sought(self) -> str:
        """Return the text that a search looks in."""
        return plain(f"{self.name} {self.code} {self.note}")


def plain(text: str) -> str:
    """Return a text without capitals and accents, as people search."""
    if text.isascii():
        return text.lower()
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text).casefold()
        if not unicodedata.combining(letter)
    )


class Chooser(Field):
    """One or more things out of a list; `data` holds the codes, in the order of the list.

    `unknown` is said of a code that is not in the list.
    """

    def __init__(
        self,
        label: str,
        validators: Sequence[Any] = (),
        *,
        search: str,
        unknown: str,
        many: bool = True,
        **given: Any,
    ) -> None:
        super().__init__(label, list(validators), **given)
        self.search_label = search
        self.unknown = unknown
        self.is_many = many
        self.options: list[Option] = []
        self.text = ""
        self.is_asked = False
        self._found: tuple[tuple[str, ...], list[Option]] | None = None

    def offer(self, options: Iterable[Option]) -> None:
        """Say what can be chosen."""
        self.options = list(options)
        self._found = None

    def process(self, formdata: Any, *args: Any, **given: Any) -> None:
        """Read also what was searched for."""
        super().process(formdata, *args, **given)
        if formdata:
            self.text = formdata.get(self.search_name, "").strip()[:100]
            self.is_asked = self.button_name in formdata

    def process_data(self, value: Any) -> None:
        """Take codes from the program."""
        self.data = [value] if isinstance(value, str) and value else list(value or [])

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the codes that were ticked; a form that was sent says all of them."""
        self.data = list(dict.fromkeys(code for code in valuelist if code))

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not in the list."""
        known = {option.code for option in self.options}
        if any(code not in known for code in self.data):
            self.data = [code for code in self.data if code in known]
            raise StopValidation(self.unknown)
        if not self.is_many and len(self.data) > 1:
            raise StopValidation("Kies er één.")

    @property
    def code(self) -> str:
        """Return the one code that was chosen, or nothing."""
        return next(iter(self.data), "")

    @property
    def search_name(self) -> str:
        return f"{self.name}-zoek"

    @property
    def button_name(self) -> str:
        return f"{self.name}-zoeken"

    @property
    def is_long(self) -> bool:
        """Whether the list needs a search box."""
        return len(self.options) > (SHOWN_WHOLE if self.is_many else IN_A_SELECT)

    @property
    def is_select(self) -> bool:
        """Whether the one choice is made in a select."""
        return not self.is_many and SIDE_BY_SIDE < len(self.options) <= IN_A_SELECT

    @property
    def is_searching(self) -> bool:
        """Whether the form was sent to search here."""
        return self.is_long and (self.is_asked or bool(self.text))

    @property
    def matches(self) -> list[Option]:
        """Return what was found and is not chosen yet; each word must be in it."""
        asked = (self.text, *self.data)
        if self._found is None or self._found[0] != asked:  # a page asks more than once
            self._found = asked, list(self._search())
        return self._found[1]

    def _search(self) -> Iterator[Option]:
        words, chosen = plain(self.text).split(), set(self.data)
        for option in self.options:
            if option.code not in chosen:
                sought = option.sought if words else ""
                if all(word in sought for word in words):
                    yield option

    @property
    def chosen(self) -> list[Option]:
        """Return what was chosen, in the order of the list."""
        codes = set(self.data)
        return [option for option in self.options if option.code in codes]

    @property
    def shown(self) -> list[tuple[Option, bool]]:
        """Return what stands there to tick, and whether it is ticked."""
        codes = set(self.data)
        if not self.is_long:
            return [(option, option.code in codes) for option in self.options]
        found = self.matches[:FOUND_SHOWN] if self.is_searching else []
        return [*((option, True) for option in self.chosen), *((option, False) for option in found)]

    @property
    def found_words(self) -> str:
        """Return in a sentence what the search gave."""
        if not self.is_searching:
            return ""
        count, sought = len(self.matches), f" voor “{self.text}”" if self.text else ""
        if count == 0:
            return f"Niets gevonden{sought}. Typ een ander deel van de naam, of de code."
        tick = "Kies wat u bedoelt." if self.is_many else "Kies er één."
        if count <= FOUND_SHOWN:
            return f"Gevonden{sought}: {count}. {tick}"
        return (
            f"Gevonden{sought}: {count}. Hieronder staan de eerste {FOUND_SHOWN}. {tick} Of typ "
            "meer letters."
        )


class ChoosingForm(Form):
    """A form with choosers: while somebody searches, nothing is checked and nothing is saved."""

    @property
    def choosers(self) -> dict[str, Chooser]:
        """Return the fields that choose from a list, by their name in the class."""
        fields = ((name, self[name]) for name in self.data)
        return {name: field for name, field in fields if isinstance(field, Chooser)}

    @property
    def is_unfinished(self) -> bool:
        """Whether it was sent to search; see `web.render`."""
        return bool(
            self.is_submitted() and any(field.is_searching for field in self.choosers.values())
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, unless somebody is still searching."""
        if self.is_unfinished:
            return False
        return bool(super().validate(extra_validators))
