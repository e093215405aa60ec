"""The sources that a program can ask, for `mailsetup` to offer without opening the edge itself."""

from __future__ import annotations

from collections.abc import Sequence

from mailsetup.edge.dns import live
from mailsetup.edge.dns.servers import SOCKET_WINDOW
from mailsetup.edge.octodns_folder import OctodnsFolder
from mailsetup.edge.overlay import Overlay
from mailsetup.edge.recorded import Recorded
from mailsetup.edge.zone_file import ZoneFile

__all__ = ["Live", "OctodnsFolder", "Overlay", "Recorded", "ZoneFile"]


class Live(live.Live):
    """
    Resolvers on the network, asked over UDP and TCP, TLS or HTTPS.

    ``resolvers`` as a user writes them (``192.0.2.1``, ``192.0.2.1:5353``, ``tls://...``, ``https://...``), one or several,
    none for the system's own, in the order in which they are tried. ``timeout`` is seconds for one attempt, ``retries``
    how many more there may be, ``rate`` questions a second for each server, ``window`` the unanswered questions a socket
    may have. Raises `UsageError` for what is not a resolver.

    ``silent_after`` (15.0) may be set: how many seconds nothing may be heard of a server that is asked. What waits for it
    then is a time-out, though a few questions at a time go on trying it, until the first answer.
    """

    # A compiled class (hatch_build.py) has no docstring, no signature and no weak references; this one is for programs.
    def __init__(
        self,
        resolvers: str | Sequence[str] = (),
        *,
        timeout: float = 2.0,
        retries: int = 2,
        rate: float | None = None,
        window: int = SOCKET_WINDOW,
    ) -> None:
        super().__init__(resolvers, timeout=timeout, retries=retries, rate=rate, window=window)
