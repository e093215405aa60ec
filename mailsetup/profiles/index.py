"""
What recognition needs of every profile, read from an index made beforehand where it still fits.

Reading 172 TOML files takes as long as judging a thousand domains. The index in the package's
``data`` folder holds what recognition needs of each file under the file's checksum: a file that
was changed or added since is read itself, so the index can be incomplete and never wrong.
``python -m mailsetup.profiles.index > mailsetup/data/detectors.json`` makes it anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zlib import crc32

from mailsetup.model.detection import DetectPatterns
from mailsetup.profiles.files import bundled, content, profile_ids, read_bytes
from mailsetup.profiles.known import Known, known_of

INDEX = Path(__file__).resolve().parent.parent / "data" / "detectors.json"
FORMAT = 1
"""Raised whenever `Known` or `DetectPatterns` changes; an index of another format is not used."""


def all_known(folders: Iterable[Path] = (), index: Path = INDEX) -> list[Known]:
    """The recognition data of every profile, bundled and in ``folders``."""
    indexed = _indexed(index)
    return [_known(path, indexed.get(name)) for name, path in profile_ids(folders).items()]


def make_index() -> str:
    """The index of the bundled profiles, as JSON with one profile a line."""
    lines = []
    for name, path in profile_ids().items():
        data = content(path)
        entry = [_checksum(data), *known_of(read_bytes(path, data))]
        lines.append(f"{json.dumps(name)}: {json.dumps(entry, ensure_ascii=False)}")
    return f'{{"format": {FORMAT}, "profiles": {{\n' + ",\n".join(lines) + "\n}}\n"


def _indexed(index: Path) -> dict[str, list[Any]]:
    try:
        data = json.loads(index.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data["profiles"] if data.get("format") == FORMAT else {}


def _known(path: Path, entry: list[Any] | None) -> Known:
    data = content(path)
    if entry is None or entry[0] != _checksum(data):
        return known_of(read_bytes(path, data))
    one_id, name, kind, state, patterns, selectors = entry[1:]
    known = DetectPatterns._make(tuple(value) if type(value) is list else value for value in patterns)
    cname = {label: tuple(targets) for label, targets in known.cname.items()}
    return Known(one_id, name, kind, state, known._replace(cname=cname), tuple(selectors))


def _checksum(data: bytes) -> int:
    """Of the text whatever its line ends, which some checkouts change."""
    return crc32(data.replace(b"\r\n", b"\n"))


if __name__ == "__main__":
    import sys

    bundled()
    sys.stdout.buffer.write(make_index().encode("utf-8"))
