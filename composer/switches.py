"""Which words turn a switch on and off: of an option, of a variable, in an answer. Pure.

May import: errors.
"""

TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
"""Of options, and of variables that Docker's tools read as they read those."""


def boolean(variable: str, word: str) -> bool:
    """Return what *word*, the value of *variable*, says. Raises UsageError for no boolean."""
    if word not in TRUE | FALSE:
        from composer.errors import UsageError

        message = f"{variable} is {word!r}, which is neither true nor false"
        raise UsageError(message, hint="set it to 1 or 0, or unset it")
    return word in TRUE


ON = frozenset({"1", "t", "true", "y"})
OFF = frozenset({"0", "f", "false", "n", "no", "off"})
"""Of all other variables, in small letters; another word counts as false, as in Docker Compose."""


def is_on(text: str) -> bool:
    """Tell whether *text*, the value of such a variable, turns it on."""
    return text.strip().lower() in ON


AGREED = ON | {"yes", "on"}
"""Of answers to a question, in small letters."""
