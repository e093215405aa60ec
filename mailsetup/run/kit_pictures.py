"""Pictures that lie beside a letter: files its HTML names, and those of the kit's folder ``hosted``; nothing is fetched."""

from __future__ import annotations

import functools
from pathlib import Path

from mailsetup.kit.lint.document import Beside, nothing
from mailsetup.kit.lint.mime import of_percents
from mailsetup.kit.logo import OCTET_LIMIT
from mailsetup.model.brand import Brand

SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif"))
HOSTED = "hosted"
FOLDERS_UP = 6  # from a letter of a kit to the folder that holds ``hosted``


def beside(letter: str, brand: Brand | None) -> Beside:
    """
    What finds the file of a picture's address, for a letter in a file.

    Relative addresses are looked for in the letter's own folder and below it, the firm's own
    (``[signature] assets_url``) in the ``hosted`` of the kit it is in; nothing else is opened.
    """
    place = Path(letter)
    if not place.is_file():
        return nothing
    assets = brand.signature.assets_url if brand is not None else ""
    return functools.partial(_octets, place.resolve().parent, assets)


def _octets(folder: Path, assets: str, address: str) -> bytes | None:
    if assets and address.startswith(assets):
        rest = address[len(assets) :]
        roots = (up / HOSTED for up in (folder, *folder.parents)[:FOLDERS_UP])
        return next((found for root in roots if (found := _read(root, rest)) is not None), None)
    return None if "://" in address or address.startswith(("//", "/")) else _read(folder, address)


def _read(root: Path, rest: str) -> bytes | None:
    """A picture below a folder; None where it is not there, is something else, or leads out of the folder."""
    name = of_percents(rest.partition("?")[0].partition("#")[0]).decode("utf-8", "replace")
    if Path(name).suffix.lower() not in SUFFIXES or ":" in name or "\0" in name:
        return None
    try:
        path = (root / name).resolve()
        if not path.is_relative_to(root.resolve()) or not path.is_file() or path.stat().st_size > OCTET_LIMIT:
            return None
        return path.read_bytes()
    except (OSError, ValueError):  # a name that no file can have
        return None
