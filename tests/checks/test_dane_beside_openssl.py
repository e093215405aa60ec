"""TLSA records on certificate chains: what we hold against them beside what OpenSSL does, which Postfix delivers by."""

from __future__ import annotations

import itertools
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from mailsetup.grammar.certificate import TIME, Certificate, association, parse_certificate
from mailsetup.grammar.tlsa import matches_chain, matches_leaf, usable
from mailsetup.model.dns import TLSA
from tests.servers.process import free_port, require

HOST = "mail.example.com"
NOW = datetime.now(UTC)


class Held(NamedTuple):
    """A certificate and its key."""

    certificate: x509.Certificate
    key: Any

    @property
    def read(self) -> Certificate:
        """As a check sees it."""
        found = parse_certificate(self.certificate.public_bytes(Encoding.DER))
        assert found is not None
        return found


@cache
def made(
    name: str, by: str = "", ca: bool = False, sans: tuple[str, ...] = (), days: float = 100, of: str = ""
) -> Held:
    """A certificate ``by`` another of `AUTHORITIES`; with ``days`` below 0 it has ended."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = AUTHORITIES[by]() if by else None
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, of or name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=9))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
    )
    if sans:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([*map(x509.DNSName, sans)]), critical=False
        )
    return Held(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


AUTHORITIES = {
    "root": lambda: made("root", ca=True),
    "inter": lambda: made("inter", "root", ca=True),
    "old": lambda: made("old", "root", ca=True, days=-1),
    "stranger": lambda: made("stranger", ca=True),
}
CHAINS = {
    "full": (made("leaf", "inter", sans=(HOST,)), "inter root"),
    "without-root": (made("leaf", "inter", sans=(HOST,)), "inter"),
    "alone": (made("leaf", "inter", sans=(HOST,)), ""),
    "turned-round": (made("leaf", "inter", sans=(HOST,)), "root inter"),
    "with-a-stranger": (made("leaf", "inter", sans=(HOST,)), "stranger inter root"),
    "other-name": (made("other", "inter", sans=("www.example.com",)), "inter root"),
    "wildcard": (made("wildcard", "inter", sans=("*.example.com",)), "inter root"),
    "name-in-the-subject": (made("subject", "inter", of=HOST), "inter root"),
    "other-name-in-the-subject": (made("subject", "inter", of="www.example.com"), "inter root"),
    "expired": (made("expired", "inter", sans=(HOST,), days=-1), "inter root"),
    "by-an-expired-one": (made("by-old", "old", sans=(HOST,)), "old root"),
    "by-itself": (made("self", sans=(HOST,)), ""),
}


@contextmanager
def serving(chain: str, folder: Path) -> Iterator[int]:
    """OpenSSL's server with a chain; its port."""
    leaf, above = CHAINS[chain]
    (folder / "leaf").write_bytes(leaf.certificate.public_bytes(Encoding.PEM))
    (folder / "key").write_bytes(leaf.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    others = [AUTHORITIES[name]().certificate.public_bytes(Encoding.PEM) for name in above.split()]
    (folder / "above").write_bytes(b"".join(others))
    port = free_port()
    command = ["s_server", "-accept", f"127.0.0.1:{port}", "-cert", "leaf", "-key", "key"]
    if others:
        command += ["-cert_chain", "above"]
    server = subprocess.Popen(
        [require("openssl", "openssl"), *command],
        cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _until_it_listens(server, port)
        yield port
    finally:
        server.kill()
        server.communicate()


def _until_it_listens(server: subprocess.Popen[bytes], port: int) -> None:
    began = time.monotonic()
    while time.monotonic() - began < 10 and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("openssl s_server does not listen")


def openssl_says(port: int, record: TLSA) -> bool:
    """Whether OpenSSL takes the served chain for what the record demands (RFC 7672 section 3.1.1: no names for usage 3)."""
    data = f"{record.usage} {record.selector} {record.matching} {record.data.hex()}"
    done = subprocess.run(
        [
            require("openssl", "openssl"), "s_client", "-connect", f"127.0.0.1:{port}", "-dane_tlsa_domain", HOST,
            "-dane_ee_no_namechecks", "-no-CAfile", "-no-CApath", "-no-CAstore", "-dane_tlsa_rrdata", data,
        ],
        stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=20,
    )  # fmt: skip
    return b"Verify return code: 0 " in done.stdout


def we_say(chain: tuple[Certificate, ...], record: TLSA) -> bool:
    """The same by our reading."""
    leaf, as_of = chain[0], NOW.strftime(TIME)
    sound = leaf.names_host(HOST) and leaf.not_before <= as_of <= leaf.not_after
    return usable(record) and (matches_leaf(record, leaf) or (sound and matches_chain(record, chain, as_of)))


@pytest.mark.real
@pytest.mark.parametrize("chain", CHAINS)
def test_records_hold_where_openssl_says_so(chain: str, tmp_path: Path) -> None:
    """
    Every usage, selector and matching type, of every certificate on the way.

    Where a record holds a whole anchor that the server does not send we are stricter: it has to (RFC 7672 section 3.1.2).
    """
    leaf, above = CHAINS[chain]
    read = (leaf.read, *(AUTHORITIES[name]().read for name in above.split()))
    pinned = {"leaf": leaf.read} | {name: make().read for name, make in AUTHORITIES.items()}
    different = []
    with serving(chain, tmp_path) as port:
        for name, usage, selector, matching in itertools.product(pinned, (2, 3), (0, 1), (0, 1)):
            if usage == 2 and matching == 0 and pinned[name] not in read[1:]:
                continue
            record = TLSA(usage, selector, matching, association(pinned[name], selector, matching))
            if openssl_says(port, record) is not we_say(read, record):
                different.append((name, usage, selector, matching))

    assert [] == different
