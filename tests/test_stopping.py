"""Stopping a run with Ctrl-C, whenever it comes."""

from __future__ import annotations

import pytest

from mailsetup.run.audit import AuditSettings, Reports
from mailsetup.run.sources import SourceSettings
from tests.cli.command import zone


def interrupt() -> None:
    """Ctrl-C, from within the loop."""
    raise KeyboardInterrupt


def test_a_stop_in_the_turn_in_which_a_domain_was_done_closes_cleanly(tmp_path):
    """What asyncio left to stop one wait must not stop the next."""
    settings = SourceSettings(zones=(str(zone(tmp_path)),), offline=True)
    reports = Reports(iter(["example.com", "a.example.com"]), settings, AuditSettings())
    reports._fill()
    reports._tasks[0].add_done_callback(lambda _: interrupt())
    with pytest.raises(KeyboardInterrupt):
        next(reports)

    reports.close()
