"""
Asking name servers: the wire codec, the transports, the shared table of questions, the probe.

`Live` is what the rest of the program sees. Each file below it has one reason to be opened:
``wire`` (octets to values), ``odd`` (dnspython, for whatever ``wire`` leaves alone), ``reading``
(what a message means for the question that was asked), ``table`` (answers kept for a while), ``asking``
(one question on its way), ``servers`` (one name server: window, pace, health), ``datagrams``, ``streams``
and ``https`` (UDP; TCP and TLS; HTTPS), ``addresses`` (what a user may write as a resolver), ``probe``, ``dns64`` (addresses
that a resolver makes up) and ``circles`` (of aliases, behind a SERVFAIL).

Decisions, each measured: futures from one table instead of a task for each question, one timer
for all time-outs, and a strict codec of our own for the usual types, since dnspython's parser
alone costs more than everything else together. dnspython stays the judge of odd messages and
the oracle in the tests. uvloop, c-ares and batched system calls were tried and brought too
little for what they cost.
"""
