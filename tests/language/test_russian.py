"""Russian as a user meets it: every command, every form, the refusals; nothing but the sentences changes."""

from __future__ import annotations

import gettext
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from mailsetup.model.language import speak
from mailsetup.model.message import say
from mailsetup.run.explain import page
from mailsetup.run.language import use
from mailsetup.run.registry import all_checks
from tests.cli.command import BAD_ZONE, Result, mailsetup, refused, zone

from .english import left_in

CYRILLIC = re.compile("[а-яё]")
BROKEN = BAD_ZONE.replace(
    "_dmarc IN", '@ IN TXT "v=spf1 include:elsewhere.example a:nowhere ~all"\n_dmarc IN'
).replace("p=quarantine", "p=none; sp=foo; pct=50")
PANEL = """$ORIGIN example.com.
@ 3600 IN SOA mona.ns.cloudflare.com. a.example.com. 1 2 3 4 5
@ 3600 IN NS mona.ns.cloudflare.com.
@ 3600 IN NS adam.ns.cloudflare.com.
@ 3600 IN MX 10 mx1.old.example.com.
"""
FORMS = ("terminal", "json", "jsonl", "markdown", "csv", "html", "sarif", "junit", "github")


@pytest.fixture
def russian() -> Iterator[None]:
    use("ru")
    yield
    speak(None)
    gettext.textdomain("messages")
    os.environ["LANGUAGE"] = ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("russian")
    zone(made, BROKEN)
    return made


def audit(folder: Path, *more: str, **environment: str) -> Result:
    options = ("--offline", "--zone", "example.com.zone", "--selector", "s1")
    return mailsetup("audit", "example.com", *options, *more, folder=folder, **environment)


def said(result: Result) -> None:
    """The run said something in Russian, and nothing in English."""
    text = result.out + result.err

    assert CYRILLIC.search(text), text
    assert "Traceback" not in text
    assert [] == left_in(text)


def helps(command: Any, name: str = "mailsetup") -> Iterator[tuple[str, str]]:
    """Each command's whole help."""
    from typer import Context

    yield name, command.get_help(Context(command, info_name=name))
    for inner in getattr(command, "commands", {}).values():
        yield from helps(inner, f"{name} {inner.name}")


def test_the_heuristic_sees_a_sentence_and_leaves_records_and_names_alone() -> None:
    """
    Four words in a row are a sentence; records, commands, options and names of services are none.
    """
    sentence = "Запись: the record is not there, v=spf1 include:a.example is the one"
    record = 'запись "v=spf1 is the all of it", `mailsetup plan is what`, --format json, Google Workspace'

    assert ["the record is not there"] == left_in(sentence)
    assert [] == left_in(record)


def test_no_help_text_stays_english(russian: None) -> None:
    """
    Help of commands, arguments and options, usage and headings are Russian, at every command.
    """
    from mailsetup.cli.app import command
    from mailsetup.cli.speaking import speaking

    english = {name: text for name, text in helps(command())}
    pages = dict(helps(speaking(command())))
    left = {name: left_in(text) for name, text in pages.items() if left_in(text)}
    headings = [
        n for n, text in pages.items() if re.search(r"Usage|Options|Arguments|Commands|Show this", text)
    ]

    assert english.keys() == pages.keys()
    assert len(pages) > 20
    assert ({}, []) == (left, headings)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_an_audit_is_russian(folder: Path, form: str) -> None:
    """
    The audit of a broken zone says everything in Russian, in every form it has.
    """
    output = folder / f"{form}.out"
    result = audit(folder, "--deep", "--receivers", "--lang", "ru", "--format", form, "--output", str(output))
    text = output.read_text(encoding="utf-8")
    if form in ("json", "jsonl", "sarif"):
        text = "\n".join(_strings(json.loads(text)))
    if form == "html":
        text = re.sub(r"<(style|script)\b.*?</\1>|<meta[^>]*>|<svg.*?</svg>", "", text, flags=re.DOTALL)
        text = re.sub(r"<[^>]+>", "\n", text)

    assert 1 == result.code, result.err
    assert CYRILLIC.search(text)
    assert [] == left_in(text)
    assert [] == left_in(result.err)


QUOTED = frozenset(("codes", "sources", "records", "quote"))
"""What stands in a document as somebody else wrote it: receivers' own answers, records."""


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in QUOTED:
                yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, str):
        yield value


COMMANDS = (
    ("explain",),
    ("plan", "example.com", "--provider", "fastmail", "--offline", "--zone", "example.com.zone"),
    (
        "plan",
        "example.com",
        "--provider",
        "google-workspace",
        "--offline",
        "--zone",
        "example.com.zone",
        "--format",
        "steps",
    ),
    ("verify", "example.com", "--provider", "fastmail", "--offline", "--zone", "example.com.zone"),
    ("providers", "doctor"),
    ("spf", "flatten", "example.com", "--offline", "--zone", "example.com.zone"),
    ("spf", "check", "example.com", "--ip", "192.0.2.1", "--offline", "--zone", "example.com.zone"),
    ("kit", "init", "--name", "Fern", "--domain", "example.com", "--force"),
    ("blocklists", "192.0.2.1", "--list", "spamcop", "--offline", "--zone", "example.com.zone"),
    ("explain", "spf/multiple-records"),
    ("explain", "dmarc/missing", "--format", "md"),
    ("providers",),
    ("providers", "show", "fastmail"),
    ("detect", "example.com", "--offline", "--zone", "example.com.zone"),
    ("doctor", "--offline"),
    ("spf", "tree", "example.com", "--offline", "--zone", "example.com.zone"),
    ("dkim", "check", "example.com", "--selector", "s1", "--offline", "--zone", "example.com.zone"),
    ("dkim", "new", "example.com", "--selector", "s2", "--bits", "1024", "--force"),
    ("snapshot", "example.com", "--offline", "--zone", "example.com.zone", "-o", "s.json", "--force"),
    ("audit", "example.com", "--offline", "--zone", "example.com.zone", "--policy", "cisa-bod-18-01", "-v"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_commands_speak_russian(folder: Path, command: tuple[str, ...]) -> None:
    """
    What the commands print is Russian.
    """
    said(mailsetup(*command, "--lang", "ru", folder=folder))


REFUSALS = (
    ("audit",),
    ("audit", "example.com", "--policy", "nix", "--offline", "--zone", "example.com.zone"),
    ("audit", "example.com", "--fail-on", "nix", "--offline", "--zone", "example.com.zone"),
    ("audit", "example.com", "--offline", "--zone", "nowhere.zone"),
    ("audit", "example.com", "--offline"),
    ("audit", "example.com", "--format", "nix"),
    (
        "audit",
        "example.com",
        "--format",
        "html",
        "--brand",
        "nix.toml",
        "--offline",
        "--zone",
        "example.com.zone",
    ),
    ("plan", "example.com", "--offline", "--zone", "example.com.zone"),
    ("plan", "example.com", "--provider", "mailchimp", "--offline", "--zone", "example.com.zone"),
    (
        "verify",
        "example.com",
        "--wait",
        "soon",
        "--provider",
        "fastmail",
        "--offline",
        "--zone",
        "example.com.zone",
    ),
    ("spf", "check", "example.com", "--ip", "nix", "--offline", "--zone", "example.com.zone"),
    ("diff", "example.com.zone", "example.com.zone"),
    ("explain", "spf/nix"),
    ("schema", "nix"),
    ("dkim", "new", "example.com", "--selector", "s", "--bits", "12"),
    ("init", "example.com"),
)


@pytest.mark.parametrize("command", REFUSALS, ids=" ".join)
def test_refusals_are_one_russian_sentence(folder: Path, command: tuple[str, ...]) -> None:
    """
    What cannot be done is refused in Russian, in one sentence.
    """
    sentence = refused(mailsetup(*command, "--lang", "ru", folder=folder))

    assert CYRILLIC.search(sentence), sentence
    assert [] == left_in(sentence)


PARSED = (
    ("audit", "--nope"),
    ("audit", "--timeout", "x", "example.com"),
    ("audit", "--timeout", "999", "example.com"),
    ("audit", "--concurrency", "x", "example.com"),
    ("audit", "--format"),
    ("audit", "--strict=1"),
    ("spf", "check"),
    ("spf", "check", "example.com"),
    ("schema", "a", "b"),
    ("nope",),
    ("audi",),
    ("spf",),
)


@pytest.mark.parametrize("command", PARSED, ids=" ".join)
def test_the_option_parser_refuses_in_russian(folder: Path, command: tuple[str, ...]) -> None:
    """
    The option parser's own sentences, its usage line and its hint are Russian too.
    """
    result = mailsetup(*command, folder=folder, LC_ALL="ru_RU.UTF-8")
    text = result.out + result.err

    assert 2 == result.code
    assert CYRILLIC.search(text.splitlines()[-1]), text
    assert [] == re.findall(r"Usage|Error|Try |Missing|Invalid|such|not a valid|requires|unexpected", text)


@pytest.mark.parametrize(
    ("environment", "arguments", "russian_is_spoken"),
    [
        ({"LC_ALL": "ru_RU.UTF-8"}, (), True),
        ({"LC_ALL": "", "LANG": "ru_RU.UTF-8"}, (), True),
        ({"LC_ALL": "de_DE.UTF-8"}, (), False),
        ({"LC_ALL": "ru_RU.UTF-8"}, ("--lang", "en"), False),
        ({"LC_ALL": "C.UTF-8"}, ("--lang=ru",), True),
    ],
)
def test_the_locale_decides_where_lang_does_not(
    folder: Path, environment: dict[str, str], arguments: tuple[str, ...], russian_is_spoken: bool
) -> None:
    """
    --lang says which language; without it the system does.
    """
    result = audit(folder, *arguments, **environment)

    assert russian_is_spoken == bool(CYRILLIC.search(result.out))


def test_worker_processes_speak_it_too(folder: Path) -> None:
    """
    Several processes give the bytes that one gives.
    """
    (folder / "list.txt").write_text("example.com\nsub.example.com\nexample.net\n", encoding="utf-8")
    options = ("audit", "--domains", "list.txt", "--offline", "--zone", "example.com.zone", "--lang", "ru")
    one, two = (
        mailsetup(*options, "--format", "jsonl", "--workers", n, folder=folder).out for n in ("1", "2")
    )

    assert one == two
    assert CYRILLIC.search(two)
    assert [] == left_in(two)


def test_only_sentences_change_with_the_language(folder: Path) -> None:
    """
    Checks, statuses, severities, grade, evidence, changes and the exit code are those of an English run.
    """
    runs = [audit(folder, "--deep", "--format", "json", "--lang", language) for language in ("en", "ru")]
    english, said_otherwise = (_without_sentences(json.loads(run.out)) for run in runs)

    assert runs[0].code == runs[1].code
    assert english == said_otherwise
    assert runs[0].out != runs[1].out


SENTENCES = frozenset(
    (
        "message",
        "summary",
        "reason",
        "do_first",
        "notes",
        "because",
        "detail",
        "as_of",
        "requirement",
        "language",
    )
)
RULES = frozenset(("action", "threshold", "rest", "applies_to"))


def _without_sentences(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_sentences(v) for k, v in value.items() if k not in SENTENCES | RULES}
    if isinstance(value, list):
        return [_without_sentences(v) for v in value]
    return value


def test_fingerprints_and_rules_are_the_same_in_every_language(folder: Path) -> None:
    """
    A code scanner and a baseline know a finding again whatever language it was told in.
    """
    told = [json.loads(audit(folder, "--format", "sarif", "--lang", x).out)["runs"][0] for x in ("en", "ru")]
    marks = [[(r["ruleId"], r["level"], r["partialFingerprints"]) for r in run["results"]] for run in told]
    rules = [[(r["id"], r["name"], r["properties"]) for r in run["tool"]["driver"]["rules"]] for run in told]
    audit(folder, "--write-baseline", "known.json", "--lang", "en", "--force")
    known = audit(folder, "--baseline", "known.json", "--lang", "ru")

    assert marks[0] == marks[1]
    assert rules[0] == rules[1]
    assert 0 == known.code


def test_machine_readable_words_stay(folder: Path) -> None:
    """
    Column names of CSV, statuses and severities, JUnit's types and GitHub's commands are words of a format.
    """
    rows = audit(folder, "--format", "csv", "--lang", "ru").out.splitlines()
    suites = ElementTree.fromstring(audit(folder, "--format", "junit", "--lang", "ru").out)
    commands = audit(folder, "--format", "github", "--lang", "ru").out.splitlines()

    assert "domain,grade,check,status,severity,owner,message,remedy,record" == rows[0]
    assert {"error", "warning"} >= {f.get("type") for f in suites.iter("failure")} != set()
    assert {"::error", "::warning", "::notice"} >= {line.split(" ")[0] for line in commands}


def test_the_index_of_a_batch_is_russian(folder: Path) -> None:
    """
    The page of many domains is Russian, says so to the browser, and counts in Russian.
    """
    (folder / "two.txt").write_text("example.com\nsub.example.com\n", encoding="utf-8")
    options = ("--offline", "--zone", "example.com.zone", "--lang", "ru", "--format", "html")
    page = mailsetup("audit", "--domains", "two.txt", *options, folder=folder).out

    assert '<html lang="ru">' in page
    assert "2 домена" in page
    assert 'data-text="Показано доменов: {shown} из {total}"' in page
    assert [] == left_in(re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", "\n", page, flags=re.DOTALL))


def test_a_comparison_of_two_results_is_russian(folder: Path) -> None:
    """
    What changed is told in Russian, whatever language the older result was in.
    """
    zone(folder, BAD_ZONE, "before.zone")
    for name, source in (("old.json", "before.zone"), ("new.json", "example.com.zone")):
        mailsetup(
            *("audit", "example.com", "--offline", "--zone", f"example.com={source}", "--format", "json"),
            *("--output", name, "--force", "--lang", "ru"),
            folder=folder,
        )

    said(mailsetup("diff", "old.json", "new.json", "--lang", "ru", folder=folder))
    said(mailsetup("diff", "old.json", "new.json", "--format", "markdown", "--lang", "ru", folder=folder))


def test_numbers_choose_their_words_in_the_tally(folder: Path) -> None:
    """
    One error, two errors, five errors: each number has its own word.
    """
    tally = audit(folder, "--lang", "ru").out.rpartition("\n\n")[2]
    numbers = re.findall(r"(\d+) (ошибк\w*)", tally)

    assert [(n, _errors(int(n))) for n, _ in numbers] == numbers != []


def _errors(n: int) -> str:
    if n % 10 == 1 and n % 100 != 11:
        return "ошибка"
    return "ошибки" if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else "ошибок"


def test_a_text_that_is_empty_says_nothing(russian: None) -> None:
    """
    The catalogue's header stands under the empty text; it is no sentence.
    """

    assert "" == str(say(""))


def test_what_a_receiver_asks_for_is_russian_on_its_page(folder: Path) -> None:
    """
    Whom a rule is for is said in Russian too, and a rule without a threshold says none.
    """
    page = mailsetup("explain", "receiver/google-all-auth", "--lang", "ru", folder=folder).out

    assert "от всех отправителей" in page
    assert "Project-Id" not in page


def test_the_click_path_tells_in_russian_what_to_do_and_keeps_the_names_of_menus(folder: Path) -> None:
    """
    What the panel's own menus are called stays; what the reader is to do there is Russian.
    """
    (folder / "panel.zone").write_text(PANEL, encoding="utf-8")
    source = ("--offline", "--zone", "example.com=panel.zone")
    told = mailsetup(
        *("plan", "example.com", "--provider", "google-workspace", *source, "--format", "steps"),
        *("--lang", "ru"),
        folder=folder,
    ).out
    told = " ".join(told.split())

    assert "выберите учётную запись и example.com > DNS > Records > Add record" in told


def test_a_page_of_the_manual_says_its_title_once() -> None:
    """
    Where the title and the first sentence are the same in Russian; the headings of examples are Russian too.
    """
    use("ru")

    shown = [page(check.id).split("\n") for check in all_checks()]

    assert [] == [lines[0] for lines in shown if lines[3].rstrip(".").lower() == lines[1].rstrip(".").lower()]
    assert [] == [line for lines in shown for line in lines if "(options:" in line or "(selectors:" in line]
