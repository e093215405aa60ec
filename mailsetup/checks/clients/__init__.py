"""Checks of what mail programs find by themselves: SRV, autoconfig, autodiscover."""
