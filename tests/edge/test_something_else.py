"""Responses that say something else than was asked: none of them proves that something is absent."""

from __future__ import annotations

import asyncio

import dns.rrset
import pytest

from mailsetup.edge.dns.live import Live
from mailsetup.model.dns import DnsQuestion
from mailsetup.model.errors import UsageError
from tests.edge.lying_server import LyingServer, name_of, response


def ask(manner, name="www.test", rdtype="TXT"):
    async def go():
        with LyingServer(manner) as server:
            live = Live((server.address,), timeout=0.5, retries=0)
            try:
                answer = live.ask(DnsQuestion(name, rdtype))
                return answer if isinstance(answer, tuple) else await answer
            finally:
                await live.close()

    return asyncio.run(go())


@pytest.mark.parametrize(
    "records", ['evil.test. 60 IN TXT "v=spf1 -all"', 'www.test. 60 IN HINFO "RFC8482" ""']
)
def test_records_that_answer_something_else_prove_no_absence(records):
    """A response whose answer section holds no answer to the question says nothing about what is there."""
    answer = ask(lambda query, tcp: response(query, records).to_wire())

    assert answer.unknown, answer


def test_an_answer_in_the_wrong_section_proves_no_absence():
    """The records asked for stand in the authority section: they are there, whatever the server means."""

    def manner(query, tcp):
        message = response(query)
        message.authority.append(dns.rrset.from_text(name_of(query), 60, "IN", "TXT", '"v=spf1 -all"'))
        return message.to_wire()

    assert ask(manner).unknown


def test_a_server_that_writes_the_question_in_capitals_is_heard():
    """Names are compared without regard to case (RFC 4343 section 3), in the echoed question too."""

    def manner(query, tcp):
        wire = bytearray(response(query, f'{name_of(query)} 60 IN TXT "x"').to_wire())
        end = wire.index(0, 12)
        wire[12:end] = bytes(wire[12:end]).upper()
        return bytes(wire)

    assert ask(manner).found


def test_a_time_out_is_a_number():
    """What is no number is no number of seconds."""
    with pytest.raises(UsageError):
        Live(("127.0.0.1",), timeout=float("nan"))


def test_what_dnspython_says_of_a_message_is_not_shown():
    """Half a message is unreadable, in words of ours."""

    def manner(query, tcp):
        wire = response(query, f'{name_of(query)} 60 IN TXT "x"').to_wire()
        return wire[:-3]

    assert "FormError" not in ask(manner).detail
