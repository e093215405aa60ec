"""
Text to value and back, for each record of mail.

``parse_x(text)`` returns `Parsed`: a value, None when nothing could be read, and faults with
their place in the text and their code of the rulebook. ``str(value)`` is the record again.

Nothing here asks, judges or raises on bad data. What is broken is said once, as a fault; how bad
it is, a check says. Parsers are memoised on the text (`lru_cache`, bounded), since many domains
publish the same records and a record is read by many checks.

Decisions
---------
- Records are read leniently and marked strictly: a value holds what a conforming receiver would
  act on, the faults hold everything the ABNF forbids.
- Where RFC 9989 and RFC 7489 differ there are two readers (`dmarc.parse_dmarc`,
  `dmarc.read_as_7489`), not one with a switch.
- RSA keys are measured by a few lines of DER reading: all that is wanted are two integers, and
  loading a cryptographic library for them costs more than an audit.
"""
