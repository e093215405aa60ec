"""Whole letters of others with their connection, and what receivers must write about them."""

from __future__ import annotations

import json
import re

from mailsetup.grammar.mailboxes import mailboxes
from mailsetup.message.dkim import DkimResult
from mailsetup.message.dmarc import aligned_by_suffix, dmarc_results
from mailsetup.message.fields import Field
from mailsetup.message.signature import Signature
from mailsetup.message.verify import Circumstances, verify_message
from mailsetup.model.mail_records import Alignment
from mailsetup.walks.spf_check import SpfResult
from tests.corpora import corpus
from tests.zones import world

from .suites import Texts

MILTER = "message-eval/authentication_milter"
NOW = 1_420_000_000  # the time of the zone file
METHODS = ("dkim", "spf", "dmarc", "iprev")


def milter_world():
    """The suite's zone in the shape of a fragment: one TXT per line, quotes where they are missing."""
    lines = []
    for line in corpus(f"{MILTER}/zone.txt").read_text(encoding="utf-8").splitlines():
        match = re.match(r"(\S+)\s+(?:\d+\s+)?(?:IN\s+)?(A|AAAA|MX|TXT|CNAME|PTR|NS)\s+(.+)", line)
        if match is None or line.startswith(";"):
            continue
        name, kind, data = match.groups()
        data = data.strip().removeprefix("(").removesuffix(")").strip()
        if kind == "TXT" and '"' not in data:
            data = f'"{data}"'
        if kind == "TXT" and data.count('"') % 2:
            data = '"' + data.replace('"', "") + '"'
        lines.append(f"{name} {kind} {data}")
    return world("\n".join(dict.fromkeys(lines)), "dns.test")


def mapped(case: dict) -> tuple[str, str]:
    """The connecting address and HELO name, after the configuration's map of addresses."""
    import ipaddress

    path = corpus(f"{MILTER}/{case['prefix']}/authentication_milter.json.txt")
    text = path.read_text(encoding="utf-8")
    for network, to, helo in re.findall(
        r'"([0-9./]+)"\s*:\s*{\s*"ip"\s*:\s*"([^"]+)"\s*,\s*"helo"\s*:\s*"([^"]+)"', text
    ):
        if ipaddress.ip_address(case["ip"]) in ipaddress.ip_network(network):
            return to, helo
    return case["ip"], case["name"]


def words(line: str) -> dict[str, str]:
    """The first result of each method in an Authentication-Results."""
    found: dict[str, str] = {}
    for method, word in re.findall(r"; ([a-z-]+)=([a-z]+)", line):
        found.setdefault(method, word)
    return found


def test_every_letter_of_the_milter_suite(score):
    """
    DKIM, SPF, DMARC and the address's name of 34 letters come out as the suite's receivers write them.
    """
    place = milter_world()
    wrong, count = [], 0
    for case in json.loads(corpus(f"{MILTER}/cases.json").read_text(encoding="utf-8")):
        if not case["authentication_results"]:
            continue
        ip, helo = mapped(case)
        data = corpus(f"{MILTER}/source/{case['source']}").read_bytes()
        given = Circumstances(NOW, ip=ip, helo=helo, sender=case["from"].split(" ")[0] or "<>")
        report = place.read(verify_message(data, given))
        ours = {"dkim": report.dkim_word, "spf": report.spf_word, "dmarc": report.dmarc_word}
        ours["iprev"] = "pass" if report.reverse is not None and report.reverse.confirmed else "fail"
        expected = words(case["authentication_results"][0])
        if "hide_none" in case["prefix"]:
            expected = {**dict.fromkeys(METHODS[:3], "none"), **expected}
        for method in METHODS:
            if method in expected:
                count += 1
                if expected[method] != ours[method]:
                    wrong.append((case["desc"], case["prefix"], method, expected[method], ours[method]))
    score(f"Letters of authentication_milter: {count - len(wrong)} of {count} results")

    assert [] == wrong


def test_every_author_of_opendmarc(score):
    """
    The author's domain is found in every From field of the suite.
    """
    rows = json.loads(corpus("dmarc/opendmarc/from_domain.json").read_text(encoding="utf-8"))
    wrong = [row for row in rows if mailboxes(row["from_header"])[0].host != row["domain"]]
    score(f"From fields (OpenDMARC): {len(rows) - len(wrong)} of {len(rows)}")

    assert [] == wrong


def test_every_alignment_of_opendmarc(score):
    """
    Alignment by the public suffix list (RFC 7489) is as the suite says.
    """
    rows = json.loads(corpus("dmarc/opendmarc/alignment.json").read_text(encoding="utf-8"))
    wrong = [
        row
        for row in rows
        if aligned_by_suffix(row["domain1"], row["domain2"], Alignment(row["mode"][0])) != row["aligned"]
    ]
    score(f"Alignment (OpenDMARC): {len(rows) - len(wrong)} of {len(rows)}")

    assert [] == wrong


def passed(domain: str, result: str) -> DkimResult:
    return DkimResult(result, Signature("dkim", Field(b"", "", b""), domain, "s"))


BROKEN_PIECE = "malformed.example"
"""mox discards a record with a broken piece; RFC 7489 section 6.3 and RFC 9989 section 4.8 pass over the piece."""


def test_every_verification_of_mox(score):
    """
    Readers of RFC 7489 and of RFC 9989 end as mox does, but for the record with a broken piece.
    """
    rows = json.loads(corpus("dmarc/mox/dmarc_lookup_verify_raw.json").read_text(encoding="utf-8"))
    rows = [row for row in rows if row["test"] == "TestVerify"]
    (zone,) = (row for row in rows if "zone_txt" in row)
    place = Texts(zone["zone_txt"], tuple(zone["dns_fail"]))
    wrong, count = [], 0
    for row in rows:
        if "args" not in row:
            continue
        count += 1
        author, dkim_arg, spf_arg, spf_domain, _, expected, _ = row["args"]
        author = author.strip('"')
        spf_name = re.search(r'ASCII: "([^"]+)"', spf_domain)
        spf_word = spf_arg.removeprefix("spf.Status").lower()
        spf = SpfResult(spf_word, "", spf_name[1] if spf_name else "", "mailfrom")
        signature = re.search(r'Status: dkim.Status(\w+).*ASCII: "([^"]+)"', dkim_arg)
        dkim = (passed(signature[2], signature[1].lower()),) if signature else ()
        (result,) = place.read(dmarc_results((author,), spf, dkim))
        word = re.search(r"Status(\w+)", expected)[1].lower()
        if author == BROKEN_PIECE:
            assert "permerror" == word
            word = "fail"
        ours, theirs = (result.older, result.result), (word, word)
        if ours != theirs:
            wrong.append((row["args"], ours, theirs))
    score(f"DMARC verifications (mox): {count - len(wrong)} of {count}, 1 by RFC 9989")

    assert [] == wrong
