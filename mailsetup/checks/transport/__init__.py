"""Checks of how mail is protected on its way: MTA-STS, TLS reporting, CAA, STARTTLS, the SMTP greeting."""
