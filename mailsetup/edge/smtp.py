"""
One SMTP conversation: greeting, EHLO, STARTTLS, EHLO, QUIT; never MAIL, RCPT or VRFY.

On the ports whose first octet is TLS already (submissions, imaps, pop3s) it is the handshake, the greeting and
goodbye. Nobody logs in anywhere.

One connection a host, bounded in time and size. The certificate is taken as it is and judged beside, so that a
bad one can be shown; nothing secret ever crosses the connection.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mailsetup.model import retold
from mailsetup.model.dns import Outcome, SmtpAnswer, SmtpQuestion
from mailsetup.model.message import phrase
from mailsetup.model.names import printable

from .once import Once
from .reaching import Ask, Blocked, addresses_of
from .trust import NoAuthorities, chain_fault

if TYPE_CHECKING:
    from .neighbours import Neighbours

CONNECT_LIMIT = 10.0  # seconds until somebody answers at the port
TIME_LIMIT = 30.0  # seconds for the whole conversation; greylisting hosts greet after 5 to 20
LINE_LIMIT = 2048  # octets of one line; RFC 5321 section 4.5.3.1.5 has 512
UNKNOWN_COMMAND = (500, 502)  # RFC 5321 section 4.2.4
LINES_LIMIT = 100  # lines of one reply
CHAIN_LIMIT = 10
ANSWERS_KEPT = 1024  # shared among the domains that ask the same
AT_ONCE = 16
IMPLICIT_TLS = {465: b"QUIT\r\n", 993: b"a LOGOUT\r\n", 995: b"QUIT\r\n"}  # RFC 8314 section 3, with goodbye


def _blocked(port: int) -> SmtpAnswer:
    return SmtpAnswer(Outcome.TIMEOUT, detail=retold.kept(retold.PORT_BLOCKED, port=port))


class Broken(Exception):
    """The other side said what is not SMTP, or broke off."""


class Smtp:
    """Asks mail servers; ``ask`` is the run's own source. ``ports`` are stand-ins in tests, by the port meant."""

    def __init__(
        self,
        ask: Ask,
        *,
        time_limit: float = TIME_LIMIT,
        connect_limit: float = CONNECT_LIMIT,
        ports: Mapping[int, int] | None = None,
        neighbours: Neighbours | None = None,
    ) -> None:
        self._ask = ask
        self._time_limit, self._connect_limit, self._ports = time_limit, connect_limit, ports or {}
        self._blocked: dict[int, Blocked] = {}
        self.once = Once(self._answer, kept=ANSWERS_KEPT, at_once=AT_ONCE, neighbours=neighbours)

    def ask(self, question: SmtpQuestion) -> asyncio.Task[Any]:
        """The promise of an answer; each host is spoken to once."""
        return self.once.ask(question)

    async def close(self) -> None:
        """Breaks off what is under way."""
        await self.once.close()

    async def _answer(self, question: SmtpQuestion) -> SmtpAnswer:
        try:
            return await self._reached(question)
        except asyncio.CancelledError:
            raise
        except Exception as fault:  # whatever an unknown server provokes is an answer, never our end
            return SmtpAnswer(Outcome.SERVFAIL, detail=_words(fault))

    async def _reached(self, question: SmtpQuestion) -> SmtpAnswer:
        blocked = self._blocked.setdefault(question.port, Blocked())
        if blocked:
            return _blocked(question.port)
        addresses, outcome = await addresses_of(self._ask, question.host)
        if not addresses:
            return SmtpAnswer(
                Outcome.REFUSED if outcome is Outcome.FOUND else outcome,
                detail=phrase("the host has no address"),
            )
        answer, silent = SmtpAnswer(Outcome.REFUSED), SmtpAnswer(Outcome.REFUSED)
        for address in addresses:
            answer = await self._speak(question, address)
            if answer.outcome not in (Outcome.TIMEOUT, Outcome.REFUSED):
                break
            if answer.outcome is Outcome.TIMEOUT or not silent.detail:
                silent = answer  # one address that may only be slow leaves the host open
        else:
            blocked.failed(question.host)
            return _blocked(question.port) if blocked else silent
        blocked.reached()
        return answer

    async def _speak(self, question: SmtpQuestion, address: str) -> SmtpAnswer:
        port = self._ports.get(question.port, question.port)
        try:
            async with asyncio.timeout(self._connect_limit):
                reader, writer = await asyncio.open_connection(address, port, limit=LINE_LIMIT)
        except TimeoutError:
            return SmtpAnswer(Outcome.TIMEOUT, detail=phrase("no connection in time"))
        except ConnectionRefusedError as fault:
            return SmtpAnswer(Outcome.REFUSED, detail=_words(fault))
        except OSError as fault:  # no way there from here says nothing about the host
            return SmtpAnswer(Outcome.TIMEOUT, detail=_words(fault))
        conversation = _Conversation(question.host, reader, writer)
        try:
            async with asyncio.timeout(self._time_limit):
                if question.port in IMPLICIT_TLS:
                    return await conversation.hold_encrypted(IMPLICIT_TLS[question.port])
                return await conversation.hold()
        except TimeoutError:
            return conversation.broken(phrase("stopped in the middle: no answer in time"))
        except (Broken, OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as fault:
            return conversation.broken(_words(fault))
        finally:
            writer.transport.abort()


class _Conversation:
    """What was said so far; a fault in the middle leaves it as the answer, once the host has greeted."""

    def __init__(self, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.host, self.reader, self.writer = host, reader, writer
        self.answer = SmtpAnswer(Outcome.SERVFAIL)

    def broken(self, detail: str) -> SmtpAnswer:
        """Half a conversation proves nothing: unknown, with what was seen."""
        return self.answer._replace(outcome=Outcome.SERVFAIL, detail=detail)

    async def hold(self) -> SmtpAnswer:
        code, lines = await self._reply()
        self.answer = SmtpAnswer(Outcome.FOUND, f"{code} {lines[0]}")
        if code != 220:
            return self.answer._replace(detail=phrase("the host greets with a refusal"))
        code, lines = await self._say(f"EHLO {self._own_name()}")
        if code in UNKNOWN_COMMAND:  # a server of RFC 821: it has no extensions
            return await self._quit()
        if code != 250:  # what it offers others is not known
            await self._quit()
            return self.broken(retold.kept(retold.EHLO_REFUSED, reply=f"{code} {lines[0]}"))
        self.answer = self.answer._replace(extensions=tuple(lines[1:]))
        if not any(line.split(" ")[0].upper() == "STARTTLS" for line in lines[1:]):
            return await self._quit()
        code, lines = await self._say("STARTTLS")
        if code != 220:
            self.answer = self.answer._replace(
                detail=retold.kept(retold.STARTTLS_REFUSED, reply=f"{code} {lines[0]}")
            )
            return await self._quit()
        await self._encrypt()
        return self.answer

    async def hold_encrypted(self, goodbye: bytes) -> SmtpAnswer:
        """TLS first (RFC 8314 section 3); the greeting only shows that a mail server speaks, in whichever protocol."""
        await self._shake_hands()
        greeting = (await self.reader.readuntil(b"\n")).decode("utf-8", "replace")
        self.answer = self.answer._replace(greeting=printable(greeting.rstrip("\r\n")))
        return await self._quit(goodbye)

    async def _encrypt(self) -> None:
        await self._shake_hands()
        code, lines = await self._say(f"EHLO {self._own_name()}")
        if code == 250:
            known = self.answer.extensions
            self.answer = self.answer._replace(
                extensions=(*known, *(line for line in lines[1:] if line not in known))
            )
        await self._quit()

    async def _shake_hands(self) -> None:
        try:
            await self.writer.start_tls(_context(), server_hostname=self.host)
        except (ssl.SSLError, ConnectionError) as fault:
            raise Broken(retold.kept(retold.HANDSHAKE, fault=_words(fault))) from None
        shown = self.writer.get_extra_info("ssl_object")
        chain = _chain(shown)
        try:
            found = await asyncio.to_thread(chain_fault, chain, self.host)
        except NoAuthorities as fault:
            raise Broken(str(fault)) from None
        self.answer = self.answer._replace(
            outcome=Outcome.FOUND,
            starttls=True,
            tls_version=shown.version() or "",
            certificates=chain,
            tls_fault=found,
        )

    async def _quit(self, goodbye: bytes = b"QUIT\r\n") -> SmtpAnswer:
        """Says goodbye; what the host answers to that is of no interest."""
        try:
            self.writer.write(goodbye)
            await self.writer.drain()
        except OSError:
            pass
        return self.answer

    async def _say(self, words: str) -> tuple[int, list[str]]:
        self.writer.write(words.encode("ascii") + b"\r\n")
        await self.writer.drain()
        return await self._reply()

    async def _reply(self) -> tuple[int, list[str]]:
        lines: list[str] = []
        while len(lines) < LINES_LIMIT:
            raw = await self.reader.readuntil(b"\n")
            line = printable(raw.decode("utf-8", "replace").rstrip("\r\n"))
            if (
                len(line) < 3
                or not (line[:3].isascii() and line[:3].isdigit())
                or line[3:4] not in ("", " ", "-")
            ):
                raise Broken(retold.kept(retold.NOT_SMTP, line=line[:80]))
            lines.append(line[4:])
            if line[3:4] != "-":
                return int(line[:3]), lines
        raise Broken(phrase("a reply without end"))

    def _own_name(self) -> str:
        """Our address as a literal, since a probing machine need not have a name (RFC 5321 section 4.1.3)."""
        address = str(self.writer.get_extra_info("sockname")[0]).partition("%")[0]
        return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def _context() -> ssl.SSLContext:
    """Takes any certificate and every version the library still knows, to see what the host has at best."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    except ssl.SSLError:
        return context  # a library built without the old
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    return context


def _chain(shown: Any) -> tuple[bytes, ...]:
    """The certificates as sent, leaf first; only Python 3.13 has a public way to more than the first."""
    inner = shown if hasattr(shown, "get_unverified_chain") else getattr(shown, "_sslobj", None)
    listed = getattr(inner, "get_unverified_chain", lambda: None)()
    if not listed:
        leaf = shown.getpeercert(binary_form=True)
        return (leaf,) if leaf else ()
    return tuple(_der(one) for one in listed[:CHAIN_LIMIT])


def _der(certificate: Any) -> bytes:
    if isinstance(certificate, bytes):
        return certificate
    return ssl.PEM_cert_to_DER_cert(certificate.public_bytes())


def _words(fault: BaseException) -> str:
    return (
        printable(f"{type(fault).__name__}: {fault}"[:200]) if not isinstance(fault, Broken) else str(fault)
    )
