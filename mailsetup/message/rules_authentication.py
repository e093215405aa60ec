"""Rules about what a letter proves: signatures, SPF, ARC, DMARC, and what trusted hosts wrote about them."""

from __future__ import annotations

from mailsetup.model.finding import Evidence, Severity
from mailsetup.model.mail_records import Policy
from mailsetup.model.message import say
from mailsetup.model.retold import as_message

from .dkim import SIGNATURE_LIMIT, DkimResult
from .helo import is_literal, is_local
from .judging import Desk, rule

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
SIGNATURES = "RFC 6376 section 3.5"
KEY_CODES = frozenset(
    {
        "DKIM_KEY_MISSING",
        "DKIM_VERSION",
        "DKIM_P_MISSING",
        "DKIM_P_BASE64",
        "DKIM_P_EMPTY",
        "DKIM_K_UNKNOWN",
        "DKIM_ED25519_LENGTH",
        "DKIM_TAG_DUPLICATE",
        "DKIM_H_LIST",
        "DKIM_S_SERVICE",
        "DKIM_T_STRICT",
        "DKIM_RSA_UNDER_1024",
        "DKIM_RSA_OVER_4096",
        "DKIM_SYNTAX",
    }
)
SEALED = ("from", "subject", "to", "date")


def _says(
    desk: Desk,
    one: DkimResult,
    template: str,
    *,
    remedy: str,
    severity: Severity | None = None,
    **values: object,
) -> None:
    """A finding about one signature, with the question for its key."""
    desk.finds(
        template,
        at=_places(one),
        remedy=remedy,
        severity=severity,
        owner=one.domain,
        domain=one.domain or "?",
        selector=one.selector or "?",
        **values,
    )


def _places(one: DkimResult) -> tuple[Evidence, ...]:
    return (one.key,) if one.key is not None else ()


def _carried(desk: Desk) -> bool:
    """Whether another aligned signature carries DMARC all the same."""
    return any("dkim" in one.aligned for one in desk.report.dmarc)


def _refusals(desk: Desk, codes: frozenset[str], remedy: str, *, lower: bool = False) -> None:
    if not desk.report.dkim:
        desk.passes_over("the letter has no DKIM signature")
    for one in desk.report.dkim:
        if one.code in codes and one.reason is not None:
            softer = WARNING if lower and _carried(desk) else None
            _says(
                desk,
                one,
                "the signature of {domain} (selector {selector}) does not hold: {why}",
                remedy=remedy,
                severity=softer,
                why=one.reason,
            )
        elif one.result == "temperror" and codes & KEY_CODES:
            desk.leaves_open(*_places(one))


@rule(
    "signature-algorithm",
    "DKIM_SIG_ALGO",
    "Signed with an algorithm that no longer counts",
    ERROR,
    "RFC 8301 section 3.1",
)
def signature_algorithm(desk: Desk) -> None:
    """Since RFC 8301 nobody may sign with rsa-sha1 or accept it: receivers treat such a letter as unsigned."""
    _refusals(desk, frozenset({"DKIM_SIG_ALGO"}), "Sign with rsa-sha256 (and a key of 2048 bits).")


@rule(
    "signature-without-from",
    "DKIM_SIG_FROM_SIGNED",
    "A signature that does not cover From",
    ERROR,
    "RFC 6376 section 5.4",
)
def signature_without_from(desk: Desk) -> None:
    """A signature must cover From (h=); one that does not counts as none."""
    _refusals(
        desk, frozenset({"DKIM_SIG_FROM_SIGNED"}), "Let the signing program cover From, To, Subject and Date."
    )


@rule(
    "signature-syntax", "DKIM_SIG_REQUIRED_TAGS", "A signature field that cannot be read", ERROR, SIGNATURES
)
def signature_syntax(desk: Desk) -> None:
    """A signature field with a missing, doubled or unreadable tag is passed over by receivers."""
    _refusals(
        desk, frozenset({"DKIM_SIG_REQUIRED_TAGS", "DKIM_SIG_SYNTAX"}), "Look at the program that signs."
    )


@rule("signature-expired", "DKIM_SIG_EXPIRED", "A signature that had ended", ERROR, SIGNATURES)
def signature_expired(desk: Desk) -> None:
    """x= says when a signature ends. A letter that waits longer than that in a queue arrives unsigned."""
    _refusals(desk, frozenset({"DKIM_SIG_EXPIRED"}), "Leave x= out, or give it at least a week.")


@rule("signature-from-the-future", "DKIM_SIG_FUTURE", "A signature from the future", WARNING, SIGNATURES)
def signature_from_the_future(desk: Desk) -> None:
    """t= says when a letter was signed; receivers may pass over signatures made later than now."""
    _refusals(desk, frozenset({"DKIM_SIG_FUTURE"}), "Set the clock of the machine that signs.")


@rule(
    "identity-outside-domain",
    "DKIM_SIG_I_NOT_UNDER_D",
    "A signature for an identity outside its domain",
    ERROR,
    SIGNATURES,
)
def identity_outside_domain(desk: Desk) -> None:
    """The domain of i= must be that of d= or below it, else the signature counts as none."""
    _refusals(desk, frozenset({"DKIM_SIG_I_NOT_UNDER_D"}), "Leave i= out, or let it end in the domain of d=.")


@rule(
    "key-unusable",
    "DKIM_KEY_MISSING",
    "The key of a signature cannot be used",
    ERROR,
    "RFC 6376 section 6.1.2",
)
def key_unusable(desk: Desk) -> None:
    """Without a key that is there, readable, strong enough and meant for mail, a signature counts as none."""
    _refusals(
        desk,
        KEY_CODES,
        "Publish the key that the signing program uses at {selector}._domainkey.{domain}.",
        lower=True,
    )


@rule(
    "changed-after-signing", "DKIM_SIG_BROKEN", "Changed after it was signed", ERROR, "RFC 6376 section 6.1.3"
)
def changed_after_signing(desk: Desk) -> None:
    """What was signed is not what arrived: a list or gateway added text, or a program signed before it finished."""
    _refusals(
        desk,
        frozenset({"DKIM_SIG_BROKEN"}),
        "Sign as the last step before sending; whoever changes a letter afterwards must sign it anew.",
        lower=True,
    )


@rule(
    "length-tag",
    "DKIM_SIG_L_TAG",
    "A signature that covers only the beginning",
    WARNING,
    "RFC 6376 section 8.2",
)
def length_tag(desk: Desk) -> None:
    """With l= anybody can add text below a signed letter, and the signature still holds."""
    for one in desk.report.dkim:
        if one.signature.length is not None:
            _says(
                desk,
                one,
                "the signature of {domain} covers {length} octets of the body (l=); the body has {size}",
                remedy="Leave l= out.",
                length=one.signature.length,
                size=one.body_size,
            )


@rule(
    "not-oversigned",
    "DKIM_SIG_OVERSIGN",
    "Fields can be added to a signed letter",
    INFO,
    "RFC 6376 section 8.15",
)
def not_oversigned(desk: Desk) -> None:
    """A field named once more in h= than it stands in the letter cannot be added by anybody later."""
    for one in desk.report.dkim:
        if not one.passed:
            continue
        signed = one.signature.signed
        bare = [n for n in SEALED if signed.count(n) <= len(desk.report.message.all(n))]
        if bare:
            _says(
                desk,
                one,
                "the signature of {domain} would still hold if another {fields} were added",
                remedy="Name From, Subject, To and Date once more in h= than they stand in the letter.",
                fields=", ".join(bare),
            )


@rule(
    "fragile-form",
    "DKIM_SIG_CANON",
    "A signature that breaks easily on the way",
    INFO,
    "RFC 6376 section 3.4",
)
def fragile_form(desk: Desk) -> None:
    """relaxed/relaxed survives servers that fold header lines or trim blanks; simple does not."""
    for one in desk.report.dkim:
        form = f"{one.signature.header_method}/{one.signature.body_method}"
        if one.passed and form != "relaxed/relaxed":
            _says(
                desk,
                one,
                "the signature of {domain} uses {form}; relaxed/relaxed survives transport best",
                remedy="Sign with c=relaxed/relaxed.",
                form=form,
            )


@rule("weak-key", "DKIM_RSA_1024", "Signed with a short key", WARNING, "RFC 8301 section 3.2")
def weak_key(desk: Desk) -> None:
    """1024 bits is the least that still counts; 2048 is what everybody should use."""
    for one in desk.report.dkim:
        if one.passed and one.signature.algorithm.startswith("rsa") and one.bits < 2048:
            _says(
                desk,
                one,
                "the key of {domain} (selector {selector}) has only {bits} bits",
                remedy="Make a key of 2048 bits under a new selector.",
                bits=one.bits,
            )


@rule(
    "testing-key",
    "DKIM_T_TESTING",
    "Signed with a key that is marked as a test",
    WARNING,
    "RFC 6376 section 3.6.1",
)
def testing_key(desk: Desk) -> None:
    """t=y asks receivers not to rely on the signature; some then treat the letter as unsigned."""
    for one in desk.report.dkim:
        if one.testing:
            _says(
                desk,
                one,
                "the key of {domain} (selector {selector}) still says t=y",
                remedy="Take t=y out of the key record.",
            )


@rule("several-keys", "DKIM_KEY_MULTIPLE", "Several keys at one name", ERROR, "RFC 6376 section 3.6.2.2")
def several_keys(desk: Desk) -> None:
    """With more than one key at a name, each receiver takes another one: the result is not defined."""
    for one in desk.report.dkim:
        if one.several_keys:
            _says(
                desk,
                one,
                "more than one key stands at {selector}._domainkey.{domain}; receivers take any of them",
                remedy="Leave only the key in use; give the other its own selector.",
            )


@rule(
    "verifiers-differ",
    "DKIM_VERIFIERS_DIFFER",
    "Two verifiers read a signature differently",
    INFO,
    "RFC 6376 section 3.4",
    "RFC 6376 section 5.4.2",
)
def verifiers_differ(desk: Desk) -> None:
    """Each signature is verified twice, here by the RFCs and by dkimpy, a library that receivers use. Where both
    part, the RFCs decide; the letter may still fare otherwise at a receiver that reads like dkimpy."""
    if not any(one.second.word for one in desk.report.dkim):
        reason = next((one.second.reason for one in desk.report.dkim if one.second.reason), None)
        desk.reason = reason or say("no signature got as far as cryptography")
    for one in desk.report.dkim:
        if one.disputed:
            _says(
                desk,
                one,
                "the signature of {domain} is {result} by RFC 6376, and that stands; {other}",
                remedy="Look for two From fields, blanks before a colon and control characters in what is signed.",
                result=one.result,
                other=str(one.second.reason),
            )


@rule(
    "too-many-signatures",
    "DKIM_SIG_LIMIT",
    "More signatures than anybody verifies",
    WARNING,
    "RFC 6376 section 8.4",
)
def too_many_signatures(desk: Desk) -> None:
    """Receivers verify a handful of signatures and pass over the rest, to keep letters from costing them time."""
    if desk.report.signatures_left:
        desk.finds(
            "the letter has {count} signatures; only the first {limit} were verified",
            remedy="One or two signatures are enough.",
            count=desk.report.signatures_left + SIGNATURE_LIMIT,
            limit=SIGNATURE_LIMIT,
        )


@rule(
    "unsigned",
    "DKIM_SIG_MISSING",
    "No signature that holds",
    WARNING,
    "RFC 6376 section 6.1",
    "RFC 9989 section 8",
)
def unsigned(desk: Desk) -> None:
    """Without DKIM a letter rests on SPF alone, which ends at the first server that forwards it."""
    open_keys = [e for one in desk.report.dkim if one.result == "temperror" for e in _places(one)]
    if any(one.passed for one in desk.report.dkim):
        return
    if open_keys:
        desk.leaves_open(*open_keys)
    elif not desk.report.dkim:
        desk.finds(
            "the letter has no DKIM signature", remedy="Turn on DKIM signing where the letter is sent from."
        )
    else:
        desk.finds(
            "no DKIM signature holds, of {count} in the letter",
            remedy="Mend what the other findings name.",
            count=len(desk.report.dkim),
        )


@rule(
    "signature-unaligned",
    "DKIM_SIG_UNALIGNED",
    "No signature by the domain in From",
    WARNING,
    "RFC 9989 section 4.4.1",
)
def signature_unaligned(desk: Desk) -> None:
    """Only a signature by the domain that stands in From (or its organization) counts for DMARC."""
    passing = sorted({one.domain for one in desk.report.dkim if one.passed})
    if not passing or not desk.report.dmarc:
        desk.passes_over("there is no signature that holds, or no author")
        return
    for result in desk.report.dmarc:
        mine = [i for i in result.identifiers if i.method == "dkim"]
        if any(i.aligned for i in mine if i.result == "pass"):
            continue
        if any(i.aligned is not False for i in mine):
            _waits_for_dmarc(desk, result)
            continue
        desk.finds(
            "the letter is from {author}, but only {domains} signed it",
            remedy="Let the sending service sign with d={author}.",
            owner=result.domain,
            author=result.domain,
            domains=", ".join(passing),
        )


@rule("spf-not-pass", "SPF_RESULT", "SPF does not pass", ERROR, "RFC 7208 section 2.6")
def spf_not_pass(desk: Desk) -> None:
    """SPF says whether the connecting server may send for the envelope's sender; a forwarder never may."""
    spf = desk.report.spf
    if spf is None:
        desk.reason = desk.report.spf_missing
        return
    if spf.result == "pass":
        return
    if spf.result == "temperror":
        desk.leaves_open(*spf.unanswered)
        desk.passes_over(
            "an answer is missing ({problem}); a receiver would try again later",
            problem=as_message(spf.problem or "DNS"),
        )
        return
    severity = ERROR if spf.result in ("fail", "permerror") and not _carried(desk) else WARNING
    desk.finds(
        "SPF for {domain} and the address {ip} says {result}{why}",
        remedy="Let the record of {domain} allow the server that sends, or send through a server that it allows.",
        severity=severity,
        owner=spf.domain,
        domain=spf.domain,
        ip=desk.report.envelope.ip,
        result=spf.result,
        why=say(" ({problem})", problem=as_message(spf.problem or spf.mechanism))
        if spf.problem or spf.mechanism
        else "",
    )


@rule(
    "helo-local",
    "SMTP_EHLO_LOCALHOST",
    "The server calls itself by a private name",
    ERROR,
    "RFC 5321 section 2.3.5",
)
def helo_local(desk: Desk) -> None:
    """HELO must be the server's full host name. localhost and private names are marks of programs that send abuse,
    and many receivers refuse them before they read a letter."""
    name = desk.report.envelope.helo
    if not name:
        desk.passes_over(
            "the HELO name is not known: give --helo, or --trust the host that took the letter in"
        )
    elif is_local(name) and not is_literal(name):
        desk.finds(
            'the server said HELO "{name}", a name that only its own network knows',
            remedy="Set the mail server's host name to its full name, the one that its address leads back to.",
            name=name[:80],
        )


@rule(
    "helo-unknown",
    "SMTP_EHLO_FQDN",
    "The name that the server gives itself leads nowhere",
    ERROR,
    "RFC 5321 section 4.1.1.1",
    "RFC 5321 section 4.1.4",
)
def helo_unknown(desk: Desk) -> None:
    """A receiver looks the HELO name up. Without an address it proves nothing, and several receivers refuse it."""
    name, helo = desk.report.envelope.helo, desk.report.helo
    if not name:
        desk.passes_over(
            "the HELO name is not known: give --helo, or --trust the host that took the letter in"
        )
    elif is_literal(name) and not name.startswith("["):
        desk.finds(
            "the server said HELO {name}, an address without brackets",
            remedy="Set the mail server's host name to its full name.",
            name=name[:80],
        )
    elif is_literal(name) or is_local(name):
        desk.passes_over("the HELO name is no name to look up")
    elif helo.found is False:
        desk.finds(
            'the HELO name "{name}" has no address',
            at=helo.evidence,
            remedy="Publish an address for {name}, or set the mail server's host name to one that has.",
            name=name[:80],
        )
    elif helo.found is None and helo.evidence:
        desk.leaves_open(*(e for e in helo.evidence if e.answer.unknown))
    elif not helo.evidence:
        desk.finds(
            'the HELO name "{name}" is no host name',
            remedy="Set the mail server's host name to its full name.",
            name=name[:80],
        )


@rule(
    "arc-broken",
    "ARC_CV",
    "The ARC chain is broken",
    WARNING,
    "RFC 8617 section 5.2",
    also=("ARC_SET_COMPLETE", "ARC_INSTANCE_RANGE", "ARC_SEAL_H"),
)
def arc_broken(desk: Desk) -> None:
    """A forwarder's seal shows what a letter proved before it was changed; a broken chain shows nothing."""
    arc = desk.report.arc
    if arc.result == "none":
        desk.passes_over("the letter has no ARC fields")
    elif arc.result == "temperror":
        desk.leaves_open(*(e for e in arc.keys if e.answer.unknown))
    elif arc.result == "fail":
        desk.finds(
            "the ARC chain does not hold at set {instance}: {why}",
            remedy="Only the forwarder that sealed there can mend it.",
            severity=ERROR if arc.code == "ARC_SEAL_H" else None,
            instance=arc.instance,
            why=arc.reason,
        )


def _tree(result: object) -> tuple[Evidence, ...]:
    discovery = getattr(result, "discovery", None)
    if discovery is None:
        return ()
    return tuple(Evidence(step.question, step.answer) for step in discovery.steps if step.answer.unknown)


def _waits_for_dmarc(desk: Desk, result: object) -> None:
    """The verdict hangs on a key, a policy or SPF that nobody could ask for."""
    unanswered = [e for one in desk.report.dkim if one.result == "temperror" for e in _places(one)]
    desk.leaves_open(*unanswered, *_tree(result))
    if not desk.unanswered:
        desk.passes_over("an answer that SPF needs is missing; a receiver would try again later")


@rule(
    "dmarc-fail", "DMARC_ALIGN_FAIL", "DMARC fails", ERROR, "RFC 9989 section 4.4", "RFC 9989 section 5.3.5"
)
def dmarc_fail(desk: Desk) -> None:
    """Neither an aligned SPF pass nor an aligned signature: the letter does not prove that it is from its author."""
    report = desk.report
    if not report.dmarc:
        desk.passes_over("From names no domain that DMARC could be asked about")
    for result in report.dmarc:
        if result.result == "temperror":
            _waits_for_dmarc(desk, result)
            continue
        if result.result != "fail":
            continue
        if report.spf is None and not any(i.aligned for i in result.identifiers):
            desk.finds(
                "no aligned signature holds for {domain}, and SPF could not be judged: {why}",
                remedy="Sign with d={domain}; give --ip to judge SPF too.",
                owner=result.domain,
                severity=WARNING,
                domain=result.domain,
                why=report.spf_missing,
            )
            continue
        does = {
            Policy.REJECT: say("refuse it"),
            Policy.QUARANTINE: say("treat it as suspicious"),
            Policy.NONE: say("do nothing special"),
        }
        desk.finds(
            "DMARC fails for {domain}: nothing that passed belongs to it; its owner asks receivers to {action}",
            remedy="Let the sending service sign with d={domain}, or send with an envelope sender in {domain}.",
            at=_policy(result),
            owner=result.domain,
            domain=result.domain,
            action=does.get(result.policy, say("look further")) if result.policy else say("look further"),
        )


def _policy(result: object) -> tuple[Evidence, ...]:
    found = getattr(getattr(result, "discovery", None), "found", None)
    return () if found is None else (found.evidence(),)


@rule(
    "dmarc-missing",
    "DMARC_MISSING",
    "No DMARC record governs the author's domain",
    WARNING,
    "RFC 9989 section 4.10.1",
)
def dmarc_missing(desk: Desk) -> None:
    """Large receivers want a DMARC record of whoever sends much; without one nobody asks for proof."""
    for result in desk.report.dmarc:
        if result.discovery is not None and result.discovery.unknown:
            desk.leaves_open(*_tree(result))
        elif result.result == "none":
            desk.finds(
                "no DMARC record governs {domain}",
                owner=result.domain,
                domain=result.domain,
                remedy="Publish v=DMARC1; p=none; rua=mailto:... at _dmarc.{domain} and read the reports.",
            )


@rule(
    "dmarc-readers-differ",
    "DMARC_TREEWALK_DIFFERS",
    "Old and new receivers judge DMARC differently",
    WARNING,
    "RFC 9989 appendix C.3",
)
def dmarc_readers_differ(desk: Desk) -> None:
    """Receivers that still follow RFC 7489 find another organization or policy than those of RFC 9989."""
    for result in desk.report.dmarc:
        if result.readers_differ:
            desk.finds(
                "by RFC 9989 the result for {domain} is {new} ({policy}); a receiver of RFC 7489 says {old} ({older})",
                remedy="Publish a DMARC record at _dmarc.{domain} itself.",
                owner=result.domain,
                domain=result.domain,
                new=result.result,
                policy=result.policy.value if result.policy else say("no policy"),
                old=result.older,
                older=result.older_policy.value if result.older_policy else say("no policy"),
            )


@rule(
    "several-authors",
    "DMARC_FROM_MULTIPLE",
    "Authors of several domains in From",
    WARNING,
    "RFC 9989 section 5.3.1",
    "RFC 9989 section 11.5",
)
def several_authors(desk: Desk) -> None:
    """Receivers may refuse a letter whose From names several domains, or judge each of them."""
    hosts = list(dict.fromkeys(box.host for box in desk.report.authors if box.host))
    if len(hosts) > 1:
        desk.finds(
            "From names {count} domains: {hosts}",
            remedy="Put one author into From.",
            count=len(hosts),
            hosts=", ".join(hosts[:5]),
        )


@rule("results-differ", "AR_DIFFERS", "A trusted host saw something else", INFO, "RFC 8601 section 2.7")
def results_differ(desk: Desk) -> None:
    """What the receiving host wrote into the letter is compared with what was found now."""
    if not desk.report.reported:
        desk.passes_over("no Authentication-Results of a trusted host; --trust names one")
    for row in desk.report.reported:
        if not row.agrees:
            desk.finds(
                "{host} wrote {method}={claimed}; here it is {found}",
                remedy="Keys or records may have changed since, or the letter was changed after that host saw it.",
                host=row.claim.host,
                method=row.claim.method,
                claimed=row.claim.result,
                found=row.found,
            )


@rule(
    "logo-not-shown",
    "BIMI_DMARC_WEAK",
    "The logo of the domain would not be shown",
    INFO,
    "draft-brand-indicators-for-message-identification-14",
)
def logo_not_shown(desk: Desk) -> None:
    """A domain that publishes a logo (BIMI) gets it shown only on letters that pass DMARC under a firm policy."""
    published = desk.report.bimi.published
    if published is not None and published.found.unknown:
        desk.leaves_open(published.found.evidence())
    elif published is None or published.record is None:
        desk.passes_over("the domain publishes no BIMI record")
    elif desk.report.bimi.missing:
        desk.finds(
            "receivers would not show the logo of {domain}: {why}",
            remedy="Mend what is named; the logo follows by itself.",
            domain=desk.report.author,
            why="; ".join(map(str, desk.report.bimi.missing)),
        )
    elif desk.report.bimi.open:
        _waits_for_dmarc(desk, desk.report.dmarc[0])
