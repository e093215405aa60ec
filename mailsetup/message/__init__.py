"""
A letter judged by what it proves itself.

What a header claims is never believed: signatures are verified anew (`dkim`, `arc`), SPF is evaluated for the
connecting address, DMARC follows from both (`dmarc`), and only then is compared what trusted hosts wrote into
the letter (`results`). `lint` judges the letter's form, `receivers` what mailbox providers ask for.
`verify` puts all together as one walk, so that a letter can be judged live or from a recording.

Every DKIM signature is verified twice: by dkimpy, its canonical forms and its cryptography (`dkimpy_says`), and by
ours (`canonical`, `keys`). Ours decides where both part: dkimpy strips octets that are no white space, lets blanks
before an absent last line end stand, signs a From that h= does not name and reads tags by the clock. Its
expressions take quadratic time on blanks, so its cost is counted first, and beyond a bound it is not asked.
"""
