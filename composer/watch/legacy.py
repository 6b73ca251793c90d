"""``x-develop``, the earlier name of a service's ``develop``: read where files are watched. Pure.

No stage of the loader looks into it. So what has no meaning there is left alone, and what cannot be
read is an error of those who watch only.

May import: load.paths, spec, errors, source.
"""

from composer.errors import ConsistencyError
from composer.load.paths import Places
from composer.source import error
from composer.spec.develop import Develop
from composer.spec.project import Project
from composer.spec.record import RecordOf
from composer.spec.service import Service
from composer.spec.shapes import Misfit

LEGACY = "x-develop"


def has_rules(service: Service) -> bool:
    """Tell whether a service has something to watch, under either name."""
    return bool((service.develop and service.develop.watch) or LEGACY in service.extensions)


def with_legacy(project: Project) -> Project:
    """Return *project* with what stands under the earlier name, where the present one is not used.

    Raises ConsistencyError for what cannot be read, be it used or not.
    """
    found = {
        name: _read(name, service, Places(project.working_dir, home=""))
        for name, service in project.services.items()
        if LEGACY in service.extensions
    }
    services = {
        name: project.services[name].replace(develop=develop)
        for name, develop in found.items()
        if project.services[name].develop is None
    }
    return project.with_services(services)


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
