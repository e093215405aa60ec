"""
The benchmarks (`make bench`): figures on stdout and in ``bench/results.json``.

Whole processes against real servers on loopback: one NSD holds the world of `world`, a forwarder written
in C delays its answers. What is compared is interleaved within one run and shown as median
(lowest..highest); only ratios inside one run mean anything, since the machine's speed is not ours.

    run.py [--quick] [--only FIGURE]... [--domains N] [--runs N]

Figures: carry (what server and forwarder can do), one, delayed, plain, stages, memory, start, kit. What
is measured is the wheel as a user installs it, with its bytecode, not this tree. Each promise is printed with its
bar, and whether it was reached; the last lines repeat them.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(HERE)]

import kit as kits  # noqa: E402
import world as worlds  # noqa: E402

from tests.servers.nsd import nsd  # noqa: E402
from tests.servers.process import free_port  # noqa: E402
from tests.wheel import compiled, wheel  # noqa: E402

CORPUS = ROOT.parent / "shared" / "corpus" / "dns-real"
CHECKDMARC = str(Path(sys.executable).parent / "checkdmarc")
DELAY = 20  # milliseconds
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
NSD_OPTIONS = "tcp-timeout: 10\n  tcp-query-count: 0"


class Sizes(NamedTuple):
    """How much is run; ``quick`` is for tests."""

    domains: int = 1000
    runs: int = 5
    peer_delayed: int = 20  # domains of one checkdmarc run at 20 ms: 0.7 s each
    memory: tuple[int, int] = (2_000, 20_000)
    memory_runs: int = 1
    singles: int = 7
    starts: int = 9
    people: tuple[int, int] = (100, 1000)
    kit_runs: int = 3
    flood: float = 2.0


QUICK = Sizes(60, 1, 2, (100, 400), 1, 2, 2, (5, 70), 1, 0.3)


class Ran(NamedTuple):
    """One process that ended: seconds, processor seconds and peak memory in MiB, with its children's."""

    seconds: float
    cpu: float
    memory: float
    stdout: str
    stderr: str
    code: int


def run(
    command: Sequence[str],
    *,
    codes: tuple[int, ...] = (0,),
    cwd: Path | None = None,
    env: dict[str, str] = PLAIN,
) -> Ran:
    """A whole process, timed from before its start to after its end."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("figures", "out", "err")]
        with paths[1].open("wb") as out, paths[2].open("wb") as err:
            launcher = [sys.executable, "-S", "-E", str(HERE / "measured.py"), str(paths[0])]
            subprocess.run([*launcher, *command], stdout=out, stderr=err, cwd=cwd, env=env, check=True)
        texts = [path.read_text(encoding="utf-8", errors="replace") for path in paths[1:]]
        ran = json.loads(paths[0].read_text(encoding="utf-8"))
    if ran["code"] not in codes:
        raise SystemExit(f"{' '.join(command)[:300]}: ended with {ran['code']}\n{texts[1][-2000:]}")
    return Ran(ran["seconds"], ran["cpu"], ran["memory"], texts[0], texts[1], ran["code"])


class Spread(NamedTuple):
    """Median and range of some runs."""

    median: float
    lowest: float
    highest: float

    def __str__(self) -> str:
        return f"{self.median:.4g} ({self.lowest:.4g}..{self.highest:.4g})"


def spread(values: Sequence[float]) -> Spread:
    return Spread(statistics.median(values), min(values), max(values))


class Bench:
    """The servers of one benchmark and what was measured."""

    def __init__(self, sizes: Sizes, folder: Path) -> None:
        self.sizes, self.folder = sizes, folder
        self.results: dict[str, Any] = {}
        self.programs = {name: self._compile(name) for name in ("delay", "flood")}
        self.site = self._install()
        self.mailsetup = str(self.site / "bin" / "mailsetup")
        self.promises: list[str] = []
        self.count = 0

    def _compile(self, name: str) -> str:
        target = self.folder / name
        command = ["cc", "-O2", "-o", str(target), str(HERE / f"{name}.c"), "-pthread"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise SystemExit("the benchmark needs a C compiler: apt-get install gcc libc6-dev") from None
        if done.returncode:
            raise SystemExit(f"{name}.c: {done.stderr}")
        return str(target)

    def _install(self) -> Path:
        """The wheel, unpacked with its bytecode beside the packages it needs."""
        site, made = self.folder / "site", wheel()
        pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]
        command = [*pip, "install", "--no-deps", "--no-index", "--target", str(site), str(made)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}: {done.stderr}")
        self.results["compiled"] = compiled(made)
        print(f"measured: {made.name}{'' if compiled(made) else ', nothing of which is compiled'}")
        return site

    @property
    def env(self) -> dict[str, str]:
        """The environment in which `mailsetup` is the wheel's."""
        return {**PLAIN, "PYTHONPATH": str(self.site)}

    @contextmanager
    def serving(self, count: int) -> Iterator[tuple[worlds.World, Any]]:
        """A world of ``count`` domains and the NSD that serves it."""
        world = worlds.build(CORPUS, count)
        folder = self.folder / f"zones{count}"
        folder.mkdir(exist_ok=True)
        zones = {}
        for i, (name, text) in enumerate(world.zones.items()):
            zones[name] = folder / f"{i}.zone"
            zones[name].write_text(text, encoding="utf-8")
        with nsd(zones, self.folder, options=NSD_OPTIONS) as server:
            yield world, server

    @contextmanager
    def forwarder(self, server: Any, delay: float | None) -> Iterator[tuple[str, dict[str, Any]]]:
        """The forwarder's ``ip:port`` and, after the block, its counters; without a delay the server's own."""
        if delay is None:
            yield server.resolver, {}
            return
        port = free_port()
        self.count += 1
        path = self.folder / f"stats{self.count}.json"
        command = [
            self.programs["delay"],
            "127.0.0.1",
            str(port),
            server.address,
            str(server.port),
            str(delay),
        ]
        process = subprocess.Popen([*command, str(path)])
        counters: dict[str, Any] = {}
        time.sleep(0.15)
        try:
            yield f"127.0.0.1:{port}", counters
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
            with contextlib.suppress(OSError, ValueError):
                counters.update(json.loads(path.read_text(encoding="utf-8")))

    def say(self, key: str, figure: str, value: Any, note: str = "") -> None:
        """Prints one figure and keeps it."""
        kept = value._asdict() if isinstance(value, Spread) else value
        self.results.setdefault(key, {})[figure] = kept
        print(f"{key:8} {figure:46} {value}{'  ' + note if note else ''}", flush=True)

    def promise(
        self, key: str, figure: str, value: Any, *, least: float | None = None, most: float | None = None
    ) -> None:
        """A figure with its bar, and whether its median reached it."""
        middle = value.median if isinstance(value, Spread) else value
        reached = middle >= least if least is not None else middle <= (most or 0)
        bar = f"at least {least:g}" if least is not None else f"at most {most:g}"
        verdict = f"{bar}: {'reached' if reached else 'NOT REACHED'}"
        self.say(key, figure, value, f"promised {verdict}")
        self.results.setdefault("promises", {})[f"{key}, {figure}"] = {
            "value": middle, "least": least, "most": most, "reached": reached,
        }  # fmt: skip
        self.promises.append(f"{key:8} {figure:46} {middle:.4g}, {verdict}")

    # The runs.

    def audit(
        self, server: Any, domains: Sequence[str], delay: float | None, *options: str
    ) -> dict[str, Any]:
        """`mailsetup audit` of a list into JSON lines, with the forwarder's counters."""
        listed, out = self.folder / "domains.txt", self.folder / "out.jsonl"
        listed.write_text("\n".join(domains) + "\n", encoding="utf-8")
        out.unlink(missing_ok=True)
        with self.forwarder(server, delay) as (resolver, counters):
            ran = run(
                [self.mailsetup, "audit", "--domains", str(listed), "--format", "jsonl", "--output", str(out),
                 "--resolver", resolver, "--timings", *options],
                codes=(0, 1, 3),
                env=self.env,
            )  # fmt: skip
        lines = out.read_text(encoding="utf-8").splitlines()
        if len(lines) != len(domains):
            raise SystemExit(f"{len(lines)} reports for {len(domains)} domains")
        statuses = [v["status"] for line in lines for v in json.loads(line)["verdicts"]]
        return {
            "rate": len(domains) / ran.seconds,
            "seconds": ran.seconds,
            "cpu_ms": 1000 * ran.cpu / len(domains),
            "memory": ran.memory,
            "timings": _timings(ran.stderr),
            "inconclusive": statuses.count("inconclusive") / max(len(statuses), 1),
            "crashed": statuses.count("crashed"),
            **counters,
        }

    def peer(self, server: Any, domains: Sequence[str], delay: float | None) -> dict[str, Any]:
        """
        checkdmarc on the same domains, in the same surroundings: a whole process as ours.

        Where it is given a part of them, since all would take long, the start of its process is not counted.
        """
        with self.forwarder(server, delay) as (resolver, counters):
            ip, port = resolver.split(":")
            ran = run([sys.executable, str(HERE / "checkdmarc_driver.py"), ip, port, *domains])
        said = json.loads(ran.stdout.splitlines()[-1])
        return {
            "rate": len(domains) / (said["seconds"] if len(domains) < self.sizes.domains else ran.seconds),
            "cpu_ms": 1000 * said["cpu"] / said["domains"],
            **counters,
        }


def _timings(text: str) -> dict[str, Any]:
    for line in reversed(text.splitlines()):
        with contextlib.suppress(ValueError):
            found = json.loads(line)
            if isinstance(found, dict):
                return found
    return {}


def carry(bench: Bench, world: worlds.World, server: Any) -> None:
    """What the server and the forwarder carry, so that neither is what is measured."""
    listed = "\n".join(f"{name} {rdtype}" for name, rdtype in world.questions)

    def flood(ip: str, port: int) -> float:
        command = [bench.programs["flood"], ip, str(port), str(bench.sizes.flood), "256"]
        done = subprocess.run(command, input=listed, capture_output=True, text=True, check=True)
        return float(json.loads(done.stdout)["answers_per_second"])

    direct, through = [], []
    for _ in range(bench.sizes.runs):
        direct.append(flood(server.address, server.port))
        with bench.forwarder(server, 0) as (resolver, _):
            through.append(flood("127.0.0.1", int(resolver.split(":")[1])))
    bench.say("carry", "NSD alone, answers/s", spread(direct))
    bench.say("carry", "through the forwarder, answers/s", spread(through))


def one(bench: Bench, world: worlds.World, server: Any) -> None:
    """(a) One audit with every answer delayed, against its longest chain of questions."""
    over, took, chains, questions = [], [], [], []
    for domain in worlds.without_nested_includes(world)[: bench.sizes.singles]:
        with bench.forwarder(server, DELAY) as (resolver, counters):
            ran = run([sys.executable, str(HERE / "one_audit.py"), resolver, domain], env=bench.env)
        said = json.loads(ran.stdout.splitlines()[-1])
        rounds = _rounds(counters["arrivals_ms"])
        took.append(1000 * said["seconds"])
        chains.append(rounds)
        questions.append(counters["questions"])
        over.append(took[-1] - (rounds + 1) * DELAY)
    bench.say("one", "audit, ms", spread(took))
    bench.promise("one", "longest chain, rounds", spread(chains), most=4)
    bench.promise("one", "ms above (chain + 1) x 20 ms", spread(over), most=100)
    bench.say("one", "questions", spread(questions))


def _rounds(arrivals: Sequence[float]) -> int:
    """How many questions in a row depended on one another: bursts at least most of a delay apart."""
    rounds, last = 0, -1e9
    for moment in sorted(arrivals):
        if moment - last > 0.9 * DELAY:
            rounds, last = rounds + 1, moment
    return rounds


def batch(
    bench: Bench,
    world: worlds.World,
    server: Any,
    key: str,
    delay: float | None,
    kinds: dict[str, tuple[float, list[str]]],
) -> None:
    """
    (b), (c) A batch beside checkdmarc, interleaved; a ratio of each run, and their median.

    Without a delay both ask the server directly, about all domains; questions are then counted in one more run.
    """
    sample = world.domains[: bench.sizes.peer_delayed] if delay else world.domains
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in kinds}
    peers = []
    for _ in range(bench.sizes.runs):
        for name, (_, options) in kinds.items():
            rows[name].append(bench.audit(server, world.domains, delay, *options))
        peers.append(bench.peer(server, sample, delay))
    counted = peers[-1] if delay else bench.peer(server, sample, 0)
    bench.say(key, f"checkdmarc, domains/s ({len(sample)} domains)", spread([p["rate"] for p in peers]))
    bench.say(key, "checkdmarc, processor ms a domain", spread([p["cpu_ms"] for p in peers]))
    bench.say(key, "checkdmarc, questions a domain", round(counted["questions"] / len(sample), 2))
    for name, found in rows.items():
        counted = found[-1] if delay else bench.audit(server, world.domains, 0, *kinds[name][1])
        ratios = [r["rate"] / p["rate"] for r, p in zip(found, peers, strict=True)]
        bench.say(key, f"{name}, domains/s", spread([r["rate"] for r in found]))
        bench.promise(key, f"{name}, times checkdmarc", spread(ratios), least=kinds[name][0])
        bench.say(key, f"{name}, processor ms a domain", spread([r["cpu_ms"] for r in found]))
        bench.say(key, f"{name}, questions a domain", round(counted["questions"] / len(world.domains), 2))
        bench.say(key, f"{name}, questions asked again", counted["repeated"], str(counted["repeats"][:5]))
        bench.say(key, f"{name}, lost in the forwarder", counted["lost"])
        bench.say(key, f"{name}, by TCP", counted["streams"])
        bench.say(key, f"{name}, most in flight", counted["most_in_flight"])
        bench.say(key, f"{name}, inconclusive share", spread([r["inconclusive"] for r in found]))
        bench.say(key, f"{name}, own timings", found[-1]["timings"])


def delayed(bench: Bench, world: worlds.World, server: Any) -> None:
    """(b) A thousand domains at 20 ms."""
    batch(bench, world, server, "delayed", DELAY, {"default": (200, [])})


def plain(bench: Bench, world: worlds.World, server: Any) -> None:
    """(c) A thousand domains at no delay, in one process and in two."""
    kinds = {"1 process": (12.0, ["--workers", "1"]), "2 workers": (20.0, ["--workers", "2"])}
    batch(bench, world, server, "plain", None, kinds)


def stages(bench: Bench, world: worlds.World, server: Any) -> None:
    """(c) Where one process spends its time, a domain."""
    listed = bench.folder / "domains.txt"
    listed.write_text("\n".join(world.domains) + "\n", encoding="utf-8")
    rows = []
    for _ in range(bench.sizes.runs):
        ran = run([sys.executable, str(HERE / "stages.py"), server.resolver, str(listed)], env=bench.env)
        rows.append(json.loads(ran.stdout.splitlines()[-1]))
    for stage in ("ask", "walk", "judge", "render"):
        bench.say("stages", f"{stage}, processor ms a domain", spread([row[stage] for row in rows]))


def memory(bench: Bench, *_: Any) -> None:
    """(d) Peak memory for ten times the domains, in one process."""
    peaks: dict[int, list[float]] = {}
    for count in bench.sizes.memory:
        with bench.serving(count) as (world, server):
            for _ in range(bench.sizes.memory_runs):
                row = bench.audit(server, world.domains, None, "--workers", "1")
                peaks.setdefault(count, []).append(row["memory"])
            bench.say("memory", f"{count} domains, MiB", spread(peaks[count]), f"{row['rate']:.0f} domains/s")
    small, large = (statistics.median(peaks[count]) for count in bench.sizes.memory)
    bench.promise("memory", "ratio", round(large / small, 3), most=1.3)


def start(bench: Bench, *_: Any) -> None:
    """(e) Start-up beside `checkdmarc --version`."""
    zone = bench.folder / "example.com.zone"
    zone.write_text(ONE_ZONE, encoding="utf-8")
    commands = {
        "--version": [bench.mailsetup, "--version"],
        "--help": [bench.mailsetup, "--help"],
        "audit --help": [bench.mailsetup, "audit", "--help"],
        "offline audit": [bench.mailsetup, "audit", "example.com", "--zone", str(zone), "--offline"],
    }
    limits = {"--version": 0.35, "--help": 0.4, "audit --help": 0.4, "offline audit": 1.0}
    rows: dict[str, list[float]] = {name: [] for name in commands}
    base = []
    for _ in range(bench.sizes.starts):
        base.append(run([CHECKDMARC, "--version"]).seconds)
        for name, command in commands.items():
            rows[name].append(run(command, codes=(0, 1, 3), env=bench.env).seconds)
    bench.say("start", "checkdmarc --version, s", spread(base))
    for name, found in rows.items():
        ratios = [f / b for f, b in zip(found, base, strict=True)]
        bench.promise("start", f"{name}, of checkdmarc --version", spread(ratios), most=limits[name])


ONE_ZONE = """$ORIGIN example.com.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 3600 1209600 300
@ NS ns1
@ NS ns2
@ MX 10 mail
@ TXT "v=spf1 mx -all"
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
ns1 A 192.0.2.1
ns2 A 192.0.2.2
mail A 192.0.2.3
"""


def kit(bench: Bench, *_: Any) -> None:
    """Signatures, letters and their lint."""
    sizes = bench.sizes
    ours = functools.partial(run, env=bench.env)
    tools = kits.Tools(ours, spread, bench.say, bench.mailsetup, bench.folder, sizes.kit_runs, sizes.people)
    kits.kit(tools)


FIGURES: dict[str, Callable[..., None]] = {
    "carry": carry, "one": one, "delayed": delayed, "plain": plain, "stages": stages,
    "memory": memory, "start": start, "kit": kit,
}  # fmt: skip
ALONE = ("memory", "start", "kit")  # need no shared world


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="mailsetup's benchmarks")
    parser.add_argument("--quick", action="store_true", help="small numbers, to see that everything runs")
    parser.add_argument("--only", action="append", choices=sorted(FIGURES), help="one figure (repeatable)")
    parser.add_argument("--domains", type=int, help="domains of a batch")
    parser.add_argument("--runs", type=int, help="runs of each kind")
    parser.add_argument(
        "--output", type=Path, help="where the figures go; bench/results.json if all are made"
    )
    given = parser.parse_args(arguments)
    sizes = QUICK if given.quick else Sizes()
    sizes = sizes._replace(
        domains=given.domains or sizes.domains,
        runs=given.runs or sizes.runs,
        kit_runs=given.runs or sizes.kit_runs,
    )
    if not CORPUS.is_dir():
        raise SystemExit(f"the benchmark's records are not there: {CORPUS}")
    chosen = given.only or list(FIGURES)
    with tempfile.TemporaryDirectory(prefix="mailsetup-bench-") as name, ExitStack() as stack:
        bench = Bench(sizes, Path(name))
        shared: tuple[Any, ...] = ()
        for figure in chosen:
            if figure not in ALONE and not shared:
                shared = stack.enter_context(bench.serving(sizes.domains))
            FIGURES[figure](bench, *(() if figure in ALONE else shared))
        print("\n" + "\n".join(bench.promises), flush=True)
    bench.results["about"] = {
        "sizes": sizes._asdict(),
        "processors": os.cpu_count(),
        "python": sys.version.split()[0],
    }
    target = given.output or (HERE / "results.json" if not given.quick and not given.only else None)
    if target:
        target.write_text(json.dumps(bench.results, indent=2) + "\n", encoding="utf-8")
        print(f"written to {target}")


if __name__ == "__main__":
    main()
