"""The model as Compose prints it with ``--no-interpolate``: merged and named, variables left.

Values are as they were written: only what must be read to merge files is in its long form.

May import: load.bare, load.canonical, load.request, spec, tree.
"""

from collections.abc import Mapping
from typing import Any

from composer.load import canonical
from composer.load.bare import is_list, written_as_list
from composer.load.canonical import descend
from composer.load.request import PROJECT
from composer.spec.order import arranged
from composer.spec.project import NAMED
from composer.spec.shapes import Form, Misfit, Shape, as_text
from composer.spec.short import linked
from composer.tree import Node, plain

_AS_WRITTEN = frozenset(
    {
        "annotations", "args", "dns_search", "environment", "extra_hosts", "labels", "options",
        "sysctls", "tmpfs", "ulimits",
    }
)  # fmt: skip
"""Attributes that keep their short forms."""

_KEY_VALUES = frozenset({"annotations", "args", "environment", "labels", "sysctls"})
_NAMESPACES = ("network_mode", "ipc", "pid", "uts", "cgroup")

Plain = dict[str, Any]


def long(node: Node, shape: Shape) -> Node:
    """Return *node* with short forms in their long form, but for those of _AS_WRITTEN."""
    try:
        made = descend(canonical.long(node, shape), shape, long)
    except Misfit:  # with variables replaced it may well fit
        return node
    if not made.is_mapping or not node.is_mapping:
        return made
    kept = {key: node.value[key] for key in made.value if key in _AS_WRITTEN and key in node.value}
    return made.with_value({**made.value, **kept}) if kept else made


def uninterpolated(tree: Node, name: str, form: Form, *, normalize: bool = True) -> Plain:
    """Return the merged *tree* of the project *name* as plain values, in the order of *form*."""
    made: Plain = _plain(tree, "")
    made.pop("include", None)
    for service in made.get("services", {}).values():
        service.pop("extends", None)
    if normalize:
        _normalize(made, name)
    ordered: Plain = arranged(made, form, hollow=[])
    return ordered


def _plain(node: Node, key: str) -> Any:
    if key in _KEY_VALUES and node.is_mapping and is_list(node):
        return [_assignment(name, node.value[name]) for name in _order(node)]
    if node.is_mapping:
        return {name: _plain(entry, name) for name, entry in node.value.items()}
    if node.is_sequence:
        return [_plain(item, "") for item in node.value]
    if key == "count" and node.value == -1:
        return "all"
    return plain(node)


def _order(node: Node) -> list[str]:
    """Return the keys as Compose lists them: each file's after the former's, a mapping's sorted."""
    below = [name for name in _order(node.over) if name in node.value] if node.over else []
    own = [name for name in node.value if name not in below]
    return below + (own if written_as_list(node, own) else sorted(own))


def _assignment(name: str, entry: Node) -> str:
    return name if entry.value is None else f"{name}={as_text(entry)}"


def _normalize(model: Plain, name: str) -> None:
    """Add what is implied: the default network, dependencies, names."""
    model["name"] = name
    services: dict[str, Plain] = model.get("services") or {}
    networks: Plain = model.get("networks") or {}
    for service in services.values():
        if "network_mode" not in service and not service.get("provider"):
            joined = service["networks"] = service.get("networks") or {"default": None}
            if "default" in joined:
                networks.setdefault("default", None)
        _imply(service, {PROJECT: name})
    if networks:
        model["networks"] = networks
    for kind in NAMED:
        for key, resource in (model.get(kind) or {}).items():
            model[kind][key] = _with_name(resource or {}, key, name)


def _with_name(resource: Plain, key: str, project: str) -> Plain:
    external = resource.get("external")
    true = external is True or external == "true"  # nothing was cast: other words are texts
    return {"name": key if true else f"{project}_{key}", **resource}


def _imply(service: Plain, known: Mapping[str, str]) -> None:
    build = service.get("build")
    if isinstance(build, dict):
        if "dockerfile_inline" not in build:
            build.setdefault("dockerfile", "Dockerfile")
        if args := build.get("args"):
            build["args"] = _valued(_looked_up(args, known))
        for key in ("provenance", "sbom"):
            if isinstance(build.get(key), bool):
                build[key] = str(build[key]).lower()
    if variables := service.get("environment"):
        service["environment"] = _looked_up(variables, known)
    if service.get("pull_policy") == "if_not_present":
        service["pull_policy"] = "missing"
    needed = {**_implied(service), **(service.get("depends_on") or {})}
    if needed:
        service["depends_on"] = needed


def _looked_up(variables: Any, known: Mapping[str, str]) -> Any:
    """Return *variables*, a mapping or a list, with bare names that are *known* given values."""
    if isinstance(variables, dict):
        return {k: known.get(k) if one is None else one for k, one in variables.items()}
    return [f"{one}={known[one]}" if one in known else one for one in variables]


def _valued(args: Any) -> Any:
    """Return the arguments of a build that have a value: no environment supplies the others."""
    if isinstance(args, dict):
        return {name: one for name, one in args.items() if one is not None}
    return [one for one in args if "=" in str(one)]


def _implied(service: Plain) -> Plain:
    """Return the dependencies that links, shared namespaces and volumes make."""
    volumes = [str(one) for one in service.get("volumes_from", ())]
    lasting = [one for one in volumes if not one.startswith("container:")]
    names = [linked(str(link)) for link in service.get("links", ())]
    modes = [str(service.get(key, "")) for key in _NAMESPACES]
    names += [mode.removeprefix("service:") for mode in modes if mode.startswith("service:")]
    started = {"condition": "service_started", "required": True}
    return {
        **{name.partition(":")[0]: {**started, "restart": False} for name in lasting},
        **{name: {**started, "restart": True} for name in names},
    }
