"""DMARC: the policy record, how receivers find it, and where its reports go (RFC 9989, RFC 9990)."""
