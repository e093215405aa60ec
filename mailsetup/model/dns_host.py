"""What is known of a DNS host's control panel: how its name servers look and how its form behaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class DnsHost(NamedTuple):
    """
    One file of ``dns_hosts/``.

    ``ns`` are patterns for lower-case name server names without trailing dot, ``companions`` patterns that may
    stand beside them. ``path`` is the way to the form that adds a record, ``mx_path`` the one for MX where it
    differs; ``basis`` says what the path rests on (doc, mailguide, catalogue, observed, code, general) and
    ``date`` from when it is. ``form`` holds the habits of the form; a key that is absent has no source.
    """

    id: str
    name: str
    kind: str
    confidence: str
    ns: tuple[str, ...]
    companions: tuple[str, ...] = ()
    ambiguous_with: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    mx_path: tuple[str, ...] = ()
    url: str = ""
    basis: str = ""
    date: str = ""
    labels: Mapping[str, str] = {}
    form: Mapping[str, Any] = {}
    traps: tuple[str, ...] = ()
    presets: tuple[str, ...] = ()
    imports: Mapping[str, Any] = {}
    sources: tuple[Mapping[str, str], ...] = ()

    @property
    def sourced(self) -> bool:
        """Whether the way to the form rests on something better than common knowledge."""
        return bool(self.path) and self.basis not in ("", "general")


class GenericSteps(NamedTuple):
    """What to say for a host that is not known, or whose panel has no source."""

    steps: tuple[str, ...]
    advice: Mapping[str, str]
