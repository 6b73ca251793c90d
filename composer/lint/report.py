"""What was found in all projects of one run, and whether it makes the run fail.

May import: lint.inspect, source, value.
"""

from collections.abc import Iterator

from composer.lint.inspect import Checked
from composer.source import Diagnostic, printable
from composer.value import Value


class Report(Value):
    """The projects that were checked.

    With *strict*, warnings make it fail; *quiet* hides what does not make it fail.
    """

    checked: tuple[Checked, ...]
    strict: bool = False
    quiet: bool = False

    @property
    def errors(self) -> int:
        """How many problems are errors."""
        return sum(one.severity == "error" for one in self.problems())

    @property
    def warnings(self) -> int:
        """How many of the problems to report are warnings."""
        return sum(one.severity == "warning" for one in self.problems())

    @property
    def failed(self) -> bool:
        """Whether something is not valid."""
        return bool(self.errors or (self.strict and self.warnings))

    def shown(self, checked: Checked) -> list[Diagnostic]:
        """Return the problems of a project that are to be reported."""
        if not self.quiet or self.strict:
            return list(checked.problems)
        return [one for one in checked.problems if one.severity == "error"]

    def problems(self) -> Iterator[Diagnostic]:
        """Yield all problems to report; what several projects share is reported once."""
        seen = set()
        for one in (one for checked in self.checked for one in self.shown(checked)):
            key = (one.position, one.code, one.path, one.message)
            if key not in seen:
                seen.add(key)
                yield one


def summary(report: Report) -> str:
    """Return the counts as one sentence."""
    counts = [(report.errors, "error"), (report.warnings, "warning")]
    said = [_count(number, word) for number, word in counts if number]
    return f"{_count(len(report.checked), 'project')} checked: {', '.join(said) or 'no problems'}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def words(one: Diagnostic) -> str:
    """Return path, message, hint and notes as text."""
    head = f"{one.path}: {one.message}" if one.path else one.message
    notes = [f"{place}: {text}" for place, text in one.notes]
    return printable("\n".join([head, *notes, *([f"hint: {one.hint}"] if one.hint else [])]))
