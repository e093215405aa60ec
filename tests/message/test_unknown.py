"""What nobody could ask for is neither missing nor kept: letters judged while a server is silent."""

from __future__ import annotations

from mailsetup.message.fields import read_message
from mailsetup.message.trace import trusted_hops
from mailsetup.run.message_facts import facts

from .letters import GOOD, ZONE, P, judge, letter, signed, statuses

SILENT_KEY = ZONE + "sel._domainkey.example.com. TIMEOUT"
LOGO = 'default._bimi.example.com. TXT "v=BIMI1; l=https://example.com/l.svg; a=https://example.com/l.pem"\n'


def reject_rules(report) -> set[str]:
    """What became of the receivers' rules about a policy of reject."""
    from mailsetup.message.receivers import receivers_rules

    ids = {f"receiver/{one.id.lower()}" for one in receivers_rules() if one.test == "no-reject-policy-failed"}
    return {status for check, status in statuses(report).items() if check in ids}


def test_an_aligned_signature_whose_key_is_not_known_is_not_taken_for_none():
    """
    A list's signature holds, the author's waits for its key: nobody can say that only the list signed.
    """
    zone = SILENT_KEY + f'\nsel._domainkey.list.example. TXT "v=DKIM1; p={P}"\n'
    report = judge(signed(signed(letter()), d="list.example"), zone)

    assert {"pass", "temperror"} == {one.result for one in report.dkim}
    assert "inconclusive" == statuses(report)["message/signature-unaligned"]


def test_a_logo_is_not_refused_for_a_result_that_is_not_known():
    """
    DMARC that waits for an answer has not failed.
    """
    report = judge(GOOD, ZONE + LOGO + "sel._domainkey.example.com. TIMEOUT", ip="")

    assert "temperror" == report.dmarc_word
    assert "inconclusive" == statuses(report)["message/logo-not-shown"]
    assert not report.bimi.ready
    assert "not known: DMARC waits for an answer" == dict(facts(report))["BIMI"]


def test_a_signature_whose_alignment_is_open_is_not_called_unaligned():
    """
    A sub-domain signs, and whether it is of the same organization nobody can say while DNS is silent.
    """
    zone = ZONE + f'sel._domainkey.mail.example.com. TXT "v=DKIM1; p={P}"\n_dmarc.mail.example.com. TIMEOUT'
    report = judge(signed(letter(), d="mail.example.com"), zone)

    assert (["pass"], [None]) == (
        [one.result for one in report.dkim],
        [i.aligned for i in report.dmarc[0].identifiers if i.method == "dkim"],
    )
    assert dict(facts(report))["DKIM"].endswith(", alignment not known")


def test_spf_that_waits_for_an_answer_is_open_with_the_question():
    """
    temperror is neither pass nor failure: the verdict names what nobody answered.
    """
    report = judge(GOOD, ZONE.replace("v=spf1", "v=spf1 include:slow.example") + "slow.example. TIMEOUT")
    (verdict,) = (v for v in report.verdicts if v.check == "message/spf-not-pass")

    assert "temperror" == report.spf_word
    assert ("inconclusive", ["slow.example"]) == (
        verdict.status.value,
        [e.question.name for e in verdict.unanswered],
    )


def test_a_policy_of_reject_is_not_kept_while_nobody_knows():
    """
    Without the address, or without the key, whether the policy of reject bites is open.
    """
    unsigned = judge(letter(), ip="")
    silent = judge(GOOD, SILENT_KEY, ip="")

    assert ({"not_applicable"}, {"inconclusive"}) == (reject_rules(unsigned), reject_rules(silent))
    assert {"pass"} == reject_rules(judge(GOOD))


def test_an_empty_sender_is_not_an_unknown_one():
    """
    A bounce has no sender whose domain could be missing, and the report does not call it unknown.
    """
    report = judge(letter(), sender="<>")
    said = {str(v.reason) for v in report.verdicts if v.reason is not None}

    assert "the envelope's sender is not known" not in said
    assert "the envelope's sender is empty" in said


def test_an_address_mapped_into_ipv6_is_the_ipv4_address():
    """
    RFC 7208 section 5: a dual-stack server that writes ::ffff:192.0.2.7 was reached over IPv4.
    """
    said = b"from a.example (a.example [IPv6:::ffff:192.0.2.7]) by mx.example"
    raw = b"Received: " + said + b"; Mon, 21 Sep 2026 15:05:00 +0000\r\n\r\n"
    (hop,) = trusted_hops(read_message(raw), ("mx.example",))

    assert "192.0.2.7" == hop.ip
