"""The console scripts: ``composer``, ``python -m composer`` and the Docker CLI plugin.

May import: cli, errors, run.signals.
"""

import sys
from importlib import import_module
from io import TextIOWrapper


def main() -> None:
    """Run the command line and exit with its code."""
    _run("composer.cli.root")


def plugin() -> None:
    """Run as ``docker composer …``: the Docker CLI calls the plugin with its own name first."""
    _run("composer.cli.plugin")


def _run(module: str) -> None:
    """Run a command line with the signals that end a program as exceptions.

    So each command cleans up on its way out. What it does not wait for (a call that the engine does
    not answer) must not hold up the end: no thread is waited for either.
    """
    import signal

    if sys.getfilesystemencoding() != "utf-8":
        _begin_with_utf8()
    usual = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
    ours = [one for one in usual if signal.getsignal(one) == signal.SIG_DFL]
    if signal.getsignal(signal.SIGINT) == signal.default_int_handler:
        ours.append(signal.SIGINT)  # what is ignored stays so: under nohup, in the background
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # until it can be told in our way
    import os

    _replace_closed_streams()
    if isinstance(sys.stdout, TextIOWrapper):
        # bytes of the environment that are no text go out as they came, whatever the locale
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    if isinstance(sys.stderr, TextIOWrapper):
        sys.stderr = _Words(sys.stderr.detach(), "utf-8", "surrogateescape", line_buffering=True)
    from composer.errors import Interrupted
    from composer.run.signals import break_off

    try:
        for one in ours:
            signal.signal(one, break_off)
        code: int = import_module(module).run(sys.argv[1:])
    except Interrupted as ended:  # while the last words were said
        code = ended.exit_code
    signal.setitimer(signal.ITIMER_REAL, 0)  # what was to be broken off has ended
    for one in ours:  # the end is near, and must not be broken off itself
        signal.signal(one, lambda number, _: os._exit(128 + number))
    by_signal = code > 128  # noqa: PLR2004 - nobody may read any more what is left to write
    if not by_signal and not _written() and not code:
        sys.exit(code)
    _last_acts()
    os._exit(code)  # to take the interpreter apart lasts as long as a quick command


class _Words(TextIOWrapper):
    """Standard error, for words about the work: where nobody can read them, the work goes on.

    What containers write there is written below this, and fails as on standard output.
    """

    _lost = False

    def write(self, text: str) -> int:
        """Write *text*, unless that has failed before."""
        if not self._lost:
            try:
                return super().write(text)
            except BlockingIOError:  # a reader that lags behind
                return len(text)
            except OSError:  # no room, or the reader has gone
                self._lost = True
        return len(text)

    def flush(self) -> None:
        """Pass on what is written, unless that has failed before."""
        if not self._lost:
            try:
                super().flush()
            except BlockingIOError:
                return
            except OSError:
                self._lost = True


def _begin_with_utf8() -> None:
    """Begin anew: the locale would have values and names of files decoded in another way.

    To the engine, and to Docker Compose, all that is a text is UTF-8.
    """
    import os

    os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606 - itself


def _replace_closed_streams() -> None:
    """Take the numbers of standard streams that are closed, or the next file would get them.

    Nothing is read from such an input, and what is written is not wanted.
    """
    import os

    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, number)
            setattr(sys, name, os.fdopen(number, "r" if name == "stdin" else "w", closefd=False))


def _written() -> bool:
    """Write what is left to write; where that fails, the interpreter tells of it in its end."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):  # no room, closed meanwhile
        return False
    return True


def _last_acts() -> None:
    """Give back the terminal, and remove temporary files, where breaking off left any."""
    import atexit

    atexit._run_exitfuncs()  # noqa: SLF001 - os._exit does not


if __name__ == "__main__":
    main()
