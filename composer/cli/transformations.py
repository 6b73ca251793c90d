"""``composer bridge transformations``: the images that transform.

May import: cli.
"""

from composer.cli.group import Helpful

COMMANDS = {
    "create": ("composer.cli.create_transformer", "Make the folder of a new transformer"),
    "list": ("composer.cli.list_transformers", "List transformers"),
}

command = Helpful(
    "transformations",
    COMMANDS,
    """List the transformers that the engine has, or make one.

    Example: composer bridge transformations create ours
    """,
    aliases={"ls": "list"},
)
