"""SpamAssassin's daemon and rspamd, asked what they say of a letter: their points and the rules that gave them."""

from __future__ import annotations

import http.client
import json
import math
import re
import socket
from typing import Any

from mailsetup.model.errors import UsageError
from mailsetup.model.lint import Points
from mailsetup.model.message import Message, say
from mailsetup.model.printing import printable

TIMEOUT = 30.0  # seconds for one letter; a filter that looks things up takes some
ANSWER_LIMIT = 1024 * 1024  # octets
PORTS = {"spamd": 783, "rspamd": 11333}  # where they listen unless told otherwise
RULES = 8  # named at most


def spamassassin(address: str, data: bytes) -> Points:
    """What ``spamd`` says (SPAMC/1.5, method SYMBOLS). `UsageError` where nobody answers as it does."""
    host, port = _address(address, "spamd")
    request = b"SYMBOLS SPAMC/1.5\r\nContent-length: %d\r\n\r\n" % len(data)
    try:
        with socket.create_connection((host, port), TIMEOUT) as connection:
            connection.sendall(request + data)
            connection.shutdown(socket.SHUT_WR)
            answer = _all(connection).decode("utf-8", "replace")
    except OSError as fault:
        raise _unanswered("spamd", address, fault) from None
    score = re.search(r"^Spam: \w+ ; (-?\d{1,6}(?:\.\d{1,6})?) /", answer, re.MULTILINE)
    if score is None or "EX_OK" not in answer.split("\n", 1)[0]:
        raise UsageError(
            say("--spamd {address}: what answers there is not SpamAssassin's daemon", address=address)
        )
    names = answer.replace("\r", "").partition("\n\n")[2]
    return Points(float(score[1]), tuple(re.findall(r"[A-Z][A-Z0-9_]{2,60}", names))[:RULES])


def rspamd(address: str, data: bytes) -> Points:
    """What rspamd's normal worker says (``/checkv2``), the dearest rules first. `UsageError` as above."""
    host, port = _address(address, "rspamd")
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    try:
        connection.request("POST", "/checkv2", body=data)
        said = json.loads(connection.getresponse().read(ANSWER_LIMIT))
        return _points(said)
    except (OSError, http.client.HTTPException) as fault:
        raise _unanswered("rspamd", address, fault) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError(
            say("--rspamd {address}: what answers there is not rspamd's normal worker", address=address)
        ) from None
    finally:
        connection.close()


def _points(said: Any) -> Points:
    score = float(said["score"])
    if not math.isfinite(score):
        raise ValueError("no number")
    rules = sorted((-float(s["score"]), str(n)) for n, s in said["symbols"].items() if float(s["score"]) > 0)
    return Points(score, tuple(re.sub(r"\W", "", name)[:60] for _, name in rules[:RULES]))


def _all(connection: socket.socket) -> bytes:
    found = b""
    while len(found) < ANSWER_LIMIT and (more := connection.recv(65536)):
        found += more
    return found


def _address(given: str, name: str) -> tuple[str, int]:
    host, colon, port = given.rpartition(":")
    if not colon or given.endswith("]"):
        host, port = given, str(PORTS[name])
    if not host or not re.fullmatch("[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise UsageError(
            say(
                "--{name} {given} is no address; write it as 127.0.0.1:{ports}",
                name=name,
                given=given,
                ports=PORTS[name],
            )
        )
    return host.strip("[]"), int(port)


def _unanswered(name: str, address: str, fault: Exception) -> UsageError:
    reason = (getattr(fault, "strerror", None) or str(fault) or type(fault).__name__).lower()
    return UsageError(
        say(
            "--{name} {address} does not answer ({reason}); start it, or leave the option out",
            name=name,
            address=address,
            reason=Message(printable(str(reason))),
        )
    )
