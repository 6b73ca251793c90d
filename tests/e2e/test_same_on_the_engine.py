"""The engine holds the same for a project of Composer's and one of Docker Compose's.

Each file in tests/e2e/projects is created by both, one after the other, with the same name and in
the same folder; what ``inspect`` says of containers, networks and volumes is compared. Together the
files use every attribute that an engine honours.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from composer.disk import Disk
from composer.load.pipeline import load
from composer.load.request import Request
from composer.spec.record import Record
from tests.architecture.test_registry import ROWS
from tests.e2e.stage import IS_PEER, Json, Stage

PROJECTS = Path(__file__).with_name("projects")
FILES = sorted(PROJECTS.glob("*.yaml"))
PLACES = {
    "Id", "Created", "CreatedAt", "State", "ResolvConfPath", "HostnamePath", "HostsPath", "LogPath",
    "GraphDriver", "Storage", "SandboxID", "SandboxKey", "NetworkID", "EndpointID", "Mountpoint",
}  # fmt: skip
"""Fields that differ between any two containers, or that only a running one has."""
_ASKED = re.compile(r"_(one|six) ")
"""Networks of the projects with addresses of their own."""
OURS = {"composer.content-hash"}
UNORDERED = {"Binds", "Mounts", "Env", "ExtraHosts", "Ulimits", "DNSNames"}
ELSEWHERE = {
    "services.*.annotations": "newer-1.44.yaml sets it where the engine knows it",
    "services.*.storage_opt": "needs a file system with quotas; tests/cases/translate has it",
    "services.*.external_links": "needs a container of somebody else; tests/cases/translate has it",
    "services.*.models": "needs the model runner; tests/unit/run/test_provider.py",
    "services.*.models.*.endpoint_var": "as above",
    "services.*.models.*.model_var": "as above",
    "services.*.post_start": "runs with the container; tests/e2e/test_lifecycle.py",
    "services.*.pre_stop": "as above",
    "networks.*.ipam.options": "differs on purpose",
}


@pytest.mark.engine
@pytest.mark.oracle
@pytest.mark.skipif(IS_PEER, reason="compares the program under test with the peer")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_engine_holds_the_same(stage: Stage, file: Path) -> None:
    needed = re.search(r"-(\d+)\.(\d+)$", file.stem)
    api = stage.engine.version()["ApiVersion"]
    if needed and tuple(map(int, needed.groups())) > tuple(map(int, api.split("."))):
        pytest.skip(f"the engine's API version is {api}")
    shutil.copytree(PROJECTS / "files", stage.folder, dirs_exist_ok=True)
    shutil.copy(file, stage.folder / "compose.yaml")
    stage.env["COMPOSE_PROJECT_NAME"] = stage.name
    stage.peer("create")
    theirs = held(stage)
    stage.peer("down", "-v")
    stage.run("create").ok()
    ours = held(stage)
    both = ours.keys() & theirs.keys()
    assert {one: (ours[one], theirs[one]) for one in both if ours[one] != theirs[one]} == {}
    assert ours.keys() ^ theirs.keys() == set()


def held(stage: Stage) -> Json:
    """Return all that the engine holds of the project, less what differs between any two."""
    containers = stage.containers()
    names = {one["Id"]: one["Name"] for one in containers}
    found = [*containers, *stage.networks().values(), *stage.volumes().values()]
    flat: Json = {}
    for one in found:
        flat |= dict(_flat(_plain(one, names), str(one["Name"])))
    return {path: one for path, one in flat.items() if not _is_chosen(path, flat)}


def _is_chosen(path: str, flat: Json) -> bool:
    """Tell whether the engine made the value up: addresses of a network that gives none, hashes of
    containers that name others by their ids.
    """
    if path.endswith(" IPAM Config"):
        return not _ASKED.search(path)
    name, _, field = path.partition(" ")
    modes = (flat.get(f"{name} HostConfig {one}") for one in ("NetworkMode", "VolumesFrom"))
    shares = any(str(one).startswith(("container:", "['")) for one in modes if one)
    return shares and field.endswith("config-hash")


def _flat(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield each field's value with its path, so that a difference reads as one."""
    if isinstance(value, dict) and value:
        for name, one in value.items():
            yield from _flat(one, f"{path} {name}")
    else:
        yield path, value


def _plain(value: Any, names: dict[str, str], field: str = "") -> Any:
    if isinstance(value, dict):
        kept = {key: one for key, one in value.items() if key not in PLACES | OURS}
        return {key: _plain(one, names, key) for key, one in kept.items()}
    if isinstance(value, list):
        made = [_plain(one, names) for one in value]
        return sorted(made, key=repr) if field in UNORDERED else made
    if not isinstance(value, str):
        return value
    if field.endswith("depends_on"):
        return sorted(value.split(","))
    for ident, name in names.items():
        value = value.replace(ident, name).replace(ident[:12], name)
    return re.sub(r"\b[0-9a-f]{64}\b", "(anonymous)", value) if "sha256:" not in value else value


def _used(value: Any, path: str = "") -> Iterator[str]:
    """Yield the attributes that are set in a record and below it."""
    if isinstance(value, Record):
        for name, row in value.__attrs__.items():
            item = value.__dict__.get(name, row.default)
            if item != row.default or value.has(name):
                at = f"{path}.{name}" if path else name
                yield at
                yield from _used(item, at)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _used(one, f"{path}.*")
    elif isinstance(value, tuple):
        for one in value:
            yield from _used(one, f"{path}[]")


def _on_an_engine(path: str) -> bool:
    target = ROWS[path].engine
    inside = path.startswith(("services.*.build", "services.*.develop"))
    return not inside and not target.startswith(("none", "client", "swarm", "ExecConfig"))


def test_the_projects_use_every_attribute_that_an_engine_honours() -> None:
    used = set()
    for file in FILES:
        request = Request(
            files=(str(file),), working_dir=str(PROJECTS / "files"), cwd=str(PROJECTS),
            default_name="t", environment={"COMPOSE_PROJECT_NAME": "t"},
            resolve_environment=False, keep_label_files=True,
        )  # fmt: skip
        project = load(request, Disk()).project
        for kind in ("services", "networks", "volumes", "secrets", "configs"):
            used |= set(_used(dict(getattr(project, kind)), kind))
    wanted = {path for path in ROWS if _on_an_engine(path)}
    assert wanted - used - ELSEWHERE.keys() == set()
