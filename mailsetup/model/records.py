"""SPF records as values (RFC 7208 section 12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

LOOKUP_MECHANISMS: Final = frozenset({"include", "a", "mx", "ptr", "exists"})
"""The mechanisms that cost one DNS look-up each; the modifier redirect does too (RFC 7208 section 4.6.4)."""


class Mechanism(NamedTuple):
    """
    A directive: ``qualifier`` is one of ``+ - ~ ?``; ``name`` is in lower case.

    ``argument`` is the domain-spec or the address as written, ``""`` where none was given;
    ``prefix4`` and ``prefix6`` are the prefix lengths in bits, None where none was given.
    """

    qualifier: str
    name: str
    argument: str = ""
    prefix4: int | None = None
    prefix6: int | None = None

    @property
    def looks_up(self) -> bool:
        """Whether it counts towards the limit of ten look-ups."""
        return self.name in LOOKUP_MECHANISMS

    def __str__(self) -> str:
        words = [self.qualifier if self.qualifier != "+" else "", self.name]
        if self.argument:
            words += [":", self.argument]
        if self.prefix4 is not None:
            words.append(f"/{self.prefix4}")
        if self.prefix6 is not None:
            words.append(f"/{self.prefix6}" if self.name == "ip6" else f"//{self.prefix6}")
        return "".join(words)


class Modifier(NamedTuple):
    """``name=argument``; ``name`` is in lower case. Those that RFC 7208 does not know are ignored by receivers."""

    name: str
    argument: str = ""

    @property
    def looks_up(self) -> bool:
        """Whether it counts towards the limit of ten look-ups; ``exp`` does not."""
        return self.name == "redirect"

    def __str__(self) -> str:
        return f"{self.name}={self.argument}"


SpfTerm: TypeAlias = "Mechanism | Modifier"


@dataclass(frozen=True, slots=True)
class SpfRecord:
    """
    The terms of one record in their order.

    ``text`` is the record as published and ``spans`` the (start, end) of each term in it; both are
    no part of equality and are empty for a record that was built. ``lookups`` are the indexes of the
    terms that cost a look-up and can be reached, in the order of evaluation. ``all`` is the first mechanism of that
    name; nothing after it is reached (RFC 7208 section 5.1). ``str()`` gives the plain form: names in lower case,
    one blank between terms, no ``+``.
    """

    terms: tuple[SpfTerm, ...] = ()
    spans: tuple[tuple[int, int], ...] = field(default=(), compare=False)
    text: str = field(default="", compare=False)
    lookups: tuple[int, ...] = field(init=False, default=(), compare=False, repr=False)
    all: Mechanism | None = field(init=False, default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lookups", _reached_lookups(self.terms))
        for term in self.terms:
            if term.name == "all" and type(term) is Mechanism:
                object.__setattr__(self, "all", term)
                break

    def __reduce__(self) -> tuple[type[SpfRecord], tuple[object, ...]]:
        return SpfRecord, (self.terms, self.spans, self.text)  # a copy compiled could not set what is frozen

    @property
    def mechanisms(self) -> tuple[Mechanism, ...]:
        """The directives, in order."""
        return tuple(t for t in self.terms if type(t) is Mechanism)

    @property
    def redirect(self) -> str | None:
        """The domain-spec of ``redirect=``, whether it is reached or not."""
        return self.modifier("redirect")

    @property
    def exp(self) -> str | None:
        """The domain-spec of ``exp=``."""
        return self.modifier("exp")

    def modifier(self, name: str) -> str | None:
        """The argument of the first modifier of that name."""
        for term in self.terms:
            if type(term) is Modifier and term.name == name:
                return term.argument
        return None

    def span(self, index: int) -> tuple[int, int] | None:
        """Where a term stands in ``text``."""
        return self.spans[index] if index < len(self.spans) else None

    def word(self, index: int) -> str:
        """A term as it was published, else in its plain form."""
        span = self.span(index)
        return self.text[span[0] : span[1]] if span else str(self.terms[index])

    def __str__(self) -> str:
        return " ".join(["v=spf1", *map(str, self.terms)])


def _reached_lookups(terms: tuple[SpfTerm, ...]) -> tuple[int, ...]:
    """Terms that look up: those before ``all``, and then ``redirect``, which only counts without ``all``."""
    found: list[int] = []
    redirect = -1
    for index, term in enumerate(terms):
        if term.name in LOOKUP_MECHANISMS:
            if type(term) is Mechanism:
                found.append(index)
        elif term.name == "all" and type(term) is Mechanism:
            return tuple(found)
        elif term.name == "redirect" and redirect < 0:
            redirect = index
    return (*found, redirect) if redirect >= 0 else tuple(found)
