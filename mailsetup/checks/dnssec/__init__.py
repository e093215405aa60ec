"""Checks of DNSSEC: whether it validates, and the state of its keys."""
