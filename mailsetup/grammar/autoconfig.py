"""Autoconfig files for mail programs: whether one can be used (draft-ietf-mailmaint-autoconfig-06)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from mailsetup.model.message import Message, say

OCTETS_LIMIT = 65_536
FILES_REMEMBERED = 64


class AutoconfigServer(NamedTuple):
    """A server the file names; ``kind`` is ``imap``, ``pop3`` or ``smtp``."""

    kind: str
    host: str
    port: int


SERVERS_LIMIT = 12  # of one file; a provider names three or four


@lru_cache(FILES_REMEMBERED)
def autoconfig_servers(body: bytes, domain: str) -> tuple[AutoconfigServer, ...]:
    """The servers of a file that can be used; ``%EMAILDOMAIN%`` stands for the domain. Nothing of another file."""
    if autoconfig_fault(body) is not None:
        return ()
    from defusedxml.ElementTree import fromstring

    found = []
    for server in fromstring(body[:OCTETS_LIMIT], forbid_dtd=True).iterfind("emailProvider/*"):
        if server.tag in ("incomingServer", "outgoingServer"):
            name = (server.findtext("hostname") or "").strip().replace("%EMAILDOMAIN%", domain)
            port = (server.findtext("port") or "").strip()
            if name and port.isascii() and port.isdigit() and len(port) < 6:
                found.append(AutoconfigServer(server.get("type") or "", name.lower().rstrip("."), int(port)))
    return tuple(dict.fromkeys(found))[:SERVERS_LIMIT]


@lru_cache(FILES_REMEMBERED)
def autoconfig_fault(body: bytes) -> Message | None:
    """What makes a file useless, or None; entities and external references are never followed."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(body[:OCTETS_LIMIT], forbid_dtd=True)
    except DefusedXmlException:
        return say("it declares entities or a document type")
    except (ParseError, ValueError, LookupError, RecursionError):
        return say("it is not well-formed XML")
    if root.tag != "clientConfig" or root.get("version") != "1.1":
        return say('its root is not clientConfig with version="1.1"')
    provider = root.find("emailProvider")
    if provider is None or not provider.get("id"):
        return say("it names no emailProvider with an id")
    for kind in ("incomingServer", "outgoingServer"):
        if provider.find(kind) is None:
            return say("it names no {kind}", kind=kind)
    return None
