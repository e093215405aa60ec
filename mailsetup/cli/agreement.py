"""Options that contradict each other: refused by both names, so that none is ignored in silence."""

from __future__ import annotations

from mailsetup.model.errors import UsageError
from mailsetup.model.message import say


def one_of(**given: object) -> None:
    """Refuses two options of which each undoes the other; the names are those of the options, in Python's spelling."""
    options = _written(given)
    if len(options) > 1:
        raise UsageError(
            say("{one} and {other} contradict each other; give one of them", one=options[0], other=options[1])
        )


def idle(beside: str, **given: object) -> None:
    """Refuses options that would do nothing ``beside`` another one."""
    options = _written(given)
    if options:
        raise UsageError(
            say("{option} would do nothing beside {other}; leave it out", option=options[0], other=beside)
        )


def idle_without(other: str, **given: object) -> None:
    """Refuses options that do something only with another one."""
    options = _written(given)
    if options:
        raise UsageError(
            say(
                "{option} does nothing without {other}; leave it out, or give both",
                option=options[0],
                other=other,
            )
        )


def _written(given: dict[str, object]) -> list[str]:
    """The options that were given as they are typed; a name in capitals is an argument."""
    names = [name for name, value in given.items() if value]
    return [name if name.isupper() else f"--{name.replace('_', '-')}" for name in names]
