"""Every refusal is one sentence: what is wrong, where, what to do; never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailsetup.edge.validator import read_anchors
from mailsetup.model.errors import InputError

from .command import GOOD_ZONE, mailsetup, refused, zone


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("https://example.com/path", "URL"),
        ("info@example.com", "e-mail address"),
        ("\U0001f4a9.example", "characters no domain may have"),
        ("", "empty"),
        ("a" * 300, "at most 63"),
        (".".join(["abcdefgh"] * 40), "at most 253"),
        ("exa mple.com", "space"),
        ("192.0.2.1", "IP address"),
        ("a..example.com", "empty label"),
        ("localhost", "only one label"),
        ("exa\x1b[31mmple.com", "not a domain name"),
    ],
)
def test_what_is_no_domain_is_refused_with_what_to_type(typed: str, word: str) -> None:
    """
    The sentence names the mistake, and holds nothing a terminal would obey.
    """
    sentence = refused(mailsetup("audit", typed, "--offline", "--zone", "x"))

    assert word in sentence
    assert "\x1b" not in sentence


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("audit", "example.com", "--offline"), "--zone"),
        (("audit", "example.com", "--offline", "--zone", "missing.zone"), "missing.zone"),
        (("audit", "example.com", "--offline", "--from", "missing.json"), "missing.json"),
        (("audit", "--domains", "missing.txt"), "missing.txt"),
        (("audit", "example.com", "--fail-on", "bad"), "--fail-on"),
        (("audit", "example.com", "--format", "yaml"), "terminal, json, jsonl"),
        (("audit", "example.com", "--lang", "xx"), "--lang"),
        (("audit", "example.com", "--resolver", "not a resolver"), "resolver"),
        (("plan", "example.com", "--provider", "gogle-workspace"), "google-workspace"),
        (("plan", "example.com"), "--provider"),
        (("plan",), "mailsetup init"),
        (("plan", "example.com", "--provider", "google-workspace", "--format", "xml"), "table"),
        (("plan", "example.com", "--provider", "google-workspace", "--set", "novalue"), "name=value"),
        (("plan", "example.com", "--provider", "google-workspace", "--set", "dkim_kee=x"), "dkim_key"),
        (("plan", "--undo", "missing.json"), "missing.json"),
        (("verify",), "mailsetup"),
        (("verify", "example.com"), "--plan"),
        (("explain", "spf/plus-al"), "spf/plus-all"),
        (("schema", "nothing"), "audit"),
        (("providers", "show", "gogle-workspace"), "google-workspace"),
        (("providers", "--kind", "nothing"), "mailbox"),
        (("spf", "check", "example.com", "--ip", "nonsense"), "IPv4"),
        (("dkim", "new", "example.com", "--selector", "bad selector!"), "selector"),
        (("dkim", "new", "example.com", "--selector", "s1", "--bits", "512"), "1024"),
        (("dkim", "new", "example.com", "--selector", "s1", "--type", "dsa"), "ed25519"),
        (("snapshot", "example.com"), "--output"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(
    arguments: tuple[str, ...], word: str, tmp_path: Path
) -> None:
    """
    Exit code 2, one line, with the word that helps.
    """
    assert word in refused(mailsetup(*arguments, folder=tmp_path))


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("audit", "--timeot", "3"), "did you mean --timeout?"),
        (("audit", "--zzzz"), "mailsetup audit -h"),
        (("audit", "--\x1b[31m\nred"), "x1b"),
        (("audi",), "did you mean audit?"),
        (("spf", "che"), "did you mean check?"),
        (("nope",), '"nope"'),
        (("audit", "--timeout", "x"), 'takes a number, not "x"'),
        (("audit", "--timeout", "999"), "0.05 to 60, not 999"),
        (("audit", "--max-age", "-1"), "0 or more, not -1"),
        (("audit", "--concurrency", "1.5"), 'takes a whole number, not "1.5"'),
        (("audit", "--format"), "--format needs a value"),
        (("audit", "--strict=1"), "--strict takes no value"),
        (("spf", "check"), "DOMAIN is missing"),
        (("spf", "check", "example.com"), "--ip is missing"),
        (("schema", "audit", "plan", "report"), '"plan report" has no place here'),
    ],
)
@pytest.mark.parametrize("language", ["en_US.UTF-8", "ru_RU.UTF-8"])
def test_what_the_option_parser_refuses_is_one_sentence_too(
    arguments: tuple[str, ...], word: str, language: str
) -> None:
    """
    What was typed wrong and what to type instead; no usage, no hint on lines of their own.
    """
    sentence = refused(mailsetup(*arguments, LC_ALL=language))

    assert sentence.startswith("mailsetup: ")
    assert not set("\x1b\n") & set(sentence)
    if language == "en_US.UTF-8":
        assert word in sentence


def test_a_half_written_zone_names_file_and_line(tmp_path: Path) -> None:
    """
    A zone file that is broken in the middle is refused at its line.
    """
    path = zone(tmp_path, GOOD_ZONE + '@ IN TXT "never closed\n')

    sentence = refused(mailsetup("audit", "example.com", "--offline", "--zone", path))

    assert "example.com.zone" in sentence
    assert str(len(GOOD_ZONE.splitlines()) + 1) in sentence


def test_a_snapshot_cut_short_is_refused(tmp_path: Path) -> None:
    """
    A recording that ends in the middle is named, not half used.
    """
    place = tmp_path / "example.json"
    mailsetup("snapshot", "example.com", "--offline", "--zone", zone(tmp_path), "-o", place)
    place.write_text(place.read_text(encoding="utf-8")[:-200], encoding="utf-8")

    assert "example.json" in refused(mailsetup("audit", "example.com", "--offline", "--from", place))


def test_an_unknown_key_of_the_project_file_names_the_nearest(tmp_path: Path) -> None:
    """
    Unknown keys are errors that name the nearest known one.
    """
    (tmp_path / "mailsetup.toml").write_text('[domain]\nnmae = "example.com"\n', encoding="utf-8")

    sentence = refused(mailsetup("plan", folder=tmp_path))

    assert "nmae" in sentence
    assert "name" in sentence


def test_a_file_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    """
    Nothing on disk is overwritten without --force, and --force does.
    """
    path, place = zone(tmp_path), tmp_path / "out.json"
    place.write_text("mine", encoding="utf-8")
    arguments = ("audit", "example.com", "--offline", "--zone", path, "-o", place)

    sentence = refused(mailsetup(*arguments))

    assert "--force" in sentence
    assert "mine" == place.read_text(encoding="utf-8")
    assert 0 == mailsetup(*arguments, "--force").code
    assert "mine" != place.read_text(encoding="utf-8")


def test_a_folder_that_takes_no_file_leaves_nothing_behind(tmp_path: Path) -> None:
    """
    An output place that cannot be written is one sentence, and no part of a file stays.
    """
    path = zone(tmp_path)

    sentence = refused(
        mailsetup("audit", "example.com", "--offline", "--zone", path, "-o", tmp_path / "no" / "out.json")
    )

    assert "cannot write" in sentence
    assert ["example.com.zone"] == sorted(p.name for p in tmp_path.iterdir())


@pytest.mark.parametrize(
    "command",
    [
        "snapshot example.com -o taken/s/",
        "audit example.com --format html -o taken/s/",
        "audit example.com --record taken/s/",
    ],
)
@pytest.mark.parametrize(
    ("lang", "told"), [("en", "choose another place with --"), ("ru", "выберите другое место")]
)
def test_a_folder_that_cannot_be_made_is_one_sentence(
    command: str, lang: str, told: str, tmp_path: Path
) -> None:
    """
    What is wrong and what to do, in the user's language and not in the system's.
    """
    path = zone(tmp_path)
    (tmp_path / "taken").write_text("a file", encoding="utf-8")

    done = mailsetup(*command.split(), "--offline", "--zone", path, "--lang", lang, folder=tmp_path)

    assert 2 == done.code
    assert told in done.err
    assert "Not a directory" not in done.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("arguments", ["explain --all", "--version", "--help", "providers"])
def test_a_full_disk_is_one_sentence(arguments: str) -> None:
    """
    Output that cannot be kept is refused, without a traceback.
    """
    import subprocess
    import sys

    command = [sys.executable, "-m", "mailsetup", *arguments.split()]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert 2 == done.returncode
    assert "Traceback" not in done.stderr
    assert "space" in done.stderr.lower()


@pytest.mark.parametrize("option", ["--smtp", "--web"])
def test_a_probe_beside_offline_is_refused(option: str, tmp_path: Path) -> None:
    """
    One asks servers, the other asks nobody: nobody is left to guess which of the two counts.
    """
    sentence = refused(mailsetup("audit", "example.com", "--offline", "--zone", zone(tmp_path), option))

    assert f"{option} asks servers on the network" in sentence


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "example.com", "--provider", "nosuch"),
        ("explain", "nosuch"),
        ("audit", "example.com", "--policy", "nosuch"),
        ("audit", "example.com", "--only"),
        ("blocklists", "example.com", "--list", "nosuch"),
        ("plan", "example.com", "--provider", "zoho", "--dns-host", "nosuch"),
    ],
)
def test_nothing_far_off_is_proposed(arguments: tuple[str, ...]) -> None:
    """Where no known word is near, the refusal says where those there are stand."""
    said = refused(mailsetup(*arguments))

    assert "did you mean" not in said


@pytest.mark.parametrize("typed", [("nope",), ("spf", "nope"), ("kit", "nope")])
def test_a_command_that_is_none_is_told_alike_in_both_languages(typed: tuple[str, ...]) -> None:
    """
    What was typed, and where the commands that are known stand.
    """
    english, russian = (mailsetup(*typed, "--lang", lang) for lang in ("en", "ru"))
    help_line = " ".join(("mailsetup", *typed[:-1], "-h"))

    assert (2, 2) == (english.code, russian.code)
    assert f'mailsetup: there is no command "nope"; "{help_line}" says what it takes' == english.err.strip()
    assert "«nope»" in russian.err
    assert f"`{help_line}`" in russian.err


@pytest.mark.parametrize("typed", ["a b", "", "*", ".google", "a..b", "x@example.com", "-"])
@pytest.mark.parametrize("command", ["audit", "dkim check", "plan --no-mail", "snapshot -o out.json"])
def test_what_can_be_no_selector_is_a_slip_and_no_missing_key(
    command: str, typed: str, tmp_path: Path
) -> None:
    """
    Whose fault it is decides who is told: the domain is not graded for what somebody mistyped.
    """
    name, *more = command.split(" -", 1)
    options = [f"-{more[0]}"] if more else []
    words = [*name.split(), "example.com", *" ".join(options).split(), "--selector", typed]
    sentence = refused(mailsetup(*words, "--offline", "--zone", zone(tmp_path), folder=tmp_path))

    assert f'"{typed}" is no selector' in sentence


@pytest.mark.parametrize("typed", ["s1", "S1", "s1._domainkey.example.com", "a_b", "one.two", "s1."])
def test_a_selector_is_taken_as_it_is_published(typed: str, tmp_path: Path) -> None:
    done = mailsetup(
        "dkim", "check", "example.com", "--offline", "--zone", zone(tmp_path), "--selector", typed
    )

    assert done.code in (0, 1), done.err


def test_a_trust_anchor_that_cannot_be_read_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(InputError) as fault:
        read_anchors(str(tmp_path / "nowhere.key"))

    assert "nowhere.key: no such file or directory" in str(fault.value)
