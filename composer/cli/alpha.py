"""``composer alpha``: commands that Docker Compose calls experimental.

May import: cli.
"""

from composer.cli.group import Helpful

COMMANDS = {
    "generate": ("composer.cli.generate", "Print a Compose file of existing containers"),
    "publish": ("composer.cli.publish", "As composer publish"),
    "viz": ("composer.cli.viz", "Print which service needs which, for Graphviz"),
}

command = Helpful(
    "alpha",
    COMMANDS,
    """Run a command that is experimental in Docker Compose.

    Example: composer alpha viz --ports
    """,
)
