"""Where the process begins and ends: every refusal becomes one sentence and an exit code."""

from __future__ import annotations

import atexit
import errno
import gc
import io
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from .model.errors import MailsetupError

COLLECTED_AFTER = (
    100_000  # objects more than before: what a command imports stays, and makes no garbage on the way
)
INTERNAL_FAULT = 70
INTERRUPTED = 130


def main() -> None:
    """Runs the command line; the process ends with the code that interface and docs promise."""
    gc.set_threshold(COLLECTED_AFTER, 10, 10)
    _open_what_is_closed()
    _let_any_terminal_show_any_text()
    if sys.argv[1:] in (["--version"], ["-V"]):
        _leave(_run(_say_version))
    _leave(_run(_command))


def _say_version() -> None:
    from ._version import __version__

    print(f"mailsetup {__version__}", flush=True)


def _command() -> int | None:
    from .cli.app import run

    outcome: int | None = run()
    return outcome


def _leave(code: int) -> NoReturn:
    """
    Ends the process without taking apart what it holds, which after a batch takes as long as judging some fifty domains.

    Everything is written by now; what others registered for the end is still called.
    """
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):
            stream.flush()
    os._exit(code)


def _run(job: Callable[[], int | None]) -> int:
    try:
        outcome = job()
    except KeyboardInterrupt:
        _interrupted()
        return INTERRUPTED
    except MailsetupError as fault:
        print(f"mailsetup: {fault}", file=sys.stderr)
        return fault.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as fault:
        return _cannot_write(fault)
    except Exception as fault:
        return _other(fault)
    return _flushed(outcome if isinstance(outcome, int) else 0)


def _flushed(code: int) -> int:
    """The exit code, once everything printed has arrived."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stderr.close()
    except OSError as fault:
        return _cannot_write(fault)
    return code


def _cannot_write(fault: OSError) -> int:
    """A disk that is full, a file that went away: nothing of ours, and one sentence."""
    from .model.message import say

    why = fault.strerror or str(fault)
    told = (
        say("the system refused to read or write {file}: {why}", file=fault.filename, why=why)
        if fault.filename
        else say("the system refused to read or write: {why}", why=why)
    )
    print(f"mailsetup: {told}", file=sys.stderr)
    with suppress(OSError, ValueError):
        sys.stdout.close()
    return 2


def _other(fault: Exception) -> int:
    """A refusal by the option parser, or a fault of ours."""
    if hasattr(fault, "show"):
        from .cli.refusals import show

        show(fault)
        return int(getattr(fault, "exit_code", 2))
    if type(fault).__name__ == "Abort":
        _interrupted()
        return INTERRUPTED
    import traceback

    traceback.print_exc()
    from .model.message import say

    print(f"mailsetup: {say('a fault of ours; please report it with the lines above')}", file=sys.stderr)
    return INTERNAL_FAULT


def _interrupted() -> None:
    from .model.message import say

    print(say("interrupted"), file=sys.stderr)


class _Closed(io.StringIO):
    """Standard output that whoever started us has closed: what is written there is refused as by the system."""

    def write(self, text: str) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def _open_what_is_closed() -> None:
    """Schedulers may start a program without streams, for which Python has None."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - for as long as the process lives
    if sys.stdout is None:
        sys.stdout = _Closed()
    if sys.stderr is None:
        sys.stderr = io.StringIO()


def _let_any_terminal_show_any_text() -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    main()
