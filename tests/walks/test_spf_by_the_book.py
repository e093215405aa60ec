"""check_host and a second one that was written from RFC 7208 alone say the same of whatever may stand in a record."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mailsetup.walks.spf_check import check_host
from tests.walks.spf_by_the_book import Check
from tests.zones import world

DOMAINS = ("example.com", "b.example.com", "c.example.net", "d.example.org")
HOSTS = """
    h1.example.net.     A     203.0.113.1
    h1.example.net.     AAAA  2001:db8:1::1
    h2.example.net.     A     203.0.113.130
    h2.example.net.     AAAA  2001:db8:1:8000::2
    h4.example.net.     A     203.0.113.4
    h4.example.net.     A     198.51.100.7
    h4.example.net.     AAAA  2001:db8:9::1
    mail.example.com.   A     203.0.113.77
    mail.example.com.   AAAA  2001:db8:1::77
    mxone.example.net.  MX    10 h1.example.net.
    mxone.example.net.  A     203.0.113.200
    mxone.example.net.  AAAA  2001:db8:1::200
    mxtwo.example.net.  MX    20 h1.example.net.
    mxtwo.example.net.  MX    10 h4.example.net.
    al.example.net.     CNAME h1.example.net.
    slow.example.net.   TIMEOUT
    example.com.        MX    10 mail.example.com.
    example.com.        A     203.0.113.9
    example.com.        AAAA  2001:db8:1::9
    b.example.com.      A     203.0.113.1
    b.example.com.      AAAA  2001:db8:1::1
    e1.example.net.     TXT   "%{i} %{I} %{s} %{S} %{L} is not %{d}%_%%%- %{t} %{c} %{r} %{v} %{h} %{o}"
    e3.example.net.     TXT   "one"
    e3.example.net.     TXT   "two"
    *.m.example.net.    A     127.0.0.2
    1.113.0.203.in-addr.arpa.   PTR  h1.example.net.
    1.113.0.203.in-addr.arpa.   PTR  b.example.com.
    77.113.0.203.in-addr.arpa.  PTR  Mail.Example.COM.
    9.2.0.192.in-addr.arpa.     PTR  gone.example.net.
"""
NAMES = [f"{n}.example.net" for n in ("h1", "h2", "h4", "mxone", "mxtwo", "al", "slow")] + [
    "Mail.Example.COM"
]


def one_of(words: str) -> st.SearchStrategy[str]:
    """One of the words; ``_`` is none."""
    return st.sampled_from(["" if word == "_" else word for word in words.split()])


def joined(*parts: st.SearchStrategy[str] | str) -> st.SearchStrategy[str]:
    """The parts side by side."""
    return st.tuples(*(st.just(p) if isinstance(p, str) else p for p in parts)).map("".join)


macros = one_of(
    "%{i} %{ir} %{d} %{dr} %{d1} %{o} %{l} %{lr-} %{l1r-} %{L} %{h} %{v} %{p} %{p1} %{s} %{S} %{d2r} %{l-+} %{o-} "
    "%{iR} %{D} %{h1} %{l3} %{i1} %% %- %_"
)
signs = one_of("_ _ _ ? ~ -")
lengths = one_of("_ _ _ /24 /25 //64 /24//48 /0 //0 /32//128 /31 //127")
spelt = st.lists(macros, min_size=1, max_size=2).map(".".join)
targets = (
    st.sampled_from(NAMES)
    | one_of("%{d} %{o} %{h} %{p}")
    | joined(spelt, one_of(".m.example.net .m.example.net. .k.example.net .x.%{d}"))
)
terms = st.one_of(
    joined(signs, one_of("include: Include:"), st.sampled_from(DOMAINS)),
    joined(signs, one_of("a: A:"), targets, lengths),
    joined(signs, "mx:", st.sampled_from([*NAMES, *DOMAINS]), lengths),
    joined(signs, "exists:", targets),
    joined(signs, one_of("a mx"), lengths),
    joined(signs, one_of("ptr ptr:example.net ptr:%{d} PTR:Example.COM")),
    joined(signs, "ip4:", one_of("203.0.113.0 198.51.100.7 192.0.2.9"), one_of("_ /24 /32 /25 /0 /31")),
    joined(
        signs, "ip6:", one_of("2001:db8:1:: 2001:DB8::1 ::1 ::ffff:203.0.113.1"), one_of("_ /48 /64 /128 /0")
    ),
    one_of("foo=bar foo=%{p} foo=%% FOO=x a=b"),
)
ends = one_of(
    "_ -all ~all ?all -ALL -all redirect=b.example.com Redirect=c.example.net redirect=%{d1r}.example.net"
)
reasons = one_of(
    "_ _ exp=e1.example.net EXP=e1.example.net exp=e3.example.net exp=none.example.net exp=e1.%{d2}"
)
records = st.builds(
    lambda version, reason, body, end: " ".join(filter(None, [version, reason, *body, end])),
    one_of("v=spf1 V=SPF1"),
    reasons,
    st.lists(terms, max_size=5),
    ends,
)
clients = one_of(
    "203.0.113.1 203.0.113.77 198.51.100.7 192.0.2.9 2001:db8:1::1 2001:db8:7::7 ::ffff:203.0.113.1"
)
senders = st.sampled_from(
    [
        ("user@example.com", "mail.example.org"),
        ("u-v@example.com", "h1.example.net"),
        ("", "example.com"),
        ("user+tag@example.com", "x"),
        ('"a b"@example.com', "h.example.net"),
        ("a.b.c@Example.COM", "Mail.Example.org"),
        ("@example.com", "h.example.net"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.tuples(records, records, records, records), clients, senders)
def test_both_say_the_same(texts: tuple[str, ...], ip: str, sender: tuple[str, str]) -> None:
    """
    Result and explanation; void look-ups the second does not count.
    """
    published = "".join(f'{name}. TXT "{text}"\n' for name, text in zip(DOMAINS, texts, strict=True))
    zone = world(HOSTS + published)
    said = zone.read(check_host(ip, *sender, receiver="receiver.example", at=1))

    assert said.void_lookups > 2 or (said.result, said.explanation) == Check(zone, ip, *sender).result()
