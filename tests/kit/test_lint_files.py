"""Files under ``kit lint``: whatever they are, they are judged or refused; a mend keeps what it does not change."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from mailsetup.cli.options import Out
from mailsetup.model.errors import InputError, UsageError
from mailsetup.run.kit_lint import OCTET_LIMIT, lint_command

BAD = "Subject: Our news!!\n\nHello Anna!!\n"
MENDED = "Subject: Our news\n\nHello Anna!\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with one letter that can be mended."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letter.txt").write_bytes(BAD.encode())
    return tmp_path


def write(*paths: str, **given: Any) -> int:
    """``kit lint --write``."""
    return lint_command(paths, "", Out(quiet=True, lang="en"), write=True, **given)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_a_mended_file_has_the_rights_it_had(place: Path, mode: int) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no such rights")
    (place / "letter.txt").chmod(mode)
    write("letter.txt")

    assert mode == stat.S_IMODE((place / "letter.txt").stat().st_mode)
    assert MENDED == (place / "letter.txt").read_text("utf-8")


def test_a_read_only_file_is_left_and_told(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The report is that of the file as it is, and the exit code says that something was not done."""
    (place / "good.txt").write_text(
        "Subject: Your teapot is here!\n\nHello Anna,\n\nBest wishes,\nBoris\n", "utf-8"
    )
    for name in ("letter.txt", "good.txt"):
        (place / name).chmod(0o444)
    codes = [write("letter.txt"), write("good.txt")]
    said = capsys.readouterr()

    assert [1, 2] == codes
    assert BAD == (place / "letter.txt").read_text("utf-8")
    assert "mailsetup: not mended: letter.txt: it is read-only\n" in said.err
    assert "were mended" not in said.out


def test_a_link_stays_a_link(place: Path) -> None:
    """What it leads to is mended; in a folder, links are passed over."""
    try:
        (place / "link.txt").symlink_to("letter.txt")
    except OSError:
        pytest.skip("no links here")
    write("link.txt")

    assert (place / "link.txt").is_symlink()
    assert MENDED == (place / "letter.txt").read_text("utf-8")


def test_standard_input_is_not_mended_in_its_place(place: Path) -> None:
    """Nor is a file of the folder taken for it."""
    (place / "stdin").write_bytes(b"mine")

    with pytest.raises(UsageError, match="standard input cannot be mended"):
        write("-")
    assert b"mine" == (place / "stdin").read_bytes()


def test_endless_standard_input_is_refused() -> None:
    """What is beyond the limit is not judged as if it were all."""
    command = [sys.executable, "-m", "mailsetup", "kit", "lint", "-"]
    done = subprocess.run(command, input=b"a" * (OCTET_LIMIT + 2), capture_output=True, timeout=120)

    assert 2 == done.returncode
    assert b"standard input is larger than 30 MB" in done.stderr


def test_a_pipe_is_read_and_never_replaced(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a shell gives it: ``kit lint <(...)``."""
    if not Path("/dev/fd").is_dir():
        pytest.skip("no /dev/fd here")
    reader, writer = os.pipe()
    os.write(writer, BAD.encode())
    os.close(writer)
    code = write(f"/dev/fd/{reader}")
    os.close(reader)

    assert 1 == code
    assert "it is no ordinary file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf" + BAD.encode(),
        BAD.replace("\n", "\r\n").encode(),
        BAD.encode("utf-16"),
        bytes(range(256)) * 20,
        b"\x00" * 5000,
        b"\r" * 200,
        b"+++",
        b"+++\n+++\n",
    ],
    ids=["empty", "mark", "marked", "crlf", "utf-16", "binary", "nul", "cr", "fence", "fences"],
)
@pytest.mark.parametrize("suffix", ["txt", "html", "eml", "mailsignature", "text"])
def test_writing_twice_changes_nothing(place: Path, data: bytes, suffix: str) -> None:
    """Line ends and mark stay; whatever the octets are, the second time finds nothing to mend."""
    file = place / f"a.{suffix}"
    file.write_bytes(data)
    write(file.name)
    once = file.read_bytes()
    write(file.name)

    assert once == file.read_bytes()
    assert data[:3] == once[:3] or data[:3] != b"\xef\xbb\xbf" or suffix == "eml"  # a message has no mark
    assert ("\r\n" in BAD) or once.count(b"\r\n") <= once.count(b"\n")
    assert ["a." + suffix, "letter.txt"] == sorted(p.name for p in place.iterdir())


def test_a_message_behind_a_mark_is_a_message(place: Path) -> None:
    """Editors write it; the mend takes it away, and the header stays the header."""
    (place / "a.eml").write_bytes(b"\xef\xbb\xbfSubject: Our news!!\nFrom: a@fern.example\n\nHello Anna!!\n")
    write("a.eml")
    made = message_from_bytes((place / "a.eml").read_bytes())

    assert "Our news" == made["Subject"]
    assert "Hello Anna!\n" == made.get_payload()


@pytest.mark.parametrize("data", [b"Hello Anna!!\n", b"\xef\xbb\xbf", bytes(range(256))])
def test_what_has_no_header_is_left_as_it_is(place: Path, data: bytes) -> None:
    (place / "a.eml").write_bytes(data)
    write("a.eml")

    assert data == (place / "a.eml").read_bytes()


@pytest.mark.parametrize("count", [1, 2000])
def test_mixed_line_ends_stay_where_nothing_is_mended(place: Path, count: int) -> None:
    """A file that two editors wrote in."""
    tail = b"one\r\ntwo\n" * count
    (place / "a.txt").write_bytes(b"Subject: Our news!!\r\n\nHello Anna!!\r\n" + tail)
    write("a.txt")

    assert b"Subject: Our news\r\n\nHello Anna!\r\n" + tail == (place / "a.txt").read_bytes()


def test_pictures_and_tables_among_letters_are_passed_over(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As when a shell names all files of a folder; alone they are refused."""
    for name in ("logo.PNG", "notes.csv"):
        (place / name).write_bytes(b"\x89PNG")
    lint_command(("letter.txt", "logo.PNG", "notes.csv"), "", Out(lang="en"))
    said = capsys.readouterr()

    assert "passed over, as they are no letters: logo.PNG, notes.csv" in said.err
    assert "logo" not in said.out
    with pytest.raises(InputError, match=r"logo\.PNG: is no letter; \.html, "):
        lint_command(("logo.PNG",), "", Out(lang="en"))


def test_files_of_one_name_are_told_apart(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each report has its path, and a file that is named twice is judged once."""
    (place / "a").mkdir()
    (place / "a" / "letter.txt").write_text(BAD, "utf-8")
    lint_command(("letter.txt", ".", "./letter.txt"), "", Out(quiet=True, lang="en"))
    said = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line]

    assert ["letter.txt", "a/letter.txt"] == [word for word in said if word.endswith("letter.txt")]


@pytest.mark.parametrize(
    ("path", "kind"),
    [("order.signature.en.txt", "T"), ("signatures/anna.txt", "S"), ("signatures/support.html", "S")],
)
def test_a_letter_of_the_kit_is_no_signature_by_its_name(path: str, kind: str) -> None:
    """``order.signature`` announces a parcel; elsewhere the word in a path tells signatures."""
    from mailsetup.kit.lint import document

    assert kind == document.read(path, b"Subject: A parcel\n\nHello Anna,\n").kind
