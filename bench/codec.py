"""Microseconds to read one answer: our codec beside dnspython, on answers like those of an audit."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import dns.message
import dns.rrset

from mailsetup.edge.dns.reading import answer_of
from mailsetup.edge.dns.wire import parse, query_tail, question_to_wire

ROUNDS = 7
REPEATS = 200
KEY = "A" * 190
SAMPLES: tuple[tuple[str, str, tuple[tuple[str, str, tuple[str, ...]], ...], bool], ...] = (
    (
        "example.com.",
        "MX",
        (("example.com.", "MX", tuple(f"{i}0 mx{i}.mail.example.net." for i in range(5))),),
        False,
    ),
    (
        "example.com.",
        "TXT",
        (("example.com.", "TXT", ('"v=spf1 include:_spf.example.net -all"', '"MS=ms123"')),),
        False,
    ),
    (
        "s1._domainkey.example.com.",
        "TXT",
        (
            ("s1._domainkey.example.com.", "CNAME", ("s1.keys.example.net.",)),
            ("s1.keys.example.net.", "TXT", (f'"v=DKIM1; k=rsa; p={KEY}" "{KEY}"',)),
        ),
        False,
    ),
    ("mx1.mail.example.net.", "A", (("mx1.mail.example.net.", "A", ("192.0.2.1", "192.0.2.2")),), False),
    ("mx1.mail.example.net.", "AAAA", (("mx1.mail.example.net.", "AAAA", ("2001:db8::1",)),), False),
    ("example.com.", "NS", (("example.com.", "NS", ("ns1.example.com.", "ns2.example.net.")),), False),
    ("_dmarc.mail.example.com.", "TXT", (), True),
    ("example.com.", "TLSA", (), False),
)


def wires() -> list[tuple[bytes, str, str, int]]:
    """Each sample as (octets, name, type, where the question ends)."""
    made = []
    for owner, rdtype, records, missing in SAMPLES:
        query = dns.message.make_query(owner, rdtype, use_edns=0)
        message = dns.message.make_response(query, recursion_available=True)
        for name, kind, values in records:
            message.answer.append(dns.rrset.from_text(name, 300, "IN", kind, *values))
        if not records:
            soa = "ns1.example.com. host.example.com. 1 3600 600 86400 300"
            message.authority.append(dns.rrset.from_text("example.com.", 300, "IN", "SOA", soa))
            message.set_rcode(3 if missing else 0)  # type: ignore[arg-type]
        name = owner.rstrip(".")
        question = question_to_wire(name, int(query.question[0].rdtype))
        made.append((message.to_wire(), name, rdtype, 12 + len(question)))
    return made


def measure(work: Callable[[], object], count: int) -> tuple[float, float, float]:
    """Median, least and most microseconds for each of ``count`` things done."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) / count * 1e6)
    return statistics.median(times), min(times), max(times)


def main() -> None:
    samples = wires()
    count = REPEATS * len(samples)

    def ours() -> None:
        for _ in range(REPEATS):
            for wire, name, _, after in samples:
                parse(wire, name, after)

    def ours_and_meaning() -> None:
        for _ in range(REPEATS):
            for wire, name, rdtype, after in samples:
                answer_of(parse(wire, name, after), name, rdtype, "192.0.2.53")

    def theirs() -> None:
        for _ in range(REPEATS // 10):
            for wire, _, _, _ in samples:
                dns.message.from_wire(wire)

    def building() -> None:
        for _ in range(REPEATS):
            for _, name, _, _ in samples:
                query_tail(question_to_wire(name, 15))

    rows = (
        ("codec, question compared", ours, count),
        ("codec and what it means", ours_and_meaning, count),
        ("dns.message.from_wire", theirs, count // 10),
        ("building a question", building, count),
    )
    figures = {}
    for title, work, times in rows:
        middle, least, most = figures[title] = measure(work, times)
        print(f"{title:28} {middle:8.1f} us an answer ({least:.1f}..{most:.1f})")
    ratio = figures["dns.message.from_wire"][0] / figures["codec, question compared"][0]
    print(f"{'from_wire / codec':28} {ratio:8.1f}")


if __name__ == "__main__":
    main()
