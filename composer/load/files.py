"""Reading the files of a project and putting them together: extends, include, merge, validation.

May import: load, spec, tree, errors, source.
"""

import posixpath
from collections.abc import Mapping

from composer.errors import ConsistencyError, CycleError, LoadError, ParseError, TemplateError
from composer.load.bare import filled
from composer.load.canonical import canonical, complete
from composer.load.dotfiles import is_remote
from composer.load.extends import Origin, apply_extends, long_services
from composer.load.interpolate import interpolate
from composer.load.merge import cleared, cut, marked, merge, unify
from composer.load.paths import Places, resolve_paths
from composer.load.remote import remote_error
from composer.load.request import Loading, Request, folder_of
from composer.load.schema import validate
from composer.load.uninterpolated import long
from composer.source import Position, error, warning
from composer.spec.project import NAMED, SECTIONS, document
from composer.spec.shapes import as_text
from composer.tree import RESET, Node, dotted, plain

DEPTH = 100
"""How deep files may include each other; no honest project comes near it."""

MANY = 1000
"""How often files may be included in all: two that each include the next two double."""


class Assembly:
    """The files of one project, or of one included into it.

    *included* are the files that led here by ``include``, to detect a circle. *base* is the folder
    from which paths are to be written, where those of the first file are left as they are: the
    project's own for one that is included. *folder* is from where paths count if that is not the
    working directory, in which files are looked for: the one above a folder that does not exist.
    """

    def __init__(
        self,
        loading: Loading,
        request: Request,
        included: tuple[tuple[str, Position | None], ...] = (),
        base: str = "",
        folder: str = "",
    ) -> None:
        self.loading = loading
        self.request = request
        self.included = included
        self.base = base
        self.folder = folder or request.working_dir
        self.within = self.folder if base or not request.resolve_paths else ""
        self.environment: Mapping[str, str] = request.environment
        self._opened: dict[str, Origin] = {}

    def tree(self) -> Node:
        """Return the merged tree of all files, in long form, with defaults and absolute paths."""
        merged = Node({})
        for file in self.request.files:
            merged = self._put_file(merged, file)
        merged = complete(merged, document)
        if self.request.resolve_paths:
            places = self._written(self.folder, self.base)
            merged = resolve_paths(merged, document, places)
        if self.included:
            self._remember(merged)
        return filled(merged, self.environment)

    def _remember(self, tree: Node) -> None:
        """Keep what the variables of secrets and configs hold here, not where all are bound."""
        for kind in ("secrets", "configs"):
            listed = tree.get(kind)
            for name, one in (listed.value or {}).items() if listed else ():
                variable = one.get("environment")
                if variable and (held := self.environment.get(as_text(variable))) is not None:
                    self.loading.known[kind, name, as_text(variable)] = held

    def _places(self, folder: str) -> Places:
        return Places(folder, self.request.home, self._warn_of_home)

    def _warn_of_home(self) -> None:
        message = "cannot expand '~', because the environment lacks HOME"
        self.loading.report(warning("no-home", message))

    def _counted(self, folder: str) -> str:
        """Return from where paths count in *folder*, which was found from the working directory."""
        start = self.request.working_dir
        if self.folder == start:
            return folder
        return posixpath.normpath(posixpath.join(self.folder, posixpath.relpath(folder, start)))

    def _written(self, folder: str, base: str) -> Places:
        """Return from where the paths of a file in *folder* are to be written."""
        return self._places(posixpath.relpath(folder, base) if base else folder)

    def _put_file(self, merged: Node, file: str) -> Node:
        if any(file == known for known, _ in self.included):
            chain = " → ".join(self.loading.shown(known) for known, _ in self.included)
            message = f"include cycle detected: {chain} → {self.loading.shown(file)}"
            raise CycleError(error("include-cycle", message, self.included[-1][1]))
        asked = self.included[-1][1] if self.included else None
        if len(self.included) > DEPTH:
            message = f"files that include each other more than {DEPTH} levels deep"
            raise ConsistencyError(error("too-deep", message, asked))
        documents = self.loading.documents(file, asked, "included")
        if not documents and not self.included and len(self.request.files) == 1:
            name = self.loading.shown(file)
            raise ParseError(error("empty-file", "empty compose file", Position(name, 1, 1)))
        for doc in documents:
            merged = self._put_document(merged, doc, file)
        return merged

    def _put_document(self, merged: Node, doc: Node, file: str) -> Node:
        doc = self._interpolated(doc)
        for path in marked(doc):
            merged = cut(merged, path)
        with self.loading.fitting(doc):
            doc = apply_extends(doc, file, self._open_extended)
        doc = self._with_includes(doc, file)
        with self.loading.fitting(doc):
            merged = cleared(merge(merged, doc, document))
            merged = unify(merged, document)
        self._validated(merged)
        merged = self._without_version(merged)
        self._warn_of_names(merged)
        with self.loading.fitting(merged):
            to_long = canonical if self.request.interpolate else long
            return unify(to_long(merged, document), document)

    def _interpolated(self, doc: Node) -> Node:
        if not self.request.interpolate:
            return doc
        texts = self.loading.texts
        doc = interpolate(doc, document, self.environment, self.loading.report, texts)
        self.loading.stop_on_errors(TemplateError)
        return doc

    def _validated(self, merged: Node) -> None:
        for problem in validate(merged):
            self.loading.report(problem)
        self.loading.stop_on_errors()

    def _without_version(self, merged: Node) -> Node:
        version = merged.get("version")
        if version is None:
            return merged
        place = merged.keys.get("version")
        message = (
            "the attribute `version` is obsolete, it will be ignored, please remove it to avoid"
            " potential confusion"
        )
        self.loading.report(warning("obsolete-version", message, place, path="version"))
        return merged.without("version")

    def _warn_of_names(self, merged: Node) -> None:
        for kind in NAMED:
            listed = merged.get(kind)
            for key, one in (listed.value or {}).items() if listed else ():
                given = one.get("external") if one.is_mapping else None
                name = given.get("name") if given and given.is_mapping else None
                if name is not None:
                    message = "external.name is deprecated. Please set name and external: true"
                    place, path = name.pos, dotted((kind, key))
                    self.loading.report(warning("deprecated-name", message, place, path=path))

    def _open_extended(self, name: str, origin: Origin, asked: Position | None) -> Origin:
        """Read the file of an ``extends``; its paths count from its own folder."""
        _not_remote(name, asked)
        folder = self.request.working_dir if origin.main else folder_of(origin.file)
        file = self._places(folder).absolute(name)
        if file not in self._opened:
            self._opened[file] = self._extended_from(file, asked)
        return self._opened[file]

    def _extended_from(self, file: str, asked: Position | None) -> Origin:
        services, shape = Node({}), document.child("services")
        for doc in self.loading.documents(file, asked, "extended"):
            doc = self._interpolated(doc)  # noqa: PLW2901 - the next stage of the same document
            found = doc.get("services") or Node({})
            places = self._written(self._counted(folder_of(file)), self.within)
            found = long_services(found) if self.request.interpolate else long(found, shape)
            services = merge(services, resolve_paths(found, shape, places), shape, ("services",))
        return Origin(file, services)

    def _with_includes(self, doc: Node, file: str) -> Node:
        """Return *doc* with what it includes added; what it says itself goes over that."""
        include = doc.get("include")
        if include is None:
            return doc
        own = doc.without("include")
        if _is_nothing(include):
            return own
        include = _without_nothing(include)
        self._include_validated(Node({"include": include}, doc.pos, doc.keys))
        with self.loading.fitting(doc):
            entries = canonical(include, document.child("include"))
        for entry in entries.value:
            own = _imported(own, self._included(entry, file))
        return own

    def _include_validated(self, node: Node) -> None:
        """Report what is wrong with ``include``, as a warning where Compose does not mind."""
        for problem in validate(node):
            harmless = problem.code in {"unknown-attribute", "duplicate-item"}
            self.loading.report(problem.replace(severity="warning") if harmless else problem)
        self.loading.stop_on_errors()

    def _included(self, entry: Node, file: str) -> Node:
        """Return the tree of one entry of ``include``, empty where it names no file."""
        self.loading.includes += 1
        if self.loading.includes > MANY:
            message = f"files are included more than {MANY} times"
            raise ConsistencyError(error("too-large", message, entry.pos))
        paths = entry.get("path")
        places = self._places(self.request.working_dir)
        files = []
        for one in paths.value if paths else []:
            _not_remote(as_text(one), one.pos)
            files.append(places.absolute(as_text(one)))
        named = entry.get("project_directory")
        directory = as_text(named) if named else ""
        beside = folder_of(files[0]) if files else self.request.working_dir
        folder = places.absolute(directory) if directory else beside
        environment, env_files = self._included_environment(entry, folder)
        if not files:
            return Node({})
        base, counted = self.within, self._counted(folder)
        if posixpath.isabs(directory):
            base, counted = "", folder
        elif not self.loading.reader.is_dir(folder):
            counted = folder_of(counted)  # as Compose has it for what does not exist
        request = self.request.replace(
            files=tuple(files), working_dir=folder, environment=environment,
            env_files=env_files, resolve_paths=True,
        )  # fmt: skip
        included = (*self.included, (file, entry.pos))
        return Assembly(self.loading, request, included, base, counted).tree()

    def _included_environment(
        self, entry: Node, folder: str
    ) -> tuple[Mapping[str, str], tuple[str, ...]]:
        named = entry.get("env_file")
        default = posixpath.join(folder, ".env")
        if named is None or named.value == []:
            files = [default] if self.loading.reader.is_file(default) else []
        else:
            listed = named.value if named.is_sequence else [named]
            places = self._places(self.request.working_dir)
            files = [places.absolute(as_text(one)) for one in listed if one.value is not None]
        found = read_env_files(self.loading, files, self.environment, entry.pos)
        return {**found, **self.environment}, tuple(files)


def _without_nothing(include: Node) -> Node:
    """Return *include* without entries and attributes that are null: they count as absent here."""
    if not include.is_sequence:
        return include
    entries = []
    for one in include.value:
        if one.is_mapping:
            absent = [key for key, entry in one.value.items() if _is_nothing(entry)]
            entries.append(one.without(*absent))
        elif not _is_nothing(one):
            entries.append(one)
    return include.with_value(entries)


def _is_nothing(node: Node) -> bool:
    return node.value is None or node.tag == RESET


def _not_remote(name: str, asked: Position | None) -> None:
    if is_remote(name):
        raise ConsistencyError(remote_error(name, asked))


def _imported(own: Node, part: Node) -> Node:
    """Return *own* with the resources of an included tree; two of one name must be equal."""
    for kind in SECTIONS:
        found = part.get(kind)
        if found is None or not found.is_mapping:
            continue
        known = own.get(kind) or Node({}, found.pos)
        written = {} if _is_nothing(known) else known.value
        kept = {name: entry for name, entry in written.items() if entry.tag != RESET}
        for name, entry in found.value.items():
            _no_conflict(kind, name, kept.get(name), entry)
        keys = {**found.keys, **known.keys}
        own = own.with_entry(kind, Node({**found.value, **kept}, known.pos, keys))
    return own


def _no_conflict(kind: str, name: str, known: Node | None, entry: Node) -> None:
    if known is None or plain(known) == plain(entry):
        return
    message = "conflicts with imported resource: another file, which is included, defines it, too"
    notes = ((entry.pos, "the included one is here"),) if entry.pos else ()
    hint = "rename one, or adapt the included one in an override file"
    path = f"{kind}.{name}"
    raise ConsistencyError(
        error("include-conflict", message, known.pos, path=path, notes=notes, hint=hint)
    )


def read_env_files(
    loading: Loading,
    files: list[str],
    environment: Mapping[str, str],
    asked: Position | None = None,
) -> dict[str, str]:
    """Return the variables of environment files; a later file wins.

    What a value refers to is sought in *environment*, in the lines above and in the files before.
    """
    found: dict[str, str] = {}
    for file in files:
        if not (loading.reader.is_file(file) or loading.reader.is_dir(file)):
            message = f"couldn't find env file: {file}"
            raise ConsistencyError(error("missing-file", message, asked))
        source = loading.source(file, asked, errors="surrogateescape")
        parsed = loading.variables(source, environment.get, above=found)
        found |= {key: value for key, value in parsed.items() if value is not None}
    return found


__all__ = ["Assembly", "LoadError", "read_env_files"]
