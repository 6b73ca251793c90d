"""What is left of an output stream of which a part was shown, told by its log to the byte.

An engine's log need not keep what a process printed: json-file puts U+FFFD for each byte that is
not UTF-8 (and cuts long lines, also in the midst of a character), and old lines may be rotated away
or dropped. So a log tells what follows only where it begins with exactly what was shown, and only
up to the first U+FFFD. Anything else is refused: an error is better than bytes that nobody printed.

May import: errors.
"""

from hashlib import blake2b

from composer.errors import EngineError

_UNKNOWN = "\ufffd".encode()


class OtherLog(EngineError):
    """The log does not begin with what was shown."""


class UnsureLog(EngineError):
    """The log goes on after what was shown, but does not tell with which bytes."""


class Shown:
    """How much of a stream was shown, and what it was."""

    def __init__(self) -> None:
        self.size = 0
        self._digest = blake2b()

    def add(self, data: bytes) -> None:
        """Take note that *data* was shown."""
        self.size += len(data)
        self._digest.update(data)

    def digest(self) -> bytes:
        """Return what tells it from all that is different."""
        return self._digest.digest()


class Remainder:
    """Takes a stream from its beginning; gives what follows after what was *shown*."""

    def __init__(self, shown: Shown) -> None:
        self._left, self._wanted = shown.size, shown.digest()
        self._known = Shown()
        self._before = b""
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """Return what of *data*, the stream's next bytes, surely follows."""
        if self._left:
            known, data = data[: self._left], data[self._left :]
            self._left -= len(known)
            self._known.add(known)
            self._before = (self._before + known)[1 - len(_UNKNOWN) :]
            if not self._left and self._known.digest() != self._wanted:
                raise _other()
        return self._sure(data)

    def end(self) -> bytes:
        """Return what was held back, at the end of the stream."""
        if self._left:
            raise _other()
        return self._held

    def _sure(self, data: bytes) -> bytes:
        """Return *data*, less the beginning of what may become U+FFFD."""
        if not data:
            return b""
        data = self._held + data
        if _UNKNOWN in self._before + data:
            message = "the engine broke off the output, and its log does not tell how it went on"
            raise UnsureLog(message, hint="the output is not UTF-8 throughout")
        held = next((n for n in (2, 1) if data.endswith(_UNKNOWN[:n])), 0)
        sure, self._held = data[: len(data) - held], data[len(data) - held :]
        self._before = (self._before + sure)[1 - len(_UNKNOWN) :]
        return sure


def _other() -> OtherLog:
    message = "the engine broke off the output, and its log does not begin with what was shown"
    hint = "the log does not keep bytes that are not UTF-8, nor what was rotated away"
    return OtherLog(message, hint=hint)
