"""A project as the labels of its containers tell it, for commands without files.

May import: state, identity, spec.
"""

from composer.identity import DEPENDS_ON
from composer.spec.project import Project
from composer.spec.service import STARTED, Dependency, Service
from composer.state import ContainerState, Observed


def labelled_project(name: str, observed: Observed, folder: str = "") -> Project:
    """Return project *name* with a service for each that has containers, and what it needs."""
    services: dict[str, Service] = {}
    for container in observed.containers:
        if container.service and not container.one_off:
            services[container.service] = Service(
                image=container.image, depends_on=_dependencies(container)
            )
    known = {
        key: one.replace(
            depends_on={on: how for on, how in one.depends_on.items() if on in services}
        )
        for key, one in services.items()
    }
    return Project(name=name, working_dir=folder, services=known)


def _dependencies(container: ContainerState) -> dict[str, Dependency]:
    """Read ``db:service_healthy:false,…``; older labels lack the last parts."""
    found = {}
    for entry in container.labels.get(DEPENDS_ON, "").split(","):
        on, condition, restart = [*entry.split(":"), "", ""][:3]
        if on:
            found[on] = Dependency(
                condition=condition or STARTED, restart=restart != "false", required=True
            )
    return found
