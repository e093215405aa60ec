"""The user's faults, as exceptions: one root, few leaves, each a sentence that says what to do next."""


class MailsetupError(Exception):
    """What was wrong, where, and what to do; shown as it is, on one line."""

    exit_code = 2


class UsageError(MailsetupError):
    """The command line, or a name typed by the user, cannot be used."""


class InputError(MailsetupError):
    """A file given by the user cannot be read: names file, line, column or key."""


class NoAnswers(MailsetupError):
    """Nobody can be asked: no resolver answers. Nothing is known, so nothing is wrong."""

    exit_code = 3


class WorkerEnded(MailsetupError):
    """A process that the run started is gone in the middle of its work; an output file is not begun, or left as it was."""

    exit_code = 70  # not the user's fault, and the results are not all there
