"""SPF records: what the grammar of RFC 7208 allows, what it does not, and that no text makes the parser raise."""

from __future__ import annotations

import copy
import json
import pickle
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsetup.grammar.spf import allows_nobody, is_spf, parse_spf
from mailsetup.model.records import Mechanism, Modifier, SpfRecord
from tests.corpora import corpus

VALID = [
    "v=spf1",
    "v=SpF1",
    "v=spf1 ",
    "v=spf1  A   -ALL  ",
    "v=spf1 a:foo:bar/baz.example.com -all",
    "v=spf1 a/24//64 mx//128 a:example.com/0 -all",
    "v=spf1 include:_spf.example.com. ?exists:%{ir}.%{v}._spf.%{d2} ~all",
    "v=spf1 include:%{l1r+-}.example.com redirect=%{l1r+}._spf.%{d}",
    "v=spf1 ip6:::1 ip6:2001:db8::192.0.2.1/96 ip4:0.0.0.0/0",
    "v=spf1 ptr ptr:example.com mx:%{d} a:%%.example.com",
    "v=spf1 default=unknown moo= x.y-z_9=%{c} v=spf1 -all",
    "v=spf1 a:example.xn--zckzah a:example.a-b -all",
]

FAULTY = [
    ("v=spf1 ip4:1.2.3.4~all", "SPF_SYNTAX"),
    ("v=spf1 - all", "SPF_SYNTAX"),
    ("v=spf1 -all.", "SPF_UNKNOWN_MECHANISM"),
    ("v=spf1 all:3030", "SPF_SYNTAX"),
    ("v=spf1 all/8", "SPF_SYNTAX"),
    ("v=spf1 include", "SPF_SYNTAX"),
    ("v=spf1 exists:", "SPF_SYNTAX"),
    ("v=spf1 redirect=", "SPF_SYNTAX"),
    ("v=spf1 +redirect=a.example", "SPF_SYNTAX"),
    ("v=spf1 \u00a0-all", "SPF_SYNTAX"),
    ("v=spf1 a:caf\xe9.example", "SPF_SYNTAX"),
    ("v=spf1 192.0.2.1", "SPF_SYNTAX"),
    ("v=spf1 redirect:a.example", "SPF_UNKNOWN_MECHANISM"),
    ("v=spf1 ipv4:1.2.3.4", "SPF_UNKNOWN_MECHANISM"),
    ("v=spf1 ip4", "SPF_IP_CIDR"),
    ("v=spf1 ip4:1.2.3", "SPF_IP_CIDR"),
    ("v=spf1 ip4:1.2.03.4", "SPF_IP_CIDR"),
    ("v=spf1 ip4:1.2.3.4:25", "SPF_IP_CIDR"),
    ("v=spf1 ip4:1.2.3.4/032", "SPF_IP_CIDR"),
    ("v=spf1 ip4:1.2.3.4//32", "SPF_IP_CIDR"),
    ("v=spf1 ip6:::1%eth0", "SPF_IP_CIDR"),
    ("v=spf1 ip6:::1//33", "SPF_IP_CIDR"),
    ("v=spf1 a//33/33", "SPF_DUAL_CIDR"),
    ("v=spf1 a:example.com/33", "SPF_DUAL_CIDR"),
    ("v=spf1 mx/", "SPF_DUAL_CIDR"),
    ("v=spf1 a/24:mail.example.com", "SPF_DUAL_CIDR"),
    ("v=spf1 mx//64example.com", "SPF_DUAL_CIDR"),
    ("v=spf1 mx:example.com//", "SPF_DUAL_CIDR"),
    ("v=spf1 include:museum", "SPF_DOMAIN_SPEC"),
    ("v=spf1 a:abc.123", "SPF_DOMAIN_SPEC"),
    ("v=spf1 a:example.com:8080", "SPF_DOMAIN_SPEC"),
    ("v=spf1 a:example.-com", "SPF_DOMAIN_SPEC"),
    ("v=spf1 a:example.com-", "SPF_DOMAIN_SPEC"),
    ("v=spf1 include:example.com/24", "SPF_DOMAIN_SPEC"),
    ("v=spf1 exists:%(ir).example.com", "SPF_MACRO_SYNTAX"),
    ("v=spf1 exists:%{i", "SPF_MACRO_SYNTAX"),
    ("v=spf1 exists:%{d0}", "SPF_MACRO_SYNTAX"),
    ("v=spf1 exists:%{r}", "SPF_MACRO_SYNTAX"),
    ("v=spf1 moo=%{x}", "SPF_MACRO_SYNTAX"),
    ("v=spf1 exp=a.example exp=b.example", "SPF_MODIFIER_REPEATED"),
]


@pytest.mark.parametrize("text", VALID)
def test_a_well_formed_record_has_no_fault(text: str) -> None:
    """
    Case, blanks, macros and odd but legal names are no faults.
    """
    assert parse_spf(text).faults == ()


@pytest.mark.parametrize(("text", "code"), FAULTY)
def test_a_fault_is_named_by_its_code_wherever_it_stands(text: str, code: str) -> None:
    """
    It counts also behind a term that matches everybody (RFC 7208 section 4.6).
    """
    behind = "v=spf1 +all" + text[6:]

    assert [code] == [fault.code for fault in parse_spf(text).faults]
    assert not parse_spf(behind).valid


@pytest.mark.parametrize("text", ["v=spf10", "v=spf1\t-all", " v=spf1", "v=spf1;", "v=spf", "", "spf2.0/pra"])
def test_the_version_ends_at_a_space_or_at_the_end(text: str) -> None:
    """
    Anything else is no SPF record (RFC 7208 section 4.5).
    """
    assert not is_spf(text)
    assert parse_spf(text).value is None


def test_terms_keep_their_parts_and_places() -> None:
    """
    Names are in lower case, arguments as written, spans mark the words.
    """
    text = "v=spf1 ~MX:Example.COM/24//64 -ip6:2001:db8::/32 Redirect=_spf.%{d}"
    record = parse_spf(text).value

    assert record is not None
    assert (
        Mechanism("~", "mx", "Example.COM", 24, 64),
        Mechanism("-", "ip6", "2001:db8::", None, 32),
        Modifier("redirect", "_spf.%{d}"),
    ) == record.terms
    assert [record.word(i) for i in range(3)] == [
        "~MX:Example.COM/24//64",
        "-ip6:2001:db8::/32",
        "Redirect=_spf.%{d}",
    ]


def test_a_fault_prints_the_record_with_a_marker() -> None:
    """
    The marker stands under the word meant, and the hint says what was meant.
    """
    text = "v=spf1 mx ipv4:192.0.2.1 -all"
    (fault,) = parse_spf(text).faults

    assert f"{text}\n          ~~~~~~~~~~~~~^" == fault.marked(text)
    assert str(fault) == '"ipv4:" is not an SPF mechanism; did you mean "ip4:"?'
    assert fault.replacement == "ip4:192.0.2.1"


def test_the_shared_record_vectors_are_read_as_the_rfc_says() -> None:
    """
    They allow a single label where RFC 7208 section 7.1 asks for a dot; there the RFC is followed.
    """
    vectors = json.loads(corpus("spf/mox/spf_parse.json").read_text(encoding="utf-8"))
    wrong = [
        v["input"]
        for v in vectors
        if parse_spf(v["input"]).valid is not (v["verdict"] == "valid") and ":x " not in v["input"]
    ]

    assert wrong == []


LETTERS = st.text(st.sampled_from('v=spf1 %{}:/.-+~?alincudemxtrs0123456789"\\@\xe9\t\x00'), max_size=80)
WORD = (
    "all - include: a : mx ptr ip4:192.0.2.1 /24 //64 %{i} %{d2r-} exists: redirect= exp= %% % ip6:2001:db8:: "
    "example.com x= ~"
)
WORDS = st.lists(st.sampled_from([*WORD.split(), " ", " "]), max_size=16).map("".join)


@settings(deadline=None)
@given(st.one_of(LETTERS, WORDS, st.text()))
def test_no_text_makes_the_parser_raise_and_records_round_trip(text: str) -> None:
    """
    parse(str(record)) is the record, its spans lie inside the text, and every fault has a code.
    """
    record = "v=spf1 " + text
    parsed = parse_spf(record)

    assert parsed.value is not None
    assert parsed.value == parse_spf(str(parsed.value)).value
    assert not parsed.valid or parse_spf(str(parsed.value)).valid
    for fault in parsed.faults:
        assert fault.code
        assert 0 <= fault.span[0] <= fault.span[1] <= len(record)
        assert fault.marked(record).endswith("^")


def test_real_records_round_trip() -> None:
    """
    Every published record is read without an exception and written back to the same terms.
    """
    for line in corpus("dns-real/spf_distinct.jsonl").read_text(encoding="utf-8").splitlines():
        text = json.loads(line)["value"]
        record = parse_spf(text).value
        if record is not None:
            assert record == parse_spf(str(record)).value


@pytest.mark.parametrize("end", ["", "!", "z", ".", "-"])
@pytest.mark.parametrize("start", ["ip4:", "ip6:", "", "include:x.", "a:x.1"])
@pytest.mark.parametrize(
    "unit", ["! ", "%{", "a:b", "all", "-all", "ipv4:", "include:x.", "/1", ":", "prt:", "a", "1", "a-"]
)
def test_a_64_kb_record_of_nonsense_is_read_in_no_time(unit: str, start: str, end: str) -> None:
    """
    Nothing in the grammar is quadratic.
    """
    text = f"v=spf1 {start}" + unit * (65000 // len(unit)) + end
    start = time.process_time()
    parse_spf(text)

    assert time.process_time() - start < 2


def test_a_built_record_is_written_plainly() -> None:
    """
    One blank between terms, no plus sign.
    """
    record = SpfRecord((Mechanism("+", "include", "_spf.example.net"), Mechanism("~", "all")))

    assert str(record) == "v=spf1 include:_spf.example.net ~all"


@pytest.mark.parametrize(
    ("text", "nobody"),
    [
        ("v=spf1 -all", True),
        ("V=SPF1  -ALL ", True),
        ("v=spf1 -all exp=explain.%{d}", True),
        ("v=spf1 exp=explain.example.com op=auth -all", True),
        ("v=spf1 -all redirect=_spf.example.com", True),
        ("v=spf1", False),
        ("v=spf1 ~all", False),
        ("v=spf1 -all ip4:192.0.2.1", False),
        ("v=spf1 ip4:192.0.2.1 -all", False),
        ("v=spf1 -all exp=a.example.com exp=b.example.com", False),
        ("v=spf1 redirect=_spf.example.com", False),
        ("v=DMARC1; p=none", False),
    ],
)
def test_a_record_that_lets_nobody_send_is_known_by_its_only_mechanism(text: str, nobody: bool) -> None:
    """
    ``exp=`` and unknown modifiers change no result, and ``redirect=`` beside ``all`` is ignored (RFC 7208 section 6).
    """
    assert nobody == allows_nobody(text)


def test_a_record_can_be_copied_and_sent_to_another_process() -> None:
    """
    Compiled (``hatch_build.py``) as well, where what is frozen cannot be filled in afterwards.
    """
    record = parse_spf("v=spf1 mx  include:a.example -all").value
    assert record is not None

    for again in (copy.copy(record), copy.deepcopy(record), pickle.loads(pickle.dumps(record))):
        assert record == again
        assert (record.spans, record.text, record.lookups, record.all) == (
            again.spans,
            again.text,
            again.lookups,
            again.all,
        )
