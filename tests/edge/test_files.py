"""Text from files and streams is UTF-8 whatever the system's own encoding is, and bounded."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from mailsetup.edge.files import read_stream, read_text
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
