"""Checks of BIMI: the record, the logo, the mark certificate."""
