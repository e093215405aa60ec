"""MX records and the hosts they name."""
