"""Which words turn a switch on and off: of an option, of a variable, in an answer. Pure.

May import: nothing of the package.
"""

TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
"""Of options, and of variables that Docker's tools read as they read those."""

ON = frozenset({"1", "t", "true", "y"})
OFF = frozenset({"0", "f", "false", "n", "no", "off"})
"""Of all other variables, in small letters; another word counts as false, as in Docker Compose."""


def is_on(text: str) -> bool:
    """Tell whether *text*, the value of such a variable, turns it on."""
    return text.strip().lower() in ON


AGREED = ON | {"yes", "on"}
"""Of answers to a question, in small letters."""
