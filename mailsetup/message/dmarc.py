"""What DMARC says of a letter: alignment, result and disposition, by RFC 9989 and as RFC 7489 still reads it."""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.grammar.public_suffix import organizational_domain
from mailsetup.model.mail_records import Alignment, DmarcRecord, Policy
from mailsetup.model.names import labels
from mailsetup.model.walk import Walk, together
from mailsetup.walks.dmarc_tree import DmarcDiscovery, dmarc_tree
from mailsetup.walks.spf_check import SpfResult

from .dkim import DkimResult

AUTHOR_LIMIT = 10  # author domains judged; RFC 9989 section 11.5 warns of long From fields
IDENTIFIER_LIMIT = 20  # other domains whose tree is walked; each costs up to eight questions


class Identifier(NamedTuple):
    """An authenticated domain: ``method`` is dkim or spf, ``result`` its word; ``aligned`` None while open."""

    method: str
    domain: str
    result: str
    aligned: bool | None


class DmarcResult(NamedTuple):
    """
    The result for one author domain.

    ``result`` is none, pass, fail, temperror or permerror (RFC 8601 section 2.7.1); ``policy`` what the owner
    asks to be done with mail that fails, after ``t=y`` lowered it, None where there is nothing to ask for.
    ``identifiers`` are DKIM's and SPF's domains. ``older`` and ``older_policy`` are what a reader of RFC 7489
    says. ``discovery`` is where the policy stands.
    """

    result: str
    domain: str
    policy: Policy | None = None
    identifiers: tuple[Identifier, ...] = ()
    older: str = "none"
    older_policy: Policy | None = None
    discovery: DmarcDiscovery | None = None

    @property
    def aligned(self) -> tuple[str, ...]:
        """The methods that passed with an aligned domain."""
        return tuple(dict.fromkeys(i.method for i in self.identifiers if i.aligned and i.result == "pass"))

    @property
    def readers_differ(self) -> bool:
        """Whether a receiver that follows RFC 7489 comes to another end."""
        return "temperror" not in (self.result, self.older) and (
            self.result != self.older or (self.result == "fail" and self.policy != self.older_policy)
        )


def dmarc_results(
    authors: tuple[str, ...], spf: SpfResult | None, dkim: tuple[DkimResult, ...]
) -> Walk[tuple[DmarcResult, ...]]:
    """The result for each author domain, by SPF's and DKIM's results; all trees are climbed side by side."""
    authors = authors[:AUTHOR_LIMIT]
    found = authenticated(spf, dkim)
    names = dict.fromkeys([*authors, *_worth_climbing(authors, found)])
    discoveries = yield from together(*(dmarc_tree(name) for name in names))
    trees: dict[str, DmarcDiscovery] = dict(zip(names, discoveries, strict=True))
    return tuple(dmarc_result(author, found, trees) for author in authors)


def authenticated(spf: SpfResult | None, dkim: tuple[DkimResult, ...]) -> tuple[tuple[str, str, str], ...]:
    """Method, domain and result of what could carry DMARC: passes, and what may yet become one."""
    found = [("dkim", one.domain, one.result) for one in dkim if one.result in ("pass", "temperror")]
    if spf is not None and spf.result in ("pass", "temperror") and spf.domain:
        found.append(("spf", spf.domain.lower().rstrip("."), spf.result))
    return tuple(dict.fromkeys(found))


def _worth_climbing(authors: tuple[str, ...], found: tuple[tuple[str, str, str], ...]) -> list[str]:
    """Domains that could share an organization with an author, nearest first: they end in the same label."""
    tops = {labels(author)[-1] for author in authors if author}
    near = {organizational_domain(author) for author in authors}
    names = [
        name for _, name, _ in found if name not in authors and labels(name)[-1:] and labels(name)[-1] in tops
    ]
    return sorted(dict.fromkeys(names), key=lambda name: organizational_domain(name) not in near)[
        :IDENTIFIER_LIMIT
    ]


def dmarc_result(
    author: str, found: tuple[tuple[str, str, str], ...], trees: dict[str, DmarcDiscovery]
) -> DmarcResult:
    """The result for one author domain, from the trees climbed."""
    discovery = trees[author]
    record = discovery.record
    identifiers = tuple(
        Identifier(method, name, result, _aligned(method, name, record, discovery, trees))
        for method, name, result in found
    )
    policy = discovery.applied(discovery.policy)
    result = _word(discovery, record, identifiers)
    older, older_policy = _older(author, discovery, found)
    return DmarcResult(result, author, policy, identifiers, older, older_policy, discovery)


def _word(discovery: DmarcDiscovery, record: DmarcRecord | None, identifiers: tuple[Identifier, ...]) -> str:
    if record is None:
        return "temperror" if discovery.unknown else "none"
    if not record.applies:
        return "none"  # RFC 9989 section 4.10.1: no DMARC processing
    return _outcome(identifiers)


def _outcome(identifiers: tuple[Identifier, ...]) -> str:
    """RFC 9989 section 5.3.5: one aligned pass is enough; what is still open keeps a failure open."""
    if any(i.aligned and i.result == "pass" for i in identifiers):
        return "pass"
    return "temperror" if any(i.aligned is not False for i in identifiers) else "fail"


def _mode(method: str, record: DmarcRecord | None) -> Alignment:
    if record is None:
        return Alignment.RELAXED
    return record.dkim_alignment if method == "dkim" else record.spf_alignment


def _aligned(
    method: str,
    name: str,
    record: DmarcRecord | None,
    author: DmarcDiscovery,
    trees: dict[str, DmarcDiscovery],
) -> bool | None:
    """RFC 9989 section 4.4: the same domain, or when relaxed the same Organizational Domain."""
    if name == author.domain:
        return True
    if _mode(method, record) is Alignment.STRICT or name not in trees:
        return False
    theirs, ours = trees[name].organizational_domain, author.organizational_domain
    return None if theirs is None or ours is None else theirs == ours


def aligned_by_suffix(one: str, other: str, mode: Alignment) -> bool:
    """Alignment as RFC 7489 section 3.1 has it, by the public suffix list; stray dots at the ends do not count."""
    one, other = one.strip(".").lower(), other.strip(".").lower()
    if one == other:
        return bool(one)
    return mode is Alignment.RELAXED and organizational_domain(one) == organizational_domain(other)


def _older(
    author: str, discovery: DmarcDiscovery, found: tuple[tuple[str, str, str], ...]
) -> tuple[str, Policy | None]:
    reader = discovery.reader7489
    if reader.unknown:
        return "temperror", None
    record = reader.record
    if record is None:
        return ("permerror" if reader.found_at else "none"), None
    identifiers = tuple(
        Identifier(method, name, result, aligned_by_suffix(name, author, _mode(method, record)))
        for method, name, result in found
    )
    return _outcome(identifiers), reader.policy
