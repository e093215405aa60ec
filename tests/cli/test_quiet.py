"""`--quiet` leaves the essential lines: the headline, and why the run does not end with 0."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import BAD_ZONE, GOOD_ZONE, mailsetup, zone

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
