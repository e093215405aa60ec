"""The DNS hosts: one TOML file each under ``dns_hosts/``, recognised by their name servers."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from mailsetup.model import shipped
from mailsetup.model.dns_host import DnsHost, GenericSteps

COMMON = "_common.toml"
INDEX = "data/dns_hosts.json"


@lru_cache(maxsize=1)
def dns_hosts() -> tuple[DnsHost, ...]:
    """Every known DNS host, by id."""
    from importlib.resources import files

    folder = files("mailsetup").joinpath("dns_hosts")
    names = sorted(
        item.name for item in folder.iterdir() if item.name.endswith(".toml") and item.name != COMMON
    )
    return tuple(parse(folder.joinpath(name).read_text(encoding="utf-8")) for name in names)


@lru_cache(maxsize=1)
def generic_steps() -> GenericSteps:
    """The steps for a host that is not known."""
    data = _common()["generic"]
    return GenericSteps(tuple(data["steps"]), {k: v for k, v in data.items() if isinstance(v, str)})


@lru_cache(maxsize=1)
def _common() -> dict[str, Any]:
    return tomllib.loads(shipped.text(f"dns_hosts/{COMMON}"))


def parse(text: str) -> DnsHost:
    """A host from its file."""
    data = tomllib.loads(text)
    recognise, editor = data.get("recognise", {}), data.get("editor", {})
    return DnsHost(
        id=data["id"],
        name=data["name"],
        kind=data["kind"],
        confidence=data["confidence"],
        ns=tuple(recognise.get("ns", ())),
        companions=tuple(recognise.get("companions", ())),
        ambiguous_with=tuple(recognise.get("ambiguous_with", ())),
        path=tuple(editor.get("path", ())),
        mx_path=tuple(editor.get("mx_path", ())),
        url=editor.get("url", ""),
        basis=editor.get("basis", ""),
        date=editor.get("date", ""),
        labels=data.get("labels", {}),
        form=data.get("form", {}),
        traps=tuple(data.get("traps", ())),
        presets=tuple(data.get("presets", ())),
        imports=data.get("import", {}),
        sources=tuple(data.get("sources", ())),
    )


def patterns() -> tuple[tuple[str, str, str], ...]:
    """
    (pattern, id, name) of every host, for recognition.

    Read from an index, since an audit needs nothing else of the 63 files; a test holds that it is not stale.
    ``python -m mailsetup.profiles.dns_hosts > mailsetup/data/dns_hosts.json`` makes it anew.
    """
    rows = json.loads(shipped.text(INDEX))
    return tuple((pattern, one_id, name) for pattern, one_id, name in rows)


def make_index() -> str:
    """The index, one pattern a line."""
    rows = [json.dumps((p, host.id, host.name), ensure_ascii=False) for host in dns_hosts() for p in host.ns]
    return "[\n" + ",\n".join(rows) + "\n]\n"


def host_of(servers: Iterable[str]) -> tuple[DnsHost | None, tuple[DnsHost, ...]]:
    """
    The one host that all name servers belong to, and every host any of them matches.

    None when the servers match no host, several, or are not all of it: then no panel's steps can be trusted.
    """
    names = [name.lower() for name in servers]
    matching = [h for h in dns_hosts() if any(re.search(p, n) for p in h.ns for n in names)]
    whole = [h for h in matching if all(any(re.search(p, n) for p in (*h.ns, *h.companions)) for n in names)]
    certain = whole[0] if len(whole) == 1 and not whole[0].ambiguous_with and not _doubtful(names) else None
    return certain, tuple(matching)


def _doubtful(names: list[str]) -> bool:
    entries = _common().get("ambiguous", ())
    return any(len(e["hosts"]) > 1 and any(re.search(e["pattern"], n) for n in names) for e in entries)


if __name__ == "__main__":
    import sys

    sys.stdout.buffer.write(make_index().encode("utf-8"))
