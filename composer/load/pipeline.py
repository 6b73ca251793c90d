"""From files to a Project: the stages, in order.

    parse → interpolate → extends → include → merge → validate → long form     (load.files, a file)
    → defaults → paths                                                         (load.files, all)
    → name → bind → profiles → normal form → check → environment → labels      (here)

May import: load, spec, tree, errors, source.
"""

import posixpath
import re
from collections.abc import Callable

from composer.errors import ConsistencyError, ParseError, TemplateError
from composer.load import resolve
from composer.load.canonical import canonical
from composer.load.check import check, check_container_names, check_entries
from composer.load.files import Assembly
from composer.load.interpolate import interpolate
from composer.load.reader import Reader
from composer.load.request import PROJECT, Loaded, Loading, Request
from composer.load.select import with_profiles
from composer.source import Diagnostic, Position, error, warning
from composer.spec.project import Project, document
from composer.spec.shapes import Misfit, Shape
from composer.tree import Node, plain

_SURE = frozenset({"conflict", "invalid-mount"})
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


def load(request: Request, reader: Reader, loading: Loading | None = None) -> Loaded:
    """Return the resolved project; *loading* is the state to work with, a new one unless given.

    Raises LoadError with every problem of the stage that failed.
    """
    loading = loading or Loading(reader, request.cwd)
    loading.diagnostics += request.warnings
    with loading.framing():
        request = _with_name(request, loading)
        tree = _assembled(request, loading)
        if not request.interpolate:
            with loading.fitting(tree):
                tree = canonical(tree, document)
        project = _bind(tree, request, loading)
        for stage in _STAGES:
            project = stage(project, request, loading)
    return Loaded(project, tree, loading.warnings, loading.texts, loading.opened)


def load_tree(request: Request, reader: Reader) -> Loaded:
    """Return the merged tree without binding services (``config --no-interpolate``)."""
    loading = Loading(reader, request.cwd)
    loading.diagnostics += request.warnings
    with loading.framing():
        request = _without_variables(_with_name(request, loading))
        tree = _assembled(request, loading)
        _check_readable(tree, request, loading)
    project = Project(name=request.name, working_dir=request.working_dir, files=request.files)
    return Loaded(project, tree, loading.warnings, loading.texts, loading.opened)


def _assembled(request: Request, loading: Loading) -> Node:
    """Return the merged tree of the project's files, which must not be empty."""
    tree = Assembly(loading, request).tree()
    if not tree.value:
        place = Position(loading.shown(request.files[0]), 1, 1)
        raise ParseError(error("empty-file", "empty compose file", place))
    return tree


def _without_variables(request: Request) -> Request:
    """Return *request* with no variable but the project's name, the only one that counts here."""
    return request.replace(environment={PROJECT: request.environment[PROJECT]})


def _check_readable(tree: Node, request: Request, loading: Loading) -> None:
    """Check the entries of a tree with variables, as far as these leave it readable."""
    sections = {
        key: _readable(node, document.child(key), 3 if key == "services" else 1, loading)
        for key, node in tree.value.items()
    }
    kept = tree.with_value({key: node for key, node in sections.items() if node is not None})
    for problem in check_entries(_bound(canonical(kept, document), request)):
        loading.report(problem)
    loading.stop_on_errors(ConsistencyError)


def _readable(node: Node, shape: Shape, levels: int, loading: Loading) -> Node | None:
    """Return *node* without what cannot be bound, which goes as a whole below so many *levels*.

    What no variable could mend, and Compose looks at before it casts, is reported.
    """
    try:
        shape.bind(canonical(node, shape))
    except Misfit as wrong:
        if not levels or shape.leaf:
            if wrong.code in _SURE and "$" not in str(plain(node)):
                loading.report(error(wrong.code, wrong.message, wrong.node.pos or node.pos))
            return None
    else:
        return node
    below = levels - 1
    if node.is_mapping:
        entries = {
            key: _readable(one, shape.child(key), below, loading)
            for key, one in node.value.items()
        }  # fmt: skip
        return node.with_value({key: one for key, one in entries.items() if one is not None})
    if not node.is_sequence:
        return None
    items = [_readable(one, shape.child(0), below, loading) for one in node.value]
    return node.with_value([one for one in items if one is not None])


def normal_name(text: str) -> str:
    """Return *text* as a project name: lower case, without what a name cannot have."""
    return re.sub(r"[^a-z0-9_-]", "", text.lower()).lstrip("_-")


def _with_name(request: Request, loading: Loading) -> Request:
    """Settle the project's name: the user's, else the last file's, else the folder's."""
    name = request.name
    if name and not _NAME.fullmatch(name):
        message = (
            f'invalid project name "{name}": must consist only of lowercase alphanumeric'
            " characters, hyphens, and underscores as well as start with a letter or number"
        )
        raise ConsistencyError(error("project-name", message))
    node: Node | None = None
    warnings: tuple[Diagnostic, ...] = ()
    if not name:
        node, warnings = _name_in_files(request, loading)
        name = request.default_name if node is None else str(node.value)
        if node is None and loading.reader.is_link(request.working_dir):
            loading.report(_linked(name))
        if request.normalize or node is None:
            name = normal_name(name)
    if not name:
        raise ConsistencyError([*warnings, _nameless(node)])
    environment = {**request.environment, PROJECT: name}
    return request.replace(name=name, environment=environment)


def _nameless(node: Node | None) -> Diagnostic:
    """Return what is wrong where neither the folder nor *node*, what a file says, makes a name."""
    message = "project name must not be empty"
    if node is None:
        hint = "give one with -p, with COMPOSE_PROJECT_NAME, or as name: in the file"
        return error("project-name", message, hint=hint)
    hint = "a name has lowercase letters, digits, hyphens and underscores"
    if not node.value:
        hint = "it is empty with its variables replaced: set them, or give a default"
    message = f"{message}: nothing of {node.value!r} can be in one" if node.value else message
    return error("project-name", message, node.pos, path="name", hint=hint)


def _linked(name: str) -> Diagnostic:
    """Warn of a name that depends on the way by which the project's folder was reached."""
    message = (
        f'project has been loaded without an explicit name from a symlink. Using name "{name}"'
    )
    return warning("name-of-link", message, hint="write name: in the file, or give one with -p")


def _name_in_files(
    request: Request, loading: Loading
) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """Return the last name in the files, and warnings.

    They are told when the whole file is read, but for that of the name itself, which is known then.
    """
    found = None
    for file in request.files:
        for doc in loading.documents(file):
            node = doc.get("name")
            if node is not None and isinstance(node.value, str) and node.value:
                found = node
    if found is None or not request.interpolate:
        return found, ()
    shape, environment, texts = document.child("name"), request.environment, loading.texts
    problems: list[Diagnostic] = []
    made = interpolate(found, shape, environment, problems.append, texts)
    if wrong := [one for one in problems if one.severity == "error"]:
        raise TemplateError(wrong)
    later: list[Diagnostic] = []
    interpolate(found, shape, {PROJECT: "", **environment}, later.append, texts)
    for one in problems:
        if one not in later:
            loading.report(one)
    return made, tuple(problems)


def _bind(tree: Node, request: Request, loading: Loading) -> Project:
    with loading.fitting(tree):
        return _with_known(_bound(tree, request), loading)


def _with_known(project: Project, loading: Loading) -> Project:
    """Return *project* with what included files know of variables for configs and secrets."""
    kinds = {kind: dict(getattr(project, kind)) for kind in ("secrets", "configs")}
    for (kind, name, variable), held in loading.known.items():
        source = kinds[kind].get(name)
        if source is not None and source.environment == variable:
            kinds[kind][name] = source.replace(value=held)
    return project.replace(**kinds) if loading.known else project


def _bound(tree: Node, request: Request) -> Project:
    bound = document.bind(tree)
    return Project(
        name=request.name,
        working_dir=posixpath.normpath(request.working_dir),
        files=request.files,
        services=bound.services,
        networks=bound.networks,
        volumes=bound.volumes,
        secrets=bound.secrets,
        configs=bound.configs,
        models=bound.models,
        extensions=bound.extensions,
        environment=request.environment,
        env_files=request.named_env_files,
        node=tree,
    )


def _normal(project: Project, request: Request, loading: Loading) -> Project:  # noqa: ARG001
    return resolve.normal(project) if request.normalize else project


def _profiles(project: Project, request: Request, loading: Loading) -> Project:  # noqa: ARG001
    return with_profiles(project, request.profiles)


def _checked(project: Project, request: Request, loading: Loading) -> Project:
    if request.consistency:
        found = check(project)
        found += check_container_names(project) if request.unique_names else []
    else:
        found = check_entries(project) if request.check_entries else []
    for problem in found:
        loading.report(problem)
    loading.stop_on_errors(ConsistencyError)
    return resolve.with_replicas(project) if request.consistency else project


def resolve_services(
    project: Project, reader: Reader, cwd: str
) -> tuple[Project, tuple[Diagnostic, ...]]:
    """Return the project with the files of its services read, and what these warn of.

    Apart from the stages, so that a file missing for one service does not hinder commands that
    concern others. Raises LoadError.
    """
    loading = Loading(reader, cwd)
    project = resolve.environment(project, loading)
    return resolve.label_files(project, loading, keep=True), loading.warnings


def with_variables(found: Loaded, reader: Reader, cwd: str) -> Loaded:
    """Return *found* with the environment files of services read that were disabled before.

    Their label files stay unread, as in Docker Compose. Raises LoadError.
    """
    loading = Loading(reader, cwd)
    project = resolve.environment(found.project, loading)
    return Loaded(
        project,
        found.tree,
        tuple(dict.fromkeys([*found.warnings, *loading.warnings])),
        {**found.texts, **loading.texts},
        {**found.opened, **loading.opened},
    )


def _environment(project: Project, request: Request, loading: Loading) -> Project:
    project = resolve.environment(project, loading, files=request.resolve_environment)
    return resolve.label_files(project, loading, keep=request.keep_label_files)


Stage = Callable[[Project, Request, Loading], Project]
_STAGES: tuple[Stage, ...] = (_normal, _profiles, _checked, _environment)
