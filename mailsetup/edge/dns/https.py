"""Questions over HTTPS (RFC 8484), by the HTTP client that dnspython brings; it honours the proxy variables."""

from __future__ import annotations

from typing import Any, Final

from mailsetup.model import retold
from mailsetup.model.dns import Outcome
from mailsetup.model.message import phrase

from .asking import Asking, Carrier, answers, reason

MEDIA_TYPE: Final = "application/dns-message"  # RFC 8484 section 6
LARGEST: Final = 65_535  # octets, RFC 8484 section 6
_NO_ID: Final = b"\0\0"  # so that caches may share answers, RFC 8484 section 4.1


class Https:
    """One HTTP/2 client for one server."""

    __slots__ = ("_client", "_server")

    def __init__(self, server: Carrier) -> None:
        self._server = server
        self._client: Any = None

    def send(self, asking: Asking) -> None:
        """Sends a question; its answer comes back to the server's desk."""
        self._server.start(self._ask(asking, asking.attempt))

    async def _ask(self, asking: Asking, attempt: int) -> None:
        server = self._server
        try:
            if self._client is None:
                self._client = _client()
            headers = {"content-type": MEDIA_TYPE, "accept": MEDIA_TYPE}
            content = _NO_ID + asking.tail
            packet = b""
            async with self._client.stream("POST", server.address.url, content=content, headers=headers) as r:
                status = int(r.status_code)
                async for part in r.aiter_bytes():
                    packet += part
                    if len(packet) > LARGEST:
                        break
        except Exception as fault:  # the client has dozens of kinds; all mean: no answer from there
            self._fail(asking, attempt, f"{server.text}: {type(fault).__name__} {reason(fault)}".strip())
            return
        if asking.server is not server or asking.attempt != attempt:
            return
        if status != 200 or not answers(packet, asking):
            said = (
                retold.kept(retold.HTTP_STATUS, status=status)
                if status != 200
                else phrase("no DNS answer to this question")
            )
            self._fail(asking, attempt, f"{server.text}: {said}")
            return
        server.desk.received(asking, packet, server, whole=True)

    def _fail(self, asking: Asking, attempt: int, detail: str) -> None:
        if asking.server is self._server and asking.attempt == attempt:
            self._server.desk.failed(asking, self._server, Outcome.SERVFAIL, detail, for_good=True)

    async def close(self) -> None:
        """Closes the client's connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None


def _client() -> Any:
    """dnspython 2.9 brings httpx2, earlier ones httpx; both have the same face."""
    try:
        import httpx2 as http
    except ImportError:
        import httpx as http  # type: ignore[no-redef]
    return http.AsyncClient(http2=True, timeout=30.0, follow_redirects=False)
