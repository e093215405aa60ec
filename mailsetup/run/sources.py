"""
Where a run's answers come from: the options of the command line made into one source.

Zone files are asked first, recordings below them, the resolvers last; with ``offline`` nobody
is asked beyond the files. A settings object can be sent to another process, a source cannot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mailsetup.model.errors import InputError, UsageError
from mailsetup.model.message import Message, say
from mailsetup.model.names import labels

if TYPE_CHECKING:
    from mailsetup.edge.authority import Authority, Zone
    from mailsetup.edge.dns.dns64 import SeeingThrough
    from mailsetup.edge.network import Network
    from mailsetup.edge.source import Source


NOTES_SHOWN = 20  # remarks on zones; a folder may hold a thousand
MAX_AGE = 30  # days after which a recording is told to be old
CLOCKS_DIFFER = timedelta(minutes=10)  # by as much as clocks of machines that keep the time do
TIME = "%Y-%m-%dT%H:%M:%SZ"


class SourceSettings(NamedTuple):
    """
    The options every command that reads DNS has.

    ``timeout`` is in seconds for one try, ``rate`` in questions a second to one server, ``max_age``
    in days for a recording. ``record`` is where a command that asks for one domain keeps the answers,
    ``force`` lets it take the place of what is there.
    ``concurrency`` is how many domains of a list are asked about at once.
    ``trust_anchor`` is a file with DS or DNSKEY records to validate DNSSEC from.
    """

    resolvers: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    recordings: tuple[str, ...] = ()
    offline: bool = False
    timeout: float = 2.0
    retries: int = 2
    rate: float | None = None
    max_age: int = MAX_AGE
    probe: bool = True
    record: str | None = None
    force: bool = False
    trust_anchor: str | None = None
    concurrency: int = 128

    @property
    def live(self) -> bool:
        """Whether resolvers are asked at all."""
        return not self.offline


@dataclass(slots=True)
class Opened:
    """
    A source ready to be asked; ``notes`` are for the user, ``network`` is under it, if it is asked, with ``live``, the
    resolvers.

    ``times`` are the moments of recordings by domain, ``scopes`` what those were asked for, ``files_as_of``
    the age of the zone files: a recorded run says the same whenever it is replayed. ``written`` are the
    user's own zones.
    """

    source: Source
    live: SeeingThrough | None = None
    network: Network | None = None
    notes: list[Message] = field(default_factory=list)
    times: dict[str, str] = field(default_factory=dict)
    scopes: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    files_as_of: str = ""
    written: tuple[Authority, ...] = ()

    def started(self, domain: str) -> str:
        """The time a plan counts from: a recording's own, else the present, however old a zone file is; it stays."""
        return self.times.setdefault(domain, now())

    def as_of(self, domain: str) -> str:
        """The time a domain's answers are from."""
        if domain in self.times:
            return self.times[domain]
        if self.live is not None:
            return now()
        return max(self.times.values(), default="") or self.files_as_of or now()


def now() -> str:
    """The present moment, ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).strftime(TIME)


def open_source(settings: SourceSettings) -> Opened:
    """
    The source for these settings. Files are read now; resolvers are not asked yet.

    Raises `InputError` or `UsageError` in one sentence.
    """
    layers: list[Source] = []
    notes: list[Message] = []
    files_as_of = ""
    times: dict[str, str] = {}
    scopes: dict[str, Mapping[str, Any]] = {}
    written: tuple[Authority, ...] = ()
    if settings.zones:
        written, files_as_of = _zone_sources(settings.zones, notes)
        layers.extend(written)
        if settings.offline and not settings.recordings:
            _refuse_silent(written)
    if settings.recordings:
        layers.extend(_recordings(settings, notes, times, scopes))
    live, network = None, None
    if settings.live:
        from mailsetup.edge.dns.dns64 import SeeingThrough
        from mailsetup.edge.network import Network

        live = SeeingThrough(
            settings.resolvers, timeout=settings.timeout, retries=settings.retries, rate=settings.rate
        )
        network = Network(live, _anchors(settings))
        layers.append(network)
    elif not layers:
        raise UsageError(say("--offline needs something to read: give --zone FILE or --from PATH"))
    stacked = _stack(layers)
    if network is not None:
        network.resolve = stacked.ask
    return Opened(stacked, live, network, notes, times, scopes, files_as_of, written)


def _anchors(settings: SourceSettings) -> tuple[str, ...]:
    if not settings.trust_anchor:
        return ()
    from mailsetup.edge.validator import read_anchors

    return read_anchors(settings.trust_anchor)


def _stack(layers: list[Source]) -> Source:
    from mailsetup.edge.overlay import Overlay

    stacked = layers[-1]
    for layer in reversed(layers[:-1]):
        stacked = Overlay(layer, stacked)
    return stacked


def written_zones(settings: SourceSettings) -> tuple[Authority, ...]:
    """The user's own zones, read again: for a process that has no source open."""
    return _zone_sources(settings.zones, [])[0] if settings.zones else ()


def domains_of(settings: SourceSettings) -> tuple[str, ...]:
    """
    The domains of the files a run is given, in their order: its zones, else what was recorded.

    Zones of reverse names (RFC 1035 section 3.5, RFC 3596 section 2.5) are no domains with mail.
    Raises `InputError` or `UsageError` as `open_source`, and where the zones are all of that kind.
    """
    if not settings.zones:
        from mailsetup.edge.recorded import Recorded

        return tuple(dict.fromkeys(name for path in settings.recordings for name in Recorded(path).snapshots))
    origins = [origin for zone in written_zones(settings) for origin in zone.origins]
    found = tuple(origin for origin in origins if labels(origin)[-1:] != ["arpa"])
    if origins and not found:
        raise UsageError(
            say(
                "{zone} is a zone of reverse names, not of a domain with mail; type the domain",
                zone=origins[0],
            )
        )
    return found


def _zone_sources(zones: tuple[str, ...], notes: list[Message]) -> tuple[tuple[Authority, ...], str]:
    from mailsetup.edge.octodns_folder import OctodnsFolder
    from mailsetup.edge.zone_file import ZoneFile

    found: list[ZoneFile | OctodnsFolder] = []
    files: list[str] = []
    newest = 0.0
    for given in zones:
        path = Path(given)
        if not path.exists():
            path = Path(given.partition("=")[2] or given)
        if not path.exists() or not given.strip():
            raise InputError(say("--zone: there is no file or folder {file}; check the name", file=path))
        newest = max(newest, path.stat().st_mtime)
        if path.is_dir() or path.suffix.lower() in (".yaml", ".yml"):
            found.append(OctodnsFolder(given))
        else:
            files.append(given)
    if files:
        found.insert(0, ZoneFile(*files))
        _refuse_misplaced(found[0])
    _refuse_twins(found)
    told = [note for one in found for note in one.notes]
    notes.extend(told[:NOTES_SHOWN])
    if len(told) > NOTES_SHOWN:
        notes.append(say("{n} more {n:remark|remarks} on the zones are not shown", n=len(told) - NOTES_SHOWN))
    return tuple(found), datetime.fromtimestamp(newest, UTC).strftime(TIME)


def _refuse_misplaced(files: Authority) -> None:
    """Refuses a file without records, and one whose records all lie outside the zone: either would pass as clean."""
    for zone in files.zones.values():
        if not zone.ignored and not zone.sets:
            raise InputError(
                say(
                    "{file} holds no record; a name server would not load it: look at what should have filled it",
                    file=zone.server,
                )
            )
        if zone.ignored and not zone.sets:
            raise InputError(
                say(
                    "{file}: no record lies in {origin}, the first is of {owner}; give the right origin as ORIGIN=FILE",
                    file=zone.ignored[0].place.file,
                    origin=zone.origin,
                    owner=zone.ignored[0].owner,
                )
            )


def _refuse_silent(found: Sequence[Authority]) -> None:
    """Refuses files of which none says anything about mail, where nobody else is asked: they would pass as clean."""
    zones = [zone for one in found for zone in one.zones.values()]
    if zones and not any(_tells_of_mail(zone) for zone in zones):
        raise InputError(
            say(
                "{file} holds neither a record of {origin} itself, nor MX or TXT, nor a name with an underscore such as"
                " _dmarc: it says nothing about mail; give the whole zone, or add a recording with --from",
                file=zones[0].server,
                origin=zones[0].origin,
            )
        )


def _tells_of_mail(zone: Zone) -> bool:
    """Whether a zone has something at its origin or a name that mail looks at, or MX or texts at any (a sub-domain's)."""
    if zone.origin in zone.sets or zone.undecided or zone.left_alone is not None:
        return True
    return any(
        "_" in name or not sets.keys().isdisjoint(("MX", "TXT", "SPF")) for name, sets in zone.sets.items()
    )


def _refuse_twins(found: Sequence[Authority]) -> None:
    """Refuses two folders, or a folder and a file, for one zone: which of them counts cannot be told."""
    seen: set[str] = set()
    for one in found:
        twice = next((origin for origin in one.origins if origin in seen), None)
        if twice is not None:
            raise UsageError(say("two of the zone files are for {twice}; give one file a zone", twice=twice))
        seen.update(one.origins)


def _recordings(
    settings: SourceSettings,
    notes: list[Message],
    times: dict[str, str],
    scopes: dict[str, Mapping[str, Any]],
) -> list[Source]:
    from mailsetup.edge.recorded import Recorded

    found: list[Source] = []
    for given in settings.recordings:
        recorded = Recorded(given)
        found.append(recorded)
        for domain, snapshot in recorded.snapshots.items():
            times[domain] = snapshot.as_of
            scopes[domain] = snapshot.scope
            notes.extend(_of_another_time(domain, snapshot.as_of, settings.max_age))
    return found


def _of_another_time(domain: str, as_of: str, max_age: int) -> Iterator[Message]:
    """What is odd about the age of a recording; it is replayed as it is, as of its own time."""
    age = datetime.now(UTC) - datetime.fromisoformat(as_of)
    if age.days > max_age:
        yield say(
            "warning: the recording of {domain} is {age} days old (--max-age {limit}); record it again",
            domain=domain,
            age=age.days,
            limit=max_age,
        )
    if age < -CLOCKS_DIFFER:
        yield say(
            "warning: the recording of {domain} is dated {as_of}, which is still to come: the clock of this machine or of"
            " the one that recorded is wrong; certificates, signatures and waivers are judged as of that time; set the"
            " clock and record it again",
            domain=domain,
            as_of=as_of,
        )
