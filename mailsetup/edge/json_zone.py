"""Zones in JSON: DNSControl's intermediate form or a Terraform plan, told apart by their keys."""

from __future__ import annotations

from pathlib import Path

from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.message import Message, say
from mailsetup.model.names import DomainName

from .authority import Zone
from .placed_json import WANTED, read_json


def json_zones(given: str, path: Path) -> list[tuple[Zone, list[Message]]]:
    """
    The zones of a JSON file, each with what is to be said about it; ``given`` is the origin as typed, or ``""``.

    Raises `InputError` for what cannot be read, `UsageError` when no zone is found.
    """
    found, text = read_json(path)
    name, marked, tag = given.partition("!")
    origin = _origin(name, path)
    if isinstance(found.get("domains"), list):
        from .dnscontrol_ir import dnscontrol_zones

        zones = dnscontrol_zones(found, text, path, f"{origin}{marked}{tag}")
    elif "planned_values" in found or "format_version" in found:
        from .terraform_plan import terraform_zones

        zones = terraform_zones(found, text, path, origin)
    else:
        raise InputError(
            say(
                "{path}: neither a DNSControl nor a Terraform document; {wanted}",
                path=str(path),
                wanted=say(WANTED),
            )
        )
    if not zones:
        said = (
            say(
                "{path}: holds no zone for {origin}; {wanted}",
                path=str(path),
                origin=origin,
                wanted=say(WANTED),
            )
            if origin
            else say("{path}: holds no zone; {wanted}", path=str(path), wanted=say(WANTED))
        )
        raise UsageError(said)
    return zones


def _origin(given: str, path: Path) -> str:
    if not given:
        return ""
    try:
        return DomainName.parse(given.rstrip("."))
    except UsageError as fault:
        raise UsageError(
            say('{path}: the origin "{given}": {fault}', path=str(path), given=given[:80], fault=fault)
        ) from None
