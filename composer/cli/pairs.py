"""``KEY=VALUE`` options.

May import: errors.
"""

from collections.abc import Callable, Sequence

from composer.errors import UsageError


def environment(given: Sequence[str], lookup: Callable[[str], str | None]) -> dict[str, str | None]:
    """Return variables by name; one without a value has that of *lookup*, None where unset."""
    found: dict[str, str | None] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not name:
            message = f"invalid environment variable: {text}"
            raise UsageError(message, hint="for example --env COLOUR=red")
        found[name] = value if equals else lookup(name)
    return found


def labels(given: Sequence[str]) -> dict[str, str]:
    """Return labels by name; each needs a value, which may be empty."""
    for text in given:
        if "=" not in text:
            message = f"--label {text!r}: a label must be set as KEY=VALUE"
            raise UsageError(message, hint=f"for example --label {text}=yes")
    return {text.partition("=")[0]: text.partition("=")[2] for text in given}
