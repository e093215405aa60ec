"""
What a ``redirect=`` comes to: how the target ends, and its terms as they would be written elsewhere.

A redirect hands the whole decision over (RFC 7208 section 6.1): the target's mechanisms, its ``all``
or its own redirect, and its ``exp`` (section 6.2) count, and the first record's do no more.
"""

from __future__ import annotations

from mailsetup.grammar.spf import VERSION, parse_spf
from mailsetup.grammar.spf_macro import target_name
from mailsetup.model.records import Mechanism, Modifier, SpfRecord, SpfTerm

from .address_sets import IPV4, IPV6
from .spf_sets import PERMERROR, Lookup, evaluate, pin, record_at

REDIRECT_LIMIT = 10  # redirects followed; each is a look-up, RFC 7208 section 4.6.4


def is_void(lookup: Lookup, name: str, target: str) -> bool:
    """Whether a redirect is permerror for every address: a loop, a faulty or a broken record."""
    text = f"{VERSION} redirect={target}"
    return all(set(evaluate(lookup, b, name, (text,), limits=False)) == {PERMERROR} for b in (IPV4, IPV6))


def effective_all(lookup: Lookup, name: str, target: str) -> str:
    """The qualifier that ends a record's evaluation, through its redirects; neutral is the default."""
    for _ in range(REDIRECT_LIMIT):
        record = _record(lookup, target)
        if record is None:
            break
        if record.all is not None:
            return record.all.qualifier
        following = target_name(record.redirect, target, name) if record.redirect else None
        if not following:
            break
        target = following
    return "?"


def _record(lookup: Lookup, target: str) -> SpfRecord | None:
    problem, found = record_at(lookup, target)
    return parse_spf(found).value if not problem and isinstance(found, str) else None


def inlined(lookup: Lookup, name: str, text: str, domain: str, room: int = REDIRECT_LIMIT) -> list[Mechanism]:
    """The mechanisms of a record at ``domain`` so that they mean the same at ``name``; redirects followed."""
    record = parse_spf(text).value or SpfRecord()
    out: list[Mechanism] = []
    for m in record.mechanisms:
        if m.name == "all":
            return out
        if m.name in ("ip4", "ip6"):
            out.append(m)
        else:
            out.append(m._replace(argument=pin(m.argument or domain, domain, name)))
    target = target_name(record.redirect, domain, name) if record.redirect else None
    following = _record(lookup, target) if target and room else None
    if target and following is not None:
        out += inlined(lookup, name, following.text, target, room - 1)
    return out


def explanation(name: str, text: str, target: str) -> list[tuple[SpfTerm, str]]:
    """The ``exp`` of a redirect's target, as it would be written at ``name`` (RFC 7208 section 6.2)."""
    record = parse_spf(text).value or SpfRecord()
    if record.exp is None:
        return []
    exp = Modifier("exp", pin(record.exp, target, name))
    return [(exp, str(exp))]
