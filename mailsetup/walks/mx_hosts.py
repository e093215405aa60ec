"""The hosts that take a domain's mail, with their addresses (RFC 5321 section 5.1)."""

from __future__ import annotations

from typing import NamedTuple

from mailsetup.model.walk import Walk

from .addresses import Host, hosts, is_address_literal, is_local_name
from .mx_records import MxRecords, mx_records

__all__ = ["EXCHANGE_LIMIT", "MxHosts", "is_host_name", "mx_hosts"]

EXCHANGE_LIMIT = 20  # ours: the largest real sets have about a dozen; RFC 7208 section 4.6.4 stops at ten


class MxHosts(NamedTuple):
    """
    ``hosts`` are the exchanges that are host names, best preference first.

    ``implicit`` is the domain itself when it has no MX record: its own addresses then take the
    mail. ``skipped`` are exchanges beyond `EXCHANGE_LIMIT`, whose addresses were not asked.
    ``sound`` says that everything is known and every exchange is a name of its own with public
    addresses, so that nothing about the hosts needs a closer look.
    """

    mx: MxRecords
    hosts: tuple[Host, ...]
    implicit: Host | None = None
    skipped: tuple[str, ...] = ()
    sound: bool = False


def mx_hosts(domain: str) -> Walk[MxHosts]:
    """
    The mail hosts of a domain and where they are.

    Two rounds: the MX records, then all addresses at once. An exchange that is an address
    literal or means the local machine is not asked for: no answer could make it right.
    """
    mx = yield from mx_records(domain)
    if mx.absent:
        (implicit,) = yield from hosts([domain])
        return MxHosts(mx, (), implicit)
    names = [e for e in mx.exchanges if is_host_name(e)]
    found = yield from hosts(names[:EXCHANGE_LIMIT])
    sound = len(found) == len(mx.exchanges) and all(host.sound for host in found)
    return MxHosts(mx, found, None, tuple(names[EXCHANGE_LIMIT:]), sound)


def is_host_name(exchange: str) -> bool:
    """Whether an exchange is a name whose addresses are worth asking."""
    return not (is_address_literal(exchange) or is_local_name(exchange))
