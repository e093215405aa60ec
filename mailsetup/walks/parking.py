"""Whether a domain is held by a parking service: recognised by its name servers or exchanges."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import NamedTuple

from mailsetup.model import shipped
from mailsetup.model.dns import DnsQuestion
from mailsetup.model.names import is_within
from mailsetup.model.walk import Walk, together

from .delegation import Delegation, delegation
from .mx_records import MxRecords, mx_records

__all__ = ["Parking", "is_parking", "parking"]


class Parking(NamedTuple):
    """``hosts`` are the parking service's hosts found, ``questions`` what showed them; both empty when it is not parked."""

    hosts: tuple[str, ...] = ()
    questions: tuple[DnsQuestion, ...] = ()


def parking(domain: str) -> Walk[Parking]:
    """
    Whether a parking service holds a domain: all its exchanges, or all its name servers, are the service's.

    Name servers alone do not settle it: such a service may serve a used domain too, so a mail
    host of its own, or a null MX, shows that somebody looks after it.
    """
    found: tuple[Delegation, MxRecords] = yield from together(delegation(domain), mx_records(domain))
    there, mx = found
    name_servers, _ = known_hosts()
    if is_parking(mx.exchanges):
        return Parking(mx.exchanges, (mx.question,))
    if mx.absent and there.servers and all(_known(host, name_servers) for host in there.servers):
        return Parking(there.servers, (there.question, mx.question))
    return Parking()


def is_parking(exchanges: tuple[str, ...]) -> bool:
    """Whether all exchanges, at least one, are a parking service's."""
    parked = known_hosts()[1]
    return bool(exchanges) and all(_known(host, parked) for host in exchanges)


def _known(host: str, patterns: tuple[str, ...]) -> bool:
    return any(is_within(host, pattern) for pattern in patterns)


@lru_cache(maxsize=1)
def known_hosts() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The name servers and the exchanges of parking services, from ``data/parking.toml``."""
    patterns = tomllib.loads(shipped.text("data/parking.toml"))["patterns"]
    return tuple(patterns["name_servers"]), tuple(patterns["exchanges"])
