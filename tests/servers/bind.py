"""BIND 9 as the authoritative server: any zones, dynamic update, signed zones."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, cast

import dns.name
import dns.query
import dns.rcode
import dns.update

from .process import NameServer, folder_for, free_port, require, running

OPTIONS = """
options {{
  directory "{folder}";
  listen-on port {port} {{ {address}; }};
  listen-on-v6 {{ none; }};
  pid-file none;
  lock-file none;
  session-keyfile none;
  recursion no;
  allow-query {{ any; }};
  allow-transfer {{ 127.0.0.0/8; }};
  notify no;
  dnssec-validation no;
  empty-zones-enable no;
  check-names primary ignore;
  check-mx ignore;
  check-spf ignore;
  check-integrity no;
  check-srv-cname ignore;
  check-mx-cname ignore;
  {options}
}};
controls {{ }};
"""
ZONE = 'zone "{name}" {{ type primary; file "{file}"; {more} }};\n'


class Bind(NameServer):
    """A running BIND; ``update`` publishes changes at once, as an owner's panel would."""

    def update(self, zone: str, *changes: tuple[str, str, Iterable[str]], ttl: int = 60) -> None:
        """
        Replaces record sets: ``(owner, rdtype, records in presentation form)``; no records delete the set.

        All changes are made together or none; raises when the server refuses.
        """
        message = dns.update.UpdateMessage(zone)
        for owner, rdtype, records in changes:
            name = dns.name.from_text(owner)
            message.delete(name, rdtype)
            for record in records:
                message.add(name, ttl, rdtype, record)
        answer = dns.query.tcp(message, self.address, timeout=10, port=self.port)
        if answer.rcode() != dns.rcode.NOERROR:
            raise RuntimeError(f"update refused: {dns.rcode.to_text(answer.rcode())}\n{self.tail()}")


@contextmanager
def bind(
    zones: Mapping[str, str | bytes],
    tmp: Path,
    *,
    updates: bool = False,
    address: str = "127.0.0.1",
    port: int = 0,
    options: str = "",
) -> Iterator[Bind]:
    """
    BIND with these zones (name -> master file), stopped at the end.

    ``options`` are further lines for named.conf's ``options``; with ``updates`` loopback may change every
    zone. A zone BIND cannot load answers SERVFAIL, as in life.
    """
    named = require("named", "bind9")
    folder = folder_for(tmp, "bind")
    port = port or free_port(address)
    more = "allow-update { 127.0.0.0/8; };" if updates else ""
    conf = OPTIONS.format(folder=folder, port=port, address=address, options=options)
    for i, (name, text) in enumerate(zones.items()):
        (folder / f"{i}.zone").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        conf += ZONE.format(name=name, file=f"{i}.zone", more=more)
    (folder / "named.conf").write_text(conf, encoding="utf-8")
    command = [named, "-g", "-n", "1", "-c", str(folder / "named.conf")]
    with running(command, folder, address, port, next(iter(zones)), Bind) as server:
        yield cast(Bind, server)


class Signed(NamedTuple):
    """
    Signed zones (name -> master file) and the topmost one's key as a trust anchor for Unbound.

    With ``options=signed.options`` BIND signs what dynamic updates change.
    """

    zones: dict[str, str]
    anchor: str
    options: str


def signed(
    zones: Mapping[str, str],
    tmp: Path,
    *,
    spoiled: Iterable[str] = (),
    hashed: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Signed:
    """
    The zones signed by BIND's tools, each with its children's DS; parents may come in any order.

    A zone in ``spoiled`` keeps its DS in the parent but is signed by another key, so that validation
    fails; the zone with the shortest name is the anchor. ``hashed`` are further arguments for the signer by
    zone: ``-3 -`` for NSEC3, ``-A`` for opt-out.
    """
    keygen, signzone = require("dnssec-keygen", "bind9-utils"), require("dnssec-signzone", "bind9-utils")
    folder = folder_for(tmp, "keys")
    order = sorted(zones, key=lambda name: -len(dns.name.from_text(name).labels))
    out: dict[str, str] = {}
    for name in order:
        out[name] = _sign(keygen, signzone, folder, name, zones[name], hashed.get(name, ()))
    for name in spoiled:
        (folder / "spoiled").mkdir(exist_ok=True)
        out[name] = _sign(keygen, signzone, folder / "spoiled", name, zones[name])
    anchor = re.search(
        r"^\S+\s+\d+\s+IN\s+DS .*$|^\S+\s+IN\s+DS .*$", _dsset(folder, order[-1]), re.MULTILINE
    )
    assert anchor, "dnssec-signzone wrote no DS"
    return Signed(out, anchor[0], f'key-directory "{folder}";')


def _sign(keygen: str, signzone: str, folder: Path, name: str, text: str, more: Sequence[str] = ()) -> str:
    dotted = name.rstrip(".") + "."
    file = folder / "zone"
    file.write_text(text, encoding="utf-8")
    key = ["-K", str(folder), "-a", "ECDSAP256SHA256", "-f", "KSK", "-n", "ZONE", dotted]
    _run([keygen, "-q", *key], folder)
    _run(
        [
            signzone,
            *more,
            "-S",
            "-z",
            "-g",
            "-d",
            str(folder),
            "-K",
            str(folder),
            "-o",
            dotted,
            "-f",
            "signed",
            "zone",
        ],
        folder,
    )
    return (folder / "signed").read_text(encoding="utf-8")


def _dsset(folder: Path, name: str) -> str:
    return (folder / f"dsset-{name.rstrip('.')}.").read_text(encoding="utf-8")


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")
