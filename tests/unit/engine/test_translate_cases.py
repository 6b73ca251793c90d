"""What is sent to create a project's objects, for each file in tests/cases/translate.

The expected bodies are what Docker Compose 2.40.3 was seen to send to engines of API 1.41 and
1.51, in a settled order and without empty fields. A case that does so on purpose says how it
``differs``. Labels are tested where they are made.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from composer.engine.translate import (
    Instance,
    container_body,
    endpoint,
    network_body,
    volume_body,
)
from composer.load.pipeline import load
from composer.load.reader import MemoryReader
from composer.load.request import Request
from composer.spec.project import Project

FOLDER = Path(__file__).parents[2] / "cases" / "translate"
VERSIONS = {"1.41": (1, 41), "1.51": (1, 51)}
ALWAYS = ("PortBindings", "ExtraHosts", "IPAMConfig", "BindOptions")
FILES = {"/project/x/f": "hi", "/project/x/seccomp.json": '{ "defaultAction": "SCMP_ACT_ALLOW" }'}


def load_case(case: dict[str, Any]) -> Project:
    text = yaml.safe_dump({"name": "t", **case["compose"]}, sort_keys=False)
    reader = MemoryReader({**FILES, "/project/compose.yaml": text})
    request = Request(
        files=("/project/compose.yaml",), working_dir="/project", environment={"SEC": "s3cret"}
    )
    return load(request, reader).project


def instance(project: Project, service: str, number: str, api: tuple[int, int]) -> Instance:
    return Instance(
        project.services[service].container_name or f"t-{service}-{number}",
        number=int(number),
        image="composer-test/busybox:latest",
        api=api,
        joins={"db": "DBID"},
        links={"db": ("t-db-1",)},
        read=lambda path: FILES[path].encode(),
    )


def body_of(project: Project, kind: str, key: str, api: tuple[int, int]) -> Any:
    if kind == "networks":
        return network_body(project, key, {}, api)
    if kind == "volumes":
        return volume_body(project, key, {})
    if kind == "connect":
        service, network = key.split()
        return endpoint(project, service, network, instance(project, service, "1", api))
    service, _, number = key.rpartition("-")
    return container_body(project, service, instance(project, service, number, api))


def filled(value: Any) -> Any:
    """Leave out the fields that are sent even when they are empty, where they are."""
    if isinstance(value, list):
        return [filled(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {key: filled(one) for key, one in value.items() if one or key not in ALWAYS}


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_sends_what_compose_sends(file: Path) -> None:
    case = yaml.safe_load(file.read_text())
    project = load_case(case)
    for kind, by_version in case["sends"].items():
        for version, bodies in by_version.items():
            for api in VERSIONS.values() if version == "any" else [VERSIONS[version]]:
                made = {key: filled(body_of(project, kind, key, api)) for key in bodies}
                assert made == filled(bodies)
