"""Sentences as templates with named values, so that another language needs no change to who says them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from .language import Catalogue, counted, spoken
from .printing import printable
from .quotation import nested

PART: Final = "part"


class Message(NamedTuple):
    """
    An English template in ``str.format`` style and its named values.

    The template is a literal in the code (it is what a translator sees); values may be
    hostile text from DNS and are made printable when the sentence is filled in. A number
    chooses a word by a format of its own: ``{n} {n:record|records}``. A value may be a
    message itself; it is said in the same language.
    """

    template: str
    values: Mapping[str, object] = {}

    def __str__(self) -> str:
        """The sentence in the language in use (`model.language`)."""
        catalogue = spoken()
        if catalogue is None or not self.template:  # gettext's text for "" is the catalogue's own header
            return self._filled(self.template, None)
        template = catalogue.gettext(self.template)
        return self._filled(template, None if template is self.template else catalogue)

    def __format__(self, spec: str) -> str:
        """``{where:part}`` is a sentence as part of another one, without its full stop."""
        return str(self).rstrip(". ") if spec == PART else format(str(self), spec)

    def english(self) -> str:
        """The sentence in English whatever the language in use: for keys and comparisons."""
        values = {n: v.english() if isinstance(v, Message) else v for n, v in self.values.items()}
        return Message(self.template, values)._filled(self.template, None)

    def _filled(self, template: str, catalogue: Catalogue | None) -> str:
        if not self.values:
            return template
        values = {n: printable(v) if isinstance(v, str) else v for n, v in self.values.items()}
        if "|" in template:
            values = {n: counted(v, catalogue) for n, v in values.items()}
        made = template.format_map(values)
        return nested(made, straight=False) if catalogue is not None and "«" in template else made


def say(template: str, **values: object) -> Message:
    """A message; the short way to write one."""
    return Message(template, values)


def phrase(text: str) -> str:
    """Marks a text that is said elsewhere (through `translated` or as a template): a translator sees it."""
    return text
