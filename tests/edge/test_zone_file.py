"""Zone files answer as their name server would; what cannot be read is named by file and line."""

import re
import signal
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsetup.edge.zone_file import ZoneFile
from mailsetup.model.dns import (
    DS,
    MX,
    SOA,
    TLSA,
    TXT,
    UNASKED,
    DnsQuestion,
    Opaque,
    Outcome,
    Question,
    WebQuestion,
)
from mailsetup.model.errors import InputError, MailsetupError, UsageError
from mailsetup.model.language import speak
from mailsetup.run.language import use

EXAMPLE = """
$TTL 300
@ 600 IN SOA ns1 hostmaster.example.com. 7 7200 3600 1209600 60
@ NS ns1
  NS ns2.example.net.
ns1 A 192.0.2.53
@ MX 10 Mail
@ MX 20 mail.example.net.
mail 100 A 192.0.2.1
mail 200 A 192.0.2.2
mail A 192.0.2.1
www CNAME web
web CNAME host.ent
host.ent A 192.0.2.3
out CNAME example.org.
one CNAME two
two CNAME one
self CNAME self
gone CNAME nowhere
*.wild MX 5 mail
x.wild TXT "own"
deep.y.wild TXT "deep"
*.alias CNAME web
sub NS ns.sub
sub DS 1 8 2 0123456789012345678901234567890123456789012345678901234567890123
ns.sub A 192.0.2.9
tree DNAME example.org.
tree TXT "at the DNAME"
"""


def zone(text=EXAMPLE, origin="example.com"):
    return ZoneFile.of(text, origin)


def ask(name, rdtype, text=EXAMPLE):
    return zone(text).ask(DnsQuestion(f"{name}.example.com".lstrip("."), rdtype))


def written(path, text=EXAMPLE):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


# Answers.


def test_records_are_found_with_their_least_ttl():
    """A set has one time to live and each record once, names in lower case."""
    mx, addresses = ask("", "MX"), ask("mail", "A")

    assert mx.records == (MX(10, "mail.example.com"), MX(20, "mail.example.net"))
    assert (mx.ttl, mx.server, mx.authenticated) == (300, "zone file zone", False)
    assert (addresses.records, addresses.ttl) == (("192.0.2.1", "192.0.2.2"), 100)


@pytest.mark.parametrize(
    "name, rdtype, outcome",
    [
        ("", "TXT", Outcome.NO_DATA),
        ("ent", "A", Outcome.NO_DATA),
        ("y.wild", "MX", Outcome.NO_DATA),
        ("x.wild", "MX", Outcome.NO_DATA),
        ("a.wild", "TXT", Outcome.NO_DATA),
        ("wild", "MX", Outcome.NO_DATA),
        ("a.y.wild", "MX", Outcome.NO_NAME),
        ("no", "A", Outcome.NO_NAME),
        ("a.b.c", "A", Outcome.NO_NAME),
        ("gone", "A", Outcome.NO_NAME),
        ("www", "MX", Outcome.NO_DATA),
        ("tree", "A", Outcome.NO_DATA),
    ],
)
def test_absence_is_no_data_or_no_name(name, rdtype, outcome):
    """Names that exist, if only above others, have no data; the negative TTL is the SOA's (RFC 2308)."""
    answer = ask(name, rdtype)

    assert (answer.outcome, answer.zone, answer.ttl) == (outcome, "example.com", 60)


@pytest.mark.parametrize("name", ["a.wild", "a.b.wild", "*.wild", "x.wild.wild"])
def test_a_wildcard_answers_for_names_that_are_not_there(name):
    """RFC 4592: any number of labels, but not below a name that exists."""
    assert ask(name, "MX").records == (MX(5, "mail.example.com"),)


def test_aliases_are_followed_and_kept():
    """The chain is in the answer, target by target, its TTL the least of all."""
    www, wild = ask("www", "A"), ask("any.alias", "A")

    assert (www.records, www.aliases) == (("192.0.2.3",), ("web.example.com", "host.ent.example.com"))
    assert wild.aliases == ("web.example.com", "host.ent.example.com")
    assert ask("www", "CNAME").records == ("web.example.com",)
    assert ask("www", "CNAME").aliases == ()


@pytest.mark.parametrize("name", ["one", "two", "self"])
def test_alias_loops_end(name):
    """A loop is the server's failure, not absence."""
    assert ask(name, "A").outcome == Outcome.SERVFAIL


def test_an_alias_out_of_the_zone_is_left_open():
    """What lies behind it is not this file's to say."""
    answer = ask("out", "A")

    assert (answer.outcome, answer.aliases, answer.server) == (Outcome.UNASKED, ("example.org",), "")


def test_a_delegation_ends_the_zone():
    """Names at and below a cut are another zone's; its NS and DS are the parent's."""
    assert ask("www.sub", "A") == UNASKED
    assert ask("ns.sub", "A") == UNASKED
    assert ask("sub", "A") == UNASKED
    assert ask("sub", "NS").records == ("ns.sub.example.com",)
    assert ask("sub", "DS").found


def test_a_dname_renames_what_is_below_it():
    """RFC 6672: below the owner, not at it."""
    assert ask("a.b.tree", "A").aliases == ("a.b.example.org",)
    assert ask("tree", "TXT").found


def test_what_the_file_does_not_hold_is_unasked():
    """Other names, the parent's DS, web servers, one server of the zone in particular."""
    source = zone()

    assert source.ask(DnsQuestion("example.org", "A")) == UNASKED
    assert source.ask(DnsQuestion("", "NS")) == UNASKED
    assert source.ask(DnsQuestion("example.com", "DS")) == UNASKED
    assert source.ask(WebQuestion("https://example.com/")).outcome == Outcome.UNASKED
    direct = source.ask(DnsQuestion("example.com", "SOA", "192.0.2.53"))
    assert (direct.outcome, bool(direct.server)) == (Outcome.UNASKED, True)


def test_zones_together_answer_as_one(tmp_path):
    """A chain goes from file to file, a delegated zone answers for itself, its DS stays the parent's."""
    child = "@ SOA ns h 1 2 3 4 5\n@ NS ns\nwww CNAME mail.example.com.\nns A 192.0.2.9\n"
    source = ZoneFile(
        written(tmp_path / "example.com.zone"), f"sub.example.com={written(tmp_path / 'child', child)}"
    )

    assert source.origins == ("example.com", "sub.example.com")
    assert source.ask(DnsQuestion("www.sub.example.com", "A")).aliases == ("mail.example.com",)
    assert source.ask(DnsQuestion("www.sub.example.com", "A")).found
    assert source.ask(DnsQuestion("sub.example.com", "DS")).found
    assert source.ask(DnsQuestion("sub.example.com", "NS")).server == "zone file child"


def test_a_file_without_soa_or_ns_is_accepted_and_said_so():
    """A fragment is a zone's content; what it leaves out at the apex is not denied."""
    source = zone('@ TXT "v=spf1 -all"')

    assert source.ask(DnsQuestion("example.com", "TXT")).texts == ("v=spf1 -all",)
    assert source.ask(DnsQuestion("example.com", "NS")) == UNASKED
    assert source.ask(DnsQuestion("example.com", "SOA")) == UNASKED
    assert source.ask(DnsQuestion("example.com", "MX")).outcome == Outcome.NO_DATA
    assert "no SOA and no NS" in str(source.notes[0])


def test_a_cname_beside_other_data_stays_visible():
    """A name server would refuse the zone; the conflict is the finding, so both answers are kept."""
    source = zone('@ SOA ns h 1 2 3 4 5\n@ NS ns\nx CNAME y\nx TXT "t"\nx NSEC y TXT\n')

    assert [(c.name, c.types, c.place.line) for c in source.conflicts] == [
        ("x.example.com", ("CNAME", "TXT"), 3)
    ]
    assert source.ask(DnsQuestion("x.example.com", "TXT")).texts == ("t",)
    assert source.ask(DnsQuestion("x.example.com", "CNAME")).records == ("y.example.com",)


def test_every_record_has_its_line(tmp_path):
    """The line where the record begins, in the file it stands in."""
    main = '$TTL 5\n\n; note\na TXT ( "x"\n  "y" )\nb TXT "z"\n$INCLUDE part\nd TXT "w"\n'
    written(tmp_path / "part", 'c TXT "p"\n')
    source = ZoneFile(written(tmp_path / "example.com.zone", main))

    lines = {n: source.where(f"{n}.example.com", "TXT") for n in "abcd"}
    assert {n: place.line for n, place in lines.items()} == {"a": 4, "b": 6, "c": 1, "d": 8}
    assert lines["c"].file.endswith("part")
    assert source.where("no.example.com", "TXT") is None


# Reading.


@pytest.mark.parametrize(
    "name, text, origin",
    [
        ("x.txt", "$ORIGIN example.net.\na A 192.0.2.1\n$ORIGIN b.example.net.\n", "example.net"),
        (
            "x.txt",
            "; c\n$TTL 5\nexample.org. IN SOA n h 1 2 3 4 5\n$ORIGIN other.example.org.\n",
            "example.org",
        ),
        ("x.txt", "a.example.org. A 192.0.2.1\n$ORIGIN example.org.\n", "example.org"),
        ("example.com.zone", "a A 192.0.2.1", "example.com"),
        ("db.example.com", "@ SOA n h 1 2 3 4 5", "example.com"),
        ("example.com", "a A 192.0.2.1", "example.com"),
        ("example.net.zone", "$ORIGIN Example.COM.\n", "example.com"),
        ("example.com.zone", "@ SOA n h 1 2 3 4 5\n$ORIGIN sub.example.com.\na A 192.0.2.1", "example.com"),
        ("x.zone", "@ SOA n h 1 2 3 4 5\n$ORIGIN example.com.\na A 192.0.2.1", "example.com"),
        ("xn--mnchen-3ya.example.zone", "", "xn--mnchen-3ya.example"),
        (
            "x.db",
            "$ORIGIN .\n$TTL 5\nexample.com IN SOA n. h. 1 2 3 4 5\n NS n.\n$ORIGIN example.com.\n",
            "example.com",
        ),
        ("x.db", "$ORIGIN org.\n$ORIGIN example\nsub 5 SOA n. h. 1 2 3 4 5\n", "sub.example.org"),
        ("x.db", "$ORIGIN example.org.\nexample.org SOA n. h. 1 2 3 4 5\n", "example.org"),
        ("x.db", "$ORIGIN .\n@ SOA n. h. 1 2 3 4 5\n", ""),
        ("example.com.db", "$ORIGIN .\n@ SOA n. h. 1 2 3 4 5\n", "example.com"),
        ("x.txt", ";; Domain:     example.org\n$ORIGIN .\n@ SOA example.org. h. 1 2 3 4 5\n", "example.org"),
        ("x.txt", "; Domain: the first\n; Domain: example.org\na A 192.0.2.1\n", "example.org"),
        ("x.txt", "; Zone file for example.org\na A 192.0.2.1\n", "example.org"),
        ("x.txt", "example.org 5 IN SOA n. h. 1 2 3 4 5\nexample.org. 5 IN NS n.\n", "example.org"),
        ("example.org.txt", "a A 192.0.2.1\n", "example.org"),
        ("db.example.org.txt", "a A 192.0.2.1\n", "example.org"),
    ],
)
def test_the_origin_is_found(tmp_path, name, text, origin):
    """The owner of the SOA below the $ORIGIN in force there, else $ORIGIN, the heading of an export, the file name."""
    assert ZoneFile(written(tmp_path / name, text)).origins == (origin,)


def test_a_given_origin_counts_most(tmp_path):
    """ORIGIN=FILE, in U-labels, with or without the dot; a file whose name holds "=" is found too."""
    path = written(tmp_path / "x.txt", "a A 192.0.2.1\n")
    odd = written(tmp_path / "a=example.com.zone", "$ORIGIN example.com.\n")

    assert ZoneFile(f"example.org={path}").origins == ("example.org",)
    assert ZoneFile(f"M\u00fcnchen.example.={path}").origins == ("xn--mnchen-3ya.example",)
    assert ZoneFile(odd).origins == ("example.com",)


def test_a_zone_that_a_server_wrote_out_is_not_the_root(tmp_path):
    """Servers write a zone below ``$ORIGIN .``: what the zone does not hold is unknown and not absent."""
    text = (
        "$ORIGIN .\nexample.com 60 IN SOA n. h. 1 2 3 4 5\n\t\tMX 0 .\n$ORIGIN example.com.\na A 192.0.2.1\n"
    )
    source = ZoneFile(written(tmp_path / "secondary.db", text))

    assert source.ask(DnsQuestion("example.net", "MX")) == UNASKED
    assert source.ask(DnsQuestion("example.com", "MX")).found
    assert source.ask(DnsQuestion("a.example.com", "A")).found
    assert [] == list(source.notes) or all("SOA" not in str(note) for note in source.notes)


@pytest.mark.parametrize("name", ["zone.txt", "myzone", "zone.zone", "my.notes.txt"])
def test_no_origin_is_a_usage_error(tmp_path, name):
    """It says what to type instead."""
    with pytest.raises(UsageError, match="ORIGIN=FILE"):
        ZoneFile(written(tmp_path / name, "a A 192.0.2.1\n"))


def test_two_files_for_one_zone_are_refused(tmp_path):
    """Which of them counts cannot be told."""
    with pytest.raises(UsageError, match=r"example\.com"):
        ZoneFile(written(tmp_path / "example.com.zone"), written(tmp_path / "db.example.com"))


def test_any_octet_in_quotes_is_kept():
    """UTF-8, Latin-1 and escapes, with or without a byte order mark, CRLF or LF."""
    text = b'\xef\xbb\xbf@ TXT "\xc3\xa9" "\xe9" "\\233" "\\\\\\"" "\\\xe9"\r\nb TXT "2"\r\n'
    source = ZoneFile.of(text, "example.com")

    assert source.ask(DnsQuestion("example.com", "TXT")).records == (
        TXT((b"\xc3\xa9", b"\xe9", b"\xe9", b'\\"', b"\xe9")),
    )
    assert source.ask(DnsQuestion("b.example.com", "TXT")).texts == ("2",)


def test_times_to_live_as_name_servers_take_them():
    """Own, else $TTL, else the last stated, else the SOA minimum, else an assumption that is said."""
    stated = zone("@ SOA n h 1 2 3 4 50\n@ NS n\na 70 A 192.0.2.1\nb A 192.0.2.1\n")
    unstated = zone("a A 192.0.2.1\n")

    assert [stated.ask(DnsQuestion(n, "A")).ttl for n in ("a.example.com", "b.example.com")] == [70, 70]
    assert stated.ask(DnsQuestion("example.com", "NS")).ttl == 50
    assert unstated.ask(DnsQuestion("a.example.com", "A")).ttl == 3600
    assert any("time to live" in str(note) for note in unstated.notes)


def test_records_outside_the_zone_are_said_and_not_read():
    """As name servers do, but not silently."""
    source = zone("example.org. A 192.0.2.1\n")

    assert source.ask(DnsQuestion("example.org", "A")) == UNASKED
    assert "outside example.com" in " ".join(map(str, source.notes))


def test_a_text_without_quotes_that_a_comment_cuts_is_said():
    """A semicolon begins a comment, which nobody means who writes a DMARC record."""
    source = zone(
        '_dmarc TXT v=DMARC1; p=none\na TXT "v=DMARC1; p=none" ; c\nb TXT word ; c\nc TXT v=1 ; c\n'
    )

    assert source.ask(DnsQuestion("_dmarc.example.com", "TXT")).texts == ("v=DMARC1",)
    said = [str(note) for note in source.notes if "semicolon" in str(note)]
    assert ["line 1" in s for s in said] == [True]


def test_a_name_in_other_letters_is_said():
    """A name server publishes octets, not an IDN."""
    assert any("xn--" in str(note) for note in zone("m\u00fcnchen A 192.0.2.1\n").notes)
    assert not any("xn--" in str(note) for note in zone("a\\.b A 192.0.2.1\n").notes)


EXPORT = """;;
;; Domain:     example.com.
;;
example.com\t3600\tIN\tSOA\tns.example.net. h.example.net. 1 2 3 4 5

example.com.\t86400\tIN\tNS\tns.example.net.
a.example.com.\t1\tIN\tA\t192.0.2.1 ; cf_tags=cf-proxied:true
b.example.com.\t1\tIN\tA\t192.0.2.2 ; cf_tags=cf-proxied:false
c.example.com.\t1\tIN\tCNAME\texample.net. ; shop cf_tags=own,cf-proxied:true
example.com.\t1\tIN\tTXT\t"v=spf1 -all"
"""


def test_an_export_that_tags_proxied_names_is_read_as_its_host_means_it(tmp_path):
    """The proxy's addresses are in no file, one second is "automatic", and the SOA's owner lacks its dot."""
    source = ZoneFile(written(tmp_path / "export.txt", EXPORT))

    for name, rdtype in (("a", "A"), ("a", "AAAA"), ("c", "A"), ("c", "CNAME")):
        answer = source.ask(DnsQuestion(f"{name}.example.com", rdtype))
        assert answer.outcome is (Outcome.NO_DATA if rdtype == "CNAME" else Outcome.UNASKED)
    assert source.ask(DnsQuestion("b.example.com", "A")).records == ("192.0.2.2",)
    assert source.ask(DnsQuestion("example.com", "TXT")).ttl == 300
    assert source.ask(DnsQuestion("example.com", "SOA")).found
    assert source.ask(DnsQuestion("example.com.example.com", "SOA")).outcome is Outcome.NO_NAME
    assert ["proxied" in str(note) for note in source.notes] == [True]


def test_a_time_to_live_of_one_second_counts_where_nobody_means_another():
    """Only an export of that host has one second for "automatic"."""
    source = zone("a 1 A 192.0.2.1 ; proxied\n")

    assert source.ask(DnsQuestion("a.example.com", "A")).ttl == 1


def test_a_name_that_ends_in_an_at_sign_is_below_the_origin_in_exports_that_write_so():
    """One DNS host writes ``_imaps._tcp.@``; a name server would publish the sign, which is said elsewhere."""
    line = "_imaps._tcp.@ 3600 IN SRV 0 1 993 mail.example.net.\n"
    export = zone(
        "; Domain: example.com\n; Exported (y-m-d hh:mm:ss): 2026-01-02 03:04:05\n$ORIGIN example.com.\n"
        + line
    )
    plain = zone(line)

    assert export.ask(DnsQuestion("_imaps._tcp.example.com", "SRV")).found
    assert not any("@" in str(note) for note in export.notes)
    assert plain.ask(DnsQuestion("_imaps._tcp.example.com", "SRV")).outcome is Outcome.NO_NAME
    assert any('"@"' in str(note) for note in plain.notes)


def test_an_alias_of_the_host_is_answered_with_the_addresses_of_its_target():
    """``ALIAS`` and ``ANAME`` are no types of DNS; many hosts export them, and their servers answer in their place."""
    source = zone("@ 60 IN ALIAS web\nweb A 192.0.2.3\nout ANAME host.example.net.\nmail MX 5 web\n")

    answer = source.ask(DnsQuestion("example.com", "A"))
    assert (answer.records, answer.ttl) == (("192.0.2.3",), 60)
    assert source.ask(DnsQuestion("example.com", "CNAME")).outcome is Outcome.NO_DATA
    assert source.ask(DnsQuestion("out.example.com", "A")).outcome is Outcome.UNASKED
    assert source.ask(DnsQuestion("mail.example.com", "MX")).found


def test_generate_makes_records():
    """$GENERATE within its bound."""
    source = zone("$GENERATE 1-3 h$ A 192.0.2.$\n")

    assert source.ask(DnsQuestion("h3.example.com", "A")).records == ("192.0.2.3",)
    assert source.ask(DnsQuestion("h4.example.com", "A")).outcome == Outcome.NO_NAME


def test_generate_takes_a_quoted_right_side_and_leaves_the_owner():
    """As named reads it: the quotes hold several words together, and a line without owner is the one's before."""
    source = zone(
        '$GENERATE 1-2 h$ MX "$0 mx$"\n$GENERATE 1-2 t$ TXT "v$ $"\n'
        "ns A 192.0.2.1\n$GENERATE 1-2 k$ A 192.0.2.$\n TXT after\n"
    )

    assert source.ask(DnsQuestion("h2.example.com", "MX")).records == (MX(20, "mx2.example.com"),)
    assert source.ask(DnsQuestion("t1.example.com", "TXT")).records == (TXT((b"v1", b"1")),)
    assert source.ask(DnsQuestion("ns.example.com", "TXT")).found


def test_a_time_to_live_beyond_the_range_is_nothing():
    """RFC 2181 section 8."""
    assert zone("a 2147483648 TXT x\nb 4294967295 TXT x\n").ask(DnsQuestion("b.example.com", "TXT")).ttl == 0


def test_includes_stay_with_their_origin(tmp_path):
    """The included file's origin is its own; afterwards the old one counts again (RFC 1035 section 5.1)."""
    written(tmp_path / "parts" / "one", "$INCLUDE two inner\na A 192.0.2.1\n$ORIGIN lost\n")
    written(tmp_path / "parts" / "two", "b A 192.0.2.2\n")
    source = ZoneFile(written(tmp_path / "example.com.zone", "$INCLUDE parts/one outer\nc A 192.0.2.3\n"))

    for name in ("a.outer", "b.inner.outer", "c"):
        assert source.ask(DnsQuestion(f"{name}.example.com", "A")).found


def test_an_include_is_found_from_the_folder_a_server_works_in(tmp_path):
    """Servers take a relative name from their working folder; what lies with the zone is found from there too."""
    zones = tmp_path / "etc" / "zones"
    written(zones / "common", "a A 192.0.2.1\n")
    written(tmp_path / "etc" / "secret", "b A 192.0.2.2\n")
    source = ZoneFile(
        written(zones / "example.com.zone", "$INCLUDE zones/common\n$INCLUDE etc/zones/common\n")
    )

    assert source.ask(DnsQuestion("a.example.com", "A")).found
    with pytest.raises(InputError, match="no such file"):
        ZoneFile(written(zones / "example.net.zone", "$INCLUDE secret\n"))


@pytest.mark.parametrize(
    "line, wanted",
    [
        ("$INCLUDE /etc/passwd", "absolute"),
        ("$INCLUDE C:\\\\\\\\x", "absolute"),
        ("$INCLUDE ../secret", "leads out"),
        ("$INCLUDE link", "leads out"),
        ("$INCLUDE sub/../../secret", "leads out"),
        ("$INCLUDE nothing", "no such file"),
        ("$INCLUDE .", "no such file"),
        ("$INCLUDE example.com.zone", "deeper than 8"),
        ('$INCLUDE ""', "without a file name"),
    ],
)
def test_includes_stay_in_their_folder(tmp_path, line, wanted):
    """Nothing outside the zone file's folder is read, by whatever way."""
    written(tmp_path / "secret", "a A 192.0.2.1\n")
    (tmp_path / "zones" / "sub").mkdir(parents=True)
    (tmp_path / "zones" / "link").symlink_to(tmp_path / "secret")
    path = written(tmp_path / "zones" / "example.com.zone", f"\n{line}\n")

    with pytest.raises(InputError, match=wanted) as caught:
        ZoneFile(path)

    assert "line 2" in str(caught.value)


@pytest.mark.parametrize(
    "text, line, wanted",
    [
        ('a A 192.0.2.1\nb TXT "half', 2, "too early"),
        ('a A 192.0.2.1\nb TXT ( "x"\n "y"\n', 2, "never closed"),
        ('\n\na TXT "x\nb A 192.0.2.1\n', 3, "not closed"),
        ("a A 192.0.2.1\nb A", 2, "missing"),
        ("a A 192.0.2.1\nb", 2, "does not fit"),
        ("a A 192.0.2", 1, "does not fit"),
        ("a TXT\nb A 192.0.2.1", 1, "too early"),
        (f'a TXT "{"x" * 256}"', 1, "255"),
        ("a MX mail", 1, "number"),
        ("a NOSUCH x", 1, "not a record type"),
        ("a CH TXT x", 1, "class IN"),
        ("a CH TLSA 3 1 1 ab", 1, "class IN"),
        ("a ALIAS b c", 1, "not a record type"),
        ("$NOSUCH x", 1, "$NOSUCH"),
        ("$GENERATE 1-99999999 a$ A 192.0.2.1", 1, "65536"),
        ("a" * 64 + " A 192.0.2.1", 1, "63"),
        (("a." * 128) + " A 192.0.2.1", 1, "255"),
        ("\\999 A 192.0.2.1", 1, "escaped"),
        (")", 1, ""),
        ("$TTL soon", 1, "TTL"),
        ("a A 192.0.2.1 more", 1, 'more stands behind the record: "more"'),
        ("a TYPE15 \\# 4 000a0161", 1, "does not fit"),
        ("a\x1b[31m NOSUCH x", 1, "\\x1b"),
    ],
)
def test_what_cannot_be_read_is_named(text, line, wanted):
    """One sentence: file, line, what is wrong, and the line itself."""
    with pytest.raises(InputError) as caught:
        ZoneFile.of(text, "example.com", "my.zone")

    assert f"my.zone, line {line}: " in str(caught.value)
    assert wanted in str(caught.value)
    assert str(caught.value).isprintable()


DIGEST = "e2e36c5a8396103c8edb0638c55e30abf69f93edb50bea72486362ba99c2364f"


@pytest.mark.parametrize(
    "line, wanted",
    [
        (f"a TLSA 3 1 1 {DIGEST[:40]}", TLSA(3, 1, 1, bytes.fromhex(DIGEST[:40]))),
        (
            f"a 60 IN TLSA 3 1 2 ( {DIGEST}\n {DIGEST[:8]} ) ; c",
            TLSA(3, 1, 2, bytes.fromhex(DIGEST + DIGEST[:8])),
        ),
        ("a TLSA \\# 5 030101abcd", TLSA(3, 1, 1, b"\xab\xcd")),
        ("a TYPE52 \\# 5 030101abcd", TLSA(3, 1, 1, b"\xab\xcd")),
        ("a IN 60 DS 7 RSASHA256 2 abcd", DS(7, 8, 2, b"\xab\xcd")),
        ("a DS 7 13 0 abcd", DS(7, 13, 0, b"\xab\xcd")),
        ("a DS \\# 6 00070d02abcd", DS(7, 13, 2, b"\xab\xcd")),
        ("a SMIMEA 3 1 1 abcd", Opaque("3 1 1 abcd")),
        ("a CDS 7 13 2 abcd", Opaque("7 13 2 abcd")),
    ],
)
def test_a_digest_of_a_wrong_length_is_read_as_it_is_published(line, wanted):
    """Name servers publish it and live answers are read; what is wrong with it is for the checks to say."""
    source = zone(f"$TTL 300\n{line}\n 70 TXT after\n")
    rdtype = next(t for t in ("TLSA", "TYPE52", "SMIMEA", "CDS", "DS") if f" {t} " in line)
    answer = source.ask(DnsQuestion("a.example.com", "TLSA" if rdtype == "TYPE52" else rdtype))

    assert answer.records == (wanted,)
    assert answer.ttl == (60 if " 60 " in line else 300)
    assert source.where("a.example.com", "TXT").line == 2 + line.count("\n") + 1
    assert source.ask(DnsQuestion("a.example.com", "TXT")).texts == ("after",)


def test_a_digest_of_a_wrong_length_in_an_included_file_is_read(tmp_path):
    """The file below goes on where it was."""
    written(tmp_path / "part", "b TLSA 3 1 1 abcd\nc A 192.0.2.3\n")
    source = ZoneFile(written(tmp_path / "example.com.zone", "$INCLUDE part sub\nd A 192.0.2.4\n"))

    assert source.ask(DnsQuestion("b.sub.example.com", "TLSA")).found
    assert source.ask(DnsQuestion("c.sub.example.com", "A")).found
    assert source.ask(DnsQuestion("d.example.com", "A")).found
    assert source.where("b.sub.example.com", "TLSA").line == 1


@pytest.mark.parametrize(
    "data",
    [
        "MB b",
        'GPOS "" "" ""',
        "A6 0 ::1",
        "NXT .",
        "LOC here",
        "HTTPS 1 . alpn",
        "SVCB 1 . (\n port=x )",
        'HTTPS 1 . port=60 ech="QUJD"',
        "EUI48 1-2",
        "TYPE731 \\# 1 zz",
    ],
)
def test_data_that_nothing_is_decided_on_spoil_no_zone(data):
    """Obsolete types, newer parameters, slips: the rest of the zone is read, and what is not read is said."""
    source = zone(f"a 60 IN {data}\nb A 192.0.2.1\n")

    rdtype = data.split()[0]
    assert [type(r) for r in source.ask(DnsQuestion("a.example.com", rdtype)).records] == [Opaque]
    assert source.ask(DnsQuestion("a.example.com", "A")).outcome is Outcome.NO_DATA
    assert source.ask(DnsQuestion("b.example.com", "A")).found
    assert [f": {rdtype} (" in str(note) for note in source.notes if "cannot be read" in str(note)] == [True]


@pytest.mark.parametrize(
    "line, wanted",
    [
        ("a TLSA 3 1 1 abc", "hexadecimal"),
        ("a TLSA 3 1 1 xy", "hexadecimal"),
        ("a TLSA 3 1 1", "too early"),
        ("a TLSA 256 1 1 ab", "more than 255"),
        ("a MX 70000 mail", "more than 65535"),
        ("a DNSKEY 257 3 8 *", "Base64"),
        ("a AAAA 192.0.2.1", "does not fit"),
        ("a CAA 0 is-sue x", "does not fit"),
        ("a NSEC3PARAM 1 0 x -", "number is missing"),
        ("a TKEY x", "missing"),
        ("a..b A 192.0.2.1", "empty label"),
    ],
)
def test_a_refusal_is_a_sentence_of_ours_in_the_readers_language(line, wanted):
    """No word of the reader we use is shown, in any language."""
    with pytest.raises(InputError, match=wanted):
        ZoneFile.of(f"\n{line}\n", "example.com", "my.zone")
    use("ru")
    try:
        with pytest.raises(InputError) as caught:
            ZoneFile.of(f"\n{line}\n", "example.com", "my.zone")
        said = str(caught.value)
    finally:
        speak(None)
    assert said.startswith("my.zone, строка 2: ")
    assert not re.search(
        r"[A-Za-z]{2,}", said.removeprefix("my.zone").removesuffix(line).replace("Base64", "")
    )


def test_unreadable_files_are_named(tmp_path):
    """No file, UTF-16, too large: a sentence."""
    with pytest.raises(InputError, match="cannot be read"):
        ZoneFile(tmp_path / "no.example.zone")
    with pytest.raises(InputError, match="UTF-16"):
        ZoneFile(written(tmp_path / "a.example.zone", "a".encode("utf-16")))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["a", "@", "*", "IN", "A", "TXT", "MX", "CNAME", "NS", "DNAME", "192.0.2.1", '"', "(", ")", "\n", ";",
             "10", "$TTL", "$ORIGIN", "$INCLUDE", "$GENERATE", "1-9", "\\", "\\1", "b.", ".", "\x00", "\u00e9", "a$"]
        ),
        max_size=25,
    ).map(" ".join)
    | st.binary(max_size=60)
)  # fmt: skip
def test_no_text_makes_the_reader_raise_anything_else(text):
    """Any octets are a zone or a sentence, and any zone answers any question."""
    try:
        source = ZoneFile.of(text, "example.com")
    except MailsetupError as fault:
        assert str(fault).isprintable()
        return
    for name in ("example.com", "a.example.com", "a.b.example.com", "*.example.com"):
        for rdtype in ("A", "NS", "CNAME", "TXT"):
            question: Question = DnsQuestion(name, rdtype)
            assert isinstance(source.ask(question), tuple)


def test_ten_thousand_records_load_in_two_seconds(tmp_path):
    """A large zone is no reason to wait, and an answer takes microseconds."""
    lines = ["$TTL 300", "@ SOA n h 1 2 3 4 5", "@ NS n"]
    lines += [
        f'h{i} IN TXT "v=spf1 include:_spf.example.net ip4:192.0.2.{i % 256} -all"' for i in range(10_000)
    ]
    path = written(tmp_path / "example.com.zone", "\n".join(lines))

    began = time.process_time()
    source = ZoneFile(path)
    loaded = time.process_time()
    for i in range(1000):
        source.ask(DnsQuestion(f"h{i}.example.com", "TXT"))
    asked = time.process_time()

    assert loaded - began < 2
    assert asked - loaded < 0.1
    assert source.ask(DnsQuestion("example.com", "SOA")).records[0] == SOA(
        "n.example.com", "h.example.com", 1, 2, 3, 4, 5
    )


@pytest.mark.parametrize(
    "text",
    ["\n" * 300_000 + "$ORIGIN example.com.\na A 192.0.2.1\n", "$ORIGIN example.com.\na TXT" + " TXT=a" * 9_000 + "\n"],
    ids=["blank lines", "one long text"],
)  # fmt: skip
def test_a_long_file_takes_no_more_than_its_length(text):
    """Blank lines before the first record and words that look like types: neither is read again and again."""
    began = time.monotonic()
    source = ZoneFile.of("$TTL 300\n" + text)

    assert 20 > time.monotonic() - began
    assert ("example.com",) == source.origins


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timer that interrupts")
def test_an_interrupt_is_no_fault_of_the_file(tmp_path: Path) -> None:
    """
    Ctrl-C in the middle of a record ends the run, and does not say that the record cannot be read.
    """
    file = tmp_path / "example.com.zone"
    file.write_text(
        "".join(f'd{n} IN TXT "v=spf1 ip4:192.0.2.1 -all"\n' for n in range(3000)), encoding="utf-8"
    )

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, stop)
    interrupted = 0
    try:
        for turn in range(30):
            try:
                signal.setitimer(signal.ITIMER_REAL, 0.02 + turn * 0.001)
                ZoneFile(file)
            except KeyboardInterrupt:  # Python itself drops one that comes while it collects garbage
                interrupted += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

    assert interrupted > 20
