"""Autoconfig files for mail programs: whether one can be used (draft-ietf-mailmaint-autoconfig-06)."""

from __future__ import annotations

from functools import lru_cache

from mailsetup.model.message import Message, say

OCTETS_LIMIT = 65_536
FILES_REMEMBERED = 64


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
