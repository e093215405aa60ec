"""Checks of reverse DNS: addresses that send or take mail."""
