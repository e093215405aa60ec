"""Real name servers on loopback: started by the tests at free ports, always stopped."""

from .bind import Bind, bind, signed
from .nsd import nsd
from .process import NameServer, require
from .unbound import unbound

__all__ = ["Bind", "NameServer", "bind", "nsd", "require", "signed", "unbound"]
