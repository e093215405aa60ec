"""TLS reporting, MTA-STS, public suffixes, tag lists and TXT chunks."""

from __future__ import annotations

import json
import pkgutil

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publicsuffixlist import PublicSuffixList

from mailsetup.grammar.bimi import is_https
from mailsetup.grammar.dmarc import parse_dmarc
from mailsetup.grammar.mta_sts import parse_sts, parse_sts_policy
from mailsetup.grammar.public_suffix import (
    ends_in_listed_label,
    is_public_suffix,
    organizational_domain,
)
from mailsetup.grammar.tag_list import amended, tag_list
from mailsetup.grammar.tls_rpt import parse_tls_rpt
from mailsetup.grammar.txt import chunks, presentation
from mailsetup.model.errors import UsageError
from mailsetup.model.names import DomainName
from tests.corpora import corpus


def wrong(name, reader_of):
    cases = json.loads(corpus(name).read_text(encoding="utf-8"))
    return [c for c in cases if reader_of(c)(c["input"]).valid != (c["verdict"] == "valid")]


def test_every_mta_sts_vector_of_mox_is_read_as_it_says():
    """
    Records and policy files, 42 of 42.
    """
    assert [] == wrong(
        "mtasts-tlsrpt-bimi/mox/mtasts_parse.json",
        lambda case: parse_sts_policy if "olicy" in case["test"] else parse_sts,
    )


@pytest.mark.parametrize("line", ["x: a b", "x: \u00e9\u00a0b", "mx: *.b-1.example \t", "1.a_b-c:y"])
def test_a_line_of_a_policy_that_is_of_the_grammar_is_none(line: str):
    """
    Extensions hold visible characters with blanks between them, in UTF-8.
    """
    for end in ("\n", "\r\n"):
        policy = end.join(["version: STSv1", "mode: testing", "mx: a.example", line, "max_age: 86400", ""])

        assert parse_sts_policy(policy).valid


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("at", range(5))
def test_an_empty_line_of_a_policy_is_told_and_passed_over(at: int, end: str):
    """
    RFC 8461 section 3.2: a line break stands behind each field, none in front and no second one at the end.
    """
    lines = ["version: STSv1", "mode: testing", "mx: a.example", "max_age: 86400"]
    sound, odd = end.join([*lines, ""]), end.join([*lines[:at], "", *lines[at:], ""])
    read = parse_sts_policy(odd)

    assert parse_sts_policy(sound).value == parse_sts_policy(end.join(lines)).value == read.value
    assert [("STS_POLICY_EMPTY_LINE", f"line {at + 1} is empty")] == [(f.code, str(f)) for f in read.faults]


def test_every_tls_rpt_vector_of_mox_is_read_as_it_says():
    """
    20 of 20.
    """
    assert [] == wrong("mtasts-tlsrpt-bimi/mox/tlsrpt_parse.json", lambda case: parse_tls_rpt)


@pytest.mark.parametrize(
    ("fields", "sound"),
    [
        ("", True),
        (";", True),
        (" ; ", True),
        ("; 1a=b", True),
        ("; x-y.z_1=a:b,c", True),
        (f"; {'n' * 32}=v", True),
        (f"; {'n' * 33}=v", False),
        ("; -a=b", False),
        ("; a=b c", False),
        ("; a=b=c", False),
        ("; a=", False),
        ("; a = b", False),
        ("; a", False),
        (";;", False),
        ("; ;", False),
    ],
)
def test_extension_fields_are_those_of_the_grammar(fields: str, sound: bool):
    """
    RFC 8460 section 3 and RFC 8461 section 3.1 have the same.
    """
    assert parse_sts("v=STSv1; id=1" + fields).valid is sound
    assert parse_tls_rpt("v=TLSRPTv1; rua=mailto:a@b.example" + fields).valid is sound


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r", "\x0b"])
@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_sts, "v=STSv1;{}id=1"),
        (parse_sts, "v=STSv1; id=1{}"),
        (parse_tls_rpt, "v=TLSRPTv1;{}rua=mailto:a@b.example"),
        (parse_tls_rpt, "v=TLSRPTv1; rua=mailto:a@b.example{}; x=y"),
        (parse_tls_rpt, "v=TLSRPTv1; rua=mailto:a@b.example,{}mailto:b@b.example"),
    ],
)
def test_a_line_break_in_a_record_is_a_fault(parse, text: str, break_: str):
    """
    Between fields stand blanks and tabs (WSP of RFC 5234), no line breaks.
    """
    assert parse(text.format("")).valid
    assert not parse(text.format(break_)).valid


@pytest.mark.parametrize(
    "addresses", ["a@b.example.", "a@b.example,", "a@b.example,,mailto:b@b.example", f"a@{'b' * 64}.example"]
)
def test_an_address_for_reports_is_whole_and_none_is_empty(addresses: str):
    """
    RFC 6068 section 2 (dot-atom-text), RFC 1035 section 2.3.4; RFC 8460 section 3 has a URI on each side of a comma.
    """
    assert not parse_tls_rpt(f"v=TLSRPTv1; rua=mailto:{addresses}").valid


@pytest.mark.parametrize(
    "line",
    [
        "mode : testing",
        " mode: testing",
        "mx: mail.example.com.",
        "mx: [192.0.2.1]",
        "mx: mail_1.example.com",
        "mx:\rmail.example.com",
        "x: a\tb",
        "x: a\x01",
        "x: a\x7fb",
        " ",
        "\u00a0",
        "\x0c",
    ],
)
def test_a_line_of_a_policy_that_is_not_of_the_grammar_is_a_fault(line: str):
    """
    RFC 8461 section 3.2: the colon stands right after the key, a name has no dot at the end, a line ends in LF or CRLF.
    """
    policy = f"version: STSv1\nmode: testing\nmx: mx.example.com\nmax_age: 86400\n{line}\n"

    assert not parse_sts_policy(policy).valid


@pytest.mark.parametrize(
    ("uri", "sound"),
    [
        ("mailto:tls@example.com", True),
        ("mailto:tls@example.com?subject=tls", True),
        ("mailto:tls@example.com?subject=&x=1", True),
        ("mailto:tls@example.com?tls", False),
        ("mailto:tls@example.com?", False),
        ("mailto:tls@example.com?a=b&", False),
        ("mailto:tls(1)@example.com", False),
        ("mailto:o'tls+1@example.com", True),
        ("mailto:tls@my_host.example.com", True),
        ("https://example.com/tls", True),
        ("https://a-b.example.com./tls", True),
        ("https://-a.example.com/tls", False),
        ("https://a-.example.com/tls", False),
        ("https://" + "a" * 64 + ".example.com/tls", False),
        ("https://[2001:db8::1]/tls", True),
    ],
)
def test_a_report_address_is_one_of_its_scheme(uri: str, sound: bool) -> None:
    """
    RFC 6068 section 2 for mail (a dot-atom, then fields with a name and "="), RFC 3986 section 3.2.2 for hosts.
    """
    assert parse_tls_rpt(f"v=TLSRPTv1; rua={uri}").valid is sound
    if uri.startswith("mailto:"):
        assert parse_dmarc(f"v=DMARC1; p=none; rua={uri}").valid is sound
    else:
        assert is_https(uri) is sound


@given(st.text(max_size=200))
def test_no_text_makes_a_parser_raise(text):
    """
    Whatever DNS or a web server holds is read.
    """
    for parse in (parse_sts, parse_sts_policy, parse_tls_rpt, tag_list):
        for start in ("", "v=STSv1;", "v=TLSRPTv1; rua=", "version: STSv1\nmode: none\nmax_age: 1\n"):
            parse(start + text)
    is_public_suffix(text)
    organizational_domain(text)


@given(st.text(alphabet='ab;= \t1_%"\n', max_size=40))
def test_records_are_read_back_from_their_text(text):
    """
    parse(str(record)) is the record.
    """
    starts = {
        "v=STSv1; id=a1;": parse_sts,
        "v=TLSRPTv1; rua=mailto:a@b.example;": parse_tls_rpt,
        "version: STSv1\nmode: testing\nmx: a.example\nmax_age: 5\n": parse_sts_policy,
    }
    for start, parse in starts.items():
        record = parse(start + text).value
        if record is not None:
            assert record == parse(str(record)).value


def test_every_test_of_the_public_suffix_list_agrees():
    """
    73 names with their registrable part, of those that are names at all.
    """
    lines = corpus("dmarc/psl/tests.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split() for line in lines if line and not line.startswith(("//", ".", "null"))]
    for name, registrable in pairs:
        ascii_name = DomainName.parse(name + ".x.example")[: -len(".x.example")]
        found = "null" if is_public_suffix(ascii_name) else organizational_domain(ascii_name)

        assert registrable == "null" or DomainName.parse(registrable) == found, name
        assert (registrable == "null") == (found == "null"), name
    assert len(pairs) > 70


def test_names_are_read_as_the_whole_list_has_them():
    """
    Only the rules of a name's top-level label are looked at; the package, given all of them, finds the same.
    """
    text = pkgutil.get_data("publicsuffixlist", "public_suffix_list.dat").decode("utf-8")
    rules = [line.strip() for line in text.split("\n") if line.strip() and not line.startswith("//")]
    whole = PublicSuffixList(rules, accept_encoded_idn=False)
    names = [prefix + rule.lstrip("!*.") for rule in rules for prefix in ("", "a.", "b.a.")]
    read = {name: whole.publicsuffix(name) for name in names}

    assert len(rules) > 9000
    assert read == {name: name if is_public_suffix(name) else _below(name) for name in names}
    assert not ends_in_listed_label("example.nosuchlabel") and not ends_in_listed_label("com.")


def _below(name):
    return organizational_domain(name).partition(".")[2]


def test_private_suffixes_count_too():
    """
    Customers of a hosting company are organizations of their own.
    """
    assert is_public_suffix("github.io")
    assert "shop.github.io" == organizational_domain("www.shop.github.io")


@given(st.text(max_size=1000))
def test_chunks_join_to_the_text_again(text):
    """
    No string is longer than 255 octets, and nothing is lost between them.
    """
    parts = chunks(text)

    assert all(len(part) <= 255 for part in parts)
    assert b"".join(parts).decode("latin-1" if all(ord(c) < 256 for c in text) else "utf-8") == text


def test_a_long_text_is_presented_as_strings_side_by_side():
    """
    Quotes and backslashes are escaped.
    """
    assert '"' + "a" * 255 + '" "b\\"c"' == presentation("a" * 255 + 'b"c')


def test_a_tag_knows_its_place():
    """
    Spans are those of the text as it was written.
    """
    text = " v = X ;; p=1 ;"
    listed = tag_list(text)

    assert ["v = X", "p=1"] == [text[slice(*tag.span)] for tag in listed.tags]
    assert ["EMPTY"] == [fault.code for fault in listed.faults]


def test_amending_what_is_no_list_gives_a_list():
    """
    Pieces without a name are left out.
    """
    assert "v=X; p=1" == amended("v=X; junk", p="1")


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("https://exa mple", "example.com"),
        ("https://www.example.org/path", "www.example.org"),
        ("joe@", "example.com"),
        ("joe@exa mple.org", "example.com"),
        ("joe@example.org", "example.org"),
    ],
)
def test_what_may_be_typed_instead_is_a_name(typed, proposed):
    """
    Whoever types an address or a URL is shown the domain in it, and an example where there is none.
    """
    with pytest.raises(UsageError) as refused:
        DomainName.parse(typed)

    assert str(refused.value).endswith(f"such as {proposed}")
