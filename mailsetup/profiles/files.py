"""
Where profiles are kept, and reading one or all of them.

Two places are known: ``provider_profiles`` beside the package (a checkout) and ``_profiles``
inside it (a wheel). A folder of the user's own comes after them; a profile there replaces the
bundled one of the same id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mailsetup.model import os_faults
from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.message import Message, say
from mailsetup.model.nearest import nearest

if TYPE_CHECKING:
    from mailsetup.model.profile import Profile

SUFFIX = ".toml"
SIZE_LIMIT = 256 * 1024
"""A profile file larger than this is refused; the largest bundled one has 8 KB."""


def bundled() -> Path:
    """The folder of the profiles that came with the package."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_profiles", package.parent / "provider_profiles"):
        if folder.is_dir():
            return folder
    raise InputError(
        say(
            "the provider profiles are missing from this installation; install mailsetup again from its wheel"
        )
    )


def profile_ids(folders: Iterable[Path] = ()) -> dict[str, Path]:
    """Every profile id with its file, in the order of ids; nothing is read."""
    found: dict[str, Path] = {}
    for folder in (bundled(), *folders):
        try:
            names = [path.name for path in folder.iterdir()]
        except OSError as fault:
            raise InputError(
                say(
                    "{folder}: the folder of profiles cannot be read: {reason}",
                    folder=folder,
                    reason=os_faults.strerror(fault),
                )
            ) from None
        found.update((name.removesuffix(SUFFIX), folder / name) for name in names if name.endswith(SUFFIX))
    return dict(sorted(found.items()))


def load(profile_id: str, folders: Iterable[Path] = ()) -> Profile:
    """One profile by its id; an unknown one is a `UsageError` that names the nearest."""
    known = profile_ids(folders)
    path = known.get(profile_id.strip().lower())
    if path is None:
        raise UsageError(_unknown(profile_id, known))
    return read(path)


def load_all(folders: Iterable[Path] = ()) -> dict[str, Profile]:
    """All profiles by id, in the order of ids."""
    return {name: read(path) for name, path in profile_ids(folders).items()}


def read(path: Path) -> Profile:
    """The profile in a file, whose name must be its id."""
    return read_bytes(path, content(path))


def content(path: Path) -> bytes:
    """The octets of a profile file, of bounded size."""
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise InputError(
            say("{path}: cannot be read: {reason}", path=path, reason=os_faults.strerror(fault))
        ) from None
    if len(data) > SIZE_LIMIT:
        raise InputError(
            say(
                "{path}: {count} bytes are too many for a profile; at most {limit}",
                path=path,
                count=len(data),
                limit=SIZE_LIMIT,
            )
        )
    return data


def read_bytes(path: Path, data: bytes) -> Profile:
    """The profile in the octets of a file; ``path`` is for its id and for messages."""
    from mailsetup.profiles.reading import parse

    try:
        profile = parse(data.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as fault:
        raise InputError(
            say(
                "{path}: byte {start} is not UTF-8; save the file with that encoding",
                path=path,
                start=fault.start,
            )
        ) from None
    if profile.id != path.name.removesuffix(SUFFIX):
        raise InputError(
            say(
                '{path}: id: "{profile}" must be the name of the file without {suffix}',
                path=path,
                profile=profile.id,
                suffix=SUFFIX,
            )
        )
    return profile


def _unknown(typed: str, known: Mapping[str, Path]) -> Message:
    shown = typed.strip().lower()
    words = [
        name for name in known if len(shown) > 1 and (shown in name.split("-") or name.startswith(shown))
    ]
    close = words[:5] or nearest(shown, known, 3)
    advice = (
        say("did you mean {near}?", near=str(say(" or ")).join(close))
        if close
        else say("`mailsetup providers` lists those there are")
    )
    return say('there is no provider "{typed}"; {advice}', typed=shown[:60], advice=advice)
