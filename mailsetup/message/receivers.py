"""What mailbox providers ask of letters: rules from ``receivers/*.toml``, each decided by a named test on a letter."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from mailsetup.model.finding import Evidence, Severity
from mailsetup.model.in_force import in_force
from mailsetup.model.mail_records import Policy
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.names import is_within
from mailsetup.model.retold import CHECKED, kept

from .dmarc import DmarcResult
from .judging import Desk, Rule
from .report import MessageReport
from .rules_headers import (
    date_wrong,
    field_repeated,
    header_syntax,
    line_too_long,
    message_id_wrong,
    not_one_from,
)
from .rules_lists import body_link, covered, has_one_click, looks_like_bulk, unsubscribe_uris

KEPT = None
FORM_RULES = (not_one_from, date_wrong, message_id_wrong, field_repeated, line_too_long, header_syntax)
MB_45 = 45_000_000
LEAST_BITS = 1024
WORDS = {
    "all": say("every sender"),
    "bulk": say("senders of bulk mail"),
    "large": say("large senders"),
    "forwarders": say("whoever forwards"),
}
"""What the single words of the files say to a reader."""


class Broken(NamedTuple):
    """Why a rule is not kept."""

    why: Message


class Open(NamedTuple):
    """Nobody can tell yet, for want of these answers, or of something the letter does not show."""

    evidence: tuple[Evidence, ...] = ()
    why: Message | None = None


class PassedOver(NamedTuple):
    """The rule does not apply to this letter."""

    why: Message


Outcome = Broken | Open | PassedOver | None
Test = Callable[[MessageReport], Outcome]


class ReceiverRule(NamedTuple):
    """
    One rule of one receiver, as its file has it.

    ``audience`` is all, bulk, marketing, large, forwarders or own mailboxes; ``test`` names what decides it on a
    letter, ``""`` where a letter cannot; ``decidable`` says for dns, message, smtp and external whether that
    input decides it in full, in part or not; ``findings`` are causes in DNS that break it.
    """

    id: str
    receiver: str
    short: str
    audience: str
    applies_to: str
    severity: str
    requirement: str
    test: str = ""
    threshold: str = ""
    effective: str = ""
    action: str = ""
    would: str = ""
    codes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    decidable: Mapping[str, str] = {}
    confidence: str = ""
    note: str = ""
    own_domains: tuple[str, ...] = ()


@cache
def receivers_rules() -> tuple[ReceiverRule, ...]:
    """Every rule of every receiver, in the order of receivers' ids and of their files."""
    folder = files("mailsetup").joinpath("receivers")
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".toml"))
    found: list[ReceiverRule] = []
    for name in names:
        found += read_receiver(tomllib.loads(folder.joinpath(name).read_text(encoding="utf-8")))
    return tuple(found)


def read_receiver(document: Mapping[str, Any]) -> list[ReceiverRule]:
    """The rules in one receiver's file."""
    plain = (
        "id",
        "audience",
        "applies_to",
        "severity",
        "requirement",
        "test",
        "threshold",
        "effective",
        "action",
        "would",
        "confidence",
        "note",
    )
    rules = []
    for row in document["rules"]:
        rules.append(
            ReceiverRule(
                receiver=document["id"],
                short=document["short"],
                codes=tuple(row["codes"]),
                sources=tuple(row["sources"]),
                findings=tuple(row.get("findings", ())),
                decidable=row["decidable"],
                own_domains=tuple(d for d in document["domains"] if " " not in d),
                **{key: row[key] for key in plain if key in row},
            )
        )
    return rules


@cache
def receiver_rules() -> tuple[Rule, ...]:
    """The rules that a letter can decide, as rules of the judge."""
    return tuple(_as_rule(one) for one in receivers_rules() if one.test)


ASKS = {
    "all": phrase("{receiver} asks of all senders: {requirement}."),
    "bulk": phrase("{receiver} asks of bulk senders: {requirement}."),
    "large": phrase("{receiver} asks of large senders: {requirement}."),
    "forwarders": phrase("{receiver} asks of forwarders: {requirement}."),
}
ASKS_OTHERS = phrase("{receiver} asks of {whom}: {requirement}.")
COUNTED = phrase("{asks} Who counts: {threshold:part}.")


def _about(one: ReceiverRule) -> Message:
    """What the rule asks, and of whom."""
    asks = Message(
        ASKS.get(one.applies_to, ASKS_OTHERS),
        {
            "receiver": one.short,
            "whom": Message(one.applies_to),
            "requirement": Message(one.requirement),
        },
    )
    if not one.threshold:
        return asks
    return Message(COUNTED, {"asks": asks, "threshold": Message(one.threshold)})


def _as_rule(one: ReceiverRule) -> Rule:
    def judge(desk: Desk) -> None:
        _judge(desk, one)

    judge.__doc__ = f"{one.short} asks of {one.applies_to}: {one.requirement}. {one.threshold}".strip()
    severity = {"required": Severity.ERROR, "recommended": Severity.WARNING}.get(one.severity, Severity.INFO)
    cites = (
        (*one.sources, kept(CHECKED, date=_as_of(one.receiver)))
        if one.sources
        else (phrase("practice of receivers"),)
    )
    return Rule(
        f"receiver/{one.id.lower()}",
        one.id,
        say("{receiver}: {requirement}", receiver=one.short, requirement=Message(one.requirement)),
        severity,
        cites,
        judge,
        one.effective,
        about=_about(one),
    )


@cache
def _as_of(receiver: str) -> str:
    text = files("mailsetup").joinpath("receivers", f"{receiver}.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["as_of"])


def _judge(desk: Desk, one: ReceiverRule) -> None:
    report = desk.report
    if one.audience == "forwarders" and not _forwarded(report):
        desk.passes_over("the letter does not look forwarded")
        return
    if one.audience == "marketing" and not looks_like_bulk(report):
        desk.passes_over("the letter does not look like one to many")
        return
    outcome = own_domains(report, one.own_domains) if one.test == "own-domains" else TESTS[one.test](report)
    if isinstance(outcome, PassedOver):
        desk.reason = outcome.why
    elif isinstance(outcome, Open):
        desk.leaves_open(*outcome.evidence)
        if not outcome.evidence:
            desk.reason = outcome.why or say("the letter alone does not tell")
    elif isinstance(outcome, Broken):
        _found(desk, one, outcome)


def _found(desk: Desk, one: ReceiverRule, outcome: Broken) -> None:
    many_only = one.audience in ("bulk", "large") and not looks_like_bulk(desk.report)
    codes = f" ({', '.join(one.codes[:3])})" if one.codes else ""
    since = say(", {since}", since=in_force(one.effective)) if one.effective else ""
    desk.finds(
        "{receiver} would {would}{codes} from whoever sends much, because {why} (rule {rule}{since})"
        if many_only
        else "{receiver} would {would}{codes}, because {why} (rule {rule}{since})",
        severity=Severity.INFO if many_only else None,
        remedy="What it asks for: {requirement}.",
        receiver=one.short,
        would=Message(one.would),
        codes=codes,
        why=outcome.why,
        rule=one.id,
        since=since,
        requirement=Message(one.requirement),
    )


def _forwarded(report: MessageReport) -> bool:
    names = ("list-post", "resent-from", "x-forwarded-to", "x-forwarded-for", "arc-seal")
    return any(report.message.first(name) for name in names)


def _dkim_keys(report: MessageReport) -> tuple[Evidence, ...]:
    return tuple(one.key for one in report.dkim if one.result == "temperror" and one.key is not None)


def _spf(report: MessageReport) -> Outcome:
    if report.spf is None:
        return Open(why=report.spf_missing)
    if report.spf.result == "pass":
        return KEPT
    if report.spf.result == "temperror":
        return Open(why=say("an answer that SPF needs is missing"))
    return Broken(say("SPF for {domain} says {result}", domain=report.spf.domain, result=report.spf.result))


def _dkim(report: MessageReport) -> Outcome:
    if report.dkim_word == "pass":
        return KEPT
    if _dkim_keys(report):
        return Open(_dkim_keys(report))
    return Broken(say("no DKIM signature holds") if report.dkim else say("the letter has no DKIM signature"))


def _either(*outcomes: Outcome) -> Outcome:
    """Kept when one is kept; open while one is; else the first reason."""
    if any(one is KEPT for one in outcomes):
        return KEPT
    return next((one for one in outcomes if isinstance(one, Open)), outcomes[0])


def _all(*outcomes: Outcome) -> Outcome:
    """Broken when one is broken; open while one is; else kept."""
    broken = [one for one in outcomes if isinstance(one, Broken)]
    return broken[0] if broken else next((one for one in outcomes if one is not KEPT), KEPT)


def _spf_or_dkim(report: MessageReport) -> Outcome:
    return _either(_dkim(report), _spf(report))


def _spf_and_dkim(report: MessageReport) -> Outcome:
    return _all(_spf(report), _dkim(report))


def _over_ipv6(report: MessageReport) -> Outcome:
    if ":" not in report.envelope.ip:
        return PassedOver(say("the letter did not come over IPv6"))
    return _all(_spf_or_dkim(report), _forward_confirmed(report))


def _forward_confirmed(report: MessageReport) -> Outcome:
    reverse = report.reverse
    if reverse is None:
        return Open(why=say("the connecting address is not known, or not a public one"))
    if reverse.confirmed is None:
        return Open(tuple(e for e in reverse.evidence if e.answer.unknown))
    if reverse.confirmed:
        return KEPT
    if not reverse.names:
        return Broken(say("the address {ip} has no name in reverse DNS", ip=reverse.ip))
    return Broken(
        say(
            "the name {name} of the address {ip} does not lead back to it",
            name=reverse.names[0],
            ip=reverse.ip,
        )
    )


def _encrypted(report: MessageReport) -> Outcome:
    if report.encrypted is not None:
        return KEPT if report.encrypted else Broken(say("the letter came without TLS"))
    hop = report.envelope.hop
    if hop is None or not hop.protocol:
        return Open(why=say("no Received field of a trusted host says how the letter came"))
    return (
        KEPT
        if hop.encrypted
        else Broken(
            say("{host} took the letter with {protocol}, without TLS", host=hop.by, protocol=hop.protocol)
        )
    )


def _form(report: MessageReport) -> Outcome:
    for one in FORM_RULES:
        desk = Desk(report, one)
        one.judge(desk)
        if desk.findings:
            return Broken(desk.findings[0].message)
    return KEPT


def own_domains(report: MessageReport, own: tuple[str, ...]) -> Outcome:
    """Whether From uses the receiver's own domains without being sent by it."""
    if not any(is_within(box.host, domain) for box in report.authors for domain in own if box.host):
        return KEPT
    if report.dmarc_word == "pass":
        return KEPT
    if report.dmarc_word == "temperror" or report.spf is None:
        return Open(why=say("whether the receiver itself sent it is not known"))
    return Broken(
        say("From is in its own domain {domain}, and the letter does not come from it", domain=report.author)
    )


def _sealed(report: MessageReport) -> Outcome:
    if report.arc.result == "pass":
        return KEPT
    if report.arc.result == "temperror":
        return Open(tuple(e for e in report.arc.keys if e.answer.unknown))
    return Broken(
        say("the letter was forwarded without ARC")
        if report.arc.result == "none"
        else say("the ARC chain is broken")
    )


def _key_size(report: MessageReport) -> Outcome:
    sizes = [one.bits for one in report.dkim if one.signature.algorithm.startswith("rsa") and one.bits]
    if not sizes:
        return PassedOver(say("no RSA key is known"))
    if min(sizes) < LEAST_BITS:
        return Broken(say("a DKIM key has {bits} bits", bits=min(sizes)))
    return KEPT


def _dmarc_record(report: MessageReport) -> Outcome:
    for one in report.dmarc:
        if one.discovery is not None and one.discovery.unknown:
            return Open(_steps_unknown(one))
        if one.discovery is None or one.discovery.record is None:
            return Broken(say("no DMARC record governs {domain}", domain=one.domain))
    return KEPT if report.dmarc else Broken(say("From names no domain"))


def _steps_unknown(one: DmarcResult) -> tuple[Evidence, ...]:
    steps = one.discovery.steps if one.discovery is not None else ()
    return tuple(Evidence(step.question, step.answer) for step in steps if step.answer.unknown)


def _aligned(report: MessageReport) -> Outcome:
    for one in report.dmarc:
        if one.aligned:
            continue
        if report.spf is None:
            return Open(why=report.spf_missing)
        if any(i.aligned is None or i.result == "temperror" for i in one.identifiers):
            return Open(_dkim_keys(report), say("an answer is missing"))
        return Broken(say("neither SPF nor DKIM passes for the domain of From, {domain}", domain=one.domain))
    return KEPT if report.dmarc else Broken(say("From names no domain"))


def _dmarc_pass(report: MessageReport) -> Outcome:
    return _all(_dmarc_record(report), _aligned(report))


def _all_three(report: MessageReport) -> Outcome:
    return _all(_spf(report), _dkim(report), _dmarc_pass(report))


def _reject_policy(report: MessageReport) -> Outcome:
    waits: Outcome = KEPT
    for one in report.dmarc:
        unknown = one.discovery is not None and one.discovery.unknown
        if one.result == "fail" and one.policy is Policy.REJECT:
            if report.spf is not None:
                return Broken(say("DMARC fails and {domain} asks for p=reject", domain=one.domain))
            waits = waits or Open(why=report.spf_missing)
        elif one.result == "temperror" and (one.policy is Policy.REJECT or unknown):
            waits = waits or Open((*_dkim_keys(report), *_steps_unknown(one)), say("an answer is missing"))
    return waits


def _one_click(report: MessageReport) -> Outcome:
    if has_one_click(report):
        return KEPT
    if not unsubscribe_uris(report):
        return Broken(say("there is no List-Unsubscribe"))
    if report.message.first("list-unsubscribe-post") is None:
        return Broken(say("there is no List-Unsubscribe-Post"))
    if not covered(report):
        return (
            Open(_dkim_keys(report))
            if _dkim_keys(report)
            else Broken(say("no signature that holds covers the fields of one-click unsubscribe"))
        )
    return Broken(
        say(
            "one-click unsubscribe needs an https address and List-Unsubscribe-Post: List-Unsubscribe=One-Click"
        )
    )


def _body_link(report: MessageReport) -> Outcome:
    if body_link(report):
        return KEPT
    if not looks_like_bulk(report):
        return PassedOver(say("the letter does not look like one to many"))
    return Broken(say("the letter shows no way to unsubscribe"))


def _header(report: MessageReport) -> Outcome:
    if unsubscribe_uris(report):
        return KEPT
    if not looks_like_bulk(report):
        return PassedOver(say("the letter does not look like one to many"))
    return Broken(say("there is no List-Unsubscribe"))


def _header_and_link(report: MessageReport) -> Outcome:
    return _all(_header(report), _body_link(report))


def _unsubscribe(report: MessageReport) -> Outcome:
    return _either(_body_link(report), _header(report))


def _mailto_and_link(report: MessageReport) -> Outcome:
    uris = [u.lower() for u in unsubscribe_uris(report)]
    if uris and not (any(u.startswith("mailto:") for u in uris) and any(u.startswith("http") for u in uris)):
        return Broken(say("List-Unsubscribe does not have both a mailto and a web address"))
    return _header_and_link(report)


def _precedence(report: MessageReport) -> Outcome:
    if not looks_like_bulk(report):
        return PassedOver(say("the letter does not look like one to many"))
    if report.message.text("precedence").lower() in ("bulk", "list"):
        return KEPT
    return Broken(say("the letter to many is not marked with Precedence: bulk"))


def _answerable(report: MessageReport) -> Outcome:
    hosts = {box.host for box in report.authors}
    for one in report.reachable:
        if one.host in hosts and one.takes_mail is not True:
            if one.takes_mail is None:
                return Open(tuple(e for e in one.evidence if e.answer.unknown))
            return Broken(say("{host} takes no mail", host=one.host))
    return KEPT


def _sender_exists(report: MessageReport) -> Outcome:
    if report.envelope.null_sender:
        return PassedOver(say("the envelope's sender is empty"))
    host = report.envelope.sender.rpartition("@")[2].lower()
    found = next((one for one in report.reachable if one.host == host), None)
    if found is None:
        return Open(why=say("the envelope's sender is not known"))
    if found.exists is None:
        return Open(tuple(e for e in found.evidence if e.answer.unknown))
    return (
        KEPT if found.exists else Broken(say("the envelope sender's domain {host} does not exist", host=host))
    )


def _helo(report: MessageReport) -> Outcome:
    helo = report.envelope.helo
    if not helo:
        return Open(why=say("the HELO name is not known"))
    if "." not in helo.strip(".") or helo.startswith("[") or helo.replace(".", "").isdigit():
        return Broken(say('the HELO name "{helo}" is no full host name', helo=helo))
    return KEPT


def _size(report: MessageReport) -> Outcome:
    return (
        KEPT
        if report.message.size <= MB_45
        else Broken(say("the letter has {size} octets", size=report.message.size))
    )


def _spf_not_fail(report: MessageReport) -> Outcome:
    outcome = _spf(report)
    return outcome if report.spf_word in ("", "fail", "temperror") else KEPT


TESTS: Mapping[str, Test] = {
    "spf": _spf,
    "dkim": _dkim,
    "spf-or-dkim": _spf_or_dkim,
    "spf-and-dkim": _spf_and_dkim,
    "spf-or-dkim-over-ipv6": _over_ipv6,
    "spf-not-fail": _spf_not_fail,
    "spf-dkim-dmarc": _all_three,
    "dmarc-record": _dmarc_record,
    "dmarc-pass": _dmarc_pass,
    "aligned": _aligned,
    "no-reject-policy-failed": _reject_policy,
    "forward-confirmed": _forward_confirmed,
    "encrypted-transfer": _encrypted,
    "helo-name": _helo,
    "message-form": _form,
    "sealed-when-forwarded": _sealed,
    "key-size": _key_size,
    "one-click": _one_click,
    "body-link": _body_link,
    "unsubscribe": _unsubscribe,
    "unsubscribe-header-and-link": _header_and_link,
    "unsubscribe-mailto-and-link": _mailto_and_link,
    "precedence": _precedence,
    "can-be-answered": _answerable,
    "sender-exists": _sender_exists,
    "size-45-mb": _size,
}
"""Every test that a receiver's file may name, beside ``own-domains``."""
