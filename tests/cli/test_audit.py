"""``mailsetup audit`` as promised: exit codes, JSON that its schema accepts, lists, replay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from .command import BAD_ZONE, GOOD_ZONE, mailsetup, refused, zone

GOOD_ZONE_WITHOUT_POLICY = "\n".join(line for line in GOOD_ZONE.splitlines() if "_dmarc" not in line) + "\n"


def schema(kind: str) -> Any:
    return json.loads(mailsetup("schema", kind).out)


def test_a_well_kept_domain_exits_with_zero(tmp_path: Path) -> None:
    """
    A domain on healthy records is clean, whatever lies outside the files.
    """
    result = mailsetup(
        "audit",
        "example.com",
        "--offline",
        "--zone",
        zone(tmp_path),
        "--selector",
        "s1",
        "--fail-on",
        "warning",
    )

    assert 0 == result.code, result.out


def test_findings_exit_with_one_unless_told_otherwise(tmp_path: Path) -> None:
    """
    ``--fail-on`` sets what fails a run.
    """
    path = zone(tmp_path, BAD_ZONE)
    codes = [
        mailsetup("audit", "example.com", "--offline", "--zone", path, "--fail-on", level).code
        for level in ("error", "warning", "info", "never")
    ]

    assert [1, 1, 1, 0] == codes


def test_strict_makes_what_was_not_judged_count(tmp_path: Path) -> None:
    """
    Names outside the files are no reason for exit 3, unless --strict makes them so.
    """
    text = BAD_ZONE.replace("ip4:93.184.216.34 ip4:93.184.217.34 +all", "include:elsewhere.example -all")
    arguments = ("audit", "example.com", "--offline", "--zone", zone(tmp_path, text), "--selector", "s1")

    relaxed, strict = mailsetup(*arguments), mailsetup(*arguments, "--strict")

    assert (0, 3) == (relaxed.code, strict.code)
    assert "elsewhere.example" in relaxed.out


def test_json_keeps_its_schema(tmp_path: Path) -> None:
    """
    What is written is what `mailsetup schema` promises, in both machine forms.
    """
    path = zone(tmp_path, BAD_ZONE)
    whole = json.loads(mailsetup("audit", "example.com", "--offline", "--zone", path, "--format", "json").out)
    lines = mailsetup(
        "audit", "example.com", "--offline", "--zone", path, "--format", "jsonl"
    ).out.splitlines()

    jsonschema.validate(whole, schema("audit"))
    jsonschema.validate(json.loads(lines[0]), schema("report"))
    assert "mailsetup/audit/1" == whole["schema"]
    failing = [v for v in whole["reports"][0]["verdicts"] if v["status"] == "fail"]
    assert "spf/plus-all" in {v["check"] for v in failing}
    assert all(f["evidence"] for v in failing for f in v["findings"])


def test_a_recorded_run_replays_byte_for_byte(tmp_path: Path) -> None:
    """
    The same recording gives the same bytes, ten times.
    """
    path, place = zone(tmp_path, BAD_ZONE), tmp_path / "recorded.json"
    first = mailsetup(
        "audit", "example.com", "--offline", "--zone", path, "--record", place, "--format", "json"
    )

    again = {
        mailsetup("audit", "example.com", "--offline", "--from", place, "--format", "json").out
        for _ in range(3)
    }

    assert 1 == len(again)
    assert (
        json.loads(first.out)["reports"][0]["verdicts"] == json.loads(again.pop())["reports"][0]["verdicts"]
    )


def test_a_list_in_another_encoding_is_refused_with_the_line(tmp_path: Path) -> None:
    """
    Whoever mends it looks for a line; nobody counts octets.
    """
    (tmp_path / "list.txt").write_bytes(b"example.com\r\n# caf\xc3\xa9\r\n# caf\xe9\r\n")

    told = refused(
        mailsetup("audit", "--domains", tmp_path / "list.txt", "--offline", "--zone", zone(tmp_path))
    )

    assert "line 3" in told
    assert "UTF-8" in told


def test_lists_are_read_as_people_keep_them(tmp_path: Path) -> None:
    """
    BOM, CRLF, comments, blanks and duplicates are no trouble; a bad line is named and stops nobody.
    """
    place = tmp_path / "list.txt"
    place.write_bytes(
        b"\xef\xbb\xbfexample.com\r\n# a comment\r\n\r\nEXAMPLE.COM.\r\nnot a domain\r\nexample.com # again\r\n"
    )

    result = mailsetup(
        "audit",
        "--domains",
        place,
        "--offline",
        "--zone",
        zone(tmp_path),
        "--selector",
        "s1",
        "--format",
        "jsonl",
    )

    assert ["example.com"] == [json.loads(line)["domain"] for line in result.out.splitlines()]
    assert "line 5" in result.err
    assert 2 == result.code


def test_a_resumed_batch_judges_only_the_rest(tmp_path: Path) -> None:
    """
    Whole lines count as done, a line that was cut is judged again.
    """
    path, place = zone(tmp_path), tmp_path / "out.jsonl"
    names = ["example.com", "a.example.com", "b.example.com"]
    mailsetup("audit", *names, "--offline", "--zone", path, "-o", place)
    whole = place.read_text(encoding="utf-8")
    place.write_text(whole[: len(whole) - 50], encoding="utf-8")

    result = mailsetup("audit", *names, "--offline", "--zone", path, "--resume", place)

    assert [*names] == [json.loads(line)["domain"] for line in place.read_text(encoding="utf-8").splitlines()]
    assert "2 domains are done already, 1 to go" in result.err


def test_going_on_with_a_batch_that_is_done_keeps_its_exit_code(tmp_path: Path) -> None:
    """
    What was found before still counts; nothing turns green by being done.
    """
    path, place = zone(tmp_path, BAD_ZONE), tmp_path / "out.jsonl"
    first = mailsetup("audit", "example.com", "--offline", "--zone", path, "-o", place)
    again = mailsetup("audit", "example.com", "--offline", "--zone", path, "--resume", place)

    assert (1, 1) == (first.code, again.code)
    assert "1 domain is done already, 0 to go" in again.err


def test_a_batch_goes_on_in_json_lines_alone(tmp_path: Path) -> None:
    """
    Another format beside ``--resume`` is refused, not ignored.
    """
    place = tmp_path / "out.jsonl"
    result = mailsetup("audit", "example.com", "--offline", "--resume", place, "--format", "json")

    assert "--format json" in refused(result)


def test_names_are_accepted_in_every_spelling(tmp_path: Path) -> None:
    """
    U-labels, A-labels, upper case, trailing dots and white space mean the same domain.
    """
    text = BAD_ZONE.replace("example.com", "xn--mnchen-3ya.de")
    path = zone(tmp_path, text, "xn--mnchen-3ya.de.zone")
    spellings = ("münchen.de", "MÜNCHEN.DE.", " xn--mnchen-3ya.de ", "XN--MNCHEN-3YA.de")
    results = [mailsetup("audit", s, "--offline", "--zone", path, "--format", "json") for s in spellings]

    domains = {json.loads(r.out)["reports"][0]["domain"] for r in results}

    assert {"xn--mnchen-3ya.de"} == domains


def test_csv_defuses_what_a_spreadsheet_would_run(tmp_path: Path) -> None:
    """
    No cell starts with a formula.
    """
    text = BAD_ZONE.replace('"v=spf1', '"v=spf1 =cmd|evil')
    out = mailsetup(
        "audit", "example.com", "--offline", "--zone", zone(tmp_path, text), "--format", "csv"
    ).out
    cells = [cell.strip('"') for line in out.splitlines() for cell in line.split(",")]

    assert [] == [c for c in cells if c.startswith(("=", "@", "+"))]


def test_what_comes_from_dns_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """
    Escape sequences in records are shown, not obeyed.
    """
    text = BAD_ZONE.replace('"v=DMARC1;', '"v=DMARC1; x=\\027[31m\\007;')
    for form in ("terminal", "markdown", "csv", "json"):
        out = mailsetup(
            "audit", "example.com", "--offline", "--zone", zone(tmp_path, text), "--format", form
        ).out

        assert "\x1b" not in out
        assert "\x07" not in out


def test_a_domain_that_no_file_holds_is_not_clean(tmp_path: Path) -> None:
    """
    Offline a typing mistake must not pass: nothing of the domain is in the files, and that is said.
    """
    result = mailsetup("audit", "exmaple.com", "--offline", "--zone", zone(tmp_path))

    assert 2 == result.code
    assert "no file given holds exmaple.com" in result.err


def test_why_a_missing_policy_stays_open_offline_is_said_with_the_way_out(tmp_path: Path) -> None:
    """
    A record at the top-level domain would apply; a recording holds what is there, and then the verdict falls.
    """
    file = zone(tmp_path, GOOD_ZONE_WITHOUT_POLICY)
    result = mailsetup("audit", "example.com", "--offline", "--zone", file, folder=tmp_path)
    told = " ".join(result.out.split())

    assert "a record at _dmarc.com would apply to it" in told
    assert "`mailsetup snapshot example.com -o example.com.json`" in told


def test_dkim_check_names_the_keys_it_judged(tmp_path: Path) -> None:
    """
    "36 checks passed" does not say of what; a whole audit has other things to tell.
    """
    world = ("example.com", "--selector", "s1", "--offline", "--zone", zone(tmp_path))
    told = mailsetup("dkim", "check", *world).out

    assert "Keys that were judged: s1 (RSA, 2048 bits)." in told
    assert "Keys that were judged" not in mailsetup("audit", *world).out
    assert "Keys that were judged" not in mailsetup("spf", "tree", *world[:1], *world[3:]).out


def test_keys_that_stand_in_a_zone_file_are_judged_without_naming_them(tmp_path: Path) -> None:
    """
    DNS cannot list selectors; the file holds them all. A recording of the run says the same.
    """
    text = GOOD_ZONE + 'odd._domainkey IN TXT "v=DKIM1; k=rsa; p=MIIB"\n'
    world = ("example.com", "--offline", "--zone", zone(tmp_path, text))
    direct = mailsetup("audit", *world, "--format", "json", "--record", str(tmp_path / "taken.json"))
    replayed = mailsetup(
        "audit", "example.com", "--offline", "--from", str(tmp_path / "taken.json"), "--format", "json"
    )

    assert 1 == direct.code
    assert "the key of the selector odd" in direct.out
    assert (
        json.loads(direct.out)["reports"][0]["verdicts"] == json.loads(replayed.out)["reports"][0]["verdicts"]
    )
    assert 1 == mailsetup("dkim", "check", *world).code


def test_an_octodns_folder_lists_its_selectors_too(tmp_path: Path) -> None:
    """
    As a zone file does; a wildcard is no selector.
    """
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "example.com.yaml").write_text(
        "odd._domainkey: {type: TXT, value: 'v=DKIM1\\; k=rsa\\; p=MIIB'}\n"
        "'*._domainkey': {type: TXT, value: 'v=DKIM1\\; p='}\n",
        encoding="utf-8",
    )
    told = mailsetup("dkim", "check", "example.com", "--offline", "--zone", str(folder)).out

    assert "the key of the selector odd" in told
    assert "the selector *" not in told


def test_nothing_says_that_a_selector_which_merely_stands_in_the_zone_is_in_use(tmp_path: Path) -> None:
    """
    A withdrawn key is as it should be there, and an alias that leads nowhere breaks no letter that is known of.
    """
    text = GOOD_ZONE + 'old._domainkey IN TXT "v=DKIM1; p="\nolder._domainkey IN CNAME gone\n'
    world = ("example.com", "--offline", "--zone", zone(tmp_path, text), "--format", "json")
    [report] = json.loads(mailsetup("audit", *world).out)["reports"]
    found = {v["check"]: [f["severity"] for f in v["findings"]] for v in report["verdicts"]}

    assert [] == found["dkim/revoked-key"]
    assert ["warning"] == found["dkim/alias-dangling"]


@pytest.mark.parametrize("named", [(), ("--selector", "s1")], ids=["listed", "named"])
def test_a_key_that_is_not_known_is_not_called_unpublished(named: tuple[str, ...], tmp_path: Path) -> None:
    """
    Unknown is not absent: the alias is there, and where it leads is in no file.
    """
    text = GOOD_ZONE.partition("s1._domainkey")[0] + "s1._domainkey IN CNAME s1.elsewhere.example.\n"
    world = ("example.com", "--offline", "--zone", zone(tmp_path, text), *named)
    told = mailsetup("dkim", "check", *world).out

    assert "No DKIM key was judged: whether there is one could not be found out (s1)." in told
    assert "none of the known ones" not in told


def test_who_named_a_selector_is_not_told_to_name_one(tmp_path: Path) -> None:
    """
    The absent key is the finding.
    """
    text = GOOD_ZONE.partition("s1._domainkey")[0] + '_domainkey IN TXT "o=~"\n'
    told = mailsetup(
        "dkim", "check", "example.com", "--offline", "--zone", zone(tmp_path, text), "--selector", "s9"
    ).out

    assert "there is no DKIM key at s9._domainkey.example.com" in told
    assert "--selector" not in told


def test_a_domain_that_sends_nothing_is_not_asked_for_its_selectors(tmp_path: Path) -> None:
    """
    There is nothing to sign; whoever asks about keys is told all the same.
    """
    text = (
        "$ORIGIN example.com.\n$TTL 3600\n@ SOA ns1 h 1 2 3 4 5\n@ NS ns1\nns1 A 9.9.9.9\n@ MX 0 .\n"
        '@ TXT "v=spf1 -all"\n_dmarc TXT "v=DMARC1; p=reject"\n_domainkey TXT "o=-"\n'
    )
    world = ("example.com", "--offline", "--zone", zone(tmp_path, text))

    assert "--selector" not in mailsetup("audit", *world).out
    assert "--selector" in mailsetup("dkim", "check", *world).out


def test_counts_of_rules_are_sentences(tmp_path: Path) -> None:
    """
    Not "8 does not apply", nor "1 dns alone cannot tell".
    """
    parked = GOOD_ZONE.replace("@ IN MX 10 mail\n@ IN MX 20 mail2", "@ IN MX 0 .").replace(
        "ip4:93.184.216.34 ip4:93.184.217.34 ", ""
    )
    told = []
    for text in (GOOD_ZONE, parked):
        world = ("example.com", "--offline", "--zone", zone(tmp_path, text), "--receivers")
        told += mailsetup("audit", *world).out.split()
    said = " ".join(told)

    assert "that DNS alone cannot tell" in said
    assert "8 do not apply" in said
    assert "8 does not apply" not in said and "dns alone" not in said
