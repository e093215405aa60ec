"""The name under which an address or a domain stands in a list (RFC 5782 sections 2.1, 2.4 and 3)."""

from __future__ import annotations

import ipaddress

from mailsetup.model.blocklist import Kind

__all__ = ["entry_name", "kind_of_address"]


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


def kind_of_address(value: str) -> Kind | None:
    """IPv4 or IPv6; None for what is no address. An IPv4-mapped address counts as what it is written as."""
    try:
        return Kind.IPV4 if ipaddress.ip_address(value).version == 4 else Kind.IPV6
    except ValueError:
        return None
