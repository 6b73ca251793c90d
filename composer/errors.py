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

Client libraries' errors never leak: each module that wraps one raises these.

May import: source.
"""

from collections.abc import Sequence

from composer.source import Diagnostic, render


class ComposerError(Exception):
    """Base of all errors; *hint* tells what to do about it."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  hint: {self.hint}" if self.hint else self.message


class LoadError(ComposerError):
    """A file is wrong; *diagnostics* says each place and reason, at least one."""

    def __init__(self, diagnostics: Sequence[Diagnostic] | Diagnostic) -> None:
        found = (diagnostics,) if isinstance(diagnostics, Diagnostic) else tuple(diagnostics)
        super().__init__("\n".join(render(one) for one in found))
        self.diagnostics = found


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


class ExecutionError(ComposerError):
    """One or more operations of a plan failed; *failures* are their causes."""

    def __init__(
        self,
        message: str,
        failures: Sequence[Exception] = (),
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
