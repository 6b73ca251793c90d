"""The errors that Composer raises, and the exit code of each.

    ComposerError                 exit 1
    ├── LoadError                 a Compose file or its environment is wrong (diagnostics)
    │   ├── ParseError            not YAML, or not what a Compose file is made of
    │   ├── TemplateError         a ``${VARIABLE}`` that cannot be replaced
    │   ├── SchemaError           an attribute that the specification does not allow
    │   ├── MergeError            files that cannot be combined
    │   ├── CycleError            something that needs itself
    │   └── ConsistencyError      a reference that leads nowhere, attributes that contradict
    ├── PlanError                 the wanted state cannot be reached from the present one
    ├── EngineError               the engine refused, or could not be asked
    │   ├── EngineUnreachable     no engine answers
    │   │   ├── EngineSilent      it took a call, and does not answer
    │   │   └── EngineAway        it broke off, or nobody listens: it may be starting again
    │   ├── EngineNotFound        the object does not exist
    │   ├── EngineConflict        the object is in another state, or its name is taken
    │   ├── EngineUnauthorized    the engine or a registry wants credentials
    │   └── EngineUnsupported     the engine's API version lacks what was asked for
    ├── ExecutionError            an operation of a plan failed
    ├── Interrupted               stopped by a signal             exit 128 + signal
    └── UsageError                the command line, or what a program asks for, is wrong

Client libraries' errors never leak: each module that wraps one raises these. All can be pickled, so
that they come out of another process as they are.

May import: source, value.
"""

from collections.abc import Sequence
from typing import Any

from composer.source import Diagnostic, Position, render
from composer.value import Value


class ComposerError(Exception):
    """Base of all errors; *hint* tells what to do about it."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        return _revived, (type(self), self.args), self.__dict__

    def __str__(self) -> str:
        return f"{self.message}\n  hint: {self.hint}" if self.hint else self.message


def _revived(kind: type[ComposerError], args: tuple[Any, ...]) -> ComposerError:
    """Return an error as it was before it was pickled, less its fields: they follow."""
    return kind.__new__(kind, *args)


class LoadError(ComposerError):
    """A file is wrong; *diagnostics* says each place and reason, at least one.

    *warnings* is what was doubtful before: a variable that is not set is often the reason.
    """

    def __init__(
        self, diagnostics: Sequence[Diagnostic] | Diagnostic, warnings: Sequence[Diagnostic] = ()
    ) -> None:
        found = (diagnostics,) if isinstance(diagnostics, Diagnostic) else tuple(diagnostics)
        super().__init__("\n".join(render(one) for one in found))
        self.diagnostics = found
        self.warnings = tuple(warnings)


class ParseError(LoadError):
    """The text is not YAML, or not what a Compose file is made of."""


class TemplateError(LoadError):
    """A ``${VARIABLE}`` cannot be replaced."""


class SchemaError(LoadError):
    """An attribute is not what the specification allows."""


class MergeError(LoadError):
    """Two files, or a service and what it extends, cannot be combined."""


class CycleError(LoadError):
    """Something includes, extends or depends on itself."""


class ConsistencyError(LoadError):
    """A reference leads nowhere, or two attributes contradict each other."""


class PlanError(ComposerError):
    """The wanted state cannot be reached from the present one."""


class EngineError(ComposerError):
    """The engine refused, or could not be asked."""


class EngineUnreachable(EngineError):
    """No engine answers at the configured address."""


class EngineSilent(EngineUnreachable):
    """The engine took a call, and did not answer in time."""


class EngineAway(EngineUnreachable):
    """The connection ended, or nobody listens: an engine that restarts answers again soon.

    *cut* says that a connection was there, and ended before the answer did.
    """

    def __init__(self, message: str, *, hint: str = "", cut: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.cut = cut


class EngineNotFound(EngineError):
    """The object does not exist on the engine."""


class EngineConflict(EngineError):
    """The object is in another state than the call needs, or its name is taken."""


class EngineUnauthorized(EngineError):
    """The engine, or the registry behind it, wants credentials."""


class EngineUnsupported(EngineError):
    """The engine's API version lacks what was asked for."""


class Failure(Value):
    """An operation that failed: one line of *cause*, further lines of *details*.

    *key* is the operation's in its plan (``start web-1``), *resource* what people call the thing
    (``Container shop-web-1``). *service*, *position* and *path* (``services.web.ports[0]``) say who
    asked for it and where, as far as that is known; *error* is what was raised.

    *changed* says that the world was not as the plan found it (a name taken meanwhile, a container
    gone, the engine away for a moment): a new plan may do better. *stuck* is a container that the
    engine will never start: it must be made anew. *doing* says what failed, where its resource
    alone does not.
    """

    key: str
    resource: str
    cause: str
    error: Exception
    details: tuple[str, ...] = ()
    changed: bool = False
    stuck: str = ""
    doing: str = ""
    service: str = ""
    position: Position | None = None
    path: str = ""

    def text(self) -> str:
        """Return it as people read it."""
        known = self.resource.casefold() in self.cause.casefold()
        named = self.cause if known else f"{self.doing or self.resource}: {self.cause}"
        return "\n".join([named, *(f"  {line}" for line in self.details)])


class ExecutionError(ComposerError):
    """One or more operations failed; *failures* are those of a plan."""

    def __init__(
        self,
        message: str,
        failures: Sequence[Failure] = (),
        *,
        hint: str = "",
        exit_code: int = 1,
    ) -> None:
        super().__init__(message, hint=hint)
        self.failures = tuple(failures)
        self.exit_code = exit_code


class Interrupted(ComposerError):
    """A signal stopped the command; the exit code is 128 + its number.

    An empty *message* means that there is nothing to tell. *told* says that the command has
    written whole lines since the signal came.
    """

    def __init__(self, signal: int, message: str = "", *, told: bool = False) -> None:
        super().__init__(message)
        self.exit_code = 128 + signal
        self.told = told


class UsageError(ComposerError):
    """The command line, or what a program asks for, is wrong."""
