"""
A letter judged by what it proves itself.

What a header claims is never believed: signatures are verified anew (`dkim`, `arc`), SPF is evaluated for the
connecting address, DMARC follows from both (`dmarc`), and only then is compared what trusted hosts wrote into
the letter (`results`). `lint` judges the letter's form, `receivers` what mailbox providers ask for.
`verify` puts all together as one walk, so that a letter can be judged live or from a recording.

The canonical forms of RFC 6376 are written here and not borrowed from dkimpy, whose expressions take quadratic
time on a megabyte of blanks, strip octets that are no white space, and let trailing blanks before an absent
last line end stand; the tests compare both. The cryptography is that of the cryptography package.
"""
