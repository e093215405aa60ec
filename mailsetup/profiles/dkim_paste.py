"""
A DKIM public key as people paste it: whole record or bare key, quoted, broken over lines, with a name in front.

Only the form is put right. A key that is cut off, revoked or private is refused with a sentence
that says so and never repeats it.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import NamedTuple

from mailsetup.model.errors import UsageError
from mailsetup.model.message import say

PASTE_LIMIT = 16 * 1024
"""More text than this is no key: a 16384-bit RSA key has 2.8 KB in base64."""

ED25519_LENGTH = 32  # RFC 8463 section 4: the raw public key
_DER_SEQUENCE = 0x30  # an RSA key is a SubjectPublicKeyInfo or RSAPublicKey, RFC 6376 section 3.6.1


class PastedKey(NamedTuple):
    """``key`` is base64 without white space; ``record`` the whole text if a whole record was pasted, else empty."""

    key: str
    record: str

    @property
    def whole(self) -> str:
        """A key record: the one pasted, else the plainest one for this key (RFC 6376 section 3.6.1)."""
        return self.record or f"v=DKIM1; k={'ed25519' if self.is_ed25519 else 'rsa'}; p={self.key}"

    @property
    def is_ed25519(self) -> bool:
        """Whether the key is a raw Ed25519 key (RFC 8463)."""
        return len(_decoded(self.key) or b"") == ED25519_LENGTH


def read_key(pasted: str, name: str) -> PastedKey:
    """The key in a text; ``name`` is the parameter, for the `UsageError` when there is none."""
    if len(pasted) > PASTE_LIMIT:
        raise UsageError(
            say("{name}: {count} characters are too many for a DKIM key", name=name, count=len(pasted))
        )
    if "PRIVATE KEY" in pasted:
        raise UsageError(
            say("{name}: this is a private key; paste the public one, from the DNS record", name=name)
        )
    text = _unquoted(pasted).replace("\\;", ";")
    tags = _tags(text)
    if "p" not in tags:
        return PastedKey(_checked(_bare(text), name), "")
    tags["p"] = _checked(tags["p"], name)
    if tags.keys() <= {"p"}:
        return PastedKey(tags["p"], "")
    record = {"v": tags.pop("v", "DKIM1"), **tags}  # RFC 6376 section 3.6.1: v= comes first
    return PastedKey(tags["p"], "; ".join(f"{tag}={value}" for tag, value in record.items()))


def _unquoted(pasted: str) -> str:
    """The strings between the quotes joined, as a resolver joins them; the whole text if there are none."""
    straight = re.sub("[\u201c\u201d\u201e\u00ab\u00bb]", '"', pasted)
    strings: list[str] = re.findall(r'"([^"]*)"', straight)
    inside = "".join(strings)
    return inside if inside.strip() else straight.replace('"', " ").replace("'", " ")


def _tags(text: str) -> dict[str, str]:
    """The tags of the record in a text; whatever stands in front of its first tag is left out."""
    start = re.search(r"(?<![A-Za-z0-9+/._-])(?:v\s*=\s*DKIM1\b|[kphgsnt]\s*=)", text)
    tags: dict[str, str] = {}
    for part in text[start.start() :].split(";") if start else ():
        tag, equals, value = part.partition("=")
        if equals and tag.strip().isalpha():
            tags[tag.strip()] = " ".join(value.split()).strip("() ")
    if "p" in tags:
        tags["p"] = re.sub(r"[\s()]", "", tags["p"])
    return tags


def _bare(text: str) -> str:
    """A text without PEM lines and white space; of several words the key is what is left after a TXT token."""
    body = re.sub(r"-----[^-]*-----", "", text)
    after_type = re.split(r"\bTXT\b", body)
    return re.sub(r"[\s()]", "", after_type[-1])


def _checked(key: str, name: str) -> str:
    if not key:
        raise UsageError(say("{name}: the record holds no key (an empty p= means a revoked one)", name=name))
    data = _decoded(key)
    if data is None:
        raise UsageError(
            say("{name}: this is not a DKIM key: it must be base64, copied whole from the console", name=name)
        )
    if len(data) != ED25519_LENGTH and _der_length(data) != len(data):
        raise UsageError(
            say(
                "{name}: the key is cut off or damaged; copy it again, from the first letter to the last",
                name=name,
            )
        )
    return key


def _decoded(key: str) -> bytes | None:
    try:
        return base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        return None


def _der_length(data: bytes) -> int:
    """How long a DER sequence says it is, header included; 0 if it is none (X.690 section 8.1.3)."""
    if len(data) < 4 or data[0] != _DER_SEQUENCE:
        return 0
    if data[1] < 0x80:
        return 2 + data[1]
    size = data[1] & 0x7F
    return 2 + size + int.from_bytes(data[2 : 2 + size], "big") if size <= 2 else 0
