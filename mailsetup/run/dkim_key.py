"""A new DKIM key pair: the private key in a file of its own, the public one as the record to publish."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import NamedTuple

from mailsetup.model.dns import TXT, quoted
from mailsetup.model.errors import UsageError
from mailsetup.model.message import say
from mailsetup.model.names import DomainName

ADVISED_BITS = 2048  # RFC 8301 section 3.2
LEAST_BITS = 1024  # RFC 8301 section 3.2: shorter keys must be taken as invalid
MOST_BITS = 4096  # RFC 8301 section 3.2: what verifiers must support

SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\Z")


class NewKey(NamedTuple):
    """The record's ``owner`` and ``text``, and where the private key was written."""

    owner: str
    text: str
    private_key: Path

    @property
    def zone_line(self) -> str:
        """The record as a zone file has it: strings of at most 255 octets (RFC 1035 section 3.3.14)."""
        return f"{self.owner}. IN TXT {' '.join(quoted(c) for c in TXT.of(self.text).chunks)}"


def new_key(
    domain: DomainName,
    selector: str,
    *,
    kind: str = "rsa",
    bits: int | None = None,
    folder: str = ".",
    force: bool = False,
) -> NewKey:
    """
    Makes a key pair and writes the private key as PKCS #8 PEM, readable to its owner alone.

    ``kind`` is ``rsa`` (RFC 6376, 8301) or ``ed25519`` (RFC 8463). Raises `UsageError` for a selector,
    type or length that verifiers would refuse, `InputError` when the file cannot be written.
    """
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from mailsetup.edge.files import write_text

    name = selector.strip().lower()
    if not SELECTOR.match(name) or len(name) > 63:
        raise UsageError(
            say(
                '"{selector}" is no selector; use letters, digits and hyphens, such as mail2026',
                selector=selector,
            )
        )
    if kind == "ed25519" and bits is not None:
        raise UsageError(say("--bits is for RSA keys; an Ed25519 key has one length: leave --bits out"))
    private, record = _rsa(bits or ADVISED_BITS) if kind == "rsa" else _ed25519(kind)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    if kind == "rsa":
        prove(pem, f"{name}._domainkey.{domain}", record)
    path = Path(folder) / f"{name}._domainkey.{domain}.pem"
    write_text(path, pem.decode("ascii"), force=force, private=True, option="--folder")
    return NewKey(f"{name}._domainkey.{domain}", record, path)


def prove(pem: bytes, owner: str, record: str) -> None:
    """
    A trial letter signed with the private key by dkimpy verifies, by dkimpy, against the record to publish.

    A second implementation reads key and record as a receiver would; a pair that fails is never handed out.
    """
    import dkim

    selector, _, domain = owner.partition("._domainkey.")
    letter = b"From: trial@" + domain.encode("ascii") + b"\r\nSubject: trial\r\n\r\ntrial\r\n"
    signature = dkim.sign(
        letter, selector.encode("ascii"), domain.encode("ascii"), pem, include_headers=[b"From", b"Subject"]
    )
    if not dkim.verify(signature + letter, dnsfunc=lambda *_, **__: record.encode("ascii")):
        raise RuntimeError("a letter signed with the new key does not verify against its record")


def _rsa(bits: int):  # type: ignore[no-untyped-def]
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    if not LEAST_BITS <= bits <= MOST_BITS:
        raise UsageError(
            say(
                "--bits {bits}: verifiers take {least_bits} to {most_bits}; {advised_bits} is advised",
                bits=bits,
                least_bits=LEAST_BITS,
                most_bits=MOST_BITS,
                advised_bits=ADVISED_BITS,
            )
        )
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return key, f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode('ascii')}"


def _ed25519(kind: str):  # type: ignore[no-untyped-def]
    from cryptography.hazmat.primitives.asymmetric import ed25519
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    if kind != "ed25519":
        raise UsageError(say('--type "{kind}" is not one of rsa, ed25519', kind=kind))
    key = ed25519.Ed25519PrivateKey.generate()
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return key, f"v=DKIM1; k=ed25519; p={base64.b64encode(raw).decode('ascii')}"
