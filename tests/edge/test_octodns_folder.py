"""octoDNS zones answer as octoDNS would publish them; what is wrong is named by file, line and key."""

import re
from pathlib import Path

import dns.rdata
import pytest
from octodns.provider.yaml import YamlProvider
from octodns.zone import Zone

from mailsetup.edge.octodns_folder import OctodnsFolder
from mailsetup.edge.rdata_from_dnspython import from_dnspython
from mailsetup.edge.zone_file import ZoneFile
from mailsetup.model.dns import CAA, MX, SRV, TLSA, TXT, DnsQuestion, Outcome
from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.language import speak
from mailsetup.run.language import use
from tests.cli.command import mailsetup, refused

EXAMPLE = r"""---
'':
  - type: ALIAS
    value: web.example.com.
  - type: CAA
    values:
      - {flags: 0, tag: issue, value: ca.example.net}
  - type: MX
    ttl: 60
    values:
      - {preference: 10, exchange: mx1.example.net.}
      - {priority: 20, value: mx2.example.net.}
  - type: TXT
    values:
      - v=spf1 include:_spf.example.net -all
      - v=DMARC1\; p=none
'*.wild':
  type: A
  value: 192.0.2.7
_25._tcp.mx:
  type: TLSA
  value: {certificate_usage: 3, selector: 1, matching_type: 1, certificate_association_data: DIGEST}
_imaps._tcp:
  type: SRV
  values:
    - {priority: 0, weight: 1, port: 993, target: imap.example.net.}
'no':
  type: CNAME
  value: web.example.com.
s1._domainkey:
  type: TXT
  value: 'v=DKIM1\; k=rsa\; p=KEY'
sub:
  type: NS
  values: [ns1.example.org., ns2.example.org.]
web:
  - type: A
    values: [192.0.2.1, 192.0.2.2]
  - type: AAAA
    value: 2001:db8::1
""".replace("KEY", "A" * 292).replace("DIGEST", "ab" * 32)


def written(folder, text, name="example.com.yaml"):
    folder.mkdir(exist_ok=True, parents=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def ask(source, name, rdtype):
    return source.ask(DnsQuestion(name, rdtype))


def joined(rdata):
    """A record without regard to how a TXT is cut; octoDNS cuts before it unescapes."""
    return TXT.of(rdata.text) if isinstance(rdata, TXT) else rdata


def test_every_record_is_the_one_octodns_reads(tmp_path):
    """octoDNS's own reader, its records in presentation form, and ours are equal, name by name."""
    written(tmp_path, EXAMPLE)
    theirs = Zone("example.com.", [])
    YamlProvider("x", str(tmp_path), enforce_order=False, escaped_semicolons=True).populate(
        theirs, lenient=True
    )
    source = OctodnsFolder(tmp_path)

    compared = 0
    for record in theirs.records:
        if record._type == "ALIAS":
            continue
        rrset = record.to_rrset()
        parsed = (dns.rdata.from_text("IN", record._type, text) for text in rrset.rdatas)
        expected = {joined(from_dnspython(rdata)) for rdata in parsed}
        actual = ask(source, record.fqdn.rstrip("."), record._type)
        assert expected == {joined(rdata) for rdata in actual.records}
        assert record.ttl == actual.ttl
        compared += 1
    assert compared == 11


def test_the_fields_and_escapes_of_octodns(tmp_path):
    """Both spellings of MX, escaped semicolons, names YAML would take for a boolean."""
    source = ZoneFile(written(tmp_path, EXAMPLE))

    assert ask(source, "example.com", "MX").records == (MX(10, "mx1.example.net"), MX(20, "mx2.example.net"))
    assert ask(source, "example.com", "MX").ttl == 60
    assert ask(source, "example.com", "TXT").texts[1] == "v=DMARC1; p=none"
    assert ask(source, "example.com", "CAA").records == (CAA(0, "issue", b"ca.example.net"),)
    assert ask(source, "_imaps._tcp.example.com", "SRV").records == (SRV(0, 1, 993, "imap.example.net"),)
    assert [len(c) for c in ask(source, "s1._domainkey.example.com", "TXT").records[0].chunks] == [255, 55]
    assert ask(source, "no.example.com", "A").aliases == ("web.example.com",)
    assert ask(source, "x.wild.example.com", "A").records == ("192.0.2.7",)
    assert ask(source, "example.com", "AAAA").records == ("2001:db8::1",)
    assert ask(source, "example.com", "SOA").outcome == Outcome.UNASKED
    assert ask(source, "www.sub.example.com", "A").outcome == Outcome.UNASKED
    assert source.where("web.example.com", "A").line == 38


@pytest.mark.parametrize("name", ["example.com.yaml", "example.com..yaml"])
def test_the_file_name_tells_the_zone(tmp_path, name):
    """Both spellings of a zone's file, in a folder with other files."""
    written(tmp_path, "www: {type: A, value: 192.0.2.1}", name)
    written(tmp_path, "providers: {}", "production.yaml")

    assert OctodnsFolder(tmp_path).origins == ("example.com",)


def test_a_zone_split_by_name(tmp_path):
    """A folder called like the zone holds its names, file by file."""
    written(tmp_path / "example.com.", "www: {type: A, value: 192.0.2.1}", "www.yaml")
    written(tmp_path / "example.com.", "'': {type: TXT, value: x}", "$example.com.yaml")

    for path in (tmp_path, tmp_path / "example.com."):
        source = OctodnsFolder(path)
        assert source.origins == ("example.com",)
        assert ask(source, "www.example.com", "A").found
        assert ask(source, "example.com", "TXT").records == (TXT((b"x",)),)


def test_an_origin_may_be_given(tmp_path):
    """ORIGIN=PATH settles what the name does not tell."""
    path = written(tmp_path, "www: {type: A, value: 192.0.2.1}", "zone.yaml")

    assert ZoneFile(f"example.org={path}").origins == ("example.org",)
    with pytest.raises(UsageError, match="ORIGIN=PATH"):
        ZoneFile(path)


BOMB = "a: &a {x: 1}\n" + "".join(
    f"b{i}: &b{i}\n  <<: [{', '.join([f'*{prev}'] * 900)}]\n  k{i}: 1\n"
    for i, prev in enumerate(["a", *[f"b{j}" for j in range(9)]])
)


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("www: {type: A, value: 192.0.2.1}\nwww: {type: A, value: 192.0.2.2}", "line 2, column 1"),
        ("www: {type: A, type: MX, value: 192.0.2.1}", "second time"),
        ("www:\n  type: A\n value: x", "line 3"),
        ("www: {type: A}", '"value"'),
        ("www: {value: x}", '"type"'),
        ("www: 1", "mapping"),
        ("www: {type: A, value: 192.0.2}", "not a A record"),
        ("www: {type: MX, values: [{preference: 1}]}", '"exchange"'),
        ("www: {type: CNAME, value: ''}", "not a name"),
        ("www: {type: A, ttl: soon, value: 192.0.2.1}", '"ttl"'),
        ("www: {type: NOSUCH, value: x}", "NOSUCH"),
        ("www: !include other.yaml", "!include"),
        (
            "no: {type: A, value: 192.0.2.1}\nfalse: {type: A, value: 192.0.2.2}",
            '"false" stands here a second',
        ),
        ("2026-02-30: {type: A, value: 192.0.2.1}", "cannot be read as YAML"),
        ("- a", "not an octoDNS zone"),
        ("www: " + "[" * 100_000, "nested"),
        ("'a\\999': {type: A, value: 192.0.2.1}", "not a name"),
        ("www: \x00", "characters are not allowed"),
        ("x: &a [*a]\n", "recursive"),
        (BOMB, ""),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, wanted):
    """One sentence with the file and the place in it, in little time."""
    path = written(tmp_path, text)

    with pytest.raises(InputError) as caught:
        OctodnsFolder(path)

    assert str(path) in str(caught.value)
    assert wanted in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "record",
    ["ttl: *b9, value: y", "value: y, type: *b9", "type: MX, value: {preference: *b9, exchange: a.}"],
)
def test_a_list_of_lists_of_itself_is_refused_and_never_written_out(tmp_path, record):
    """Ten aliases of ten aliases, nine deep, are ten thousand million words as text."""
    lists = ", ".join(f"b{i}: &b{i} [" + ", ".join([f"*b{i - 1}"] * 10) + "]" for i in range(1, 10))
    kind = "" if "type:" in record else "type: TXT, "
    path = tmp_path / "example.com.yaml"
    path.write_text(
        f"a: {{type: TXT, value: v, b0: &b0 [x], {lists}}}\nx: {{{kind}{record}}}\n", encoding="utf-8"
    )

    with pytest.raises(InputError, match="one value is wanted"):
        OctodnsFolder(str(path))


# What octoDNS's own reader does beside plain values; compared with it, record by record.

CONSTRUCTS = {
    "a file in place of a record": "_dmarc: !include common/dmarc.yaml\n",
    "a file among the keys": "<<: !include common/all.yaml\na: {type: TXT, value: x}\n",
    "a file in place of values": "a: {type: TXT, values: !include common/list.yaml}\n",
    "a file in place of records": "'': !include common/records.yaml\n",
    "a file that includes": "x: !include common/again.yaml\n",
    "quotes": """a: {type: TXT, value: 'say "this" \\;'}\nb: {type: TXT, value: '"one" "two"'}\n""",
    "a cut without outer quotes": """a: {type: TXT, value: 'one" "two'}\n""",
    "no escapes but of semicolons": "a: {type: TXT, value: 'a\\065 \\\\ \\\\; c'}\n",
    "a parameter of CAA": "a: {type: CAA, value: {flags: 0, tag: issue, value: 'ca.example\\; x=y'}}\n",
    "HTTPS": "a: {type: HTTPS, value: {svcpriority: 1, targetname: ., svcparams: {alpn: [h2, h3]}}}\n",
    "SVCB": "a: {type: SVCB, values: [{svcpriority: 0, targetname: b.example.net., svcparams: {}}]}\n",
    "an empty document": "---\n",
    "names that YAML 1.1 reads as other values": "".join(
        f"{name}: {{type: TXT, value: x}}\n"
        for name in (
            *(
                "null",
                "no",
                "on",
                "010",
                "0x10",
                "0b11",
                "1_000",
                "1:30",
                ".5",
                "1.10",
                ".inf",
                "1e3",
                "0o17",
                "y",
            ),
            *("2026-01-01", "=", "'off'", '"~"', "-1", "+12", "42"),
        )
    ),
    "names whose type is said": "".join(
        f"{name}: {{type: TXT, value: x}}\n"
        for name in ("!!str no", '!!str "null"', "!!int 010", '!!int "8_0"', "!!bool on", "&here off", "! ~")
    ),
    "such names in included files": "<<: !include common/odd.yaml\n",
    "pools": """a:
  dynamic: {pools: {one: {values: [{value: 192.0.2.9}]}}, rules: [{pool: one}]}
  type: A
  values: [192.0.2.1]
""",
}
INCLUDED = {
    "dmarc.yaml": "type: TXT\nvalue: v=DMARC1\\; p=none\n",
    "all.yaml": "_inc:\n  type: TXT\n  value: i\n",
    "list.yaml": "- one\n- two\n",
    "records.yaml": "- type: TXT\n  value: apex\n- type: A\n  value: 192.0.2.1\n",
    "odd.yaml": "~: {type: TXT, value: i}\n'null': {type: TXT, value: j}\n",
    "again.yaml": "type: TXT\nvalues: !include list.yaml\n",
}


@pytest.mark.parametrize("text", CONSTRUCTS.values(), ids=CONSTRUCTS)
def test_every_construct_is_read_as_octodns_reads_it(tmp_path, text):
    written(tmp_path, text)
    for name, content in INCLUDED.items():
        written(tmp_path / "common", content, name)
    theirs = Zone("example.com.", [])
    YamlProvider("x", str(tmp_path), enforce_order=False).populate(theirs, lenient=True)
    expected = {
        (record.fqdn.rstrip("."), record._type): {
            joined(from_dnspython(dns.rdata.from_text("IN", record._type, value)))
            for value in record.to_rrset().rdatas
        }
        for record in theirs.records
    }
    sets = ZoneFile(tmp_path / "example.com.yaml").zones["example.com"].sets

    assert expected == {
        (name, rdtype): {joined(rdata) for rdata in group.records}
        for name, types in sets.items()
        for rdtype, group in types.items()
    }


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("nope.yaml", "no such file"),
        ("../secret.yaml", "leads out"),
        ("/etc/hostname", "leads out"),
        ("example.com.yaml", "included deeper"),
    ],
)
def test_an_include_stays_in_its_folder(tmp_path, path, wanted):
    """A file of a pull request must not bring in what lies elsewhere on the machine."""
    (tmp_path / "secret.yaml").write_text("a: b", encoding="utf-8")
    zone = written(tmp_path / "config", f"a: !include {path}\n")

    with pytest.raises(InputError, match=wanted) as caught:
        ZoneFile(zone)
    assert "line 1" in str(caught.value)


def test_includes_that_multiply_are_refused(tmp_path):
    for n in range(7):
        again = "\n".join(f"k{i}: !include f{n + 1}.yaml" for i in range(20))
        written(tmp_path, again, f"f{n}.yaml")
    written(tmp_path, "x: 1", "f7.yaml")

    with pytest.raises(InputError, match="!include"):
        ZoneFile(written(tmp_path, "a: !include f0.yaml\n"))


def test_a_record_of_an_included_file_has_its_line_there(tmp_path):
    written(tmp_path / "common", INCLUDED["all.yaml"], "all.yaml")
    source = ZoneFile(written(tmp_path, "\n\n<<: !include common/all.yaml\n"))
    place = source.where("_inc.example.com", "TXT")

    assert ("all.yaml", 1) == (Path(place.file).name, place.line)


def test_a_record_that_octodns_ignores_is_unknown(tmp_path):
    """``octodns: {ignored: true}`` leaves what is published as it is, and what that is stands in no file."""
    source = ZoneFile(
        written(tmp_path, "_dmarc:\n  octodns: {ignored: true}\n  type: TXT\n  value: v=DMARC1\\; p=none\n")
    )

    assert ask(source, "_dmarc.example.com", "TXT").outcome == Outcome.UNASKED
    assert ask(source, "example.com", "TXT").absent


def test_the_addresses_of_a_proxied_name_are_unknown(tmp_path):
    source = ZoneFile(
        written(
            tmp_path,
            "www:\n  octodns: {cloudflare: {proxied: true}}\n  type: A\n  value: 192.0.2.1\n"
            "mx:\n  octodns: {cloudflare: {proxied: false}}\n  type: A\n  value: 192.0.2.2\n",
        )
    )

    assert ask(source, "www.example.com", "AAAA").outcome == Outcome.UNASKED
    assert ask(source, "mx.example.com", "A").found


def test_names_without_their_final_dot_are_whole_and_said(tmp_path):
    """octoDNS refuses them unless it is told to be lenient, and publishes them as whole names then."""
    source = ZoneFile(
        written(
            tmp_path,
            "'':\n"
            "- {type: MX, values: [{preference: 1, exchange: Mail.example.net}, {preference: 2, exchange: mx.test.}]}\n"
            "- {type: ALIAS, value: web.example.com}\n"
            "_a._tcp: {type: SRV, value: {priority: 0, weight: 1, port: 993, target: imap.example.net}}\n"
            "_u: {type: URI, value: {priority: 1, weight: 1, target: 'https://example.net'}}\n"
            "web: {type: CNAME, value: example.net}\n",
        )
    )

    assert ask(source, "example.com", "MX").records == (MX(1, "mail.example.net"), MX(2, "mx.test"))
    assert ask(source, "_a._tcp.example.com", "SRV").records == (SRV(0, 1, 993, "imap.example.net"),)
    assert ask(source, "web.example.com", "CNAME").records == ("example.net",)
    (note,) = (str(note) for note in source.notes if "dot" in str(note))
    assert "4 names" in note
    assert "line 2: Mail.example.net" in note


def test_types_that_are_no_mail_s_concern_are_passed_over_and_said(tmp_path):
    source = ZoneFile(
        written(
            tmp_path,
            "go: {type: URLFWD, value: {code: 302, masking: 2, path: /, query: 0, target: 'http://x'}}\n"
            "www: {type: A, value: 192.0.2.1}\n",
        )
    )

    assert "URLFWD" in " ".join(map(str, source.notes))
    assert ask(source, "www.example.com", "A").found


def test_what_a_hosts_own_type_answers_with_is_unknown(tmp_path):
    """An alias of the host or a redirect: its servers answer in its place, with what no file tells."""
    source = ZoneFile(
        written(
            tmp_path,
            "'': {type: Route53Provider/ALIAS, value: {type: MX, name: mail.example.com., hosted-zone-id: Z1}}\n"
            "go: {type: URLFWD, value: {code: 302, masking: 2, path: /, query: 0, target: 'http://x'}}\n",
        )
    )

    assert ask(source, "example.com", "MX").outcome is Outcome.UNASKED
    assert ask(source, "example.com", "TXT").outcome is Outcome.NO_DATA
    for rdtype in ("A", "AAAA"):
        assert ask(source, "go.example.com", rdtype).outcome is Outcome.UNASKED


def test_a_name_that_has_only_what_is_passed_over_exists(tmp_path):
    place = "{altitude: 1, lat_degrees: 1, lat_direction: N, long_degrees: 1, long_direction: W, size: 1}"
    source = ZoneFile(
        written(tmp_path, f"office: {{type: LOC, value: {place}}}\nweb: {{type: LOC, value: here}}\n")
    )

    for name in ("office", "web"):
        assert ask(source, f"{name}.example.com", "MX").outcome is Outcome.NO_DATA
    assert ask(source, "office.example.com", "LOC").outcome is Outcome.UNASKED
    assert ask(source, "web.example.com", "LOC").found


def test_an_empty_list_of_values_is_refused(tmp_path):
    with pytest.raises(InputError, match='"values"'):
        ZoneFile(written(tmp_path, "a: {type: TXT, values: []}\n"))


def test_a_name_that_yaml_reads_as_another_value_is_told(tmp_path):
    """octoDNS publishes none.example.com for ``null``, which nobody means; in quotes it is the name."""
    text = "'no': {type: TXT, value: x}\ntrue: {type: TXT, value: x}\n"
    (told,) = ZoneFile(
        written(tmp_path, text + "null: {type: TXT, value: x}\noff: {type: TXT, value: x}\n")
    ).notes[1:]

    assert "2 names" in str(told)
    assert "line 3: null is read as none" in str(told)
    assert 1 == len(ZoneFile(written(tmp_path, text)).notes)


def test_what_is_to_be_said_of_a_zone_is_said(tmp_path):
    """On stderr, and no more of a great folder than a person reads."""
    for n in range(30):
        text = "'': {type: TXT, value: x}\ngo: {type: LOC, value: {size: 1}}\n"
        written(tmp_path / "zones", text, f"z{n}.example.yaml")
    run = mailsetup("audit", "z1.example", "--zone", "zones", "--offline", folder=tmp_path)

    assert "LOC" in run.err
    assert "11 more remarks" in run.err
    assert "30 octoDNS zones say nothing of SOA" in run.err
    assert len(run.err.splitlines()) < 30


@pytest.mark.parametrize("other", ["other/example.com.yaml", "example.com.zone"])
def test_two_of_any_kind_for_one_zone_are_refused(tmp_path, other):
    written(tmp_path / "one", "a: {type: A, value: 192.0.2.1}\n")
    text = "a: {type: A, value: 192.0.2.2}\n" if other.endswith("yaml") else "a A 192.0.2.2\n"
    written((tmp_path / other).parent, text, Path(other).name)
    run = mailsetup("audit", "example.com", "--zone", "one", "--zone", other, "--offline", folder=tmp_path)

    assert "example.com" in refused(run)


@pytest.mark.parametrize(
    "record",
    [
        "{type: TLSA, value: {certificate_usage: 3, selector: 1, matching_type: 1,"
        " certificate_association_data: abcd}}",
        "{type: TLSA, value: 3 1 1 abcd}",
    ],
)
def test_a_digest_of_a_wrong_length_is_read(tmp_path, record):
    """As octoDNS publishes it; what is wrong with it is for the checks to say."""
    source = OctodnsFolder(written(tmp_path, f"_25._tcp.mx: {record}\n"))

    assert ask(source, "_25._tcp.mx.example.com", "TLSA").records == (TLSA(3, 1, 1, b"\xab\xcd"),)


@pytest.mark.parametrize(
    "record, wanted",
    [
        ("{type: A, value: 192.0.2}", "the record's data does not fit its type"),
        ("{type: MX, value: {preference: 70000, exchange: a.}}", "70000 is more than 65535"),
        ("{type: MX, value: {preference: 10, exchange: a..b.}}", "an empty label"),
        ("{type: TLSA, value: 3 1 1 abc}", "hexadecimal digits"),
    ],
)
def test_what_cannot_be_read_is_said_in_our_words(tmp_path, record, wanted):
    """File, line, name, and a sentence that is not the reader's."""
    with pytest.raises(InputError, match=wanted) as caught:
        OctodnsFolder(written(tmp_path, f"a: {record}\n"))

    assert 'example.com.yaml, line 1, name "a"' in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "a: b: c\n",
        "a: [1\n",
        "a: 'x\n",
        "a: !x 1\n",
        "a: &b 1\nc: *d\n",
        "\ta: 1\n",
        "%YAML 9\n",
        "- a\nb: 1\n",
    ],
)
def test_what_is_no_yaml_is_said_in_the_readers_language(tmp_path, text):
    """File, line and column, and no word of the reader we use."""
    path = written(tmp_path, text)
    use("ru")
    try:
        with pytest.raises(InputError) as caught:
            OctodnsFolder(path)
        said = str(caught.value).removeprefix(str(path))
    finally:
        speak(None)

    assert said.startswith(", строка ")
    assert not re.search(r"[a-z]{2,}", said.replace("octoDNS", "").replace("<document start>", ""))


def test_each_record_and_value_has_its_own_line(tmp_path):
    """
    An annotation is shown in a merge request only where its line was changed.
    """
    text = """---
'':
  - type: MX
    value: {exchange: mx.example.com., preference: 1}
  - type: TXT
    values:
      - google-site-verification=abc
      - v=spf1 mx +all
_dmarc:
  type: TXT
  value: v=DMARC1\\; p=none
"""
    (zone,) = ZoneFile(written(tmp_path, text)).zones.values()

    assert [3] == [p.line for p in zone.sets["example.com"]["MX"].places]
    assert [7, 8] == [p.line for p in zone.sets["example.com"]["TXT"].places]
    assert [9] == [p.line for p in zone.sets["_dmarc.example.com"]["TXT"].places]
