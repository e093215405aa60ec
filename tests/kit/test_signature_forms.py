"""Laws of what is written for each mail program: the files, what they hold, and what their pages say."""

from __future__ import annotations

import email
import itertools
import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from striprtf.striprtf import rtf_to_text

from mailsetup.kit.signatures import render, scripts
from mailsetup.kit.signatures.person_files import Wishes, person_files
from mailsetup.kit.signatures.team_files import marker, team_files
from mailsetup.kit.signatures.words import words
from mailsetup.model.brand import Layout, LocalText

from .firms import BRAND, DAY, firm, staff

ANNA, SUPPORT = staff()
BASE = "signatures/people/anna/en"
ADMIN = "signatures/admin"
PROGRAMS = (
    "Gmail",
    "Outlook",
    "Apple Mail",
    "Thunderbird",
    "iPhone",
    "Roundcube",
    "SOGo",
    "Nextcloud Mail",
    "Zimbra",
    "Evolution",
    "KMail",
    "Geary",
    "mutt",
)


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """Everything for Anna and for the administrators, as text."""
    made = (*person_files(firm(), ANNA, Wishes(DAY)), *team_files(firm(), staff(), Wishes(DAY)))
    return {name: data.decode("utf-8-sig") for name, data in made if not name.endswith(".png")}


def plain(text: str) -> str:
    """Words without the blanks that keep them together."""
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.mark.parametrize("layout", ["bar", "reply"])
@pytest.mark.parametrize("locale", ["en", "ru"])
def test_the_three_files_of_outlook_say_the_same(files: dict[str, str], layout: str, locale: str) -> None:
    """
    .htm names its encoding, .rtf is ASCII, .txt has a byte order mark; every line of the text is in each.
    """
    stem = f"signatures/people/anna/{locale}/outlook/anna-{layout}-{locale}"
    html = plain(re.sub(r"<[^>]+>", " ", files[f"{stem}.htm"]).replace("&amp;", "&").replace("&nbsp;", " "))
    rtf = plain(rtf_to_text(files[f"{stem}.rtf"]))
    named = files[f"{stem}.txt"].splitlines()[1].split(",")[0].split(" · ")[0]

    assert "charset=utf-8" in files[f"{stem}.htm"]
    for found in (html, rtf):
        assert named in found and "+371 20 000 002" in found


def test_a_teams_hours_and_promise_are_in_every_form() -> None:
    """
    HTML, text and RTF.
    """
    made = {n: d for n, d in person_files(firm(), SUPPORT, Wishes(DAY)) if "/en/" in n}
    base = "signatures/people/support/en"
    forms = (
        made[f"{base}/team.html"].decode(),
        made[f"{base}/team.txt"].decode(),
        rtf_to_text(made[f"{base}/outlook/support-team-en.rtf"].decode()),
    )

    for form in forms:
        assert "Mon–Fri 9–18" in form and "We answer within 24 hours" in form


@pytest.mark.parametrize("hours", ["Mon–Fri 9–18", ""])
def test_a_team_promises_only_what_its_firm_said(hours: str) -> None:
    """
    Without [promise] no form says by when a letter is answered, and no empty line or dot is left of it.
    """
    silent = firm(
        BRAND.replace("answer_hours = 24", "").replace(
            '{ en = "Mon–Fri 9–18", ru = "Пн–Пт 9–18" }', f'"{hours}"'
        )
    )
    made = {n: d for n, d in person_files(silent, SUPPORT, Wishes(DAY)) if "/en/" in n}
    base = "signatures/people/support/en"
    html = made[f"{base}/team.html"].decode()
    rtf = made[f"{base}/outlook/support-team-en.rtf"].decode()
    forms = (html, made[f"{base}/team.txt"].decode(), rtf_to_text(rtf))

    for form in forms:
        assert "answer" not in form and hours in form and "· ·" not in form
    assert "<b></b>" not in re.sub(r"(<\w+)[^>]*>", r"\1>", html)
    assert "<div></div>" not in re.sub(r"(<\w+)[^>]*>", r"\1>", html)


def test_outlooks_script_changes_settings_only_when_asked(files: dict[str, str]) -> None:
    """
    Copying is the default; choosing the signature and roaming are switches; the values are Outlook's own.
    """
    script = files[f"{BASE}/outlook/install.ps1"]

    for part in (
        "[switch] $SetDefault",
        "[switch] $DisableRoaming",
        "'New Signature'",
        "'Reply-Forward Signature'",
        "DisableRoamingSignatures",
        "PostponeRoamingSignaturesUntilLater",
    ):
        assert part in script


def test_outlook_on_the_web_is_set_for_everybody_by_one_script(files: dict[str, str]) -> None:
    """
    Nothing without -Apply; every parameter of the cmdlet; roaming is told and can be postponed.
    """
    script = files[f"{ADMIN}/exchange/set-signatures.ps1"]

    for name in ("SignatureHtml", "SignatureText", "SignatureTextOnMobile", "AutoAddSignature"):
        assert f"-{name} " in script
    assert "-AutoAddSignatureOnReply " in script
    assert "if (-not $Apply)" in script
    assert "if ($Apply) { Set-OrganizationConfig -PostponeRoamingSignaturesUntilLater $true }" in script


def test_the_rule_of_exchange_appends_and_never_stacks(files: dict[str, str]) -> None:
    """
    Below the letter, ignored where it cannot be put in, left out where the marker is there already.
    """
    script, html = (
        files[f"{ADMIN}/exchange/transport-rule.ps1"],
        files[f"{ADMIN}/exchange/transport-rule.html"],
    )

    assert "-ApplyHtmlDisclaimerLocation Append" in script
    assert "[ValidateSet('Ignore', 'Wrap', 'Reject')] [string] $Fallback = 'Ignore'" in script
    assert f"-ExceptIfSubjectOrBodyContainsWords '{marker(firm())}'" in script
    assert "%%DisplayName%%" in html and "%%Title%%" in html


def test_workspace_gets_bodies_of_its_interface_and_a_dry_run(files: dict[str, str]) -> None:
    """
    One JSON body a person; nothing is sent without --apply; the token is never on a command line.
    """
    script = files[f"{ADMIN}/google-workspace/apply.sh"]

    assert ["signature"] == list(json.loads(files[f"{ADMIN}/google-workspace/anna.json"]))
    assert "gmail.settings.basic" in script and "sendAs" in script and "--request PATCH" in script
    assert '"$apply" != "--apply"' in script and "--config -" in script


@pytest.mark.parametrize(
    "name", ["outlook.ps1", "exchange-mailboxes.ps1", "exchange-rule.ps1", "workspace.sh", "apple-mail.sh"]
)
def test_a_script_speaks_both_languages(name: str) -> None:
    """
    What it does is told in English and in Russian at its head, in as many commands; so is all that it says.
    """
    text = scripts.source(name)
    head = [
        line for line in text.split("\nset -eu")[0].split("param(")[0].splitlines() if line.startswith("# ")
    ]
    russian = [line for line in head if re.search("[а-яё]", line)]
    said = [
        line for line in text.splitlines() if re.search(r"\bthrow\b|Write-Output|^\s*tell |\becho\b", line)
    ]
    commands = re.compile(r"(?:install|set-signatures|transport-rule|apply)\.(?:ps1|sh)|sh install\.sh")

    assert 3 <= len(russian) <= len(head) - 3
    assert 0 == len(commands.findall("\n".join(head))) % 2
    assert [] == [line for line in said if "'would" not in line and not _russian_beside(text, line)]


def _russian_beside(text: str, line: str) -> bool:
    """Whether a line that says something, or the one after it, says it in Russian; or only hands on what was said."""
    at = text.index(line)
    return bool(re.search('[а-яё]|echo "\\$[12]"', "\n".join(text[at:].splitlines()[:2])))


def test_the_shells_script_answers_in_the_language_of_the_terminal(tmp_path: Path) -> None:
    """
    A dry run for everybody, in English and in Russian.
    """
    shell = shutil.which("sh")
    if shell is None:
        pytest.skip("no POSIX shell here")
    for name, data in dict(team_files(firm(), [ANNA], Wishes(DAY))).items():
        if "google-workspace" in name:
            (tmp_path / Path(name).name).write_bytes(data)
    said = [
        subprocess.run(
            [shell, str(tmp_path / "apply.sh")],
            env={"LANG": lang, "PATH": os.environ["PATH"]},
            capture_output=True,
            check=True,
        ).stdout.decode()
        for lang in ("C", "ru_RU.UTF-8")
    ]

    assert "would set: anna@fern.example from anna.json\n" == said[0]
    assert "было бы задано: anna@fern.example из anna.json\n" == said[1]


def test_a_footer_of_a_server_warns_of_dkim(files: dict[str, str]) -> None:
    """
    In both languages; Workspace's own limit and where its pictures come from stand there too.
    """
    read = files[f"{ADMIN}/server/README.txt"]

    assert "before the letter is signed with DKIM" in read and "до подписи DKIM" in read
    assert "10,000" in read and "10 000" in read
    assert {f"{ADMIN}/server/legal.{x}" for x in ("en.html", "en.txt", "ru.html", "ru.txt")} <= files.keys()


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_apple_mails_file_is_a_mime_part(locale: str) -> None:
    """
    Headers, a blank line, HTML; its name is a UUID; the script takes the newest placeholder and locks it.
    """
    made = dict(person_files(firm(), ANNA, Wishes(DAY)))
    folder = f"signatures/people/anna/{locale}/apple-mail"
    name = next(n for n in made if n.startswith(folder) and n.endswith(".mailsignature"))
    part = email.message_from_bytes(made[name])
    script = made[f"{folder}/install.sh"].decode()

    assert re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\.mailsignature", Path(name).name)
    assert "text/html" == part.get_content_type()
    assert ("Anna" if locale == "en" else "&#1040;&#1085;&#1085;&#1072;") in str(part.get_payload())
    assert "-nt" in script and "chflags uchg" in script and "plist" not in script


def test_thunderbird_is_told_everything(files: dict[str, str]) -> None:
    """
    From a file or as text; where it stands, on replies and forwards; the separator is Thunderbird's own.
    """
    lines = files[f"{BASE}/thunderbird/user.js"]

    for name in (
        "htmlSigText",
        "htmlSigFormat",
        "attach_signature",
        "sig_file",
        "sig_bottom",
        "sig_on_reply",
        "sig_on_fwd",
        "suppress_signature_separator",
    ):
        assert f'"mail.identity.id1.{name}"' in lines
    assert all(line.startswith(("//", "user_pref(")) for line in lines.splitlines())


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_the_install_page_names_every_program(files: dict[str, str], locale: str) -> None:
    """
    Each with its steps; those that were not tried say so.
    """
    page = files[f"signatures/people/anna/{locale}/install.html"]
    clients = words(locale, "install")["client"]

    for program in PROGRAMS:
        assert program in page
    assert page.count(str(words(locale, "install")["untried"])) == sum(not c["tried"] for c in clients)
    assert ["thunderbird"] == [c["id"] for c in clients if c["tried"]]
    assert "install.sh" in page and "install.ps1" in page


def test_a_telephone_opens_the_page_by_a_code(tmp_path: Path) -> None:
    """
    The code leads to the page among the hosted files; the page has both languages and asks for nothing else.
    """
    import shutil
    import subprocess

    made = dict(person_files(firm(), ANNA, Wishes(DAY)))
    page = made["hosted/pages/anna.html"].decode()

    assert '<img src="../phone.png"' in made[f"{BASE}/install.html"].decode()
    assert "Anna Bērziņa" in page and "Анна Берзиня" in page and "noindex" in page
    assert "default-src 'none'" in page
    if shutil.which("zbarimg") is None:
        pytest.skip("zbarimg is not installed")
    (tmp_path / "qr.png").write_bytes(made["signatures/people/anna/phone.png"])
    done = subprocess.run(
        ["zbarimg", "-q", "--raw", str(tmp_path / "qr.png")], capture_output=True, check=True
    )

    assert "https://fern.example/mail/pages/anna.html" == done.stdout.decode().strip()


def test_without_a_host_there_is_no_page_for_telephones() -> None:
    """
    Nothing leads to an address that does not exist.
    """
    brand = firm(BRAND.replace('assets_url = "https://fern.example/mail/"', ""))
    made = dict(person_files(brand, ANNA, Wishes(DAY)))

    assert not [name for name in made if "phone.png" in name or "hosted/pages" in name]
    assert "phone.png" not in made[f"{BASE}/install.html"].decode()


FIELDS = ("honorific", "pronouns", "role", "department", "email", "phone", "mobile", "telegram", "booking")


@pytest.mark.parametrize("missing", tuple(itertools.combinations(FIELDS, 2)), ids="-".join)
def test_an_empty_field_takes_its_separator_with_it(missing: tuple[str, str]) -> None:
    """
    Whichever two are missing, no layout begins or ends a line with a dot, or has an empty element.
    """
    empty = {
        name: type(getattr(ANNA, name))() if name not in ("phone", "mobile") else type(ANNA.phone)("", "")
        for name in missing
    }
    person = replace(ANNA, **empty)
    brand = firm()
    brand = replace(
        brand, address=replace(brand.address, phone=type(ANNA.phone)("", "")), tagline=LocalText()
    )
    for layout in Layout:
        made = render(brand, person, layout, "en", DAY)

        assert not re.search(r"<(div|span|b|a)(\s[^>]*)?>\s*</\1>", made.html)
        assert not re.search(r"&middot; </span>\s*</div>|<div[^>]*>\s*<span[^>]*>&nbsp;&middot;", made.html)
        above = "" if layout is Layout.LEGAL else made.text.partition("\n\n")[0]
        assert not re.search(r"(?m)^\s*[·,]|[·,]\s*$|· ·", above)


def test_word_never_meets_a_family_that_no_system_carries() -> None:
    """
    What classic Outlook reads begins with a safe family; other programs get the brand's own first.
    """
    brand = firm(BRAND.replace("[fonts]", '[fonts]\nstack = ["Inter", "Verdana", "sans-serif"]'))
    made = dict(person_files(brand, ANNA, Wishes(DAY)))
    page = made[f"{BASE}/outlook/anna-bar-en.htm"].decode()

    assert "font-family:Verdana" in page and "font-family:Inter" not in page
    assert b"Verdana" in made[f"{BASE}/outlook/anna-bar-en.rtf"].split(b"colortbl")[0]
    assert "font-family:Inter" in made[f"{BASE}/bar.gmail.html"].decode()
