"""What ``mailsetup.toml`` may hold, and how it is told where something in it cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailsetup.model.errors import InputError
from mailsetup.run.project import parse

from .command import mailsetup, refused, zone

DOMAIN = '[domain]\nname = "example.com"\nprovider = "google-workspace"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[dmarc]\nrua = 5\n', '[dmarc] rua must be an address in quotes, or a list of them'),
        ('[dmarc]\nrua = ["a@example.com", 5]\n', '[dmarc] rua must be'),
        ('[dmarc]\npolicy = 5\n', '[dmarc] policy must be text in quotes'),
        ('[dmarc]\nstrict = "no"\n', '[dmarc] strict must be true or false'),
        ('[transport]\nmta-sts = "no"\n', '[transport] mta-sts must be true or false'),
        ('[transport]\nmta-sts-host = 5\n', '[transport] mta-sts-host must be text in quotes'),
        ('[transport]\ntls-rpt = true\n', '[transport] tls-rpt must be'),
        ('[kit]\nbrand = 5\n', '[kit] brand must be text in quotes'),
        ('[[waivers]]\nchek = "spf/plus-all"\n', '"[[waivers]] number 1: chek"; did you mean check?'),
        ('[domain.parameters]\nsenders = ["mailchimp"]\n', 'senders stands at the top of the file, above [domain]'),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_with_its_place(text: str, said: str) -> None:
    """
    The file, the table, the key and what to write: not an option that nobody typed.
    """
    with pytest.raises(InputError) as fault:
        parse(DOMAIN + text)

    assert str(fault.value).startswith("mailsetup.toml: ")
    assert said in str(fault.value)


def test_senders_may_stand_with_the_domain_too() -> None:
    """
    In TOML whatever follows ``[domain]`` belongs to it; both places mean the same.
    """
    above, below = 'senders = ["mailchimp"]\n', 'senders = ["sendgrid"]\n'

    assert ("mailchimp", "sendgrid") == parse(above + DOMAIN + below).senders


def test_a_value_that_nothing_asks_for_names_the_file(tmp_path: Path) -> None:
    """
    What the project file says is told of the project file, what was typed of ``--set``.
    """
    (tmp_path / "mailsetup.toml").write_text(
        DOMAIN + '[domain.parameters]\nverificaton = "x"\n', encoding="utf-8"
    )
    world = ("--offline", "--zone", zone(tmp_path))
    written = refused(mailsetup("plan", *world, folder=tmp_path))
    typed = refused(mailsetup("plan", *world, "--set", "verificaton=y", folder=tmp_path))

    assert (
        "mailsetup.toml: [domain.parameters] verificaton: nothing asks for it; did you mean verification?"
        in written
    )
    assert "--set verificaton: nothing asks for it" in typed


def test_every_promised_key_is_taken(tmp_path: Path) -> None:
    """
    The whole file of the interface: a plan and an audit go by it.
    """
    text = (
        'senders = ["mailchimp"]\n'
        + DOMAIN
        + '[domain.parameters]\nverification = "google-site-verification=abc"\n'
        '[dmarc]\nrua = "d@example.com"\n[transport]\ntls-rpt = "t@example.com"\n'
        '[audit]\nfail-on = "info"\npolicy = "strict"\n[kit]\nbrand = "brand.toml"\n'
        '[[waivers]]\ncheck = "transport/sts-missing"\nowner = "_mta-sts.example.com"\nuntil = 2026-01-01\nreason = "x"\n'
    )
    (tmp_path / "mailsetup.toml").write_text(text, encoding="utf-8")
    world = ("--offline", "--zone", zone(tmp_path), "--format", "json")
    plan = json.loads(mailsetup("plan", *world, folder=tmp_path).out)
    audit = mailsetup("audit", "example.com", *world, folder=tmp_path)
    verdicts = {v["check"]: v for v in json.loads(audit.out)["reports"][0]["verdicts"]}

    after = " ".join(text for change in plan["changes"] for text in change["after"])
    assert "google-site-verification=abc" in after
    assert "dkim2.mcsv.net" in after
    assert "v=TLSRPTv1; rua=mailto:t@example.com" in after
    assert 1 == audit.code
    assert "fail" == verdicts["project/expired-waiver"]["status"]
