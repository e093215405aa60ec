"""Reading profile files: bad ones are refused with file, key and remedy, and the index is never wrong."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsetup.model.errors import InputError, UsageError
from mailsetup.profiles import bundled, load, load_all, parse, profile_ids
from mailsetup.profiles.index import INDEX, all_known, make_index
from mailsetup.profiles.known import known_of

SMALL = """
id = "tiny"
name = "Tiny Mail"
kind = "mailbox"
receives = true
sends = true
confidence = "low"
checked_on = "2026-11-21"

[status]
state = "active"

[[parameters]]
name = "mx_host"
where = "The welcome message."
example = "mx.tiny.example"

[[mx]]
exchange = "{mx_host}"
preference = 10

[detect]
mx = ['\\.tiny\\.example$']
examples = ["mx.tiny.example"]

[sources]
mx = [{ name = "its own documentation", date = "2026-10-01" }]
"""


def test_a_small_file_is_a_whole_profile() -> None:
    """
    What is left out is absent.
    """
    profile = parse(SMALL, "tiny.toml")

    assert ("tiny", "mx", "{mx_host}", "10") == (
        profile.id,
        profile.mx[0].purpose,
        profile.mx[0].value,
        profile.mx[0].preference,
    )
    assert profile.spf is None and () == profile.dkim.records


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('name = "Tiny', 'nmae = "Tiny', "nmae: unknown key; did you mean name?"),
        ("exchange =", "exchnage =", r"mx[1].exchnage: unknown key; did you mean exchange?"),
        ('kind = "mailbox"', 'kind = "mailbx"', '"mailbx" is not one of these; did you mean mailbox?'),
        ("receives = true", 'receives = "yes"', "receives: must be true or false"),
        ("receives = true", "", "receives: is missing"),
        ("preference = 10", "", "mx[1].preference: is missing"),
        ("preference = 10", "preference = 1.5", "mx[1].preference: must be a whole number"),
        ("preference = 10", 'preference = 10\ntarget = "x"', "has exchange, not target"),
        ('checked_on = "2026-11-21"', 'checked_on = ""', 'checked_on: "" is not a date'),
        ('date = "2026-10-01"', 'date = ""', '"" is not a date'),
        ('date = "2026-10-01"', 'date = "yesterday"', '"yesterday" is not a date'),
        ("{mx_host}", "{mx_hots}", "{mx_hots} is not declared under parameters; did you mean mx_host?"),
        ('id = "tiny"', 'id = "Tiny_"', "may hold only lower-case letters"),
        ("[status]", "[status", "not readable as TOML"),
        ('state = "active"', "state = 5", "status.state: must be a text"),
        ("mx = ['", "mx = [5, '", "detect.mx: must be a list of texts"),
    ],
)
def test_a_mistake_is_named_with_file_key_and_remedy(old: str, new: str, says: str) -> None:
    """
    Every mistake is one sentence that starts with the file.
    """
    assert old in SMALL
    with pytest.raises(InputError) as refused:
        parse(SMALL.replace(old, new, 1), "tiny.toml")

    assert str(refused.value).startswith("tiny.toml: ")
    assert says in str(refused.value)


@given(st.text(max_size=200))
def test_no_text_raises_anything_else(text: str) -> None:
    """
    Whatever a file holds, it is a profile or an InputError.
    """
    for candidate in (text, SMALL + text, SMALL.replace('"', text, 1)):
        with contextlib.suppress(InputError):
            parse(candidate, "x.toml")


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [("zoho", "zoho-mail"), ("google", "google-workspace"), ("micosoft-365", "microsoft-365")],
)
def test_an_unknown_provider_names_the_nearest(typed: str, nearest: str) -> None:
    with pytest.raises(UsageError, match=f'no provider "{typed}"; did you mean .*{nearest}'):
        load(typed)


def test_a_folder_of_ones_own_adds_and_replaces(tmp_path: Path) -> None:
    """
    Adding a provider is adding one file.
    """
    (tmp_path / "tiny.toml").write_text(SMALL, encoding="utf-8", newline="\r\n")
    (tmp_path / "notes.txt").write_text("not a profile", encoding="utf-8")

    assert "Tiny Mail" == load("tiny", [tmp_path]).name
    assert len(profile_ids()) + 1 == len(load_all([tmp_path]))
    assert "tiny" in {k.id for k in all_known([tmp_path])}


def test_the_file_has_the_name_of_its_id(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text(SMALL, encoding="utf-8")
    with pytest.raises(InputError, match='id: "tiny" must be the name of the file'):
        load("other", [tmp_path])


@pytest.mark.parametrize(("content", "says"), [(b"\xff\xfe", "not UTF-8"), (b"#" * 300_000, "too many")])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "bad.toml").write_bytes(content)
    with pytest.raises(InputError, match=says):
        load("bad", [tmp_path])


def test_the_index_says_what_the_files_say() -> None:
    """
    Recognition read by way of the index equals recognition read from the files.
    """
    assert [known_of(p) for p in load_all().values()] == all_known()


def test_without_an_index_or_with_a_foreign_one_the_files_are_read(tmp_path: Path) -> None:
    """
    The index saves time and nothing depends on it.
    """
    (tmp_path / "foreign.json").write_text('{"format": 0, "profiles": {}}', encoding="utf-8")
    (tmp_path / "broken.json").write_text('{"format": 1, "prof', encoding="utf-8")

    for name in ("absent.json", "foreign.json", "broken.json"):
        assert all_known() == all_known(index=tmp_path / name)


def test_most_profiles_are_in_the_index() -> None:
    """
    A file or two may be newer than the index; more, and it should be made anew:
    python -m mailsetup.profiles.index > mailsetup/data/detectors.json
    """
    kept = json.loads(INDEX.read_text(encoding="utf-8"))["profiles"]
    fresh = json.loads(make_index())["profiles"]
    stale = [name for name in fresh if kept.get(name) != fresh[name]]
    print(f"not in the index or changed since: {stale}")

    assert len(stale) <= len(fresh) // 10


def test_the_bundled_folder_is_found() -> None:
    assert (bundled() / "google-workspace.toml").is_file()
