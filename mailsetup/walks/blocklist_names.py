"""The name under which an address or a domain stands in a list (RFC 5782 sections 2.1, 2.4 and 3)."""

from __future__ import annotations

import hashlib
import ipaddress

from mailsetup.model.blocklist import Blocklist, Hashing, Kind

__all__ = ["entry_name", "hashed_address", "kind_of_address", "listed_name"]

FUNCTIONS = {"md5": hashlib.md5, "sha1": hashlib.sha1, "sha256": hashlib.sha256}


def entry_name(value: str, zone: str) -> str:
    """
    What is asked for: octets reversed for IPv4, 32 nibbles reversed for IPv6, the name in front for a domain.

    What is no address is a name: lists of addresses have test entries such as ``invalid`` too.
    """
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return f"{value}.{zone}"
    if address.version == 4:
        return ".".join(reversed(str(address).split("."))) + f".{zone}"
    nibbles = address.exploded.replace(":", "")
    return ".".join(reversed(nibbles)) + f".{zone}"


def listed_name(value: str, blocklist: Blocklist, kind: Kind) -> str:
    """The name under which something of a kind stands in a list: mail addresses as their hashes."""
    if kind is Kind.EMAIL_HASH and blocklist.hashing is not None:
        return f"{hashed_address(value, blocklist.hashing)}.{blocklist.zone}"
    return entry_name(value, blocklist.zone)


def hashed_address(address: str, hashing: Hashing) -> str:
    """A mail address brought to the form that a list hashes, and its digest in hexadecimal digits."""
    local, _, host = address.lower().rpartition("@")
    host = dict(hashing.aliases).get(host, host)
    if hashing.strip_tag:
        local = local.partition("+")[0] or local
    if host in hashing.dotless:
        local = local.replace(".", "")
    data = f"{local}@{host}".encode()
    return FUNCTIONS[hashing.function](data, usedforsecurity=False).hexdigest()


def kind_of_address(value: str) -> Kind | None:
    """IPv4 or IPv6; None for what is no address. An IPv4-mapped address counts as what it is written as."""
    try:
        return Kind.IPV4 if ipaddress.ip_address(value).version == 4 else Kind.IPV6
    except ValueError:
        return None
