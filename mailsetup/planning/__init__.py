"""
From the zone as it is to the zone as it should be: desired records, merge, diff, proof.

Nothing here publishes anything, runs a check or asks the network; what must be known is asked
by walks.

Decisions
---------
- The room is called ``planning``: ``mailsetup.plan`` is the function that users call, and a
  package of that name would take its place as soon as anything in it was imported.
- Who may send is compared as exact sets of addresses, not as text: two SPF records that look
  alike may differ, and two that look different may not.
- SPF is merged conservatively: the form is chosen by proof, and what cannot be understood is
  left as it is and named.
"""
