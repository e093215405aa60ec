"""A listener that takes one letter over SMTP and keeps what the connection showed (RFC 5321)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from ssl import SSLContext
from typing import Any, NamedTuple

from mailsetup.model import os_faults
from mailsetup.model.errors import NoAnswers, UsageError
from mailsetup.model.message import say

SIZE_LIMIT = 64 * 1024 * 1024  # octets of the letter
LINE_LIMIT = 2**20  # octets of a line: lines longer than mail allows are judged, not refused
COMMAND_LIMIT = 50  # of each command in one session
RECIPIENT_LIMIT = 100
SESSION_SECONDS = 60


class Taken(NamedTuple):
    """
    The letter as it came, the connecting address, the HELO name, and the envelope; ``sender`` is ``""`` if empty.

    ``encrypted`` says whether the session had been turned to TLS (STARTTLS, RFC 3207).
    """

    data: bytes
    ip: str
    helo: str
    sender: str
    recipients: tuple[str, ...] = ()
    encrypted: bool = False


class _Handler:
    """What the SMTP server calls; the first whole letter ends the waiting."""

    def __init__(self, taken: asyncio.Future[Taken]) -> None:
        self.taken = taken

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Every recipient is taken: nothing is delivered anywhere."""
        if len(envelope.rcpt_tos) >= RECIPIENT_LIMIT:
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 taken for a test, delivered to nobody"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """The letter is kept; a second one is refused."""
        if self.taken.done():
            return "451 4.3.2 one letter was wanted, and it is here"
        self.taken.set_result(
            Taken(
                bytes(envelope.original_content or b""),
                str(session.peer[0]) if session.peer else "",
                str(session.host_name or ""),
                str(envelope.mail_from or ""),
                tuple(str(one) for one in envelope.rcpt_tos),
                session.ssl is not None,
            )
        )
        return "250 2.0.0 taken; it is judged, not delivered"


async def take_one(
    host: str, port: int, seconds: float, listening: Callable[[str, int], None], tls: SSLContext | None = None
) -> Taken:
    """
    The first letter that comes within some seconds; ``listening`` is told the address and port in use.

    With ``tls`` the server offers STARTTLS; a sender that does not take it up is served all the same.
    Raises `UsageError` where nobody can listen there, `NoAnswers` when the time is up.
    """
    from aiosmtpd.smtp import SMTP

    class Server(SMTP):
        """The server with room for the long lines that are to be judged."""

        line_length_limit = LINE_LIMIT

    loop = asyncio.get_running_loop()
    taken: asyncio.Future[Taken] = loop.create_future()
    handler = _Handler(taken)

    def session() -> Server:
        return Server(
            handler,
            data_size_limit=SIZE_LIMIT,
            enable_SMTPUTF8=True,
            hostname="mailsetup.invalid",
            ident="mailsetup takes one test letter",
            timeout=SESSION_SECONDS,
            tls_context=tls,
            command_call_limit=COMMAND_LIMIT,
            loop=loop,
        )

    try:
        server = await loop.create_server(session, host, port)
    except OSError as fault:
        reason = os_faults.reason(fault)
        raise UsageError(
            say(
                "cannot listen at {host} port {port}: {reason}; choose another with --listen",
                host=host,
                port=port,
                reason=reason,
            )
        ) from None
    try:
        address = server.sockets[0].getsockname()
        listening(str(address[0]), int(address[1]))
        letter = await asyncio.wait_for(asyncio.shield(taken), seconds)
        await asyncio.sleep(0.05)  # the answer to DATA goes out before the door closes
        return letter
    except TimeoutError:
        raise NoAnswers(
            say("no letter came within {seconds:g} seconds; --wait gives it longer", seconds=seconds)
        ) from None
    finally:
        taken.cancel()
        server.close()
