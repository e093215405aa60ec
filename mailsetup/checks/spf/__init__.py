"""Flaws of SPF records: who may send in a domain's name (RFC 7208)."""
