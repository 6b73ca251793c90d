"""``composer bridge``: a project as something else, by images that transform it.

May import: cli.
"""

from composer.cli.group import Helpful

COMMANDS = {
    "convert": ("composer.cli.convert", "Convert a project by transformers"),
    "transformations": ("composer.cli.transformations", "List transformers, or make one"),
}

command = Helpful(
    "bridge",
    COMMANDS,
    """Convert a project to files for Kubernetes, or whatever a transformer makes of it.

    Example: composer bridge convert --output manifests
    """,
)
