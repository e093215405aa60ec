"""One HTTPS GET: no redirect followed, bounded in size and time, the certificate's fault named."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from mailsetup._version import __version__
from mailsetup.model import retold
from mailsetup.model.dns import Outcome, WebAnswer, WebQuestion
from mailsetup.model.message import phrase
from mailsetup.model.names import printable

from .once import Once
from .reaching import Ask, Blocked, addresses_of
from .trust import authorities_fault

if TYPE_CHECKING:
    import httpx

    from .neighbours import Neighbours

BODY_LIMIT = 65_536 + 1  # RFC 8461 section 3.3 lets senders stop at 64 KB; one more shows that there is more
TIME_LIMIT = 20.0  # seconds for the whole fetch; RFC 8461 section 3.3 gives senders a minute
CONNECT_LIMIT = 5.0  # seconds for the connection and its TLS handshake
HEADERS_LIMIT, HEADER_LIMIT = 60, 1000  # headers kept, and characters of one
ANSWERS_KEPT = 256  # shared among the domains that ask the same
AT_ONCE = 32
BLOCKED = WebAnswer(
    Outcome.TIMEOUT, detail=phrase("HTTPS is blocked from here: no host of two operators answered")
)
FAULTS = {10: "expired", 9: "not-yet-valid", 18: "self-signed", 62: "name", 64: "name"}  # OpenSSL x509_vfy.h


class Web:
    """
    Asks web servers. ``ask`` is the run's own source, so that names mean here what they mean elsewhere.

    A proxy of the environment (HTTPS_PROXY, NO_PROXY) is used and then resolves names itself; SSL_CERT_FILE
    and SSL_CERT_DIR replace the authorities trusted. ``port`` stands in for 443 in tests.
    """

    def __init__(
        self,
        ask: Ask,
        *,
        time_limit: float = TIME_LIMIT,
        connect_limit: float = CONNECT_LIMIT,
        port: int = 443,
        neighbours: Neighbours | None = None,
    ) -> None:
        self._ask = ask
        self._time_limit, self._connect_limit, self._port = time_limit, connect_limit, port
        self._blocked = Blocked()
        self._context: ssl.SSLContext | None = None
        self.once = Once(self._answer, kept=ANSWERS_KEPT, at_once=AT_ONCE, neighbours=neighbours)

    def ask(self, question: WebQuestion) -> asyncio.Task[Any]:
        """The promise of an answer; each address is fetched once."""
        return self.once.ask(question)

    async def close(self) -> None:
        """Breaks off what is under way."""
        await self.once.close()

    async def _answer(self, question: WebQuestion) -> WebAnswer:
        if self._blocked:
            return BLOCKED
        try:
            return await self._fetch(question.url)
        except asyncio.CancelledError:
            raise
        except Exception as fault:  # whatever an unknown server provokes is an answer, never our end
            return WebAnswer(Outcome.SERVFAIL, detail=_words(fault))

    async def _fetch(self, url: str) -> WebAnswer:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        if parts.scheme != "https" or not host:
            return WebAnswer(Outcome.REFUSED, detail=phrase("not an https address"))
        unusable = authorities_fault() if self._context is None else ""
        if unusable:
            return WebAnswer(Outcome.SERVFAIL, detail=unusable)
        port = parts.port or self._port
        if _proxied(host):
            return await self._get(url, host, port, "")
        addresses, outcome = await addresses_of(self._ask, host)
        if not addresses:
            return WebAnswer(
                Outcome.REFUSED if outcome is Outcome.FOUND else outcome,
                detail=phrase("the host has no address"),
            )
        answer = WebAnswer(Outcome.REFUSED)
        for address in addresses:
            answer = await self._get(url, host, port, address)
            if not answer.unknown or answer.outcome is Outcome.SERVFAIL:
                break
        return answer

    async def _get(self, url: str, host: str, port: int, address: str) -> WebAnswer:
        """
        One connection, to an address or, where there is none, through the proxy.

        ``connected`` learns when the handshake is done, so that slow is not unreachable.
        """
        import httpx

        connected = asyncio.Event()

        async def trace(event: str, _: object) -> None:
            if event == "connection.start_tls.complete":
                connected.set()

        target = httpx.URL(url).copy_with(host=address or host, port=port)
        shown = host if port == 443 else f"{host}:{port}"
        try:
            async with asyncio.timeout(self._time_limit):
                return await self._exchange(target, shown, host, trace, connected, proxied=not address)
        except TimeoutError:
            return self._late(host, connected)
        except httpx.TimeoutException:
            return self._late(host, connected)
        except httpx.HTTPError as fault:
            return self._failed(host, fault, connected)

    def _late(self, host: str, connected: asyncio.Event) -> WebAnswer:
        if connected.is_set():
            self._blocked.reached()
            detail = retold.kept(retold.NOT_FINISHED, seconds=f"{self._time_limit:g}")
            return WebAnswer(Outcome.TIMEOUT, slow=True, detail=detail)
        self._blocked.failed(host)
        return WebAnswer(Outcome.TIMEOUT, detail=phrase("no connection in time"))

    def _failed(self, host: str, fault: Exception, connected: asyncio.Event) -> WebAnswer:
        certificate = _certificate_fault(fault)
        if certificate:
            self._blocked.reached()
            return WebAnswer(Outcome.SERVFAIL, tls_fault=certificate, detail=_words(fault))
        if connected.is_set():
            self._blocked.reached()
            return WebAnswer(Outcome.SERVFAIL, detail=_words(fault))
        if any(isinstance(cause, ssl.SSLError) for cause in _causes(fault)):
            return WebAnswer(Outcome.SERVFAIL, detail=_words(fault))
        self._blocked.failed(host)
        return WebAnswer(Outcome.REFUSED, detail=_words(fault))

    async def _exchange(
        self,
        target: httpx.URL,
        shown: str,
        host: str,
        trace: Any,
        connected: asyncio.Event,
        *,
        proxied: bool,
    ) -> WebAnswer:
        import httpx

        limits = httpx.Timeout(self._time_limit, connect=self._connect_limit)
        headers = {
            "Host": shown,
            "User-Agent": f"mailsetup/{__version__}",
            "Accept-Encoding": "identity",  # a small answer may unpack into a huge one
            "Connection": "close",
        }
        extensions = {"sni_hostname": host, "trace": trace}
        async with (
            httpx.AsyncClient(
                verify=self._trust(),
                timeout=limits,
                follow_redirects=False,
                trust_env=proxied,  # NO_PROXY names hosts, and here is an address
            ) as client,
            client.stream("GET", target, headers=headers, extensions=extensions) as response,
        ):
            connected.set()
            self._blocked.reached()
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) >= BODY_LIMIT:
                    break
            kept = response.headers.multi_items()[:HEADERS_LIMIT]
            return WebAnswer(
                Outcome.FOUND,
                response.status_code,
                tuple((name.lower(), printable(value[:HEADER_LIMIT])) for name, value in kept),
                bytes(body[: BODY_LIMIT - 1]),
                len(body) >= BODY_LIMIT,
            )

    def _trust(self) -> ssl.SSLContext:
        if self._context is None:
            import httpx

            self._context = httpx.create_ssl_context(trust_env=True)
        return self._context


def _proxied(host: str) -> bool:
    proxies = getproxies()
    return bool(proxies.get("https") or proxies.get("all")) and not proxy_bypass(host)


def _causes(fault: BaseException | None) -> list[BaseException]:
    """A fault and what it came of, as far as ten steps back."""
    found: list[BaseException] = []
    while fault is not None and len(found) < 10:
        found.append(fault)
        fault = fault.__cause__ or fault.__context__
    return found


def _certificate_fault(fault: Exception) -> str:
    for cause in _causes(fault):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return FAULTS.get(cause.verify_code, "untrusted")
    return ""


def _words(fault: Exception) -> str:
    return printable(f"{type(fault).__name__}: {fault}"[:200])
