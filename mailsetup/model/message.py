"""Sentences as templates with named values, so that another language needs no change to who says them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .names import printable


class Message(NamedTuple):
    """
    An English template in ``str.format`` style and its named values.

    The template is a literal in the code (it is what a translator sees); values may be
    hostile text from DNS and are made printable when the sentence is filled in.
    """

    template: str
    values: Mapping[str, object] = {}

    def render(self, template: str | None = None) -> str:
        """The sentence; with ``template`` the same values in another language's template."""
        if not self.values:
            return template or self.template
        return (template or self.template).format_map(
            {k: printable(v) if isinstance(v, str) else v for k, v in self.values.items()}
        )

    def __str__(self) -> str:
        return self.render()


def say(template: str, **values: object) -> Message:
    """A message; the short way to write one."""
    return Message(template, values)
