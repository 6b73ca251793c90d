"""The console scripts: ``composer``, ``python -m composer`` and the Docker CLI plugin.

May import: cli.
"""

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    from composer.cli.root import run

    sys.exit(run(sys.argv[1:]))


def plugin() -> None:
    """Run as ``docker composer …``: the Docker CLI calls the plugin with its own name first."""
    from composer.cli.plugin import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
