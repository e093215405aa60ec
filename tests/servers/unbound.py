"""Unbound as the resolver: recursion into the test's own servers, and validation from a test anchor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .process import NameServer, folder_for, free_port, require, running

CONF = """
server:
  interface: {address}@{port}
  port: {port}
  do-ip6: no
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: ""
  use-syslog: no
  verbosity: 1
  log-servfail: yes
  num-threads: 1
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  module-config: "{modules}"
  unblock-lan-zones: yes
  insecure-lan-zones: yes
  qname-minimisation: no
  target-fetch-policy: "0 0 0 0 0"
  {options}
remote-control:
  control-enable: no
"""


@contextmanager
def unbound(
    servers: Mapping[str, NameServer | str],
    tmp: Path,
    *,
    anchor: str = "",
    address: str = "127.0.0.1",
    port: int = 0,
    options: str = "",
    modules: str = "",
) -> Iterator[NameServer]:
    """
    Unbound that asks these servers (zone -> server, or ``"address@port"``), stopped at the end.

    ``anchor`` is a DS or DNSKEY record in presentation form; with it answers are validated (AD, SERVFAIL).
    ``modules`` are others of Unbound's, such as ``dns64 iterator``.
    The ready server answered for ``localhost``, which it serves itself.
    """
    binary = require("unbound", "unbound")
    folder = folder_for(tmp, "unbound")
    port = port or free_port(address)
    modules = modules or ("validator iterator" if anchor else "iterator")
    more = f"{options}\n  trust-anchor: '{anchor}'" if anchor else options
    conf = CONF.format(address=address, port=port, folder=folder, modules=modules, options=more)
    for zone, server in servers.items():
        at = server if isinstance(server, str) else f"{server.address}@{server.port}"
        conf += f'stub-zone:\n  name: "{zone}"\n  stub-addr: {at}\n  stub-no-cache: no\n'
        conf = conf.replace("remote-control:", f'  local-zone: "{zone}" nodefault\nremote-control:', 1)
    (folder / "unbound.conf").write_text(conf, encoding="utf-8")
    with running(
        [binary, "-d", "-c", str(folder / "unbound.conf")], folder, address, port, "localhost"
    ) as server:
        yield server
