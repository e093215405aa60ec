"""The plain functions of the library from threads, after a fork, and at the end of a program."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator

import pytest

from tests.edge.lying_server import LyingServer, honest, slowly

ZONE = {(f"d{n}.example.test.", "TXT"): ['"v=spf1 include:both.example.test -all"'] for n in range(8)}
ZONE[("both.example.test.", "TXT")] = ['"v=spf1 ip4:192.0.2.1 ~all"']
UNHEARD = 60  # seconds after which a program hangs
START = """
    import os, threading, time, mailsetup
    address = "{address}"
    source = mailsetup.Live([address], timeout=5.0)
    def result(n, source=source):
        return mailsetup.check_host("192.0.2.1", f"a@d{{n}}.example.test", "h.example.test", source=source).result
"""


@pytest.fixture
def server() -> Iterator[LyingServer]:
    """A name server that takes its time, so that many are waiting at once."""
    with LyingServer(slowly(honest(ZONE), 0.02)) as running:
        yield running


def program(server: LyingServer, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    """A user's program, which must not hang."""
    source = textwrap.dedent(START).format(address=server.address) + textwrap.dedent(text)
    return subprocess.run(
        [sys.executable, *options, "-c", source],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=UNHEARD,
        check=False,
    )


def test_threads_may_share_a_source(server: LyingServer) -> None:
    """
    Eight threads ask by one `Live` at once: each gets its answer, and what both need is asked once.
    """
    done = program(
        server,
        """
        found = []
        threads = [threading.Thread(target=lambda n=n: found.append(result(n))) for n in range(8)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        print(found)
        """,
    )

    assert ["pass"] * 8 == eval(done.stdout), done.stderr
    assert 1 == sum(name.rstrip(".") == "both.example.test" for name, *_ in server.asked)


def test_a_source_goes_on_in_another_thread_when_the_first_has_ended(server: LyingServer) -> None:
    done = program(
        server,
        """
        from concurrent.futures import ThreadPoolExecutor
        for n in range(3):
            with ThreadPoolExecutor(1) as pool:
                print(pool.submit(result, n).result())
        print(result(3))
        """,
    )

    assert ["pass"] * 4 == done.stdout.split(), done.stderr


def test_a_fault_of_one_thread_is_its_own(server: LyingServer) -> None:
    """
    Who asks for what is no domain is refused, while the others are answered.
    """
    done = program(
        server,
        """
        found = []
        def bad():
            try:
                mailsetup.audit("http://x.example", source=source)
            except mailsetup.MailsetupError as fault:
                found.append("refused")
        threads = [threading.Thread(target=(lambda n=n: found.append(result(n))) if n % 2 else bad) for n in range(8)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        print(sorted(found))
        """,
    )

    assert ["pass"] * 4 + ["refused"] * 4 == eval(done.stdout), done.stderr


def test_a_program_leaves_nothing_open(server: LyingServer) -> None:
    """
    With warnings as errors, as many run their tests, no loop or socket is told to be left open at the end.
    """
    again = "threading.Thread(target=lambda: print(result(2))).start()"
    done = program(server, f"print(result(1))\n{again}\n", "-W", "error")

    assert ["pass", "pass"] == done.stdout.split()
    assert "" == done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_child_asks_for_itself(server: LyingServer) -> None:
    """
    After a fork parent and child both go on asking, each on its own sockets.
    """
    done = program(
        server,
        """
        print(result(0), flush=True)
        child = os.fork()
        print(result(1, mailsetup.Live([address])), flush=True)
        if child:
            os.waitpid(child, 0)
            print(result(2), flush=True)
        """,
    )

    assert ["pass"] * 4 == done.stdout.split(), done.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals of this kind are sent on POSIX systems")
def test_who_interrupts_a_call_may_call_again(server: LyingServer) -> None:
    """
    Ctrl-C ends the call of the main thread; a thread that waits beside it, and the next call, have their results.
    """
    done = program(
        server,
        """
        import signal
        other = threading.Thread(target=lambda: (time.sleep(0.01), print(result(0), flush=True)))
        other.start()
        threading.Timer(0.03, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        try:
            mailsetup.audit("example.test", source=source)
        except KeyboardInterrupt:
            print("interrupted", flush=True)
        other.join()
        print(result(1))
        """,
    )

    assert ["interrupted", "pass", "pass"] == sorted(done.stdout.split()), done.stderr
