"""What ``watch`` does beside copying: new containers from a new image, commands, tidying up.

May import: all but cli and ui.
"""

from collections.abc import Collection
from functools import partial

from composer.api.images import BuildOptions, build
from composer.api.lifecycle import perform, restart
from composer.api.planning import plan_up
from composer.api.rounds import Turn, carry_out, rehearse
from composer.api.session import Session
from composer.engine.frames import Demux
from composer.engine.port import Engine
from composer.errors import ComposerError, EngineError, EngineUnreachable
from composer.identity import PROJECT
from composer.logs.lines import Plain, block
from composer.logs.source import Origin
from composer.plan.ops import Plan
from composer.plan.policy import UpPolicy
from composer.run.cancel import Cancel
from composer.run.events import Listener
from composer.run.hooks import hook_body
from composer.run.outcome import Outcome
from composer.run.verdict import exec_code
from composer.spec.develop import Hook
from composer.spec.project import Project

BLOCK = 1 << 16


def begin(session: Session, services: Collection[str], cancel: Cancel, *, dry_run: bool) -> Outcome:
    """Bring *services* up before they are watched; those that are watched and built, built anew."""
    project = session.selected(services)
    built = [name for name, one in project.services.items() if one.build and one.develop]
    if built:
        build(session, built, BuildOptions(), cancel=cancel, dry_run=dry_run)
    policy = UpPolicy(recreate_dependencies="never")

    def plan(turn: Turn) -> tuple[Project, Plan]:
        made = plan_up(session, turn.policy(policy), services, dependencies=True)
        return made.project, made.plan

    if dry_run:
        return rehearse(session, plan(Turn())[1])
    return carry_out(session, plan, cancel)


def replace(session: Session, project: Project, names: tuple[str, ...], cancel: Cancel) -> None:
    """Recreate the containers of *names* from their new images, with nothing that they need.

    Providers of what they need are asked again. Dependents with ``restart: true`` restart.
    """
    policy = UpPolicy(
        recreate="force", recreate_dependencies="never", no_build=True, pull="missing"
    )
    needed = {one for name in names for one in project.services[name].depends_on}
    providers = [one for one in sorted(needed) if project.all_services[one].provider]

    def plan(turn: Turn) -> tuple[Project, Plan]:
        asked = turn.policy(policy)
        made = plan_up(session, asked, (*names, *providers), dependencies=False)
        return _among(project, made.project), made.plan

    carry_out(session, plan, cancel)
    dependents = tuple(
        name
        for name, service in project.services.items()
        if name not in names
        and any(one in names and how.restart for one, how in service.depends_on.items())
    )
    if dependents:
        again = partial(restart, session, dependents, timeout=None, dependents=True)
        perform(session, again, cancel=cancel, dry_run=False)


def _among(project: Project, part: Project) -> Project:
    """Return *part* with all that its services need, for their containers' labels to tell."""
    needing = {
        name: one.replace(depends_on=project.services[name].depends_on)
        for name, one in part.services.items()
    }
    return part.replace(services={**project.services, **needing})


def prune(engine: Engine, project: str) -> None:
    """Remove the project's images that have lost their name to newer ones."""
    filters = {"dangling": ["true"], "label": [f"{PROJECT}={project}"]}
    for one in engine.list_images(filters):
        try:
            engine.remove_image(str(one["Id"]))
        except EngineUnreachable:
            raise
        except EngineError:
            continue  # a container still needs it


def run_command(engine: Engine, where: Origin, hook: Hook, emit: Listener, cancel: Cancel) -> None:
    """Run *hook* in a container; the lines that it prints are told as they come.

    Raises ComposerError where it fails; a cancellation leaves it alone.
    """
    exec_id = engine.exec_create(where.id, hook_body(hook, heard=True))
    stream = engine.exec_attach(exec_id, tty=False, size=None)
    forget = cancel.subscribe(stream.close)
    demux, cutter = Demux(), Plain()
    try:
        while not cancel.requested and (read := stream.read(BLOCK)):
            for cut in cutter.feed(demux.feed(read)):
                emit(block(cut, where.name, where.service))
        for cut in cutter.finish():
            emit(block(cut, where.name, where.service))
    finally:
        forget()
        stream.close()
    if not cancel.requested and (code := exec_code(engine, exec_id)):
        command = " ".join(hook.command or ())
        message = f"command {command!r} in container {where.name} exited with {code}"
        raise ComposerError(message)
