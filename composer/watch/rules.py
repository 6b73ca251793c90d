"""Which change of a file means what: the triggers of ``develop.watch`` as rules. Pure.

Compose Develop Specification: ``watch``. A pattern of ``include`` or ``ignore`` is relative to the
trigger's path, one of ``.dockerignore`` to the build context. A pattern there that leaves out a
trigger's path as a whole does not count for it: whoever names the path wants it. What editors leave
beside the files that they save, and Git's own files, are ignored in any case.

May import: patterns, spec, value.
"""

import posixpath
from collections.abc import Iterable

from composer.patterns import Ignore
from composer.spec.develop import Trigger
from composer.spec.service import Service
from composer.value import Value

PASSING = (
    "**/.git",
    "**/.idea",  # JetBrains
    "**/*___jb_old___",
    "**/*___jb_tmp___",
    "**/.#*",  # Emacs
    "**/#*#",
    "**/4913",  # Vim tries whether it may write
    "**/*~",
    "**/.*.swp",
    "**/.*.swo",
    "**/.*.swn",
    "**/.*.swx",
    "**/.*.kate-swp",
    "**/*-go-tmp-umask",
)
"""What comes and goes while a person works, and concerns no container."""


class Scope:
    """Patterns that are relative to a folder."""

    def __init__(self, folder: str, patterns: Ignore) -> None:
        self._folder = folder.rstrip("/") + "/"
        self._patterns = patterns

    def __call__(self, path: str) -> bool:
        """Tell whether a pattern matches the absolute *path*, or a folder that it is in."""
        below = path.startswith(self._folder)
        return below and self._patterns(path[len(self._folder) :])

    def sparing(self, path: str) -> "Scope":
        """Return it without what leaves out the absolute *path* as a whole."""
        return (
            Scope(self._folder, self._patterns.sparing(path[len(self._folder) :]))
            if self(path)
            else self
        )


class Rule(Value):
    """A trigger of a service with what it leaves out."""

    service: str
    trigger: Trigger
    include: Scope | None = None
    ignore: tuple[Scope, ...] = ()
    mounted: bool = False
    """Whether a bind mount shows the path to the containers, wherever."""
    there: bool = False
    """Whether it does where the path is to be brought."""

    @property
    def syncs(self) -> bool:
        """Whether a change brings files into the containers."""
        return self.trigger.action.startswith("sync") and not self.there

    @property
    def idle(self) -> bool:
        """Whether the path need not be watched: a bind mount shows it, and no command is to run."""
        return self.mounted and self.trigger.action in {"sync", "sync+restart"}

    def matches(self, path: str) -> bool:
        """Tell whether a change of the absolute *path* concerns this rule."""
        root = self.trigger.path
        if path != root and not path.startswith(root.rstrip("/") + "/"):
            return False
        if self.include and not self.include(path):
            return False
        return not any(scope(path) for scope in self.ignore)

    def target(self, path: str) -> str:
        """Return where *path* belongs in a container."""
        below = path[len(self.trigger.path) :].lstrip("/")
        return posixpath.normpath(posixpath.join("/", self.trigger.target, below))


def rules_of(name: str, service: Service, context: Scope | None = None) -> list[Rule]:
    """Return the rules of service *name*; *context* is what its build context leaves out."""
    passing = Scope("/", Ignore(PASSING))
    return [
        Rule(
            service=name,
            trigger=trigger,
            include=_scope(trigger.path, trigger.include),
            ignore=(
                passing,
                *([context.sparing(trigger.path)] if context else []),
                Scope(trigger.path, Ignore(trigger.ignore)),
            ),
            mounted=any(_places(trigger.path, service)),
            there=_plain(trigger.target) in _places(trigger.path, service),
        )
        for trigger in (service.develop.watch if service.develop else ())
    ]


def _scope(folder: str, patterns: Iterable[str]) -> Scope | None:
    patterns = list(patterns)
    takes_all = any(posixpath.normpath(one.strip() or "/") == "." for one in patterns)
    return Scope(folder, Ignore(patterns)) if patterns and not takes_all else None


def _places(path: str, service: Service) -> list[str]:
    """Return where bind mounts of *service* show *path* to its containers."""
    return [
        _plain(posixpath.join(mount.target, posixpath.relpath(path, mount.source)))
        for mount in service.volumes
        if mount.type == "bind" and (path + "/").startswith(mount.source.rstrip("/") + "/")
    ]


def _plain(place: str) -> str:
    return posixpath.normpath(posixpath.join("/", place))
