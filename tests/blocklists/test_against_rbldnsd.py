"""Lists as their operators serve them: rbldnsd on loopback, asked by the command as users run it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from hashlib import sha1
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.command import mailsetup
from tests.servers.process import NameServer
from tests.servers.rbldnsd import rbldnsd

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[2]
KEY = "abcdefghijklmnopqrstuvwxyz"

ZONES = {
    "zen.spamhaus.org": {
        "ip4set": ":127.0.0.2:SBL $\n127.0.0.2\n203.0.113.2\n:127.0.0.4:XBL https://check.test/$\n203.0.113.4\n"
        ":127.0.0.10:PBL\n203.0.113.10\n:127.255.255.254:open resolver\n203.0.113.54\n:127.0.0.77:?\n203.0.113.77\n",
        "ip6trie": ":127.0.0.3:CSS $\n::ffff:7f00:2\n2001:db8:bad::/48\n",
    },
    "dbl.spamhaus.org": {"dnset": ":127.0.1.2:bad $\ntest\ndbltest.com\n.bad.example\n:127.0.1.255:no IPs\n203.0.113.2\n"},
    "multi.surbl.org": {
        "dnset": ":127.0.0.254:test\ntest.surbl.org\n:127.0.0.72:\nbad.example\n:127.0.0.1:\nrefused.example\n"
    },
    "bl.spamcop.net": {"ip4set": ":127.0.0.2:world $\n0/1\n128/1\n"},
    "psbl.surriel.com": {"ip4set": ":127.0.0.2:PSBL $\n192.0.2.1\n"},
    "truncate.gbudb.net": {"ip4set": ":203.0.113.80:parked\n0/1\n128/1\n"},
    "dnsbl-1.uceprotect.net": {"ip4set": ':127.0.0.2:=cmd|"x" \x1b[31m $\n127.0.0.2\n203.0.113.2\n'},
    "dnsbl-2.uceprotect.net": {"ip4set": ":127.0.0.2:L2\n127.0.0.2\n203.0.113.0/24\n"},
    "list.dnswl.org": {"ip4set": ":127.0.10.0:test\n127.0.0.2\n:127.0.3.2:good\n203.0.113.25\n"},
    "ebl.msbl.org": {
        "dnset": f":127.0.0.2:drop box $\n{sha1(b'ann@bad.example').hexdigest()}\n{sha1(b'annlee@gmail.com').hexdigest()}\n"
    },
    f"{KEY}.zen.dq.spamhaus.net": {
        "ip4set": f":127.0.0.2:https://check.test/?k={KEY}&ip=$\n127.0.0.2\n203.0.113.2\n203.0.113.4\n",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NameServer]:
    with rbldnsd(ZONES, tmp_path_factory.mktemp("lists")) as running:
        yield running


def run(server: NameServer, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    asked = () if "--offline" in arguments else ("--resolver", server.resolver)
    done = mailsetup(*arguments, *asked, folder=ROOT, **environment)
    return subprocess.CompletedProcess(arguments, *done)


def asked(server: NameServer, *arguments: str, **environment: str) -> tuple[dict[tuple[str, str], Any], int]:
    """(list, subject) -> listing document, and the exit code."""
    done = run(server, "blocklists", *arguments, "--format", "json", **environment)
    assert done.stdout, done.stderr
    document = json.loads(done.stdout)
    schema = json.loads((ROOT / "mailsetup/schemas/blocklists.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    found = {(o["list"], o["subject"]): o for t in document["targets"] for o in t["listings"]}
    return found, done.returncode


@pytest.mark.parametrize(
    ("name", "target", "status", "why"),
    [
        ("spamhaus-zen", "203.0.113.2", "listed", ""),
        ("spamhaus-zen", "203.0.113.4", "listed", ""),
        ("spamhaus-zen", "203.0.113.10", "listed", ""),
        ("spamhaus-zen", "203.0.113.5", "clean", ""),
        ("spamhaus-zen", "203.0.113.54", "unknown", "resolver"),
        ("spamhaus-zen", "203.0.113.77", "unexpected", ""),
        ("spamhaus-zen", "2001:db8:bad::25", "listed", ""),
        ("spamhaus-zen", "2001:db8:900d::25", "clean", ""),
        ("spamhaus-dbl", "bad.example", "listed", ""),
        ("spamhaus-dbl", "mail.bad.example", "listed", ""),
        ("spamhaus-dbl", "good.example", "clean", ""),
        ("surbl-multi", "bad.example", "listed", ""),
        ("surbl-multi", "refused.example", "unknown", "resolver"),
        ("surbl-multi", "203.0.113.2", "unknown", "dead"),
        ("spamcop", "203.0.113.2", "unknown", "world"),
        ("spamcop", "198.51.100.1", "unknown", "world"),
        ("psbl", "203.0.113.2", "unknown", "dead"),
        ("truncate", "203.0.113.2", "unknown", "foreign"),
        ("dnswl", "203.0.113.25", "allowed", ""),
        ("dnswl", "203.0.113.2", "clean", ""),
        ("s5h", "203.0.113.2", "unknown", "resolver"),
    ],
)
def test_every_case_is_told_right(server: NameServer, name: str, target: str, status: str, why: str) -> None:
    """
    Listed, clean, allowed, unexpected, and each way of not knowing.
    """
    found, _ = asked(server, target, "--list", name)

    assert (status, why) == (found[name, target]["status"], found[name, target]["why"])


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("ann@bad.example", "listed"),
        ("Ann+shop@BAD.example", "listed"),
        ("bob@bad.example", "clean"),
        ("a.nn.lee+x@googlemail.com", "listed"),
        ("ann.lee@good.example", "clean"),
    ],
)
def test_a_mail_address_is_asked_for_by_its_hash_and_its_domain_by_name(
    server: NameServer, address: str, status: str
) -> None:
    """
    As the operator documents it: lower case, no tag, no points where they do not count. The address is on no wire.
    """
    found, _ = asked(server, address, "--list", "msbl-ebl", "--list", "spamhaus-dbl")
    (listing,) = (one for (name, _), one in found.items() if name == "msbl-ebl")
    (domain,) = (one for (name, _), one in found.items() if name == "spamhaus-dbl")

    assert (status, "unproven") == (listing["status"], listing["proof"])
    assert "@" not in listing["question"]["name"]
    assert address.rpartition("@")[2].lower() == domain["subject"]


def test_lists_of_mail_addresses_are_asked_when_there_is_one(server: NameServer) -> None:
    """
    Nobody names the list; for an IP address or a domain it says nothing.
    """
    found, _ = asked(server, "ann@bad.example", "198.51.100.1")

    assert ["ann@bad.example"] == [subject for name, subject in found if name == "msbl-ebl"]


@pytest.mark.parametrize(
    "text", ["ann@", "@bad.example", "a b@bad.example", "x" * 65 + "@bad.example", "a@b@c..d"]
)
def test_what_is_no_mail_address_is_refused_in_a_sentence(server: NameServer, text: str) -> None:
    """
    Exit code 2, never a traceback.
    """
    done = run(server, "blocklists", text, "--list", "msbl-ebl")

    assert (2, False) == (done.returncode, "Traceback" in done.stderr)


def test_a_list_whose_questions_are_not_documented_is_not_asked_and_says_why(server: NameServer) -> None:
    """
    The reason is data in its file.
    """
    done = run(
        server,
        "blocklists",
        "bad.example",
        "--list",
        "rspamd-uribl",
        "--list",
        "spamhaus-dbl",
        "--format",
        "json",
    )
    (left,) = json.loads(done.stdout)["not_asked"]

    assert "rspamd-uribl" == left["list"]
    assert left["reason"].startswith("it was not asked, because its operator documents neither")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["203.0.113.4", "--list", "spamhaus-zen"], 1),
        (["203.0.113.5", "--list", "spamhaus-zen"], 0),
        (["203.0.113.54", "--list", "spamhaus-zen"], 3),
        (["203.0.113.54", "--list", "spamhaus-zen", "--fail-on", "never"], 0),
        (["203.0.113.10", "--list", "spamhaus-zen"], 0),
        (["203.0.113.10", "--list", "spamhaus-zen", "--fail-on", "info"], 1),
        (["203.0.113.2", "--list", "uceprotect-1"], 0),
        (["203.0.113.2", "--list", "uceprotect-1", "--fail-on", "warning"], 1),
        (["203.0.113.2", "--list", "uceprotect-2", "--fail-on", "warning"], 0),
        (["203.0.113.5", "--list", "spamcop"], 3),
        (["203.0.113.5", "--list", "psbl"], 3),
        (["203.0.113.25", "--list", "dnswl", "--fail-on", "info"], 0),
        (["203.0.113.5", "192.0.2.0/24", "--list", "spamhaus-zen"], 2),
        (["203.0.113.5", "--list", "spamhaus-zenn"], 2),
        (["203.0.113.5", "--list", "dnsbl.sorbs.net"], 2),
        (["203.0.113.5", "--list", "spamhaus-zen", "--format", "docx"], 2),
        ([], 2),
    ],
)
def test_the_exit_code_says_what_was_found(server: NameServer, arguments: list[str], code: int) -> None:
    """
    1 for what weighs enough, 3 for what is not known and would, 2 for what cannot be asked.
    """
    done = run(server, "blocklists", *arguments)

    assert code == done.returncode, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_refusal_code_is_never_shown_as_a_listing(server: NameServer) -> None:
    """
    127.255.255.254 is about the resolver: every form says unknown.
    """
    for form in ("terminal", "markdown", "csv"):
        done = run(server, "blocklists", "203.0.113.54", "--list", "spamhaus-zen", "--format", form)

        assert "listed," not in done.stdout and "| listed |" not in done.stdout
        assert "lists 203.0.113.54" not in done.stdout
        assert "resolver" in done.stdout


def test_an_ended_list_is_told_and_never_asked(server: NameServer) -> None:
    """
    An old configuration learns that its list ended.
    """
    done = run(server, "blocklists", "203.0.113.5", "--list", "dnsbl.sorbs.net", "--list", "spamhaus-zen")

    assert 0 == done.returncode
    assert "dnsbl-sorbs-net: it ended (2024-06-05)" in done.stdout


def test_noise_can_be_skipped(server: NameServer) -> None:
    """
    A list left out is not there; lists of whole networks are not asked unless named.
    """
    found, _ = asked(server, "203.0.113.2", "--skip", "uceprotect-1", "--skip", "ips.backscatterer.org")
    names = {name for name, _ in found}

    assert {"uceprotect-1", "uceprotect-2", "uceprotect-3", "backscatterer"}.isdisjoint(names)
    assert "spamhaus-zen" in names


def test_hostile_reasons_stay_text(server: NameServer) -> None:
    """
    A list's own words run neither in a terminal nor in a spreadsheet.
    """
    plain = run(server, "blocklists", "203.0.113.2", "--list", "uceprotect-1").stdout
    cells = run(server, "blocklists", "203.0.113.2", "--list", "uceprotect-1", "--format", "csv").stdout

    assert "\x1b" not in plain + cells
    assert "\\x1b[31m" in plain
    assert ",=cmd" not in cells and '"=cmd' not in cells


def test_every_form_tells_what_is_listed_and_what_is_not_known(server: NameServer) -> None:
    """
    Pages, tickets, and what CI systems read: a check for each list, escaped throughout.
    """
    lists = ["--list", "uceprotect-1", "--list", "psbl", "--list", "dnswl"]
    for form in ("terminal", "json", "jsonl", "markdown", "html", "csv", "junit", "sarif", "github"):
        done = run(server, "blocklists", "203.0.113.2", *lists, "--format", form)

        assert done.returncode in (0, 1, 3), (form, done.stderr)
        assert "uceprotect-1" in done.stdout, form
        assert "\x1b" not in done.stdout, form
        if form == "sarif":
            (found,) = json.loads(done.stdout)["runs"]
            assert ["blocklist/uceprotect-1"] == [one["ruleId"] for one in found["results"]]
        if form in ("html", "terminal", "markdown", "json"):
            assert "does not list its own test entry" in " ".join(done.stdout.split()), form


def test_the_other_name_of_the_command_works(server: NameServer) -> None:
    """
    ``blacklist`` is what many people type.
    """
    assert 1 == run(server, "blacklist", "203.0.113.4", "--list", "zen.spamhaus.org").returncode


def test_one_line_a_target(server: NameServer) -> None:
    """
    jsonl is one object a line.
    """
    done = run(
        server, "blocklists", "203.0.113.4", "203.0.113.5", "--list", "spamhaus-zen", "--format", "jsonl"
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]

    assert ["203.0.113.4", "203.0.113.5"] == [line["target"] for line in lines]


def test_a_key_opens_a_list_and_is_seen_nowhere(server: NameServer, tmp_path: Path) -> None:
    """
    With a key the keyed zone is asked; neither result, errors, nor a recording hold the key.
    """
    home = {"MAILSETUP_SPAMHAUS_KEY": KEY.upper()}
    found, code = asked(server, "203.0.113.2", "--list", "spamhaus-zen", **home)
    listing = found["spamhaus-zen", "203.0.113.2"]

    assert ("listed", "proven", 1) == (listing["status"], listing["proof"], code)
    assert "2.113.0.203.hidden-key.zen.dq.spamhaus.net" == listing["question"]["name"]
    assert "hidden-key" in listing["text"]
    for form in ("terminal", "json", "jsonl", "markdown", "csv", "html", "sarif", "junit", "github"):
        own = tmp_path / f"{form}.json"
        done = run(server, "blocklists", "203.0.113.2", "--format", form, "-v", "--record", str(own), **home)
        assert KEY not in (done.stdout + done.stderr + own.read_text(encoding="utf-8")).lower()
        assert "hidden-key.zen.dq.spamhaus.net" in own.read_text(encoding="utf-8")
    zone = tmp_path / "example.com.zone"
    zone.write_text(
        "$ORIGIN example.com.\n@ 300 IN SOA ns h 1 2 3 4 5\n@ 300 IN NS ns\nns 300 IN A 203.0.113.3\n"
        "@ 300 IN MX 10 mx\nmx 300 IN A 203.0.113.2\n",
        encoding="utf-8",
    )
    record = tmp_path / "recorded.json"
    done = run(
        server, "audit", "example.com", "--zone", str(zone), "--blocklists", "--record", str(record), "--format",
        "json", **home,
    )  # fmt: skip
    verdicts = {v["check"]: v for v in json.loads(done.stdout)["reports"][0]["verdicts"]}

    assert "fail" == verdicts["blocklists/listed-major"]["status"]
    assert KEY not in (done.stdout + done.stderr + record.read_text(encoding="utf-8")).lower()
    assert "hidden-key.zen.dq.spamhaus.net" in record.read_text(encoding="utf-8")


def test_a_key_file_must_be_private(server: NameServer, tmp_path: Path) -> None:
    """
    A file that others can read is refused in one sentence that does not quote it.
    """
    path = tmp_path / "keys.toml"
    path.write_text(f'spamhaus = "{KEY}"\n', encoding="utf-8")
    arguments = ["blocklists", "203.0.113.2", "--list", "spamhaus-zen", "--keys", str(path)]
    path.chmod(0o644)
    refused = run(server, *arguments)
    path.chmod(0o600)
    taken = run(server, *arguments)

    if os.name == "posix":
        assert 2 == refused.returncode
        assert "chmod 600" in refused.stderr
        assert KEY not in refused.stderr
    assert 1 == taken.returncode
    assert KEY not in taken.stdout + taken.stderr


def test_an_audit_takes_the_key_file_too(server: NameServer, tmp_path: Path) -> None:
    """
    ``audit --blocklists --keys``: the keyed zone is asked, a file that others can read is refused, nobody sees the key.
    """
    zone = tmp_path / "example.com.zone"
    zone.write_text(
        "$ORIGIN example.com.\n@ 300 IN SOA ns h 1 2 3 4 5\n@ 300 IN NS ns\nns 300 IN A 203.0.113.3\n"
        "@ 300 IN MX 10 mx\nmx 300 IN A 203.0.113.2\n",
        encoding="utf-8",
    )
    path = tmp_path / "keys.toml"
    path.write_text(f'spamhaus = "{KEY}"\n', encoding="utf-8")
    path.chmod(0o600)
    record = tmp_path / "recorded.json"
    arguments = ["audit", "example.com", "--zone", str(zone), "--keys", str(path), "--format", "json"]
    done = run(server, *arguments, "--blocklists", "--record", str(record))
    alone = run(server, *arguments)
    path.chmod(0o644)
    refused = run(server, *arguments, "--blocklists")
    shown = done.stdout + done.stderr + refused.stderr + record.read_text(encoding="utf-8")

    assert "hidden-key.zen.dq.spamhaus.net" in record.read_text(encoding="utf-8")
    assert (2, True) == (alone.returncode, "with --blocklists only" in alone.stderr)
    if os.name == "posix":
        assert (2, True) == (refused.returncode, "chmod 600" in refused.stderr)
    assert KEY not in shown.lower()


def test_without_its_option_an_audit_asks_no_list(server: NameServer, tmp_path: Path) -> None:
    """
    Lists are asked only by those who want it.
    """
    record = tmp_path / "recorded.json"
    run(server, "audit", "example.com", "--record", str(record), "--format", "json")

    assert "spamhaus" not in record.read_text(encoding="utf-8")
