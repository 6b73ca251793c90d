"""A service's build section as parameters of the classic builder."""

import json
from typing import Any

import pytest

from composer.build.classic import query, refuse
from composer.build.options import tags
from composer.errors import ComposerError
from composer.spec.build import Build
from composer.spec.files import FileReference
from composer.spec.project import Project
from composer.spec.service import Service


def project(image: str = "", platform: str = "", **build: Any) -> Project:
    service = Service(build=Build(context=".", **build), image=image, platform=platform)
    return Project("shop", "/w", services={"web": service}, environment={"FROM_ENV": "e"})


def asked(wanted: Project) -> dict[str, Any]:
    return query(wanted, "web")


def test_only_what_is_set() -> None:
    made = asked(project())
    assert set(made) == {"labels", "forcerm"}
    assert json.loads(made["labels"]) == {
        "com.docker.compose.project": "shop",
        "com.docker.compose.service": "web",
        "com.docker.compose.version": "2.40.3",
    }


def test_arguments_take_the_environment() -> None:
    made = asked(project(args={"A": "1", "FROM_ENV": None, "UNSET": None}))
    assert json.loads(made["buildargs"]) == {"A": "1", "FROM_ENV": "e"}


def test_options() -> None:
    made = asked(
        project(
            platform="linux/arm64", target="prod", cache_from=("a", "b"), network="host",
            extra_hosts=(("db", "10.0.0.1"), ("db", "10.0.0.2")), shm_size=1024, labels={"x": "y"},
            no_cache=True, pull=True,
        )
    )  # fmt: skip
    assert made["platform"] == "linux/arm64"
    assert made["target"] == "prod"
    assert json.loads(made["cachefrom"]) == ["a", "b"]
    assert made["extrahosts"] == ["db:10.0.0.1", "db:10.0.0.2"]
    assert (made["nocache"], made["pull"], made["networkmode"]) == ("1", "1", "host")
    assert made["shmsize"] == "1024"
    assert json.loads(made["labels"])["x"] == "y"


def test_names_of_the_image() -> None:
    assert tags(project(), "web") == ("shop-web",)
    assert tags(project(image="app:1", tags=("app:2", "app:1")), "web") == ("app:1", "app:2")


@pytest.mark.parametrize(
    ("build", "named"),
    [
        ({"secrets": (FileReference(source="s"),)}, "secrets"),
        ({"ssh": {"default": ""}}, "ssh"),
        ({"additional_contexts": {"a": "b"}}, "additional_contexts"),
        ({"privileged": True}, "privileged"),
        ({"cache_to": ("type=local,dest=/c",)}, "cache_to"),
    ],
)
def test_what_only_buildkit_can_do_is_refused(build: dict[str, Any], named: str) -> None:
    with pytest.raises(ComposerError, match=f"{named} needs BuildKit"):
        refuse(Build(context=".", **build), "web")
