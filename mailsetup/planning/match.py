"""
Whether what was found holds what a change expects, one kind of record after the other.

A record that contains what is needed is right: order, case, chunks, TTL and further terms never
make it wrong. What a plan changes must be changed all the same: an ending of SPF that was chosen, a
hole in a policy that is closed, and whatever is to go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import StrEnum

from mailsetup.grammar.dkim import broken_piece
from mailsetup.grammar.dmarc import is_dmarc, parse_dmarc
from mailsetup.grammar.mta_sts import is_sts
from mailsetup.grammar.spf import is_spf, parse_spf
from mailsetup.grammar.tls_rpt import is_tls_rpt
from mailsetup.model.dns import MX, TXT, DnsAnswer, Rdata, present
from mailsetup.model.mail_records import Alignment, DmarcRecord, Policy
from mailsetup.model.message import Message, say
from mailsetup.model.plan import Action, RecordChange
from mailsetup.model.profile import Resolved
from mailsetup.model.records import Mechanism, SpfRecord
from mailsetup.model.retold import as_message

from .dkim_names import key_of
from .edits import identity
from .mistyped import mistyped_alias, mistyped_text, relative, said_relative
from .mx_set import fits, matches
from .spf_merge import meaning

ADDRESS_TYPES = ("A", "AAAA")


class ItemStatus(StrEnum):
    """What became of one expected record set."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSING = "missing"
    NOT_YET_DUE = "not_yet_due"
    UNKNOWN = "unknown"
    WAITING = "waiting"


Found = Callable[[str, str], DnsAnswer]
Judged = tuple[ItemStatus, Message]

_RIGHT = ItemStatus.RIGHT
_WRONG = ItemStatus.WRONG
_MISSING = ItemStatus.MISSING


def judge(
    change: RecordChange, answer: DnsAnswer, found: Found, services: tuple[Resolved, ...], retiring: bool
) -> Judged:
    """
    The status of one change, and why.

    ``answer`` is what its own question brought and ``found`` gives any other answer; ``services`` are profiles
    whose other MX sets count too; ``retiring`` looks for what must be gone as well.
    """
    if change.action is Action.WAITING:
        names = ", ".join(change.waiting_for)
        waits = say("waits for {names}", names=names) if names else change.reason
        return ItemStatus.WAITING, waits
    if change.purpose == "ttl" and not answer.unknown:
        return _RIGHT, _ttl_message(change, answer)
    if change.rdtype == "CNAME" and _expected(change):
        return _alias(change, answer, found)
    if answer.unknown:
        why = as_message(answer.detail or answer.outcome.value)
        return ItemStatus.UNKNOWN, say("could not be read: {why}", why=why)
    if not change.after:
        return _gone(change, answer)
    records = tuple(r for r in answer.records) if answer.found else ()
    judged = _held_against(change, records, services, retiring)
    left = _left_over(change, records) if retiring and judged[0] is _RIGHT else []
    if left:
        return _WRONG, say("still there: {records}", records=_shown(left, change.rdtype))
    return judged


def restored(change: RecordChange, records: tuple[Rdata, ...]) -> bool:
    """
    Whether a way back has arrived: what stood before the plan stands there, and nothing of the plan does.

    Faults of then come back too, so no fault makes it wrong; of texts, those of others may have come since, but
    no further one of the kind that is taken back.
    """
    there, wanted = set(map(identity, records)), set(map(identity, change.after))
    gone = set(map(identity, change.before)) - wanted
    if change.rdtype != "TXT":
        return there == wanted
    kind = _JUDGES[change.purpose][0] if change.purpose in _JUDGES else lambda _: False
    further = [r for r in records if isinstance(r, TXT) and identity(r) not in wanted and kind(r.text)]
    return wanted <= there and not gone & there and not further


def lost_texts(first: tuple[Rdata, ...], change: RecordChange, records: tuple[Rdata, ...]) -> list[str]:
    """
    The texts of others that a change leaves as they were, and that are no longer there.

    ``first`` are those from before the plan; what somebody requires is judged, and not told here.
    """
    there = {_loose(r) for r in (*records, *(change.needed or ()))}
    before = {_loose(r) for r in first}
    kinds = [kind for kind, _ in _JUDGES.values()]
    texts = [r for r in change.after if isinstance(r, TXT) and _loose(r) in before - there]
    return [r.text for r in texts if not any(kind(r.text) for kind in kinds)]


def _held_against(
    change: RecordChange, records: tuple[Rdata, ...], services: tuple[Resolved, ...], retiring: bool
) -> Judged:
    """What was found against what is needed, by what the records are for."""
    if change.rdtype == "MX":
        return _exchanges(change, records, services)
    if change.rdtype != "TXT":
        return _contained(change, records, retiring)
    judged = _texts(change, records, retiring)
    happened = mistyped_text(_expected(change), records, change.before) if judged[0] is not _RIGHT else None
    return judged if happened is None else (judged[0], happened)


def _texts(change: RecordChange, records: tuple[Rdata, ...], retiring: bool) -> Judged:
    if change.purpose not in _JUDGES:
        return _contained(change, records, retiring)
    kind, by_purpose = _JUDGES[change.purpose]
    judged = by_purpose(change, records, retiring)
    beside = tuple(r for r in change.needed or () if isinstance(r, TXT) and not kind(r.text))
    if judged[0] is _RIGHT and beside:
        return _contained(replace(change, needed=beside), records, retiring)
    return judged


def _left_over(change: RecordChange, records: Iterable[Rdata]) -> list[Rdata]:
    """What a change takes out and is still there."""
    gone = set(map(identity, change.before)) - set(map(identity, change.after))
    return [r for r in records if identity(r) in gone]


def _ttl_message(change: RecordChange, answer: DnsAnswer) -> Message:
    if answer.absent:
        return say("no record stands here any more whose TTL could be lowered")
    if answer.ttl is not None and answer.ttl > change.ttl:
        return say("the TTL is {ttl}, to be lowered to {wanted}", ttl=answer.ttl, wanted=change.ttl)
    return say("the TTL is low enough")


def _gone(change: RecordChange, answer: DnsAnswer) -> Judged:
    old = set(map(identity, change.before))
    left = [r for r in answer.records if identity(r) in old] if not answer.aliases else []
    if left:
        return _WRONG, say("still there: {records}", records=_shown(left, change.rdtype))
    return _RIGHT, say("gone")


def _expected(change: RecordChange) -> tuple[Rdata, ...]:
    return change.needed if change.needed is not None else change.after


def _absent(change: RecordChange) -> Judged:
    return _MISSING, say("not published: {records}", records=_shown(_expected(change), change.rdtype))


def _shown(records: Iterable[Rdata], rdtype: str) -> str:
    return ", ".join(present(r, rdtype) for r in records)


def _contained(change: RecordChange, records: tuple[Rdata, ...], retiring: bool) -> Judged:
    """Each needed record is among those found."""
    there = {_loose(r) for r in records}
    lacking = [r for r in _expected(change) if _loose(r) not in there]
    if not lacking:
        return _RIGHT, say("published")
    if not records:
        return _absent(change)
    status = _MISSING if change.rdtype == "TXT" else _WRONG
    return status, say("lacks {records}", records=_shown(lacking, change.rdtype))


def _loose(record: Rdata) -> object:
    return record.text.strip() if isinstance(record, TXT) else identity(record)


def _exchanges(change: RecordChange, records: tuple[Rdata, ...], services: tuple[Resolved, ...]) -> Judged:
    found = [r for r in records if isinstance(r, MX)]
    wanted = [r for r in change.after if isinstance(r, MX)]
    if not found:
        return _absent(change)
    if _same_exchanges(found, wanted):
        return _RIGHT, say("published")
    if any(_as_good(service, found, wanted) for service in services):
        return _RIGHT, say("another set of the same provider, as good")
    doubled = relative(change.owner, (r.exchange for r in found), [r.exchange for r in wanted])
    if doubled:
        return _WRONG, said_relative(doubled)
    return _WRONG, say(
        "found {found}, expected {wanted}",
        found=_shown(sorted(found), "MX"),
        wanted=_shown(sorted(wanted), "MX"),
    )


def _as_good(service: Resolved, found: list[MX], wanted: list[MX]) -> bool:
    """Another set of the service; where the exchange is the tenant's, only one with the tenant's own first label."""
    if not service.mx:
        return False
    if all(r.rdata is not None for r in service.mx):
        return fits(service, tuple(found))
    own = {r.exchange.lower().partition(".")[0] for r in wanted}
    hosts = [r.exchange.lower() for r in found]
    return all(matches(service.mx_patterns, h) and h.partition(".")[0] in own for h in hosts)


def _same_exchanges(found: list[MX], wanted: list[MX]) -> bool:
    """The same hosts in the same order of preference; the numbers themselves do not matter."""
    return _order(found) == _order(wanted)


def _order(records: list[MX]) -> list[frozenset[str]]:
    best: dict[str, int] = {}
    for r in records:
        host = r.exchange.lower().rstrip(".")
        best[host] = min(r.preference, best.get(host, r.preference))
    levels = sorted(set(best.values()))
    return [frozenset(h for h, preference in best.items() if preference == level) for level in levels]


def _spf(change: RecordChange, records: tuple[Rdata, ...], retiring: bool) -> Judged:
    published = [r.text for r in records if isinstance(r, TXT) and is_spf(r.text)]
    wanted = _spf_of(change.after)
    if wanted is None:
        return _contained(change, records, retiring)
    if not published:
        return _absent(change)
    if len(published) > 1:
        return _WRONG, say("{count} SPF records; receivers want exactly one", count=len(published))
    parsed = parse_spf(published[0])
    if parsed.value is None or parsed.faults:
        fault = parsed.faults[0].text if parsed.faults else say("unreadable")
        return _WRONG, say("the SPF record has a fault: {fault}", fault=fault)
    return _spf_terms(change, parsed.value, wanted, retiring)


def _spf_of(records: Iterable[Rdata]) -> SpfRecord | None:
    for record in records:
        if isinstance(record, TXT) and is_spf(record.text):
            return parse_spf(record.text).value
    return None


def _spf_terms(change: RecordChange, found: SpfRecord, wanted: SpfRecord, retiring: bool) -> Judged:
    there = _meanings(found, change.owner)
    needed = _meanings(wanted, change.owner)
    if not needed:
        denies = found.all is not None and found.all.qualifier == "-" and not there
        if denies or wanted.all is None or wanted.all.qualifier != "-":
            return _ending(change, found, wanted)
        return _WRONG, say("the record still lets somebody send")
    lacking = [word for key, word in needed.items() if key not in there]
    if lacking:
        return _WRONG, say("the SPF record lacks {terms}", terms=" ".join(lacking))
    if retiring:
        old = _spf_of(change.before)
        left = set(_meanings(old, change.owner)) - set(needed) if old else set()
        terms = [word for key, word in there.items() if key in left]
        if terms:
            return _WRONG, say("the SPF record still holds {terms}", terms=" ".join(terms))
    return _ending(change, found, wanted)


def _ending(change: RecordChange, found: SpfRecord, wanted: SpfRecord) -> Judged:
    """Another ``all`` than planned is the owner's own choice, but not the one that the plan replaces."""
    old = _spf_of(change.before)
    replaced = old is not None and wanted.all is not None and found.all == old.all != wanted.all
    if replaced and found.all is None:
        return _WRONG, say('the SPF record has no "all" yet; "{wanted}" is planned', wanted=str(wanted.all))
    if replaced:
        return _WRONG, say(
            'the SPF record still ends in "{found}", not in "{wanted}"',
            found=str(found.all),
            wanted=str(wanted.all),
        )
    return _RIGHT, say("every needed term is there")


def _meanings(record: SpfRecord, owner: str) -> dict[object, str]:
    """
    The terms that receivers come to, by what they mean: those before ``all``; a redirect where there is none.

    Of terms that match the same hosts the first decides (RFC 7208 section 4.6.2).
    """
    words: dict[object, str] = {}
    decided: set[object] = set()
    for m in record.mechanisms:
        if m.name == "all":
            return words
        key = meaning(m, owner)
        if key not in decided:
            decided.add(key)
            words[(m.qualifier, *key)] = str(m)
    if record.redirect:
        words[("+", *meaning(Mechanism("+", "include", record.redirect), owner))] = (
            f"redirect={record.redirect}"
        )
    return words


def _dkim(change: RecordChange, records: tuple[Rdata, ...], retiring: bool) -> Judged:
    keys = [key_of(r.text) for r in records if isinstance(r, TXT)]
    keys = [k for k in keys if k is not None]
    wanted = {key_of(r.text) for r in _expected(change) if isinstance(r, TXT)} - {None}
    if not wanted:
        return _contained(change, records, retiring)
    if not keys:
        return _absent(change)
    if not wanted <= set(keys):
        return _WRONG, say("another key stands there")
    broken = [broken_piece(r.text) for r in records if isinstance(r, TXT) and key_of(r.text) in wanted]
    fault = broken[0] if broken and all(broken) else None
    if fault is not None:
        return _WRONG, say("receivers refuse the key as it stands there: {fault}", fault=fault.text)
    if len(set(keys)) > 1:
        return _WRONG, say(
            "two different keys at one name: which one counts is undefined (RFC 6376 section 3.6.2.2)"
        )
    return _RIGHT, say("the key is published")


def _dmarc(change: RecordChange, records: tuple[Rdata, ...], retiring: bool) -> Judged:
    published = [r.text for r in records if isinstance(r, TXT) and is_dmarc(r.text)]
    if not published:
        return _absent(change)
    if len(published) > 1:
        return _WRONG, say("{count} DMARC records; receivers then use none", count=len(published))
    found = parse_dmarc(published[0]).value or DmarcRecord()
    wanted = _dmarc_of(_expected(change))
    if wanted is None:
        return _contained(change, records, retiring)
    weaker = _weaker(found, wanted)
    if weaker is not None:
        return _WRONG, weaker
    there = {str(u).lower() for u in found.aggregate_reports}
    lacking = [str(u) for u in wanted.aggregate_reports if str(u).lower() not in there]
    if lacking:
        return _WRONG, say("reports do not go to {addresses}", addresses=", ".join(lacking))
    return _RIGHT, say("at least as strict as planned")


def _dmarc_of(records: Iterable[Rdata]) -> DmarcRecord | None:
    for record in records:
        if isinstance(record, TXT) and is_dmarc(record.text):
            return parse_dmarc(record.text).value
    return None


def _weaker(found: DmarcRecord, wanted: DmarcRecord) -> Message | None:
    """In what a policy is weaker than the one wanted; None when it is in nothing."""
    if _strength(found, found.policy) < _strength(wanted, wanted.policy):
        policy = wanted.policy.value if wanted.policy else "none"
        return say("the policy is weaker than {policy}", policy=policy)
    below = (
        ("sp", found.existing_subdomain_policy, wanted.existing_subdomain_policy),
        ("np", found.nonexistent_subdomain_policy, wanted.nonexistent_subdomain_policy),
    )
    for tag, here, there in below:
        if _strength(found, here) < _strength(wanted, there):
            policy = there.value if there else "none"
            return say(
                "{tag}={found} makes the policy for names below weaker than {policy}",
                tag=tag,
                found=here.value if here else "",
                policy=policy,
            )
    if (100 if found.percent is None else found.percent) < (
        100 if wanted.percent is None else wanted.percent
    ):
        return say("pct={percent} leaves out letters at older receivers", percent=found.percent)
    alignments = (
        ("adkim", found.dkim_alignment, wanted.dkim_alignment),
        ("aspf", found.spf_alignment, wanted.spf_alignment),
    )
    lacking = [f"{tag}=s" for tag, here, there in alignments if there is Alignment.STRICT is not here]
    return say("lacks {records}", records=", ".join(lacking)) if lacking else None


def _strength(record: DmarcRecord, policy: Policy | None) -> int:
    if policy is None:
        return -1
    return (policy.lowered() if record.testing else policy).strength


def _version(change: RecordChange, records: tuple[Rdata, ...], retiring: bool) -> Judged:
    """One record of the same version: TLS-RPT with the addresses, MTA-STS whatever its id is today."""
    wanted = next((r.text for r in _expected(change) if isinstance(r, TXT)), "")
    version = wanted.partition(";")[0]
    found = [r.text for r in records if isinstance(r, TXT) and r.text.startswith(version)]
    if not found:
        return _absent(change)
    if len(found) > 1:
        return _WRONG, say("{count} records of this kind; senders then use none", count=len(found))
    lacking = [uri for uri in _uris(wanted) if uri not in _uris(found[0])]
    if lacking:
        return _WRONG, say("reports do not go to {addresses}", addresses=", ".join(lacking))
    return _RIGHT, say("published")


def _uris(text: str) -> list[str]:
    rua = next((p.partition("=")[2] for p in map(str.strip, text.split(";")) if p.startswith("rua=")), "")
    return [uri.strip().lower() for uri in rua.split(",") if uri.strip()]


Judge = Callable[[RecordChange, tuple[Rdata, ...], bool], Judged]

_JUDGES: dict[str, tuple[Callable[[str], object], Judge]] = {
    "spf": (is_spf, _spf),
    "dkim": (key_of, _dkim),
    "dmarc": (is_dmarc, _dmarc),
    "tls-rpt": (is_tls_rpt, _version),
    "mta-sts": (is_sts, _version),
}
"""By purpose: which texts it is about, and how they are judged."""


def _alias(change: RecordChange, answer: DnsAnswer, found: Found) -> Judged:
    """A CNAME, or what its host made of it: the same addresses or texts as the target has."""
    wanted = {str(r).lower() for r in _expected(change)}
    if answer.found and {str(r).lower() for r in answer.records} & wanted:
        return _RIGHT, say("published")
    if answer.found:
        behind = relative(change.owner, map(str, answer.records), sorted(wanted))
        if behind:
            return _WRONG, said_relative(behind)
        return _WRONG, say("an alias to {found}", found=_shown(answer.records, "CNAME"))
    if answer.unknown:
        why = as_message(answer.detail or answer.outcome.value)
        return ItemStatus.UNKNOWN, say("could not be read: {why}", why=why)
    for target in sorted(wanted):
        judged_ = _flattened(change.owner, target, found)
        if judged_ is not None:
            return judged_
    return _absent(change)


def _flattened(owner: str, target: str, found: Found) -> Judged | None:
    """Whether the owner has what the target has; None when it has nothing at all."""
    own = {t: found(owner, t) for t in (*ADDRESS_TYPES, "TXT")}
    if not any(a.found for a in own.values()):
        unknown = next((a for a in own.values() if a.unknown), None)
        return (
            (ItemStatus.UNKNOWN, say("could not be read: {why}", why=as_message(unknown.outcome.value)))
            if unknown
            else None
        )
    theirs = {t: found(target, t) for t in own}
    if any(theirs[t].unknown for t, a in own.items() if a.found):
        return ItemStatus.UNKNOWN, say(
            "what {target} has could not be read, so it cannot be compared", target=target
        )
    same = all(
        set(map(_loose, a.records)) == set(map(_loose, theirs[t].records)) for t, a in own.items() if a.found
    )
    if same:
        return _RIGHT, say("flattened by the DNS host: it has what {target} has", target=target)
    addresses = any(own[t].found for t in ADDRESS_TYPES)
    happened = mistyped_alias([target], own["TXT"].records, addresses=addresses)
    return _WRONG, happened or say("other records stand there than {target} has", target=target)
