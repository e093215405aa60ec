"""Text from files and streams is UTF-8 whatever the system's own encoding is, and bounded."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from mailsetup.edge import files
from mailsetup.edge.files import Beside, read_stream, read_text
from mailsetup.model.errors import InputError


def test_a_stream_is_read_as_a_file_is(tmp_path: Path) -> None:
    """
    With its mark at the beginning or without; the system's encoding has no say.
    """
    text = "b\u00e4ckerei.example\n"
    file = tmp_path / "list.txt"
    file.write_bytes(text.encode("utf-8-sig").replace(b"\n", b"\r\n"))

    assert text == read_text(file)
    assert text == read_stream(io.BytesIO(text.encode("utf-8-sig")), "-")


@pytest.mark.parametrize("data", [b"b\xe4ckerei.example", b"\xff\xfeb\x00"])
def test_another_encoding_is_one_sentence(data: bytes, tmp_path: Path) -> None:
    """
    It says where, and what to do.
    """
    (tmp_path / "list.txt").write_bytes(data)

    with pytest.raises(InputError, match="UTF-8"):
        read_stream(io.BytesIO(data), "-")
    with pytest.raises(InputError, match="UTF-8"):
        read_text(tmp_path / "list.txt")


def test_a_device_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    """
    Renamed over by root, `/dev/null` would be an ordinary file for every program of the machine.
    """
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes with a name here")
    place = tmp_path / "pipe"
    os.mkfifo(place)
    reader = os.open(place, os.O_RDONLY | os.O_NONBLOCK)

    for force in (False, True):
        with Beside(place, force=force) as file:
            file.write("one\n")

        assert b"one\n" == os.read(reader, 99)
        assert place.is_fifo()
    os.close(reader)
    assert [place] == list(tmp_path.iterdir())


def test_no_private_key_goes_into_a_device(tmp_path: Path) -> None:
    """
    It would be printed, or lost.
    """
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes with a name here")
    place = tmp_path / "pipe"
    os.mkfifo(place)

    with pytest.raises(InputError, match="a device or a pipe"):
        Beside(place, force=True, private=True)


def test_a_link_stays_and_its_file_is_replaced(tmp_path: Path) -> None:
    """
    As a shell's `>` does.
    """
    file, link = tmp_path / "real.txt", tmp_path / "link.txt"
    file.write_text("old", encoding="utf-8")
    try:
        link.symlink_to(file)
    except OSError:
        pytest.skip("no links here")

    with Beside(link, force=True) as out:
        out.write("new")

    assert link.is_symlink()
    assert "new" == file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("pieces", "lasting", "forced"), [(1, False, True), (12, False, False), (12, True, True)]
)
def test_what_is_short_or_lasting_is_on_the_disk_before_it_takes_its_place(
    tmp_path: Path, pieces: int, lasting: bool, forced: bool
) -> None:
    """A long result is left to the system: waiting for a slow disk may take longer than the run."""
    seen: list[bool] = []
    target = tmp_path / "out.jsonl"

    with Beside(target, lasting=lasting, sync=lambda handle: seen.append(target.exists())) as file:
        for _ in range(pieces):
            file.write(b"x" * (1 << 20))

    assert seen == [False] * forced
    assert target.stat().st_size == pieces << 20


def test_a_key_or_a_recording_lasts_however_long(tmp_path: Path) -> None:
    """What cannot be made again is forced to the disk."""
    seen: list[int] = []

    files.write_text(tmp_path / "recording.json", "x" * (files.LONG + 1), sync=seen.append)

    assert len(seen) == 1
