"""rbldnsd as the server of blocklists: what most operators run (ip4set, ip6trie, dnset)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .process import NameServer, folder_for, free_port, require, running

SOA = "$SOA 3600 ns.lists.test hostmaster.lists.test 0 600 300 86400 300\n$TTL 300\n"


@contextmanager
def rbldnsd(
    zones: Mapping[str, Mapping[str, str]], tmp: Path, *, address: str = "127.0.0.1", port: int = 0
) -> Iterator[NameServer]:
    """
    rbldnsd with these zones, stopped at the end: ``{zone: {"ip4set": data, "dnset": data}}``.

    A zone may have several data sets of different types; each file gets an SOA.
    """
    binary = require("rbldnsd", "rbldnsd")
    folder = folder_for(tmp, "rbldnsd")
    port = port or free_port(address)
    specs = []
    for i, (zone, sets) in enumerate(zones.items()):
        for kind, data in sets.items():
            (folder / f"{i}.{kind}").write_text(SOA + data, encoding="utf-8")
            specs.append(f"{zone}:{kind}:{i}.{kind}")
    command = [binary, "-n", "-q", "-b", f"{address}/{port}", "-w", str(folder), *specs]
    with running(command, folder, address, port, next(iter(zones))) as server:
        yield server
