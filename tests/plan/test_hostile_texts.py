"""No text from DNS makes planning, saving, verifying or undoing raise."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mailsetup.model.dns import MX, TXT, Answer, DnsAnswer, DnsQuestion, Outcome, Question
from mailsetup.model.walk import replay
from mailsetup.planning.saved import dumps, loads
from mailsetup.planning.undo import undo
from mailsetup.planning.verify import verification
from mailsetup.run.plan import PlanOptions
from tests.plan.planning import GOOGLE, KEY, answers_for, replanned
from tests.zones import AS_OF

STARTS = (
    b"",
    b"v=spf1 ",
    b"v=DMARC1; ",
    b"v=DKIM1; p=",
    b"v=STSv1;",
    b"google-site-verification=",
    b"v=spf1 redirect=",
)
PIECES = (
    b"include:",
    b"%{i}._x.%{d}",
    b" all",
    b"p=none",
    b";rua=mailto:",
    b"!",
    b"\\",
    b'"',
    b"{name}",
    b"{0}",
    b"\x00\xff",
)
texts = st.lists(
    st.builds(
        lambda start, parts: TXT.of((start + b"".join(parts)).decode("latin-1")),
        st.sampled_from(STARTS),
        st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=30)), max_size=6),
    ),
    max_size=4,
)
hosts = st.text("abc.-_{}%\u00fc", max_size=30)
exchanges = st.lists(st.builds(MX, st.integers(0, 65535), hosts), max_size=3)
OPTIONS = (
    PlanOptions(
        provider="google-workspace", settings={**GOOGLE, "rua": "d@example.com"}, leave=("zoho-mail",)
    ),
    PlanOptions(provider="microsoft-365", senders=("mailchimp",), leave=("google-workspace",), mta_sts=True),
    PlanOptions(no_mail=True),
)
PREPARED = [answers_for(f'example.com. TXT "{KEY[:30]}"', options) for options in OPTIONS]


@settings(max_examples=25, deadline=None)
@given(texts, texts, texts, exchanges, hosts)
def test_no_text_makes_a_plan_raise(
    apex: list[TXT], policy: list[TXT], key: list[TXT], mx: list[MX], alias: str
) -> None:
    """
    Whatever stands at the domain, at its policy and at its keys.
    """
    for request, known in PREPARED:
        answers: dict[Question, Answer] = dict(known)
        for question in known:
            if not isinstance(question, DnsQuestion):
                continue
            records = {"MX": tuple(mx), "CNAME": (alias,) if alias else ()}.get(question.rdtype, ())
            if question.rdtype == "TXT":
                place = (
                    policy
                    if question.name.startswith("_")
                    else key
                    if "_domainkey" in question.name
                    else apex
                )
                records = tuple(place)
            if records and question.name.endswith("example.com"):
                answers[question] = DnsAnswer(Outcome.FOUND, records, ttl=300)
        plan = replanned(request, answers)

        assert plan == loads(dumps(plan))
        assert replay(verification(plan, "all"), answers).items is not None
        assert replay(undo(plan, AS_OF), answers).plan.domain == plan.domain
        assert all(str(note) is not None for note in plan.notes)
