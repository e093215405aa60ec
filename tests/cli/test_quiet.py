"""`--quiet` leaves the essential lines: the headline, and why the run does not end with 0."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import BAD_ZONE, GOOD_ZONE, mailsetup, zone
from tests.edge.lying_server import LyingServer, honest

LETTER = "From: a@example.com\nTo: b@example.org\nSubject: x\n\nhi\n"


def audit(folder: Path, text: str, *more: str) -> tuple[int, list[str]]:
    """The exit code and the lines of a quiet audit."""
    done = mailsetup("audit", "example.com", "--zone", zone(folder, text), "--offline", "-q", *more)
    return done.code, done.out.splitlines()


def test_a_quiet_audit_that_is_clean_says_its_headline_alone(tmp_path: Path) -> None:
    code, lines = audit(tmp_path, GOOD_ZONE)

    assert (0, 1) == (code, len(lines))
    assert lines[0].startswith("example.com   grade ")


def test_a_quiet_audit_that_fails_says_what_fails_it(tmp_path: Path) -> None:
    """The errors, and no warning or note; with --fail-on never, nothing fails."""
    code, lines = audit(tmp_path, BAD_ZONE)

    assert 1 == code
    assert any(line.startswith("  error spf/plus-all: ") for line in lines)
    assert not any(line.startswith(("  warning", "  note", "  info")) for line in lines)
    assert (0, 1) == (
        audit(tmp_path, BAD_ZONE, "--fail-on", "never")[0],
        len(audit(tmp_path, BAD_ZONE, "--fail-on", "never")[1]),
    )


def test_the_severity_that_fails_the_run_chooses_what_is_said(tmp_path: Path) -> None:
    weak = GOOD_ZONE.partition("s1._domainkey")[0]

    assert 1 == len(audit(tmp_path, weak)[1])
    assert any(
        "warning dkim/none-published" in line for line in audit(tmp_path, weak, "--fail-on", "warning")[1]
    )


def test_a_quiet_letter_that_fails_says_what_fails_it(tmp_path: Path) -> None:
    (tmp_path / "m.eml").write_text(LETTER, encoding="utf-8")
    done = mailsetup("message", tmp_path / "m.eml", "--zone", zone(tmp_path), "--offline", "--quiet")

    assert 1 == done.code
    assert "  error message/date-wrong: " in done.out
    assert "message/unsigned" not in done.out


def test_a_quiet_run_that_is_open_says_which_checks_are(tmp_path: Path) -> None:
    """Exit code 3 comes with the questions nobody answered."""
    done = mailsetup(
        "audit", "example.com", "--resolver", "127.0.0.1:9", "--timeout", "0.2", "--retries", "0", "-q"
    )

    assert 3 == done.code
    assert done.out or done.err


def test_a_quiet_run_says_nothing_of_its_pace_or_progress(tmp_path: Path) -> None:
    """
    Which limit was hit, and what was done already, are told without --quiet alone.
    """
    whole, quiet = (tmp_path / "whole.jsonl", tmp_path / "quiet.jsonl")
    names = ("a.example.test", "b.example.test")
    with LyingServer(honest({("a.example.test", "TXT"): ['"v=spf1 -all"']})) as server:
        live = ("audit", *names, "--no-web", "--resolver", server.address, "--rate", "60")
        loud = mailsetup(*live, "-o", whole)
        silent = mailsetup(*live, "-o", quiet, "-q")
        going_on = mailsetup(*live, "--resume", quiet)
        silently = mailsetup(*live, "--resume", quiet, "-q")

    assert "speed was limited by: the questions a second that --rate allows" in loud.err
    assert "2 domains are done already" in going_on.err
    assert ("", "") == (silent.err, silently.err)


ZONED = ("--zone", "example.com.zone", "--offline")
GOOGLE = ("example.com", "--provider", "google-workspace", *ZONED)
QUIET = {
    ("detect", "example.com", *ZONED): [
        "example.com",
        "  Mail hosts that no profile knows: mail.example.com, mail2.example.com",
    ],
    ("spf", "check", "example.com", "--ip", "192.0.2.1", *ZONED): [
        "fail: the domain says this host may not send for it"
    ],
    ("spf", "tree", "example.com", *ZONED): ["example.com", "0 of 10 look-ups, 0 of 2 void"],
    ("spf", "flatten", "example.com", *ZONED): [
        "example.com. TXT",
        "  v=spf1 ip4:93.184.216.34 ip4:93.184.217.34 -all",
    ],
}


@pytest.mark.parametrize("command", QUIET)
def test_a_quiet_answer_is_the_answer_alone(command: tuple[str, ...], tmp_path: Path) -> None:
    """
    Without the evidence, the path and the proof, which the whole answer shows.
    """
    zone(tmp_path)
    done = mailsetup(*command, "-q", folder=tmp_path)
    whole = mailsetup(*command, folder=tmp_path)

    assert QUIET[command] == done.out.splitlines()
    assert whole.code == done.code
    assert len(whole.out.splitlines()) >= len(QUIET[command])


def test_a_quiet_plan_is_its_changes(tmp_path: Path) -> None:
    """
    Phases and records to paste; reasons, waiting times, proof and prediction are left out.
    """
    zone(tmp_path)
    done = mailsetup("plan", *GOOGLE, "-q", folder=tmp_path)
    whole = mailsetup("plan", *GOOGLE, folder=tmp_path)

    records = [line for line in whole.out.splitlines() if line.startswith(("      + ", "      - "))]
    assert records == [line for line in done.out.splitlines() if line.startswith(("      + ", "      - "))]
    assert "SPF proof" in whole.out
    assert "SPF proof" not in done.out
    assert "Notes" not in done.out
    assert "      waits for verification" in done.out.splitlines()
    assert len(done.out.splitlines()) * 2 < len(whole.out.splitlines())


def test_a_quiet_verification_names_what_is_not_right(tmp_path: Path) -> None:
    zone(tmp_path)
    mailsetup("plan", *GOOGLE, "-o", "plan.json", folder=tmp_path)
    command = ("verify", "--plan", "plan.json", *ZONED, "--phase", "2")
    done, whole = mailsetup(*command, "-q", folder=tmp_path), mailsetup(*command, folder=tmp_path)

    assert 1 == done.code
    assert "not yet due" in whole.out
    assert "not yet due" not in done.out
    assert "waits for verification" in done.out
    assert whole.out.splitlines()[-1] == done.out.splitlines()[-1]


def test_a_quiet_doctor_says_only_what_does_not_work() -> None:
    done = mailsetup("doctor", "--resolver", "127.0.0.1:9", "--timeout", "0.2", "--retries", "0", "-q")

    assert 3 == done.code
    assert "127.0.0.1:9" in done.out
    assert not any(line.startswith("ok") for line in done.out.splitlines())


def test_quiet_lists_are_ids_to_go_on_with() -> None:
    """
    One a line, for a loop in a script.
    """
    for command in (("providers",), ("explain",)):
        lines = mailsetup(*command, "-q").out.splitlines()

        assert len(lines) > 100
        assert all(" " not in line for line in lines)


def test_a_quiet_profile_leaves_out_where_its_facts_come_from() -> None:
    quiet = mailsetup("providers", "show", "google-workspace", "-q").out

    assert "smtp.google.com" in quiet
    assert "Sources" not in quiet


def test_a_quiet_diff_says_what_got_worse(tmp_path: Path) -> None:
    """
    The line of each domain that changed, and the findings that fail the run.
    """
    for name, text in (("old", GOOD_ZONE), ("new", BAD_ZONE)):
        zone(tmp_path, text)
        mailsetup("audit", "example.com", *ZONED, "-o", f"{name}.json", folder=tmp_path)
    done = mailsetup("diff", "old.json", "new.json", "-q", folder=tmp_path)
    back = mailsetup("diff", "new.json", "old.json", "-q", folder=tmp_path)
    same = mailsetup("diff", "old.json", "old.json", "-q", folder=tmp_path)

    assert 1 == done.code
    assert any(line.startswith("  new error spf/plus-all: ") for line in done.out.splitlines())
    assert 1 == len(back.out.splitlines())
    assert (0, "") == (same.code, same.out)
