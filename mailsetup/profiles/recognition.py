"""
Who runs a domain's mail, from its MX, SPF, NS, autodiscover and verification records.

MX says where mail goes. SPF says who may send. What stands behind a filter is read from SPF and
autodiscover and called likely, not certain. A verification text proves only that somebody once
showed the domain to be his: it is a hint and never more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from mailsetup.model.detection import Certainty, Detected, Detection, DetectPatterns, Kind, Trace
from mailsetup.model.dns import MX, TXT, UNASKED, DnsAnswer, DnsQuestion, Outcome, dns_question
from mailsetup.model.message import Message, phrase, say
from mailsetup.model.names import NAME_LIMIT, is_within
from mailsetup.model.walk import Walk, ask, needs
from mailsetup.profiles.host_index import HostIndex
from mailsetup.profiles.known import Known, known_of

if TYPE_CHECKING:
    from mailsetup.model.profile import Profile

OWN_INCLUDES_LIMIT: Final = 4
"""Includes below the domain itself that are followed for one level, to see whom they name in turn."""
TEXTS_LIMIT: Final = 300
"""TXT records looked at; a reply of 64 KB holds hardly more."""
CHANGED: Final = frozenset({"closing", "closed", "renamed"})  # `model.profile.State`
NEARLY_THE_SAME: Final = 0.9  # of 1: one letter wrong in ten, two in twenty
FIRST_LABEL: Final = "autodiscover"
"""The one label asked for every domain; others only where they decide between two services."""

_ALLOWED: Final = re.compile(r"(?:^|\s)[+?~]?(?:include:|redirect=)([^\s/]+)", re.IGNORECASE)


class Detectors:
    """The recognition data of all profiles, indexed. Make one with `detectors` and share it."""

    def __init__(self, known: Iterable[Known], dns_hosts: Iterable[tuple[str, str, str]] = ()) -> None:
        self.known = {one.id: one for one in known}
        every = self.known.values()
        self.mx = HostIndex((p, k.id) for k in every for p in k.patterns.mx)
        self.proofs = HostIndex((p, k.id) for k in every for p in k.patterns.mx_verification_only)
        self.spf_patterns = HostIndex((p, k.id) for k in every for p in k.patterns.spf_patterns)
        self.dkim = HostIndex((p, k.id) for k in every for p in k.patterns.dkim)
        self.spf: dict[str, tuple[str, ...]] = {}
        for one in every:
            for name in one.patterns.spf:
                self.spf[name] = (*self.spf.get(name, ()), one.id)
        labels = {label for k in every for label in k.patterns.cname}
        self.cname = {
            label: HostIndex((p, k.id) for k in every for p in k.patterns.cname.get(label, ()))
            for label in sorted(labels)
        }
        prefixes = [(prefix, k.id) for k in every for prefix in k.patterns.txt_prefix]
        self.prefixes = tuple(prefix for prefix, _ in prefixes)
        self.prefix_owner = dict(prefixes)
        self.host_names = {host_id: name for _, host_id, name in dns_hosts}
        self.ns = HostIndex((pattern, host_id) for pattern, host_id, _ in dns_hosts)
        self._spf_letters: list[tuple[str, frozenset[str]]] | None = None

    @property
    def spf_letters(self) -> list[tuple[str, frozenset[str]]]:
        """The includes of services, sorted, each with its letters; made when first asked for."""
        if self._spf_letters is None:
            self._spf_letters = [(name, frozenset(name)) for name in sorted(self.spf)]
        return self._spf_letters

    def allowed_by(self, name: str) -> tuple[str, ...]:
        """The services that an include or redirect of this name lets send."""
        return tuple(dict.fromkeys((*self.spf.get(name, ()), *self.spf_patterns.find(name))))


def detectors(
    profiles: Iterable[Profile] | None = None, dns_hosts: Iterable[tuple[str, str, str]] = ()
) -> Detectors:
    """
    The recognition data of profiles (all bundled ones unless given) and of DNS hosts.

    A DNS host is (pattern of its name servers, id, name).
    """
    if profiles is None:
        from mailsetup.profiles.index import all_known  # reads files: only when nothing was given

        return Detectors(all_known(), tuple(dns_hosts))
    return Detectors(map(known_of, profiles), tuple(dns_hosts))


class Fate(NamedTuple):
    """What became of a service: its last day (ISO 8601) if one is known, what happened, what to do, and who says so when."""

    ends_on: str
    note: Message
    what_to_do: Message | None
    source: str
    date: str


class SelectorsByService:
    """
    The DKIM selectors worth asking for, by the services that a domain's MX and SPF name.

    Has the methods that `walks.dkim_keys` names of its hints, and what the profiles say of services that changed.
    """

    def __init__(self, data: Detectors) -> None:
        self._data = data
        self._changed: HostIndex | None = None  # made when first looked into

    def for_domain(self, mx_exchanges: Iterable[str], spf_includes: Iterable[str]) -> tuple[str, ...]:
        """The selectors for a domain with these exchanges and includes, each once."""
        data = self._data
        ids: dict[str, None] = {}
        for exchange in mx_exchanges:
            ids.update(dict.fromkeys(data.mx.find(exchange.lower().rstrip("."))))
        for name in spf_includes:
            ids.update(dict.fromkeys(data.allowed_by(name.lower().rstrip("."))))
        return tuple(dict.fromkeys(s for one in ids for s in data.known[one].selectors))

    def mailbox_service(self, exchange: str) -> str:
        """The mailbox service an exchange belongs to beyond doubt, by its name; ``""`` for any other host."""
        known = (self._data.known[one] for one in self._data.mx.find(exchange.lower().rstrip(".")))
        found = [k for k in known if not k.patterns.mx_needs and not k.patterns.weak]
        return found[0].name if len(found) == 1 and found[0].kind == Kind.MAILBOX.value else ""

    def may_have_changed(self, exchange: str) -> bool:
        """Whether an exchange looks like one of a service that ends, ended or was renamed: `detect_walk` tells for sure."""
        if self._changed is None:
            known = (k for k in self._data.known.values() if k.state in CHANGED)
            self._changed = HostIndex((pattern, k.id) for k in known for pattern in k.patterns.mx)
        return bool(self._changed.find(exchange.lower().rstrip(".")))

    def fate(self, profile_id: str) -> Fate:
        """What became of a service, read from its profile."""
        from mailsetup.profiles.files import load  # only where a service changed

        profile = load(profile_id)
        status = profile.status
        source = max(profile.sources.get("status", ()), key=lambda s: s.date, default=None)
        return Fate(
            status.ends_on,
            Message(status.note),
            Message(status.what_to_do) if status.what_to_do else None,
            source.name if source is not None else "",
            source.date if source is not None else "",
        )

    def meant_include(self, name: str) -> str:
        """The include of a known service that a name is nearly the same as; ``""`` if none is, or it is one itself."""
        from difflib import get_close_matches  # only where an include leads nowhere

        plain = name.lower().rstrip(".")[:NAME_LIMIT]
        if self._data.allowed_by(plain):
            return ""
        letters = set(plain)
        near = [  # whatever letter only one of them has is a difference
            known
            for known, own in self._data.spf_letters
            if 1 - len(own ^ letters) / (len(known) + len(plain)) >= NEARLY_THE_SAME
        ]
        return next(iter(get_close_matches(plain, near, n=1, cutoff=NEARLY_THE_SAME)), "")


def selector_hints(data: Detectors | None = None) -> SelectorsByService:
    """The DKIM selectors that profiles know; shares the recognition data if given."""
    return SelectorsByService(data or detectors())


class DetectionFacts(NamedTuple):
    """
    The answers recognition rests on.

    ``cnames`` are the answers to CNAME at ``<label>.<domain>`` by label; ``includes`` the TXT answers
    of includes below the domain itself; ``dkim`` the targets of key CNAMEs by owner, if somebody
    has them. ``ns_owner`` is the zone the NS answer speaks of.
    """

    domain: str
    mx: DnsAnswer = UNASKED
    txt: DnsAnswer = UNASKED
    ns: DnsAnswer = UNASKED
    ns_owner: str = ""
    cnames: Mapping[str, DnsAnswer] = {}
    includes: Mapping[str, DnsAnswer] = {}
    dkim: Mapping[str, str] = {}


@needs("detectors")
def detect_walk(domain: str, data: Detectors | None) -> Walk[Detection]:
    """
    Who runs the domain's mail: one round of four questions, and a second where the first leaves something open.

    Without recognition data nobody is recognised, and nobody asked.
    """
    if data is None:
        return Detection(domain)
    mx, txt, ns, cname = yield from ask(
        dns_question(domain, "MX"),
        dns_question(domain, "TXT"),
        dns_question(domain, "NS"),
        dns_question(f"{FIRST_LABEL}.{domain}", "CNAME"),
    )
    facts = DetectionFacts(domain, mx, txt, ns, domain, {FIRST_LABEL: cname})
    more = _second_round(facts, data) if mx.outcome is not Outcome.NO_NAME else {}
    if not more:
        return detect(facts, data)
    answers = yield from ask(*more)
    labels, includes, owner = dict(facts.cnames), {}, domain
    for question, answer in zip(more, answers, strict=True):
        if question.rdtype == "CNAME":
            labels[more[question]] = answer
        elif question.rdtype == "TXT":
            includes[question.name] = answer
        else:
            ns, owner = answer, question.name
    return detect(DetectionFacts(domain, mx, txt, ns, owner, labels, includes), data)


def _second_round(facts: DetectionFacts, data: Detectors) -> dict[DnsQuestion, str]:
    """What the first round leaves open: shared exchanges, includes below the domain, the zone above."""
    domain = facts.domain
    more: dict[DnsQuestion, str] = {}
    for exchange in _exchanges(facts.mx):
        for one in data.mx.find(exchange):
            patterns = data.known[one].patterns
            if "cname" in patterns.mx_needs:
                more.update({dns_question(f"{label}.{domain}", "CNAME"): label for label in patterns.cname})
    own = [name for name in _allowed(facts.txt) if name != domain and is_within(name, domain)]
    more.update({dns_question(name, "TXT"): "" for name in own[:OWN_INCLUDES_LIMIT]})
    if facts.ns.absent and facts.ns.zone and facts.ns.zone != domain and is_within(domain, facts.ns.zone):
        more[dns_question(facts.ns.zone, "NS")] = ""
    return {q: label for q, label in more.items() if label not in facts.cnames}


def _exchanges(answer: DnsAnswer) -> tuple[str, ...]:
    """The exchanges in the order of preference, lower-case; the null MX stays as the empty name."""
    records = sorted(r for r in answer.records if type(r) is MX)
    return tuple(dict.fromkeys(r.exchange.lower() for r in records))


def _texts(answer: DnsAnswer) -> list[str]:
    return [r.text for r in answer.records[:TEXTS_LIMIT] if type(r) is TXT]


def _allowed(answer: DnsAnswer) -> tuple[str, ...]:
    """The names that SPF records include or redirect to, lower-case, in order; excluded ones (``-include:``) not."""
    names: list[str] = []
    for text in _texts(answer):
        if text[:6].lower() == "v=spf1":
            names.extend(name.lower().rstrip(".") for name in _ALLOWED.findall(text))
    return tuple(dict.fromkeys(names))


def detect(facts: DetectionFacts, data: Detectors) -> Detection:
    """What the answers show. Pure: the same answers give the same detection."""
    return _Reading(facts, data).result()


class _Reading:
    """The traces of one domain, by service, and what they add up to."""

    def __init__(self, facts: DetectionFacts, data: Detectors) -> None:
        self.facts = facts
        self.data = data
        self.by_mx: dict[str, list[Trace]] = {}
        self.by_spf: dict[str, list[Trace]] = {}
        self.by_name: dict[str, list[Trace]] = {}  # CNAME of autodiscover and the like, and of keys
        self.by_text: dict[str, list[Trace]] = {}
        self.own_hosts: list[str] = []
        self.exchanges = _exchanges(facts.mx)
        self._read_mx()
        self._read_spf()
        self._read_names()
        self._read_texts()

    def _read_mx(self) -> None:
        for exchange in self.exchanges:
            if not exchange:
                continue
            trace = Trace("mx", self.facts.domain, "MX", exchange)
            ids = self._strongest(self.data.mx.find(exchange))
            proofs = () if ids else self.data.proofs.find(exchange)
            for one in ids:
                self.by_mx.setdefault(one, []).append(trace)
            for one in proofs:
                self.by_text.setdefault(one, []).append(trace)
            if not ids and not proofs:
                self.own_hosts.append(exchange)

    def _strongest(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        """A profile known by little more than a label yields to one known by its domain."""
        strong = tuple(one for one in ids if not self._patterns(one).weak) if len(ids) > 1 else ids
        return strong or ids

    def _read_spf(self) -> None:
        for owner, answer in ((self.facts.domain, self.facts.txt), *self.facts.includes.items()):
            for name in _allowed(answer):
                for one in self.data.allowed_by(name):
                    self.by_spf.setdefault(one, []).append(Trace("spf", owner, "TXT", name))

    def _read_names(self) -> None:
        for label, answer in self.facts.cnames.items():
            index = self.data.cname.get(label)
            target = next((str(r).lower() for r in answer.records if type(r) is str), "")
            for one in index.find(target) if index and target else ():
                trace = Trace("cname", f"{label}.{self.facts.domain}", "CNAME", target)
                self.by_name.setdefault(one, []).append(trace)
        for owner, target in self.facts.dkim.items():
            for one in self.data.dkim.find(target.lower()):
                self.by_name.setdefault(one, []).append(Trace("dkim", owner, "CNAME", target))

    def _read_texts(self) -> None:
        prefixes = self.data.prefixes
        for text in _texts(self.facts.txt):
            if text.startswith(prefixes):
                prefix = next(p for p in prefixes if text.startswith(p))
                trace = Trace("txt", self.facts.domain, "TXT", text)
                self.by_text.setdefault(self.data.prefix_owner[prefix], []).append(trace)

    def result(self) -> Detection:
        taken, hinted = self._receivers()
        gateways = [d for d in taken.values() if d.role == "gateway"]
        mailboxes = [d for d in taken.values() if d.role != "gateway"]
        if (gateways and not mailboxes) or self.facts.mx.unknown:
            mailboxes.extend(self._behind(taken, gateways))
        elif not mailboxes and self.own_hosts:
            mailboxes.extend(self._named_only())
        seen = {d.profile_id for d in (*mailboxes, *gateways)}
        senders = self._senders(seen)
        seen.update(d.profile_id for d in senders)
        hints = [*hinted, *self._text_hints(seen | {d.profile_id for d in hinted})]
        unknown = self._unknown()
        return Detection(
            domain=self.facts.domain,
            mailboxes=tuple(mailboxes),
            gateways=tuple(gateways),
            senders=tuple(senders),
            dns_hosts=self._dns_hosts(),
            hints=tuple(h for h in hints if h.profile_id not in seen),
            exchanges=tuple(e for e in self.exchanges if e),
            own_hosts=tuple(self.own_hosts),
            unknown=tuple((name, rdtype) for name, rdtype, _ in unknown),
            null_mx=self.exchanges == ("",),
            in_vain=any(answer.outcome is not Outcome.UNASKED for *_, answer in unknown),
        )

    def _receivers(self) -> tuple[dict[str, Detected], list[Detected]]:
        """Whom the MX name; exchanges that two services share go to the one that other evidence proves."""
        proven = {one: self._proof(one) for one in self.by_mx}
        replaced = {
            other for one, proof in proven.items() if proof for other in self._patterns(one).instead_of
        }
        taken, hinted = {}, []
        for one in self.by_mx:
            if one in replaced:
                continue
            patterns = self._patterns(one)
            if patterns.mx_needs and not proven[one]:
                if patterns.mx_alone == "hint":
                    hinted.append(self._detected(one, Certainty.HINT, _SHARED_UNPROVEN, self.by_mx[one]))
                continue
            likely = patterns.weak or self._shared_openly(one)
            reason = _PATTERN_WEAK if patterns.weak else _SHARED if likely else _MX
            certainty = Certainty.LIKELY if likely else Certainty.CERTAIN
            taken[one] = self._detected(one, certainty, reason, self._traces(one))
        return taken, hinted

    def _proof(self, one: str) -> list[Trace]:
        """The further evidence that an exchange shared with others needs."""
        wanted = self._patterns(one).mx_needs
        spf = self.by_spf.get(one, []) if "spf" in wanted else []
        return [*spf, *(self.by_name.get(one, []) if "cname" in wanted else [])]

    def _shared_openly(self, one: str) -> bool:
        """Whether a hint to another service remains on the same exchanges."""
        others = [o for o in self._patterns(one).shares_mx_with if o in self.by_mx]
        return any(self._patterns(o).mx_needs and self._patterns(o).mx_alone == "hint" for o in others)

    def _behind(self, taken: Mapping[str, Detected], gateways: list[Detected]) -> list[Detected]:
        """The mailbox provider that a filter hides: the one autodiscover names, else those that SPF names."""
        reason = _BEHIND if gateways else _MX_UNKNOWN
        named = [one for one in self.by_name if self._keeps_mail(one)]
        allowed = [one for one in self.by_spf if self._keeps_mail(one) and not self._stands_in(one)]
        return [
            self._detected(one, Certainty.LIKELY, reason, self._traces(one))
            for one in named or allowed
            if one not in taken
        ]

    def _named_only(self) -> list[Detected]:
        """A mailbox provider that autodiscover names while the MX are hosts nobody knows."""
        return [
            self._detected(one, Certainty.LIKELY, _NAMED, self._traces(one))
            for one in self.by_name
            if self._keeps_mail(one)
        ]

    def _senders(self, seen: set[str]) -> list[Detected]:
        """Whom SPF lets send, and whose key names stand there, beyond those that receive."""
        explained = {t.value for one in seen for t in self.by_spf.get(one, ())}
        found = []
        for one in dict.fromkeys((*self.by_spf, *(o for o in self.by_name if self._kind(o) == Kind.SENDER))):
            traces = [*self.by_spf.get(one, ()), *self.by_name.get(one, ())]
            shared = self._kind(one) != Kind.SENDER and all(t.value in explained for t in traces)
            if one in seen or shared or self._stands_in(one):
                continue
            sender = self._kind(one) == Kind.SENDER
            certainty = Certainty.CERTAIN if sender and not self._patterns(one).weak else Certainty.LIKELY
            found.append(
                self._detected(one, certainty, _SENDS if sender else _SENDS_TOO, traces, role="sender")
            )
        return found

    def _stands_in(self, one: str) -> bool:
        """Whether one needs an MX to be proved, and its SPF names are another's too."""
        names = {trace.value for trace in self.by_spf.get(one, ())}
        others = (o for o in self.by_spf if o != one and not self._patterns(o).mx_needs)
        return bool(self._patterns(one).mx_needs) and any(
            names & {trace.value for trace in self.by_spf[o]} for o in others
        )

    def _text_hints(self, seen: set[str]) -> Iterable[Detected]:
        for one, traces in self.by_text.items():
            if one not in seen:
                yield self._detected(one, Certainty.HINT, _TEXT_ONLY, traces)

    def _dns_hosts(self) -> tuple[Detected, ...]:
        traces: dict[str, list[Trace]] = {}
        for server in self.facts.ns.records:
            if type(server) is str:
                for one in self.data.ns.find(server.lower()):
                    traces.setdefault(one, []).append(Trace("ns", self.facts.ns_owner, "NS", server))
        return tuple(self._dns_host(one, tuple(found)) for one, found in traces.items())

    def _dns_host(self, one: str, traces: tuple[Trace, ...]) -> Detected:
        name = self.data.host_names[one]
        return Detected(one, name, "dns-host", Certainty.CERTAIN, traces, _reason(_NS, name))

    def _unknown(self) -> list[tuple[str, str, DnsAnswer]]:
        domain = self.facts.domain
        asked = [(domain, "MX", self.facts.mx), (domain, "TXT", self.facts.txt)]
        asked += [(f"{label}.{domain}", "CNAME", a) for label, a in self.facts.cnames.items()]
        asked += [(name, "TXT", a) for name, a in self.facts.includes.items()]
        asked.append((self.facts.ns_owner or domain, "NS", self.facts.ns))
        return [one for one in asked if one[2].unknown]

    def _patterns(self, one: str) -> DetectPatterns:
        return self.data.known[one].patterns

    def _kind(self, one: str) -> str:
        return self.data.known[one].kind

    def _keeps_mail(self, one: str) -> bool:
        return self._kind(one) in (Kind.MAILBOX, Kind.DETECT_ONLY, Kind.FREE_MAILBOX)

    def _traces(self, one: str) -> list[Trace]:
        return [
            trace
            for group in (self.by_mx, self.by_spf, self.by_name, self.by_text)
            for trace in group.get(one, ())
        ]

    def _detected(
        self, one: str, certainty: Certainty, template: str, traces: Iterable[Trace], role: str = ""
    ) -> Detected:
        known = self.data.known[one]
        return Detected(
            one,
            known.name,
            role or _ROLES.get(known.kind, "mailbox"),
            certainty,
            tuple(traces),
            _reason(template, known.name),
            known.state,
        )


_ROLES: Final = {
    Kind.GATEWAY.value: "gateway",
    Kind.FORWARDING.value: "forwarding",
    Kind.SENDER.value: "inbound",
}

_MX: Final = phrase("the MX records send the domain's mail to {name}")
_PATTERN_WEAK: Final = phrase("the MX hosts look like those of {name}; few domains were seen that prove it")
_SHARED: Final = phrase("the MX records name {name}, whose hosts another service uses too")
_SHARED_UNPROVEN: Final = phrase(
    "{name} uses these MX hosts, but so does another service, and nothing else names {name}"
)
_BEHIND: Final = phrase("a filter stands in front; SPF or autodiscover names {name} behind it")
_MX_UNKNOWN: Final = phrase("the MX records got no answer; SPF or autodiscover names {name}")
_NAMED: Final = phrase("the MX hosts are not known to any profile; autodiscover names {name}")
_SENDS: Final = phrase("the domain's own records let {name} send for it")
_SENDS_TOO: Final = phrase("SPF lets {name} send for the domain, though its mail arrives elsewhere")
_TEXT_ONLY = phrase("a text that once proved the domain to {name}; it does not show that mail runs there")
_NS: Final = phrase("the name servers belong to {name}")


def _reason(template: str, name: str) -> Message:
    return say(template, name=name)
