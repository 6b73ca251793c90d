"""Earlier names, read where files are watched: ``x-develop``, and a rule's ``x-initialSync``. Pure.

No stage of the loader looks into ``x-develop``. So what has no meaning there is left alone, and
what cannot be read is an error of those who watch only.

May import: load.paths, spec, errors, source.
"""

from collections.abc import Iterator

from composer.errors import ConsistencyError
from composer.load.paths import Places
from composer.source import error
from composer.spec.develop import Develop, Trigger
from composer.spec.project import Project
from composer.spec.record import RecordOf
from composer.spec.service import Service
from composer.spec.shapes import Misfit

LEGACY = "x-develop"
_SYNC = "x-initialSync"


def has_rules(service: Service) -> bool:
    """Tell whether a service has something to watch, under either name."""
    return bool((service.develop and service.develop.watch) or LEGACY in service.extensions)


def earlier_names(project: Project) -> Iterator[tuple[str, str]]:
    """Yield the place of each entry under an earlier name, and its present name."""
    for name, service in project.services.items():
        if LEGACY in service.extensions:
            yield f"services.{name}.{LEGACY}", "develop"
        for index, rule in enumerate(service.develop.watch if service.develop else ()):
            if _syncs_at_first(rule) and not rule.initial_sync:
                yield f"services.{name}.develop.watch[{index}].{_SYNC}", "initial_sync"


def with_legacy(project: Project) -> Project:
    """Return *project* with what stands under an earlier name, where the present one is not used.

    Raises ConsistencyError for an ``x-develop`` that cannot be read, be it used or not.
    """
    found = {
        name: _read(name, service, Places(project.working_dir, home=""))
        for name, service in project.services.items()
        if LEGACY in service.extensions
    }
    services = {}
    for name, service in project.services.items():
        develop = service.develop or found.get(name)
        if develop:
            rules = [one.replace(initial_sync=_syncs_at_first(one)) for one in develop.watch]
            services[name] = service.replace(develop=develop.replace(watch=tuple(rules)))
    return project.with_services(services)


def _syncs_at_first(rule: Trigger) -> bool:
    return rule.initial_sync or rule.extensions.get(_SYNC) is True


def _read(name: str, service: Service, places: Places) -> Develop:
    node = service.node and service.node.get(LEGACY)
    try:
        found: Develop = RecordOf(Develop).bind(node) if node else Develop()
    except Misfit as wrong:
        path = f"services.{name}.{LEGACY}"
        told = error(wrong.code, wrong.message, wrong.node.pos, path=path)
        raise ConsistencyError(told) from None
    watch = [one.replace(path=places.absolute(one.path)) for one in found.watch]
    return found.replace(watch=tuple(watch))
