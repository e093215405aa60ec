"""
Several processes for one batch: domains dealt in blocks to whoever is free, results in order.

Each worker has its own loop, source and cache; a server's rate is split among them. What domains of two workers
share is asked by one, who tells the other (`mailsetup.edge.neighbours`); while a worker waits for domains
it goes on answering.

Where the system offers it, workers are forked from this process once it holds checks, profiles and codec,
so that none of them loads those again; that is safe only without other threads, and not on macOS, whose
own libraries may run some. Elsewhere each worker starts afresh and loads them while this process does.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from itertools import repeat
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any, cast

from mailsetup.model.errors import WorkerEnded
from mailsetup.model.language import language
from mailsetup.model.message import say

from .audit import AuditSettings, Reports, load, settle_memory
from .exit_codes import Tally
from .sources import SourceSettings

if TYPE_CHECKING:
    from mailsetup.edge.dns.dns64 import Translation
    from mailsetup.edge.neighbours import Place

BLOCK = 4  # domains dealt at a time: their results fit the buffer of a pipe, so that a worker need not wait for its reader
AHEAD = 36  # blocks a worker holds, so that its window never runs dry
FEW = 4  # blocks it holds when the last are dealt: about as many domains as one turn of its loop completes
BUSY = 0.5  # share of its time on a processor from which a worker has no use for more in flight
PAUSE = 0.005  # seconds between looks at a pipe that the loop cannot watch (Windows)
LEAVE = 2.0  # seconds that the workers are given to end


def forks() -> bool:
    """Whether a worker may be a copy of this process."""
    offered = "fork" in multiprocessing.get_all_start_methods()
    return offered and sys.platform != "darwin" and threading.active_count() == 1


class Deal:
    """
    Which blocks of ``names`` a worker is given, and when.

    Each holds up to `AHEAD` blocks. When few are left, one that is busy all the time holds its share of what
    is left and no more, so that all end together; one that waits for answers needs many in flight until the end.
    """

    def __init__(self, names: Sequence[str], workers: int) -> None:
        self.blocks = [list(names[i : i + BLOCK]) for i in range(0, len(names), BLOCK)]
        self._dealt = 0
        self._held = [0] * workers

    def first(self) -> Iterator[tuple[int, int, list[str]]]:
        """What is dealt before anything is known of the workers, in turn: worker, number, block."""
        for _ in range(AHEAD):
            for worker in range(len(self._held)):
                if self._dealt < len(self.blocks):
                    yield worker, *self._give(worker)

    def after(self, worker: int, busy: float) -> Iterator[tuple[int, list[str]]]:
        """What a worker gets that has sent one block back and was on a processor for a share ``busy`` of its time."""
        self._held[worker] -= 1
        while self._dealt < len(self.blocks) and self._held[worker] < self._most(busy):
            yield self._give(worker)

    def _most(self, busy: float) -> int:
        if busy < BUSY:
            return AHEAD
        return max(FEW, min(AHEAD, (len(self.blocks) - self._dealt) // len(self._held)))

    def _give(self, worker: int) -> tuple[int, list[str]]:
        number = self._dealt
        self._dealt += 1
        self._held[worker] += 1
        return number, self.blocks[number]


class Pool(Iterator[Any]):
    """
    The results of a batch from several processes, in the order of ``names``.

    ``announce`` is called once, when it costs least: before a copy is made, so that all it loads is in the
    copy, or else while the workers load their own. What it returns they are told before anything else.
    """

    def __init__(
        self,
        names: Sequence[str],
        sources: SourceSettings,
        settings: AuditSettings,
        tally: Tally,
        workers: int,
        *,
        encoded: bool,
        announce: Callable[[], Translation | None],
    ) -> None:
        self._deal = Deal(names, workers)
        self._results: dict[int, list[Any]] = {}
        self._next_block = 0
        self._ready: list[Any] = []
        self._tally = tally
        self._pipes: list[Connection] = []
        self._processes: list[BaseProcess] = []
        self._place: Place | None = None  # kept, since its lock is found by name as long as it is here
        split = sources._replace(rate=sources.rate / workers if sources.rate else None)
        arguments = (split, settings, tally, encoded, language())
        try:
            if forks():
                found = announce()
                load(settings)
                settle_memory()
                self._start(workers, arguments)
            else:
                self._start(workers, arguments)
                found = announce()
            for worker in range(workers):
                self._send(worker, found)
            for worker, number, block in self._deal.first():
                self._send(worker, (number, block))
        except BaseException:
            self.close()
            raise

    def _start(self, workers: int, arguments: tuple[Any, ...]) -> None:
        copied = forks()
        context: Any = multiprocessing.get_context("fork" if copied else "spawn")
        with _interrupts_held(), _places(workers, context, arguments[0]) as places:
            for _ in range(workers):
                ours, theirs = context.Pipe()
                self._pipes.append(ours)
                self._place = next(places)
                not_its_own = tuple(self._pipes) if copied else ()
                process = context.Process(
                    target=serve, args=(theirs, not_its_own, self._place, *arguments), daemon=True
                )
                process.start()
                theirs.close()
                self._processes.append(process)

    def _send(self, worker: int, what: Any) -> None:
        try:
            self._pipes[worker].send(what)
        except OSError:
            raise self._ended(worker) from None

    def _ended(self, worker: int) -> WorkerEnded:
        """What to say of a worker that is gone, though nobody ended it here."""
        process = self._processes[worker]
        process.join(LEAVE)
        return WorkerEnded(
            say(
                "a worker process ended before its work was done (exit code {code}), as where memory runs short; "
                "--workers 1 needs the least",
                code=str(process.exitcode),
            )
        )

    def __next__(self) -> Any:
        while not self._ready:
            if self._next_block >= len(self._deal.blocks):
                raise StopIteration
            block = self._results.pop(self._next_block, None)
            if block is None:
                self._receive()
                continue
            self._next_block += 1
            block.reverse()
            self._ready = block
        return self._ready.pop()

    def _receive(self) -> None:
        for pipe in wait(self._pipes):
            connection = cast(Connection, pipe)
            worker = self._pipes.index(connection)
            try:
                number, results, tally, busy = connection.recv()
            except (EOFError, OSError):
                raise self._ended(worker) from None
            if isinstance(results, BaseException):
                raise results
            self._results[number] = results
            self._tally.merge(tally)
            for dealt in self._deal.after(worker, busy):
                self._send(worker, dealt)

    def close(self) -> None:
        """Ends the workers; one that does not heed it, since it is stopped or has just been made, is killed."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.terminate()
        until = time.monotonic() + LEAVE
        for process in self._processes:
            process.join(max(0.0, until - time.monotonic()))
            if process.exitcode is None:
                process.kill()
                process.join(LEAVE)


def _places(workers: int, context: Any, sources: SourceSettings) -> Any:
    """Where each worker finds the others, if there is anybody to be asked twice and the system lets them share."""
    if sources.live:
        from mailsetup.edge.neighbours import places, shared_lock

        lock = shared_lock(context)
        if lock is not None:
            return places(workers, context, lock)
    return nullcontext(repeat(None))


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C waits until the workers are started; they keep it from themselves while they load (not on Windows)."""
    import signal

    held = getattr(signal, "pthread_sigmask", None)
    before = held(signal.SIG_BLOCK, {signal.SIGINT}) if held else None
    try:
        yield
    finally:
        if held:
            held(signal.SIG_SETMASK, before)


class _Feed(Iterator[str]):
    """The domains of all blocks received so far, as one stream; remembers where each block ends."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._domains: list[str] = []
        self.sizes: list[tuple[int, int]] = []

    def __next__(self) -> str:
        if not self._domains:
            if self.sizes and not self._pipe.poll():
                raise StopIteration
            number, block = self._pipe.recv()
            self.sizes.append((number, len(block)))
            self._domains = list(reversed(block))
        return self._domains.pop()


def serve(
    pipe: Connection,
    not_its_own: tuple[Connection, ...],
    place: Place | None,
    sources: SourceSettings,
    settings: AuditSettings,
    tally: Tally,
    encoded: bool,
    spoken: str,
) -> None:
    """
    A worker's life: takes blocks, judges them, sends them back whole, until the pipe is closed.

    ``not_its_own`` are the first process's ends of the pipes, of which it has copies: while one is open no pipe ends,
    and workers whose first process was killed would wait for ever.
    """
    import signal

    from .language import use

    use(spoken)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for pipe_end in not_its_own:
        pipe_end.close()
    for end in place.strange if place is not None else ():
        end.close()
    feed = _Feed(pipe)
    number = -1
    try:
        with Reports(feed, sources, settings) as reports:
            reports.join(place)
            reports.prepare(pipe.recv())
            began, spent = time.perf_counter(), time.process_time()
            while True:
                if not feed.sizes and not pipe.poll():
                    reports.wait_for(_readable(pipe))
                number, results, mine = _one_block(feed, reports, encoded, tally)
                busy = (time.process_time() - spent) / (time.perf_counter() - began)
                pipe.send((number, results, mine, busy))
    except EOFError:
        return
    except Exception as fault:
        with suppress(OSError):  # nobody is there any more
            pipe.send((number, fault, tally, 0.0))


async def _readable(pipe: Connection) -> None:
    """Waits until there is something to receive, or the other end is closed."""
    loop = asyncio.get_running_loop()
    there = asyncio.Event()
    try:
        loop.add_reader(pipe.fileno(), there.set)
    except NotImplementedError:
        while not pipe.poll():
            await asyncio.sleep(PAUSE)
        return
    try:
        await there.wait()
    finally:
        loop.remove_reader(pipe.fileno())


def _one_block(feed: _Feed, reports: Reports, encoded: bool, tally: Tally) -> tuple[int, list[Any], Tally]:
    from mailsetup.forms.jsonl import octets

    mine = Tally(tally.fail_on, tally.strict)
    results: list[Any] = []
    while not feed.sizes or len(results) < feed.sizes[0][1]:
        report = next(reports)
        mine.add(report)
        results.append(octets(report) if encoded else report)
    number, _ = feed.sizes.pop(0)
    return number, results, mine
