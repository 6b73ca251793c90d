"""Planning and carrying out, until the wanted state is reached.

May import: all but cli and ui.
"""

import hashlib
import json
import signal
from collections.abc import Callable, Collection, Mapping

from composer.api.session import Session
from composer.errors import (
    ComposerError,
    ConsistencyError,
    EngineUnsupported,
    Interrupted,
    PlanError,
)
from composer.plan.ops import (
    BuildImage,
    CreateContainer,
    Op,
    Plan,
    PrepareModel,
    ProvideService,
    PullImage,
    RestartContainer,
    StartContainer,
    StopContainer,
    Wait,
    WithdrawService,
)
from composer.plan.policy import UpPolicy
from composer.plan.provided import Answers
from composer.run.cancel import Cancel
from composer.run.events import Ended, Listener, Notice, Progress, Rehearsed, Started
from composer.run.outcome import Outcome
from composer.run.verbs import verbs
from composer.spec.project import Project
from composer.spec.service import Service
from composer.spec.shapes import EMPTY
from composer.state import Observed
from composer.tree import position
from composer.value import Value

ROUNDS = 6
"""Plans that a command carries out at most: pulls, builds, the rest, and what changed meanwhile."""

Answer = Callable[[Op], bool]
"""Asks whether a guarded operation may be done."""


def refuse(_: Op) -> bool:
    """Consent to nothing."""
    return False


class Turn(Value):
    """What is known when a command plans once more: images that are there, answers given.

    *provided* is what providers and the model runner told, *stuck* are containers that the engine
    cannot start, *present* those that were there at the first look.
    """

    settled: bool = False
    answers: Mapping[str, bool] = EMPTY
    provided: Answers = EMPTY
    stuck: frozenset[str] = frozenset()
    present: frozenset[str] | None = None

    def policy(self, asked: UpPolicy) -> UpPolicy:
        """Return what was asked for, with what is known."""
        return asked.replace(
            images_settled=self.settled,
            answers=self.answers,
            provided=self.provided,
            stuck=self.stuck,
            present=self.present,
        )


Planner = Callable[[Turn], tuple[Project, Plan]]


def carry_out(session: Session, plan: Planner, cancel: Cancel, answer: Answer = refuse) -> Outcome:
    """Plan and execute, one command a project at a time."""
    from composer.run.lock import project_lock  # with the engine

    name = session.name
    waiting = Notice("info", f"waiting for another command that changes project {name}")
    with project_lock(session.place, name, cancel, lambda: session.emit(waiting)) as held:
        if not held:
            raise Interrupted(signal.SIGINT)

        def interruptible(turn: Turn) -> tuple[Project, Plan]:
            with cancel.heeding(heeded=False):
                return plan(turn)

        return _rounds(session, interruptible, cancel, answer).check()


def carry_out_once(
    session: Session,
    project: Project,
    plan: Plan,
    cancel: Cancel | None = None,
    *,
    every_platform: bool = False,
) -> Outcome:
    """Execute a plan as it is, also beside another command: to kill, to pull, to build.

    Failures are in what is returned, not raised. With *every_platform*, builds are for all
    platforms that they name, not for the one to run on.
    """
    tell(session, plan)
    cancel = cancel or Cancel()
    return _execute(session, project, plan, cancel, every_platform=every_platform)


def rehearse(session: Session, plan: Plan) -> Outcome:
    """Tell every operation as done, and what is unchanged; change nothing."""
    from composer.run.telling import Teller

    tell(session, plan)
    teller = Teller(plan, session.emit)
    for op in plan:
        if isinstance(op, BuildImage):
            _rehearse_build(session, op)
        else:
            teller.started(op)
            _rehearse_hooks(session, op)
            teller.ended(op)
    return Outcome()


def _rehearse_hooks(session: Session, op: Op) -> None:
    """Tell, in Compose's words, which commands would run after a start or before a stop."""
    project = session.known()
    if project is None or not isinstance(op, (StartContainer, StopContainer, RestartContainer)):
        return
    service = project.services.get(op.service) or Service()
    stopping = () if isinstance(op, StartContainer) else service.pre_stop
    starting = () if isinstance(op, StopContainer) else service.post_start
    where = f"in {op.resource.removeprefix('Container ')} (detached mode)"
    for hook in (*stopping, *starting):
        words = " ".join(json.dumps(one, ensure_ascii=False) for one in hook.command or ())
        session.emit(Rehearsed(f"Executing command [{words}] {where}"))


def _rehearse_build(session: Session, op: BuildImage) -> None:
    """Tell what an image would be called, in Compose's words: its id is made of the service."""
    made = hashlib.sha1(op.service.encode(), usedforsecurity=False).hexdigest()
    known = {**session.project.disabled, **session.project.services}
    build = known[op.service].build
    tags = [*(build.tags if build else ()), op.image]
    for text in (f"writing image dryRun-{made}", *(f"naming to {one}" for one in tags)):
        session.emit(Progress(f"dry {op.key}", op.service, text=f"==> ==> {text}"))
    session.emit(Ended(f"dry {op.key}", op.service, verbs(op)[1]))


def _rounds(session: Session, plan: Planner, cancel: Cancel, answer: Answer) -> Outcome:
    """Images first, so that one that cannot be had leaves nothing half-made; then the rest.

    A pull that comes to nothing makes the next plan build. Where the world changed meanwhile, look
    and plan again, a few times. What is missing twice in the same way was not taken away.
    """
    turn = Turn()
    outcome = Outcome()
    missing: frozenset[str] = frozenset()
    told = False
    for _ in range(ROUNDS):
        project, wanted = plan(turn)
        if turn.present is None:
            turn = turn.replace(present=wanted.present)
        if asked := {op.key: answer(op) for op in wanted.questions}:
            turn = turn.replace(answers={**turn.answers, **asked})
            project, wanted = plan(turn)
        first = None if turn.settled and not wanted.again else _first_operations(wanted)
        if first:
            outcome = _execute(session, project, first, cancel)
            if outcome.ok:
                provided = {**turn.provided, **outcome.provided}
                turn = turn.replace(settled=True, provided=provided)
            elif not outcome.replan:
                break
            continue
        tell(session, wanted, again=told)
        told = True
        outcome = _execute(session, project, wanted, cancel)
        before, missing = missing, outcome.missing
        if not outcome.replan or (missing and missing == before):
            break
        turn = turn.replace(stuck=turn.stuck | outcome.stuck)
    else:
        if outcome.ok:  # of the last pulls or builds: the rest was never begun
            raise PlanError("images are missing again as often as they are pulled or built")
    return outcome


def _execute(
    session: Session,
    project: Project,
    plan: Plan,
    cancel: Cancel,
    *,
    every_platform: bool = False,
) -> Outcome:
    from composer.run.execute import execute  # with the engine

    cancel = Cancel(cancel)  # an exception requests it: the caller's own may be for more than this
    return execute(
        plan,
        project,
        session.engine,
        emit=session.emit,
        parallel=session.parallel,
        cancel=cancel,
        provide=_provider(session, project),
        build=_builder(session, project, cancel, every_platform=every_platform),
        heard=session.attached,
    )


def tell(session: Session, plan: Plan, *, again: bool = False) -> None:
    """Emit a plan's warnings, and what needs nothing; the latter not *again*."""
    for text in plan.warnings:
        session.emit(Notice("warning", text))
    for name in () if again else plan.unchanged:
        if name in plan.resting:
            continue
        if name.startswith("Container "):
            session.emit(Ended(name, name, "Running"))
        elif name.startswith("Image "):
            resource, _, why = name.removeprefix("Image ").partition(": ")
            session.emit(Ended(f"skip {resource}", resource, f"Skipped - {why}"))
    for name in plan.met:
        waiting, healthy = verbs(Wait(f"met {name}", name))
        session.emit(Started(f"met {name}", name, waiting))
        session.emit(Ended(f"met {name}", name, healthy))


def _builder(
    session: Session, project: Project, cancel: Cancel, *, every_platform: bool
) -> Callable[[str, Listener], str]:
    def build(service: str, emit: Listener) -> str:
        from composer.build import build_image, for_one_platform, wants_buildkit, with_given

        modern = wants_buildkit(session.environ)
        whole = project.replace(services=project.all_services)
        whole = with_given(whole, session.engine.proxies(), session.environ)
        wanted = whole if every_platform else for_one_platform(whole)
        return build_image(session.engine, wanted, service, emit, cancel, modern=modern)

    return build


def _provider(
    session: Session, project: Project
) -> Callable[[Op, Callable[[str], None]], Mapping[str, str]]:
    def provide(op: Op, tell: Callable[[str], None]) -> Mapping[str, str]:
        from composer.run.models import prepare_model
        from composer.run.plugins import Surroundings
        from composer.run.provider import call_provider

        around = Surroundings(session.cwd, session.environ)
        match op:
            case PrepareModel(model=model):
                return prepare_model(project, model, around, tell)
            case ProvideService(service=service):
                return call_provider(project, service, "up", around, tell)
            case WithdrawService(service=service):
                return call_provider(project, service, "down", around, tell)
            case _:
                raise ComposerError(f"internal: no program for {type(op).__name__}")

    return provide


SOURCES = frozenset({"missing-secret-file", "missing-config-file", "missing-mount"})
"""What the engine would refuse when a container is created, half-way through a command."""


def refuse_missing(session: Session, project: Project, names: Collection[str]) -> None:
    """Refuse files that services mount and that do not exist, before containers are created.

    What builds need is looked for where something is built.
    Where the engine is on another machine, its files are not ours to look at.
    """
    from composer.engine.docker.address import resolve  # with the engine

    if not resolve(session.environ).host.startswith("unix://"):
        return
    from composer.lint.context import Context
    from composer.lint.lines import Lines
    from composer.lint.paths import missing

    services = {name: project.services[name].replace(build=None) for name in names}
    alone = project.replace(disabled={}, services=services)
    lines = Lines(session.loaded.texts)
    context = Context(alone, session.reader, session.shown, lines)
    if found := [one for one in missing(context) if one.code in SOURCES]:
        raise ConsistencyError(found)


def refuse_unsupported(project: Project, observed: Observed) -> None:
    """Refuse what the engine's API version cannot do, before anything is created."""
    from composer.engine.translate import unsupported  # with the engine

    found = unsupported(project, observed.api)
    if not found or project.node is None:
        return
    places = [(position(project.node, one.path), one) for one in found]
    listed = "\n".join(f"{place}: {one}" if place else str(one) for place, one in places)
    api = ".".join(map(str, observed.api))
    message = f"the engine's API version is {api}, too old for:\n{listed}"
    raise EngineUnsupported(message, hint="use a newer engine, or leave the attribute out")


def refuse_unmakeable(project: Project, plan: Plan, *more: str) -> None:
    """Refuse services whose containers cannot be asked for, before anything is created.

    Those of which *plan* creates containers, and *more*. What has its containers stays as it is.
    Files are copied into a container when it is started: what is only created may lack them.
    """
    from composer.run.payloads import archive  # with the engine

    services = {*more, *(op.service for op in plan if isinstance(op, CreateContainer))}
    if any(project.services[name].security_opt for name in services):
        from composer.disk import read_file
        from composer.engine.translate import check_security  # with the engine

        check_security(project, services, read_file)
    started = {*more, *(op.service for op in plan if isinstance(op, StartContainer))}
    for name in sorted(services & started):
        archive(project, name)


def _first_operations(plan: Plan) -> Plan | None:
    """Return the part of *plan* that pulls, builds and asks others, None where there is none."""
    first = (PullImage, BuildImage, ProvideService, PrepareModel)
    images = [op for op in plan if isinstance(op, first)]
    keys = {op.key for op in images}
    alone = [op.replace(after=tuple(key for key in op.after if key in keys)) for op in images]
    return Plan(tuple(alone)) if alone else None
