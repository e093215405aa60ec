"""The sources that a program can ask, for `mailsetup` to offer without opening the edge itself."""

from mailsetup.edge.dns.live import Live
from mailsetup.edge.octodns_folder import OctodnsFolder
from mailsetup.edge.overlay import Overlay
from mailsetup.edge.recorded import Recorded
from mailsetup.edge.zone_file import ZoneFile

__all__ = ["Live", "OctodnsFolder", "Overlay", "Recorded", "ZoneFile"]
