"""Where mailsetup and checkdmarc judge the same SPF and DMARC records differently, it is known why and who is right."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsetup.model.dns import MX, TXT, Answer, DnsAnswer, DnsQuestion, Outcome, Question, Rdata
from tests.corpora import corpus
from tests.disagreements import PARTS, Disagreement, Fragment, class_of, classes, differences
from tests.zones import world

SECONDS = 60  # of processor time, for each part


@pytest.mark.parametrize("known", classes(), ids=lambda c: c.id)
def test_a_class_is_reproduced_by_its_record(known: Disagreement) -> None:
    """
    The two differ on the class's own zone, in just this way; a class that no longer exists is to be taken out.
    """
    found = [d for d in differences(known.domain, Fragment(known)) if d.subject == known.subject]

    assert [known.id] == [c.id if (c := class_of(d)) else str(d) for d in found]


@pytest.mark.parametrize("known", classes(), ids=lambda c: c.id)
def test_a_class_says_who_is_right_and_why(known: Disagreement) -> None:
    """
    Where checkdmarc is right mailsetup is to be mended, not excused.
    """
    assert known.right in ("mailsetup", "both")
    assert known.rule.startswith(("RFC ", "draft-"))
    assert known.title and known.why


@pytest.mark.slow
@pytest.mark.parametrize("part", list(PARTS))
def test_every_disagreement_over_the_corpus_is_of_a_known_class(
    part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Both judge the same answers; what nobody has explained fails. The share is printed.
    """
    corpus("zones/bind")
    began = time.process_time()
    make, every = PARTS[part]
    work = make(every)
    unexplained, differing = [], 0
    for domain, source in work:
        found = list(differences(domain, source))
        differing += bool(found)
        unexplained += [(domain, d) for d in found if class_of(d) is None]
    took = time.process_time() - began
    with capsys.disabled():
        print(
            f"\n{part}: one of {every}, {len(work)} domains, {differing} in disagreement with checkdmarc"
            f" ({differing / len(work):.1%}), unexplained {len(unexplained)}, {took:.1f} s"
        )

    assert [] == unexplained
    assert took < SECONDS


class Made:
    """A domain with one record and sound hosts, in a world where everybody else has sound ones too."""

    description = "a made record"

    def __init__(self, owner: str, text: str) -> None:
        self.world = world(MAIL_AROUND)
        self.world.records.setdefault(owner, {})["TXT"] = [TXT.of(text)]
        self.world.names.add(owner)

    def ask(self, question: Question) -> Answer:
        """The fragment's answer; elsewhere a host, a record and a consent at every name."""
        answer = self.world.answer(question)
        if not isinstance(question, DnsQuestion) or question.name.endswith("example.com"):
            return answer
        records = ELSEWHERE.get("consent" if "._report." in question.name else question.rdtype)
        return DnsAnswer(Outcome.FOUND, records, ttl=300) if records else answer

    async def close(self) -> None:
        """Nothing is open."""


MAIL_AROUND = """
    example.com.     MX    10 mx.example.com.
    example.com.     A     203.0.113.2
    example.com.     AAAA  2001:db8::2
    mx.example.com.  A     203.0.113.1
    mx.example.com.  AAAA  2001:db8::1
"""
ELSEWHERE: dict[str, tuple[Rdata, ...]] = {
    "A": ("203.0.113.7",),
    "AAAA": ("2001:db8::7",),
    "MX": (MX(10, "mx.example.com"),),
    "TXT": (TXT.of("v=spf1 ip4:192.0.2.0/24 -all"),),
    "consent": (TXT.of("v=DMARC1"),),
}


def one_of(words: str) -> st.SearchStrategy[str]:
    """One of the words; ``_`` is none."""
    return st.sampled_from(["" if word == "_" else word for word in words.split()])


names = one_of(
    "h.example.net a.example.org. x-y.example.net Mail.Example.COM %{d} %{i}.x.example.net 192.0.2.1 a..b.com a/b.net"
)
spf_terms = st.one_of(
    st.builds("{}{}{}".format, one_of("_ _ + ? ~ -"), one_of("include: a: mx: exists: ptr: A:"), names),
    st.builds(
        "ip4:{}{}".format,
        one_of("192.0.2.1 198.51.100.7 1.2.3 01.2.3.4 9.9.9.9"),
        one_of("_ _ /24 /0 /33 /08 /"),
    ),
    st.builds(
        "ip6:{}{}".format, one_of("2001:db8::1 ::1 :: 1:2:3 ::ffff:1.2.3.4"), one_of("_ _ /64 /0 /129")
    ),
    one_of(
        "a mx all -all ~all foo=bar foo=% foo a/24//64 a//129 exp=e.example.com redirect=r.example.net ++a ptr"
    ),
)
spf_records = st.builds(
    lambda version, body, end: " ".join(filter(None, [version, *body, end])),
    one_of("v=spf1 v=spf1 v=spf1 V=SPF1 v=spf10"),
    st.lists(spf_terms, max_size=3),
    one_of("_ -all ~all ?all"),
)
uris = one_of(
    "mailto:a@example.com mailto:b@example.net mailto:a@example.com!10m mailto: a@example.com https://example.com/x "
    "mailto:a%2Cb@example.com MAILTO:A@EXAMPLE.COM mailto:a@example..com mailto://a@example.com mailto:a@example.com!"
)
dmarc_tags = st.one_of(
    st.builds("{}={}".format, one_of("p p p sp np P"), one_of("none quarantine reject None foo _")),
    st.builds("{}={}".format, one_of("rua rua ruf"), st.lists(uris, min_size=1, max_size=2).map(",".join)),
    st.builds("{}={}".format, one_of("adkim aspf t psd fo"), one_of("r s y n u x 0 1 d:s _")),
    one_of("pct=100 pct=0 pct=x rf=afrf ri=86400 foo=bar foo= bogus x-y=1 v=DMARC1 _"),
)
dmarc_records = st.builds(
    lambda version, body: "; ".join([version, *body]),
    one_of("v=DMARC1 v=DMARC1 v=DMARC1 V=DMARC1 v=dmarc1"),
    st.lists(dmarc_tags, max_size=4),
)


odd_ends = one_of("_ _ _ ; ;; ;x , . é").map(lambda end: end.replace("x", "\n"))
sts_records = st.builds(
    "v=STSv1{} {}={}{}".format,
    one_of("; ;; _").map(lambda s: s or " ;"),
    one_of("id id ID note"),
    one_of("1 20261122 a-b é _"),
    st.one_of(odd_ends, st.just("; id=2"), st.just("; note=a b"), st.just("; note=a")),
)
tls_records = st.builds(
    "v=TLSRPTv1; rua{}{}{}".format,
    one_of("= = = _").map(lambda s: s or " = "),
    st.lists(uris, min_size=1, max_size=2).map(",".join),
    st.one_of(odd_ends, st.just("; rua=tls@example.com"), st.just("; note=a=b"), st.just("; note=a")),
)
logos = one_of(
    "https://example.com/logo.svg https://example.com/a,b.svg http://example.com/logo.svg _ https://192.0.2.1/x "
    "https://[2001:db8::1]/x https://example/x https://example.com./x HTTPS://EXAMPLE.COM?x#y https://exa_mple.com/x"
)
bimi_records = st.builds(
    "v=BIMI1; l={}; a={}{}{}".format,
    logos,
    logos,
    one_of("_ _ ;avp=brand ;avp=x ;avp= ;lps=a,b ;lps=a.b ;x=y ;l="),
    odd_ends,
)
MADE = {
    "spf": ("example.com", spf_records),
    "dmarc": ("_dmarc.example.com", dmarc_records),
    "mta_sts": ("_mta-sts.example.com", sts_records),
    "tls_rpt": ("_smtp._tls.example.com", tls_records),
    "bimi": ("default._bimi.example.com", bimi_records),
}


@pytest.mark.parametrize("subject", list(MADE))
@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.data())
def test_every_disagreement_about_made_records_is_of_a_known_class(subject: str, data: st.DataObject) -> None:
    """
    Records that nobody publishes, whole and broken ones.
    """
    owner, records = MADE[subject]
    text = data.draw(records)
    found = list(differences("example.com", Made(owner, text), (subject,)))

    assert [] == [d for d in found if class_of(d) is None]
