"""Checks of DANE: TLSA records of mail hosts (RFC 7672)."""
