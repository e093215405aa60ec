"""GitHub annotations: one command a line, nothing in DNS can add another."""

from __future__ import annotations

import re

from mailsetup.forms import github

from .gallery import every_status, hostile_reports, run

COMMAND = re.compile(r"::(error|warning|notice) (?:file=[^,:\r\n]+,line=\d+,)?title=[^,:\r\n]+::[^\r\n]+\Z")


def lines(*reports: object, **fields: object) -> list[str]:
    return "".join(github.render(run(*reports, **fields))).splitlines()  # type: ignore[arg-type]


def test_every_line_is_one_command_whatever_dns_holds() -> None:
    """
    No text from DNS ends a command, starts another or ends a property.
    """
    told = lines(*hostile_reports())

    assert [] == [line for line in told if not COMMAND.match(line)]
    assert 6 * 10 == len(told)


def test_findings_come_worst_first_at_their_line() -> None:
    """
    Errors first, since only some of many are shown; the path is escaped.
    """
    told = lines(every_status())

    assert ["error", "warning", "warning", "notice", "warning", "error"] == [
        line.split()[0][2:] for line in told
    ]
    assert told[0].startswith(
        "::error file=zones/a b%2Cc%3Ad%25.zone,line=7,title=spf/multiple-records (example.com)::"
        "example.com has 2 SPF records"
    )


def test_the_record_to_publish_is_in_the_message() -> None:
    """
    The fix is there to be pasted, a line of its own.
    """
    assert '%0A_dmarc.example.com. TXT "v=DMARC1; p=none"' in lines()[1]
