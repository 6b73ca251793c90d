"""What ``watch`` watches: the rules of a project with what the disk adds, and the paths.

May import: all but cli and ui.
"""

import os
from collections.abc import Collection
from pathlib import Path

from composer.api.session import Session
from composer.engine.moments import unix_time
from composer.engine.port import Engine
from composer.errors import ComposerError, ConsistencyError, EngineNotFound
from composer.identity import image_name
from composer.load.paths import is_remote
from composer.run.events import Notice
from composer.source import error
from composer.spec.project import Project
from composer.spec.service import Service
from composer.watch.batch import Transfer
from composer.watch.legacy import earlier_names, with_legacy
from composer.watch.places import contents
from composer.watch.rules import Rule, Scope, rules_of


def to_watch(session: Session, services: Collection[str]) -> Project:
    """Return the project of *services* with its rules; warn of what has an earlier name."""
    project = session.selected(services)
    for where, present in earlier_names(project):
        text = f"{where} is DEPRECATED, please use the official `{present}` attribute"
        session.emit(Notice("warning", text))
    return with_legacy(project)


def rules(project: Project) -> list[Rule]:
    """Return the rules of all services. Raises ConsistencyError where there are none, or wrong."""
    found = []
    for name, service in project.services.items():
        mine = rules_of(name, service, _context(service))
        for index, rule in enumerate(mine):
            _refuse(rule, service, index)
        found += mine
    return found


def _context(service: Service) -> Scope | None:
    """Return what the build context of *service* leaves out."""
    build = service.build
    if build is None or is_remote(build.context):
        return None
    from composer.build.context import read_ignore

    folder = Path(build.context)
    return Scope(build.context, read_ignore(folder, folder / (build.dockerfile or "Dockerfile")))


def _refuse(rule: Rule, service: Service, index: int) -> None:
    action, message = rule.trigger.action, ""
    if action == "rebuild" and service.build is None:
        message = (
            f'can\'t watch service "{rule.service}" with action {action} without a build context'
        )
    if action == "sync+exec" and not rule.trigger.exec.command:
        message = f'can\'t watch with action "{action}" on service {rule.service} without a command'
    if message:
        path = f"services.{rule.service}.develop.watch[{index}]"
        where = rule.trigger.where("action")
        raise ConsistencyError(error("watch-rule", message, where, path=path))


def watched(session: Session, found: Collection[Rule]) -> list[str]:
    """Return the paths to watch. Raises ComposerError where there is none."""
    paths = []
    for rule in found:
        path = rule.trigger.path
        if rule.idle:
            text = (
                f"path '{path}' also declared by a bind mount volume, this path won't be monitored!"
            )
            session.emit(Notice("warning", text))
        else:
            paths.append(path)
    if not paths:
        message = "none of the selected services is configured for watch"
        raise ComposerError(f"{message}, consider setting a 'develop' section")
    return paths


def initial(engine: Engine, project: Project, name: str, found: Collection[Rule]) -> list[Transfer]:
    """Return what ``initial_sync`` brings: all files, less those that the image must have."""
    mine = [rule for rule in found if rule.service == name and rule.trigger.initial_sync]
    wanted = [rule for rule in mine if rule.syncs and not rule.idle]
    since = _image_time(engine, project, name) if wanted else 0
    folders = {rule.trigger.path for rule in wanted if os.path.isdir(rule.trigger.path)}
    return [
        Transfer(path, rule.target(path))
        for rule in wanted
        for path in contents(rule.trigger.path)
        if rule.matches(path) and _is_newer(path, since) and path not in folders
    ]


def _image_time(engine: Engine, project: Project, name: str) -> float:
    """Return when the image of a service that is built was made, in Unix seconds; else 0."""
    if project.services[name].build is None:
        return 0
    try:
        made = engine.inspect_image(image_name(project, name)).get("Created")
    except EngineNotFound:
        return 0
    return unix_time(str(made or ""))


def _is_newer(path: str, since: float) -> bool:
    try:
        return not (os.path.isdir(path) and not os.path.islink(path)) and (
            os.lstat(path).st_mtime > since
        )
    except OSError:
        return False  # gone meanwhile
