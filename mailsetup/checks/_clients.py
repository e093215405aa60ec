"""What checks of client settings share: when a domain announces mail services, and the finding for a service."""

from __future__ import annotations

from mailsetup.model.case import Case
from mailsetup.walks.client_settings import client_services


def announces_services(case: Case) -> bool:
    """The domain announces a mail service by an SRV record."""
    return bool(case.read(client_services).used)
