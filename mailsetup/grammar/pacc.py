"""
The digest record of automatic configuration, ``v=UAAC1; a=sha256; d=...`` (draft-ietf-mailmaint-pacc-04).

It stands at ``_ua-auto-config.<domain>``. ``d`` is the base64 of the SHA-256 of the configuration file's octets;
a mail program takes the file only when one of the records has its digest. The tags stand in any order, unknown ones
and a last semicolon do not count: so two readers of the draft have it (automx, docs/protocols, on draft -03;
io-pim-discovery, src/pacc, on draft -02; both read 2026-11). Of draft -04 only the first page could be read.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from functools import lru_cache

from .tag_list import tag_list

VERSION = "uaac1"
DIGEST_OCTETS = 32  # of SHA-256
FILES_REMEMBERED = 64


def is_pacc(text: str) -> bool:
    """Whether a text is meant as such a record: it has the version, wherever among its tags."""
    version = tag_list(text, fold_case=True).get("v")
    return version is not None and version.value.lower() == VERSION


def pacc_digest(text: str) -> bytes | None:
    """The digest a record holds; None for one that no program can use."""
    tags = tag_list(text, fold_case=True)
    algorithm, digest = tags.get("a"), tags.get("d")
    if algorithm is None or digest is None or algorithm.value.lower() != "sha256":
        return None
    try:
        octets = base64.b64decode(digest.value, validate=True)
    except (binascii.Error, ValueError):
        return None
    return octets if len(octets) == DIGEST_OCTETS else None


def pacc_record(body: bytes) -> str:
    """The record that belongs to a file."""
    return f"v=UAAC1; a=sha256; d={base64.b64encode(hashlib.sha256(body).digest()).decode('ascii')}"


@lru_cache(FILES_REMEMBERED)
def names_servers(body: bytes) -> bool:
    """Whether a file is a JSON object with protocols in it."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(read, dict) and isinstance(read.get("protocols"), dict) and bool(read["protocols"])
