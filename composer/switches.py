"""Which words turn a switch on and off: of an option, of a variable, in an answer. Pure.

May import: nothing of the package.
"""

TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
"""Of options, and of variables that Docker's tools read as they read those."""

ON = frozenset({"1", "t", "true", "y", "yes", "on"})
OFF = frozenset({"0", "f", "false", "n", "no", "off"})
"""Of all other variables, and of answers, in small letters."""
