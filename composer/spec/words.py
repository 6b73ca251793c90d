"""Splitting a command line into words, by the rules that Compose applies to text commands.

They are a shell's rules for blanks, quotes and backslashes, without any expansion: ``$(…)`` and
back-quoted parts stay one word, and an operator (``; & | < >``) ends the command, as no shell runs.

May import: nothing of the package.
"""

_BLANKS = " \t\r\n"
_OPERATORS = ";&|<>"


def split_words(line: str) -> tuple[str, ...]:
    """Return the words of *line*; raise ValueError where a quote or bracket is left open."""
    splitter = _Splitter()
    for char in line:
        if not splitter.take(char):
            break
    return splitter.end()


class _Splitter:
    """The state between two characters: an open quote (``'``, ``"``, ``(``), back quotes around."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.word: list[str] = []
        self.started = False
        self.quote = ""
        self.back = False
        self.escaped = False

    @property
    def open(self) -> str:
        """What has not been closed yet, empty between words."""
        return self.quote or ("`" if self.back else "")

    def take(self, char: str) -> bool:
        """Read one character; return whether the command goes on."""
        if self.escaped:
            self.escaped = False
            self._keep(char)
        elif char == "\\" and self.quote != "'":
            self.escaped = True
        elif char in _BLANKS and not self.open:
            self._finish_word()
        elif char in "'\"" and self.quote in {"", char}:
            self.quote = "" if self.quote else char
            self.started = True
        elif char in _OPERATORS and not self.open:
            self._drop_descriptor(char)
            return False
        else:
            self._special(char)
        return True

    def _special(self, char: str) -> None:
        """Keep a character that may open or close a back-quoted or bracketed part."""
        if char == "`" and not self.quote:
            self.back = not self.back
        elif char == "(" and self.quote in {"", "("} and not self.back:
            if self.quote or not self.word or self.word[-1] != "$":
                message = "a bracket outside $(…)"
                raise ValueError(message)
            self.quote = "("
        elif char == ")" and self.quote in {"", "("} and not self.back:
            self.quote = "" if self.quote else "("
        self._keep(char)

    def _keep(self, char: str) -> None:
        self.word.append("\ufffd" if "\udc80" <= char <= "\udcff" else char)  # no UTF-8: as Go's
        self.started = True

    def _finish_word(self) -> None:
        if self.started:
            self.words.append("".join(self.word))
        self.word, self.started = [], False

    def _drop_descriptor(self, char: str) -> None:
        """In ``2>file`` the number belongs to the operator."""
        if char == ">" and self.word and self.word[0].isdigit():
            self.started = False

    def end(self) -> tuple[str, ...]:
        """Return the words."""
        if self.escaped or self.open:
            message = f"an open {self.open or 'backslash'}"
            raise ValueError(message)
        self._finish_word()
        return tuple(self.words)
