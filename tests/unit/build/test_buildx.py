"""What a builder of ``docker buildx`` is allowed."""

import json
from typing import Any

import pytest

from composer.build.buildx import allowances


@pytest.mark.parametrize(
    ("target", "allowed"),
    [
        ({"context": "/app", "dockerfile": "/app/Dockerfile"}, {"/app", "/app/Dockerfile"}),
        ({"context": "https://x.test/a.git", "dockerfile": "Dockerfile"}, set()),
        ({"contexts": {"a": "/a", "b": "docker-image://b", "c": "target:c"}}, {"/a"}),
        ({"secret": ["id=s,type=file,src=/s", "id=e,type=env,env=E"]}, {"/s"}),
        ({"cache-from": ["type=local,src=/c", "image:1"]}, {"/c"}),
    ],
)
def test_only_what_the_file_names_may_be_read(target: dict[str, Any], allowed: set[str]) -> None:
    assert set(allowances(bake(target))) == {f"fs.read={path}" for path in allowed}


@pytest.mark.parametrize(
    ("target", "allowed"),
    [
        ({}, []),
        ({"network": "host"}, ["network.host"]),
        ({"network": "none"}, []),
        ({"entitlements": ["security.insecure"]}, ["security.insecure"]),
        ({"ssh": ["default"]}, ["ssh"]),
        ({"ssh": ["key=/k"]}, ["fs.read=/k", "ssh"]),
        ({"cache-to": ["type=local,dest=/c,mode=max"]}, ["fs.write=/c"]),
    ],
)
def test_more_is_allowed_only_where_it_is_asked_for(
    target: dict[str, Any], allowed: list[str]
) -> None:
    assert allowances(bake(target)) == allowed


def bake(target: dict[str, Any]) -> str:
    return json.dumps({"target": {"web": target}})
