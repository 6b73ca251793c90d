"""Which container a command means: a service's first replica, or the one with an index.

May import: all but cli and ui.
"""

from composer.api.session import Session
from composer.errors import EngineNotFound
from composer.source import close_to
from composer.state import ContainerState


def target(
    session: Session, service: str, index: int = 0, *, stopped: bool = False
) -> ContainerState:
    """Return the container of *service* with this *index*, 0 for any.

    Where the service has no container at all, a one-off one will do; an index never means one.
    *stopped* takes a container that does not run, too. Raises EngineNotFound.
    """
    session.tell_of_variables()
    found = [one for one in of_service(session, service) if stopped or one.running]
    if not index and found:
        return found[0]
    for one in found:
        if one.number == index and not one.one_off:
            return one
    number = f" container #{index}" if index else ""
    message = f'service "{service}" is not running{number}'
    raise EngineNotFound(message, hint=_hint(session, service, index))


def of_service(session: Session, service: str) -> list[ContainerState]:
    """Return the service's containers: replicas that run first, by number; one-offs last."""
    from composer.engine.snapshot import containers  # with the engine

    found = [one for one in containers(session.engine, session.name) if one.service == service]
    return sorted(found, key=lambda one: (one.one_off, not one.running, one.number, one.name))


def _hint(session: Session, service: str, index: int) -> str:
    project = session.known()
    known = project.all_services.keys() if project else {service}
    if service not in known:
        return close_to(service, known) or "no service of the project has this name"
    return "" if index else f"start it with `composer up -d {service}`"
