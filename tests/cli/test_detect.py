"""Detection from outside: what the reader must do about whom it finds."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import mailsetup, zone

WORKMAIL = """\
$ORIGIN example.com.
$TTL 3600
@ IN SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ IN NS ns1
ns1 IN A 93.184.215.1
@ IN MX 10 inbound-smtp.us-east-1.amazonaws.com.
autodiscover IN CNAME autodiscover.mail.us-east-1.awsapps.com.
"""


def test_a_service_that_ends_says_when_and_what_to_do(tmp_path: Path) -> None:
    """
    The state in brackets alone helps nobody whose mailboxes stand there.
    """
    told = " ".join(
        mailsetup("detect", "example.com", "--offline", "--zone", zone(tmp_path, WORKMAIL)).out.split()
    )

    assert "Amazon WorkMail (amazon-workmail) [closing]" in told
    assert "support ends on 2027-03-31" in told
    assert "Move the mailboxes to another provider before 2027-03-31." in told
