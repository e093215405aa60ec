"""What a zone may hold and a disk may refuse: no record ends a run, and no half of a file stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .command import GOOD_ZONE, mailsetup, refused, zone

LONG = " ".join('"' + "y" * 255 + '"' for _ in range(250))
CROWDED = (
    GOOD_ZONE
    + "".join(f'@ IN TXT "record {i} {"x" * 180}"\n' for i in range(300))
    + f"_dmarc.long IN TXT {LONG}\n"
    + f"@ IN TXT {LONG}\n"
    + '@ IN TXT "\\195\\188 \\255\\000\\027[31m"\n'
    + 's2._domainkey IN TXT "v=DKIM1; p=\\200\\201"\n'
)
COMMANDS = (
    ("audit", "example.com", "--selector", "s2"),
    ("plan", "example.com", "--provider", "google-workspace"),
    ("spf", "tree", "example.com"),
    ("detect", "example.com"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_crowded_name_with_8_bit_and_64_kb_texts_ends_no_run(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    """
    300 TXT records at a name, octets beyond ASCII, a text of 64 KB: a result, and nothing a terminal obeys.
    """
    place = zone(tmp_path, CROWDED)
    forms = ("terminal", "json") if command[0] != "plan" else ("table", "json", "bind", "steps")
    for form in forms:
        result = mailsetup(*command, "--offline", "--zone", place, "--format", form)

        assert result.code in (0, 1, 3), result.err
        assert "Traceback" not in result.err
        assert "\x1b" not in result.out


def unwritable(folder: Path) -> Path:
    """A folder that takes no file: one without the right to write, or for root the kernel's own."""
    if os.name == "posix" and os.geteuid() == 0:
        return Path("/sys")
    folder.chmod(0o555)
    return folder


@pytest.mark.skipif(
    not Path("/sys").exists(), reason="this system has no folder that refuses files to everybody"
)
@pytest.mark.parametrize("option", ["--output", "--record"])
def test_a_read_only_folder_is_one_sentence(option: str, tmp_path: Path) -> None:
    """
    Said before anything is printed, with the option that chose the place.
    """
    world = ("--offline", "--zone", zone(tmp_path))
    folder = tmp_path / "closed"
    folder.mkdir()
    result = mailsetup("audit", "example.com", *world, option, unwritable(folder) / "out.json")

    assert f"choose another place with {option}" in refused(result)
    assert "" == result.out


@pytest.mark.skipif(os.name != "posix", reason="only here a process can be kept from writing more")
@pytest.mark.parametrize("option", ["--output", "--record"])
def test_a_disk_that_fills_up_leaves_no_half_of_a_file(option: str, tmp_path: Path) -> None:
    """
    The sentence names the file; what stood there before is as it was.
    """
    there = tmp_path / "out.json"
    there.write_text("mine", encoding="utf-8")
    limited = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))\n"
        "sys.argv[0] = 'mailsetup'\n"
        "from mailsetup.__main__ import main\n"
        "main()\n"
    )
    command = (
        "audit",
        "example.com",
        "--offline",
        "--zone",
        str(zone(tmp_path)),
        "--format",
        "json",
        "--force",
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", limited, *command, option, str(there)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )

    assert 2 == done.returncode, done.stderr
    assert "Traceback" not in done.stderr
    assert "out.json" in done.stderr
    assert "mine" == there.read_text(encoding="utf-8")
    assert ["example.com.zone", "out.json"] == sorted(p.name for p in tmp_path.iterdir())


@pytest.mark.parametrize("command", ["audit", "snapshot --output kept.json", "dkim check"])
def test_where_no_name_is_one_the_first_fault_is_told(command: str, tmp_path: Path) -> None:
    """
    One sentence for the whole list: how many, and what is wrong with the first.
    """
    zone(tmp_path)
    names = ("bad name", "a..b", "192.0.2.1")
    told = refused(
        mailsetup(*command.split(), *names, "--offline", "--zone", "example.com.zone", folder=tmp_path)
    )

    assert "none of the 3 names is a domain name" in told
    assert '"bad name" has a space in it' in told


@pytest.mark.skipif(os.name != "posix", reason="only a shell of this kind closes streams")
@pytest.mark.parametrize(
    ("closed", "code", "told"),
    [
        ("audit example.com --offline --zone example.com.zone >&-", 2, "the system refused"),
        ("audit example.com --offline --zone example.com.zone --output there.json >&- 2>&-", 0, ""),
        ("audit --domains - --offline --zone example.com.zone <&-", 2, "no domain was given"),
        ("message - --offline <&-", 2, "mailsetup:"),
        ("audit a..b 2>&-", 2, ""),
        ("--version >&-", 2, "the system refused"),
    ],
)
def test_a_stream_that_is_closed_is_no_fault_of_ours(
    closed: str, code: int, told: str, tmp_path: Path
) -> None:
    """
    A scheduler may start a program without standard input, output or error: a sentence where one can be said.
    """
    zone(tmp_path)
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m mailsetup {closed}'],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )

    assert code == done.returncode, done.stderr
    assert "Traceback" not in done.stderr
    assert told in done.stderr


@pytest.mark.parametrize("option", ["--timeout", "--rate"])
def test_what_is_no_number_is_no_number(option: str) -> None:
    """
    A time-out of "nan" seconds would never pass.
    """
    assert f'{option} takes a number, not "nan"' in refused(mailsetup("audit", "example.com", option, "nan"))


def test_lines_that_begin_as_comments_do_in_other_files_are_comments(tmp_path: Path) -> None:
    """
    Lists are cut from zone files and scripts too: ``;`` and ``//`` begin a comment as ``#`` does.
    """
    (tmp_path / "list.txt").write_text("; mine\n// all\n# of\nexample.com # them\n", encoding="utf-8")
    result = mailsetup(
        "audit", "--domains", tmp_path / "list.txt", "--offline", "--zone", zone(tmp_path), "--format", "csv"
    )

    assert "list.txt" not in result.err
    assert "example.com" in result.out


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("::1", "is an IP address"),
        ("[2001:db8::1]", "is an IP address"),
        ("192.0.2.1", "is an IP address"),
        ("192.0.2.0/24", "is an IP address"),
        (".", "an empty label"),
        ("...", "an empty label"),
        ("example.com:25", "leave out the path or port"),
    ],
)
def test_what_is_typed_is_called_what_it_is(typed: str, told: str) -> None:
    """
    An address with colons is no domain with a port, and a dot is no address.
    """
    assert told in refused(mailsetup("audit", "--offline", "--", typed))
