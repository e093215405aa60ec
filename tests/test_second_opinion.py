"""The second opinion: checkdmarc over our answers, without a network, and what is said where the two differ."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from mailsetup.edge.second_opinion import OPTIONAL, opinions
from mailsetup.model.dns import UNASKED, DnsAnswer, DnsQuestion, Outcome
from mailsetup.run.audit import AuditSettings, report_on
from mailsetup.run.second_opinion import compare
from tests.zones import ClosedWorld, world

SOUND = """
    example.com.         MX   10 mail.example.com.
    mail.example.com.    A    93.184.216.34
    example.com.         TXT  "v=spf1 ip4:93.184.216.34 include:_spf.example.net -all"
    _spf.example.net.    TXT  "v=spf1 ip4:93.184.217.0/24 -all"
    _dmarc.example.com.  TXT  "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com"
"""
BROKEN = SOUND.replace("ip4:93.184.216.34 include", "ipv4:93.184.216.34 include").replace(
    "v=DMARC1; p", "v=dmarc1; p"
)


class NoSocket(socket.socket):
    """A socket that must not be made."""

    def __init__(self, *_: Any, **__: Any) -> None:
        raise AssertionError("the second opinion reached for the network")


@pytest.fixture
def no_network() -> Iterator[None]:
    before, lookup = socket.socket, socket.getaddrinfo

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("the second opinion looked up a name by itself")

    socket.socket, socket.getaddrinfo = NoSocket, refuse  # type: ignore[misc,assignment]
    yield
    socket.socket, socket.getaddrinfo = before, lookup  # type: ignore[misc]


def answers(closed: ClosedWorld) -> Any:
    def lookup(question: DnsQuestion) -> DnsAnswer:
        answer = closed.answer(question)
        assert isinstance(answer, DnsAnswer)
        return answer

    return lookup


@pytest.mark.usefixtures("no_network")
def test_nothing_leaks_to_the_network() -> None:
    """
    With sockets forbidden checkdmarc says what it says, from our answers alone.
    """
    said = {o.subject: o for o in opinions("example.com", answers(world(SOUND)))}

    assert {"mx": True, "spf": True, "dmarc": True} == {k: o.valid for k, o in said.items()}
    assert 1 == said["spf"].lookups


RECORDS = """
    _mta-sts.example.com.       TXT  "v=STSv1; id=1"
    _smtp._tls.example.com.     TXT  "v=TLSRPTv1; rua=mailto:tls@example.com"
    default._bimi.example.com.  TXT  "v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem"
"""
FAULTS = (("id=1", "id=a-b"), ("rua=mailto", "rua=ftp"), ("l=https", "l=http"))


@pytest.mark.usefixtures("no_network")
def test_records_that_need_not_be_there_are_read_without_their_files() -> None:
    """
    Of MTA-STS, TLS reporting and BIMI the record is judged, and none that is not there.
    """
    bad = RECORDS
    for sound, broken in FAULTS:
        bad = bad.replace(sound, broken)
    said = [
        {o.subject: o.valid for o in opinions("example.com", answers(world(SOUND + more)))[3:]}
        for more in ("", RECORDS, bad)
    ]

    assert [{}, dict.fromkeys(OPTIONAL, True), dict.fromkeys(OPTIONAL, False)] == said


RARELY_ASKED = ("CNAME", "DNSKEY", "DS", "PTR", "TLSA")
ALIAS = SOUND.replace('"v=spf1 ip4', '"v=spf1 a:www.example.com ip4').replace(
    "    mail.example.com.    A    93.184.216.34",
    """    mail.example.com.    CNAME host.example.com.
    www.example.com.     CNAME host.example.com.
    host.example.com.    A    93.184.216.34""",
)


@pytest.mark.parametrize(("text", "alias"), [(SOUND, False), (ALIAS, True)])
def test_a_snapshot_taken_for_an_audit_is_enough(text: str, alias: bool) -> None:
    """
    What an audit need not ask turns no opinion: an alias shows in any answer at its name (RFC 1034 section 3.6.2).
    """
    known = answers(world(text))

    def taken(question: DnsQuestion) -> DnsAnswer:
        return UNASKED if question.rdtype in RARELY_ASKED else known(question)

    whole = opinions("example.com", known)

    assert whole == opinions("example.com", taken)
    assert alias == any("CNAME alias" in warning for warning in whole[0].warnings)


@pytest.mark.usefixtures("no_network")
def test_a_second_pass_asks_everything_again() -> None:
    """
    Its module caches are emptied: what changed between two passes is seen.
    """
    first = [o.valid for o in opinions("example.com", answers(world(SOUND)))]
    second = [o.valid for o in opinions("example.com", answers(world(BROKEN)))]

    assert [True, True, True] == first
    assert [True, False, False] == second


@pytest.mark.usefixtures("no_network")
def test_silence_is_no_opinion() -> None:
    """
    What got no answer is open, neither valid nor faulty.
    """

    def silent(question: DnsQuestion) -> DnsAnswer:
        return DnsAnswer(Outcome.TIMEOUT)

    assert [None] * 6 == [o.valid for o in opinions("example.com", silent)]


def sentences_on(text: str, *options: str) -> list[str]:
    from mailsetup.run.audit import chosen_checks, scope_for, walks_of
    from mailsetup.run.recognition import detection

    closed, settings = world(text), AuditSettings(options=frozenset(options))
    walks = (*walks_of(chosen_checks(settings), settings.options), detection)
    report = report_on(closed.case(walks, scope_for("example.com", settings)), settings)
    return [str(m) for m in compare(report, opinions("example.com", answers(closed)))]


def test_a_record_that_was_not_judged_is_not_compared() -> None:
    """
    BIMI is judged with ``--deep`` only; without it nothing is said of the two agreeing.
    """
    told = [s.partition(":")[0] for s in sentences_on(SOUND + RECORDS)[3:]]
    deep = [s.partition(":")[0] for s in sentences_on(SOUND + RECORDS, "deep")[3:]]

    assert ["second opinion on MTA-STS", "second opinion on TLS-RPT"] == told
    assert [*told, "second opinion on BIMI"] == deep


@pytest.mark.parametrize(("text", "words"), [(SOUND, "valid too"), (BROKEN, "a fault too")])
def test_where_the_two_agree_is_said(text: str, words: str) -> None:
    """
    A sentence for each subject, from the same answers.
    """
    sentences = sentences_on(text)

    assert 3 == len(sentences)
    assert all("DIFFERS" not in s for s in sentences)
    assert words in next(s for s in sentences if "SPF" in s)
