"""DKIM: the keys a domain publishes, at selectors that are given or known (RFC 6376, RFC 8301, RFC 8463)."""
