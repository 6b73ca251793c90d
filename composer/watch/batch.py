"""What a batch of changed paths comes to: each service is built, filled and restarted once. Pure.

May import: watch.rules, spec, value.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from composer.spec.develop import Hook
from composer.spec.shapes import EMPTY
from composer.value import Value
from composer.watch.rules import Rule


class Transfer(Value):
    """A path of this machine, and its place in a container."""

    source: str
    target: str


class Work(Value):
    """What is to be done, in this order; services are sorted by name."""

    rebuild: tuple[str, ...] = ()
    sync: Mapping[str, tuple[Transfer, ...]] = EMPTY
    restart: tuple[str, ...] = ()
    run: tuple[tuple[str, Hook], ...] = ()
    """Commands by service, in the order of the rules, each once."""

    def without(self, names: Collection[str]) -> "Work":
        """Return what is to be done for other services than *names*."""
        return Work(
            rebuild=tuple(name for name in self.rebuild if name not in names),
            sync={name: found for name, found in self.sync.items() if name not in names},
            restart=tuple(name for name in self.restart if name not in names),
            run=tuple((name, hook) for name, hook in self.run if name not in names),
        )


def work(paths: Iterable[str], rules: Sequence[Rule]) -> Work:
    """Return what changes of *paths* (absolute) mean by *rules*."""
    rebuild: set[str] = set()
    restart: set[str] = set()
    sync: dict[str, dict[Transfer, None]] = {}
    run: dict[int, tuple[str, Hook]] = {}
    for path in sorted(set(paths)):
        for index, rule in enumerate(rules):
            if not rule.matches(path):
                continue
            if rule.trigger.action == "rebuild":
                rebuild.add(rule.service)
            if rule.syncs:
                sync.setdefault(rule.service, {})[Transfer(path, rule.target(path))] = None
            if "restart" in rule.trigger.action:
                restart.add(rule.service)
            if rule.trigger.action == "sync+exec":
                run[index] = (rule.service, rule.trigger.exec)
    return Work(
        rebuild=tuple(sorted(rebuild)),
        sync={name: tuple(sync[name]) for name in sorted(sync)},
        restart=tuple(sorted(restart)),
        run=tuple(run[index] for index in sorted(run)),
    )


def own(rules: Iterable[Rule]) -> frozenset[Transfer]:
    """Return the paths of *rules* themselves, with their targets."""
    places = ((rule.trigger.path, rule) for rule in rules if rule.syncs)
    return frozenset(Transfer(path, rule.target(path)) for path, rule in places)


def topmost(paths: Iterable[str]) -> list[str]:
    """Return *paths* without those below another one of them."""
    kept: list[str] = []
    for path in sorted(set(paths), key=lambda one: one.rstrip("/") + "/"):
        if not kept or not path.startswith(kept[-1].rstrip("/") + "/"):
            kept.append(path)
    return kept
