"""What came of carrying out a plan.

May import: errors, value, spec.
"""

from collections.abc import Mapping

from composer.errors import ComposerError, EngineNotFound, ExecutionError, Failure, Interrupted
from composer.spec.shapes import EMPTY
from composer.value import Value

SIGINT = 2


class Outcome(Value):
    """Which operations were done, failed, were skipped because another failed, or remain.

    *warned* are those of the done ones that ended with a warning. *remaining* were not done
    because of a cancellation, or because the engine went away; *unfinished* are those of them that
    were begun and given up. *made* maps the keys of operations
    to the ids of what they created, *started* are the ids of the containers that were started.
    *provided* are the variables that providers and the model runner told, by operation.
    *interrupted* says that it was cancelled before its end.
    """

    done: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    skipped: tuple[str, ...] = ()
    remaining: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()
    made: Mapping[str, str] = EMPTY
    provided: Mapping[str, Mapping[str, str]] = EMPTY
    started: tuple[str, ...] = ()
    interrupted: bool = False

    @property
    def ok(self) -> bool:
        """Whether everything was done."""
        return not self.failures and not self.interrupted

    @property
    def replan(self) -> bool:
        """Whether to observe again and plan anew: all that failed, failed for a changed world."""
        failed = self.failures
        return bool(failed) and not self.interrupted and all(one.changed for one in failed)

    @property
    def missing(self) -> frozenset[str]:
        """What the failures tell, where all are about something that the engine does not have."""
        lacking = all(isinstance(one.error, EngineNotFound) for one in self.failures)
        return frozenset(one.text() for one in self.failures) if lacking else frozenset()

    @property
    def stuck(self) -> frozenset[str]:
        """The containers that must be made anew, because the engine will never start them."""
        return frozenset(one.stuck for one in self.failures if one.stuck)

    @property
    def error(self) -> ComposerError | None:
        """Return the failures as one error, a line each with their details below it.

        Its exit code is that of a command that failed in a build, where one tells it; that of an
        interruption where that came in between.
        """
        text = "\n".join(one.text() for one in self.failures)
        if self.failures and not self.interrupted:
            errors = [one.error for one in self.failures]
            codes = [one.exit_code for one in errors if isinstance(one, ExecutionError)]
            return ExecutionError(text, self.failures, exit_code=max(codes, default=1))
        if not self.interrupted:
            return None
        untouched = [one for one in self.remaining if one not in self.unfinished]
        left = [("not done", self.unfinished), ("not begun", untouched)]
        parts = [f"{what}: {', '.join(keys)}" for what, keys in left if keys]
        told = "; ".join(["interrupted", *parts])
        return Interrupted(SIGINT, "\n".join(filter(None, [text, told])))

    def check(self) -> "Outcome":
        """Return the outcome; raise its error where it has one."""
        if self.error:
            raise self.error
        return self
