"""What a user may write as a resolver, and which resolvers the system uses."""

from __future__ import annotations

import ipaddress
import re
import sys
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from mailsetup.model.errors import UsageError
from mailsetup.model.message import say

DNS_PORT: Final = 53  # RFC 1035 section 4.2
TLS_PORT: Final = 853  # RFC 7858 section 3.1
_NAMESERVER: Final = re.compile(r"^\s*nameserver\s+(\S+)", re.MULTILINE)


class Address(NamedTuple):
    """Where a name server listens: ``scheme`` is ``dns``, ``tls`` or ``https``; ``url`` only for the last."""

    scheme: str
    host: str
    port: int
    url: str = ""

    @property
    def text(self) -> str:
        """As a user would write it, the usual port left out."""
        if self.url:
            return self.url
        usual = TLS_PORT if self.scheme == "tls" else DNS_PORT
        host = f"[{self.host}]" if ":" in self.host and self.port != usual else self.host
        port = "" if self.port == usual else f":{self.port}"
        return f"tls://{host}{port}" if self.scheme == "tls" else f"{host}{port}"


def parse_address(text: str) -> Address:
    """A resolver as typed: ``IP``, ``IP:port``, ``[v6]:port``, ``tls://host[:port]`` or ``https://host/path``."""
    typed = text.strip()
    try:
        if typed.lower().startswith("https://"):
            return _https(typed)
        if typed.lower().startswith("tls://"):
            host, port = _host_and_port(typed[6:].rstrip("/"), TLS_PORT)
            return Address("tls", host, port)
        host, port = _host_and_port(typed, DNS_PORT)
        ipaddress.ip_address(host)
    except ValueError:
        raise UsageError(
            say(
                '"{typed}" is not a resolver; write IP, IP:port, [IPv6]:port, tls://host or '
                "https://host/path",
                typed=typed[:80],
            )
        ) from None
    return Address("dns", host, port)


def _https(typed: str) -> Address:
    parts = urlsplit(typed)
    if not parts.hostname or parts.username or any(c.isspace() for c in typed):
        raise ValueError(typed)
    path = parts.path if parts.path not in ("", "/") else "/dns-query"  # RFC 8484 section 4.1.1
    url = f"https://{parts.netloc}{path}" + (f"?{parts.query}" if parts.query else "")
    return Address("https", parts.hostname, parts.port or 443, url)


def _host_and_port(text: str, usual: int) -> tuple[str, int]:
    if match := re.fullmatch(r"\[([^\]]+)\](?::([0-9]{1,5}))?", text):
        host = str(ipaddress.IPv6Address(match[1]))
    elif match := re.fullmatch(r"([^:\s/@\[\]]+)(?::([0-9]{1,5}))?", text):
        host = match[1]
    else:
        return str(ipaddress.IPv6Address(text)), usual
    port = int(match[2] or usual)
    if not 0 < port < 65536:
        raise ValueError(text)
    return host, port


def system_addresses() -> tuple[Address, ...]:
    """The system's resolvers, in its order; none is an empty tuple, never an error."""
    if sys.platform == "win32":
        found = _from_dnspython()
    else:
        try:
            text = Path("/etc/resolv.conf").read_text(encoding="utf-8", errors="replace")
        except OSError:
            found = _from_dnspython()
        else:
            found = _NAMESERVER.findall(text)
    addresses = []
    for host in found:
        try:
            ipaddress.ip_address(host)
        except ValueError:
            continue
        addresses.append(Address("dns", host, DNS_PORT))
    return tuple(dict.fromkeys(addresses))


def _from_dnspython() -> list[str]:
    """What dnspython finds in the registry or elsewhere; importing it costs a third of a second."""
    import dns.exception
    import dns.resolver

    try:
        resolver = dns.resolver.Resolver(configure=True)
    except (dns.exception.DNSException, OSError):
        return []
    return [str(server) for server in resolver.nameservers]
