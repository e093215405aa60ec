"""NSD as the authoritative server: a second reading of every zone, and the benchmark's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .process import NameServer, folder_for, free_port, require, running

CONF = """
server:
  ip-address: {address}@{port}
  username: ""
  chroot: ""
  zonesdir: "{folder}"
  pidfile: ""
  database: ""
  xfrdfile: "{folder}/xfrd.state"
  xfrdir: "{folder}"
  zonelistfile: "{folder}/zone.list"
  cookie-secret-file: "{folder}/cookies"
  server-count: 1
  rrl-ratelimit: 0
  refuse-any: no
  minimal-responses: no
  tcp-count: 200
  {options}
remote-control:
  control-enable: no
"""


@contextmanager
def nsd(
    zones: Mapping[str, str | bytes | Path],
    tmp: Path,
    *,
    address: str = "127.0.0.1",
    port: int = 0,
    options: str = "",
) -> Iterator[NameServer]:
    """NSD with these zones (name -> master file or the path of one), stopped at the end."""
    binary = require("nsd", "nsd")
    folder = folder_for(tmp, "nsd")
    port = port or free_port(address)
    conf = CONF.format(address=address, port=port, folder=folder, options=options)
    for i, (name, text) in enumerate(zones.items()):
        path = text if isinstance(text, Path) else folder / f"{i}.zone"
        if not isinstance(text, Path):
            path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        conf += f'zone:\n  name: "{name}"\n  zonefile: "{path}"\n'
    (folder / "nsd.conf").write_text(conf, encoding="utf-8")
    with running(
        [binary, "-d", "-c", str(folder / "nsd.conf")], folder, address, port, next(iter(zones))
    ) as server:
        yield server
