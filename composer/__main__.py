"""The console scripts: ``composer``, ``python -m composer`` and the Docker CLI plugin.

May import: cli.
"""

import sys
from importlib import import_module


def main() -> None:
    """Run the command line and exit with its code."""
    _run("composer.cli.root")


def plugin() -> None:
    """Run as ``docker composer …``: the Docker CLI calls the plugin with its own name first."""
    _run("composer.cli.plugin")


def _run(module: str) -> None:
    """Run a command line with the signals that end a program as exceptions.

    So each command cleans up on its way out. What it does not wait for after a signal (a call that
    the engine does not answer) must not hold up the end: no thread is waited for either.
    """
    import os
    import signal

    def interrupt(number: int, _: object) -> None:
        from composer.errors import Interrupted

        raise Interrupted(number)

    for one in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(one) == signal.SIG_DFL:  # not under nohup
            signal.signal(one, interrupt)
    try:
        code: int = import_module(module).run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    if code > 128:  # noqa: PLR2004 - ended by a signal
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
