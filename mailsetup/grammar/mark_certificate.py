"""Mark certificates (VMC, CMC): certificates that hold a logo (draft-fetch-validation-vmc-wchuang-12)."""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache
from typing import NamedTuple

from .certificate import Certificate, loaded, parse_certificate
from .svg_tiny import unpacked

MARK_USAGE = "1.3.6.1.5.5.7.3.31"  # id-kp-BrandIndicatorforMessageIdentification
LOGOTYPE = "1.3.6.1.5.5.7.1.12"  # RFC 3709 section 4.1
FILES_REMEMBERED = 32
CERTIFICATES_LIMIT = 10
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]{1,90000}+)-----END CERTIFICATE-----")
_LOGO = re.compile(rb"data:image/svg\+xml(?:;[a-z=]+)?;base64,([A-Za-z0-9+/=]+)")


class MarkFile(NamedTuple):
    """``chain`` are the certificates in their order, ``logo`` is the SVG inside the first, None if there is none."""

    chain: tuple[Certificate, ...]
    logo: bytes | None = None

    @property
    def leaf(self) -> Certificate | None:
        """The mark certificate itself."""
        return self.chain[0] if self.chain else None

    @property
    def for_marks(self) -> bool:
        """Whether its key usage is that of BIMI."""
        return bool(self.chain) and MARK_USAGE in self.chain[0].extended_usages


@lru_cache(FILES_REMEMBERED)
def read_mark_file(data: bytes) -> MarkFile:
    """The certificates of a PEM file; those that cannot be read are left out, never raised."""
    chain = []
    for match in list(_PEM.finditer(data))[:CERTIFICATES_LIMIT]:
        try:
            read = parse_certificate(base64.b64decode(b"".join(match[1].split()), validate=True))
        except (binascii.Error, ValueError):
            read = None
        if read is not None:
            chain.append(read)
    return MarkFile(tuple(chain), _logo(chain[0].der) if chain else None)


def _logo(der: bytes) -> bytes | None:
    from cryptography import x509

    try:
        extension = loaded(der).extensions.get_extension_for_oid(x509.ObjectIdentifier(LOGOTYPE))
        found = _LOGO.search(getattr(extension.value, "value", b""))
        return unpacked(base64.b64decode(found[1], validate=True)) if found else None
    except Exception:  # whatever is wrong inside, there is no logo to be had
        return None


def same_logo(one: bytes, other: bytes) -> bool:
    """Whether two files are the same picture, line ends aside."""
    plain = [unpacked(data) for data in (one, other)]
    if plain[0] is None or plain[1] is None:
        return False
    return plain[0].replace(b"\r\n", b"\n").strip() == plain[1].replace(b"\r\n", b"\n").strip()
