"""Outlook templates before other readers of such files: a library, Debian's converter, and a reader of compound files."""

from __future__ import annotations

import email
import email.policy
import io
import re
import subprocess
import sys
from pathlib import Path

import olefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsetup.kit import oft, plain_text, render, templates
from mailsetup.kit.compound_file import Content, compound_file
from tests.servers import require

from .firms import staff
from .letter_worlds import IDS, LAVISH, LOCALES, letter

NAMES = st.text("abcABC_.019", min_size=1, max_size=31)
STREAMS = st.one_of(
    st.binary(max_size=200), st.integers(0, 20_000).map(lambda size: bytes(n % 251 for n in range(size)))
)
TREES = st.recursive(
    st.dictionaries(NAMES, STREAMS, max_size=12),
    lambda inner: st.dictionaries(NAMES, st.one_of(STREAMS, inner), max_size=6),
    max_leaves=12,
)


def _apart(content: Content) -> bool:
    """Whether no two names are the same but for capitals, which a compound file does not tell apart."""
    names = [name.upper() for name in content]
    return len(set(names)) == len(names) and all(
        _apart(held) for held in content.values() if not isinstance(held, bytes)
    )


def _streams(content: Content, above: tuple[str, ...] = ()) -> dict[tuple[str, ...], bytes]:
    found: dict[tuple[str, ...], bytes] = {}
    for name, held in content.items():
        if isinstance(held, bytes):
            found[(*above, name)] = held
        else:
            found |= _streams(held, (*above, name))
    return found


@given(TREES.filter(_apart))
@settings(max_examples=60, deadline=None)
def test_a_compound_file_holds_what_was_put_into_it(content: Content) -> None:
    """
    Every stream, small or large, at any depth, for a reader that forgives nothing.
    """
    made = compound_file(content, oft.TEMPLATE)
    with olefile.OleFileIO(io.BytesIO(made), raise_defects=olefile.DEFECT_POTENTIAL) as read:
        found = {tuple(path): read.openstream(path).read() for path in read.listdir()}
        issues = read.parsing_issues

    assert _streams(content) == found
    assert [] == issues
    assert 0 == len(made) % 512


def test_a_tree_of_names_is_found_by_halves() -> None:
    """
    A thousand streams in one storage: as many black entries on every way, and no red one below a red one.
    """
    content = {f"stream{n}": bytes([n % 256]) for n in range(1000)}
    with olefile.OleFileIO(io.BytesIO(compound_file(content, oft.TEMPLATE))) as read:
        entries = read.direntries
        read.root.kids  # noqa: B018  # the directory is read by now

    def blacks(number: int, above_is_red: bool) -> int:
        if number == 0xFFFFFFFF:
            return 0
        entry = entries[number]
        red = entry.color == 0
        assert not (red and above_is_red)
        left, right = blacks(entry.sid_left, red), blacks(entry.sid_right, red)
        assert left == right
        return left + (not red)

    assert blacks(entries[0].sid_child, False) >= 9


@pytest.mark.parametrize("content", [{"x" * 32: b""}, {"": b""}, {"ё": b""}, {"big": bytes(8 << 20)}])
def test_what_no_compound_file_can_hold_is_refused(content: Content) -> None:
    """
    A name too long, empty or beyond ASCII; more than seven megabytes.
    """
    with pytest.raises(ValueError, match=r"name|megabytes"):
        compound_file(content, oft.TEMPLATE)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("id", IDS)
def test_another_reader_finds_subject_text_and_html(id: str, locale: str, tmp_path: Path) -> None:
    """
    As a message of Outlook, unsent, of a template's class; nobody is written to yet.
    """
    import extract_msg

    made = letter(id, locale)
    path = tmp_path / "letter.oft"
    path.write_bytes(oft.template(made))
    with extract_msg.openMsg(str(path)) as read:
        assert isinstance(read, extract_msg.Message)
        assert made.subject == read.subject
        assert plain_text.write(made).split() == (read.body or "").split()
        assert not made.template.html or render.html(made).encode() == read.htmlBody
        assert [] == read.recipients and [] == read.attachments
    with olefile.OleFileIO(str(path)) as file:
        assert str(oft.TEMPLATE).upper() == file.root.clsid


@pytest.mark.real
@pytest.mark.skipif(sys.platform == "win32", reason="needs a program of Debian")
@pytest.mark.parametrize("id", ["order.confirmed", "support.complaint", "auto.away"])
@pytest.mark.parametrize("locale", LOCALES)
def test_debians_converter_makes_the_same_letter_of_it(id: str, locale: str, tmp_path: Path) -> None:
    """
    Subject and HTML are equal; where the subject is Russian the converter writes its octets as characters.
    """
    program = require("msgconvert", "libemail-outlook-message-perl")
    made = letter(id, locale)
    (tmp_path / "letter.oft").write_bytes(oft.template(made))
    command = [program, "--outfile", "letter.eml", "letter.oft"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    octets = (tmp_path / "letter.eml").read_bytes()
    if not made.subject.isascii():
        head, _, body = octets.partition(b"\r\n\r\n")
        octets = head + b"\r\n\r\n" + body.decode().encode("latin-1")
    read = email.message_from_bytes(octets, policy=email.policy.default)
    html = read.get_body(("html",))

    said = re.search(rb"^Subject: (.*(?:\n .*)*)", octets, re.MULTILINE)

    assert said is not None and made.subject == " ".join(said[1].decode().split())
    assert not made.template.html or html is not None
    assert html is None or render.html(made).split() == html.get_content().split()


def test_every_model_has_its_template() -> None:
    """
    Beside each draft in the folder of models, named like it, and on the page that lists them.
    """
    made = dict(templates.letters(LAVISH, staff(), LOCALES, ("friendly",)))
    drafts = {
        path.removesuffix(".eml") for path in made if path.startswith("models/") and path.endswith(".eml")
    }
    page = made["models/index.html"].decode()

    assert drafts == {path.removesuffix(".oft") for path in made if path.endswith(".oft")}
    assert all(f'"{path.removeprefix("models/")}.oft"' in page for path in drafts)
