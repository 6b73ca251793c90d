"""A service's build section in the words of BuildKit and of bake."""

import json
from typing import Any

import pytest

from composer.build.attributes import attributes, cache_options, entitlements, exports
from composer.build.bake import bake
from composer.build.options import (
    arguments,
    for_one_platform,
    platforms,
    wants_buildkit,
    with_given,
)
from composer.errors import ComposerError, UsageError
from composer.spec.build import Build
from composer.spec.files import FileReference, Secret
from composer.spec.project import Project
from composer.spec.resources import UlimitValue
from composer.spec.service import Service

LABELS = {
    "label:com.docker.compose.project": "shop",
    "label:com.docker.compose.service": "web",
    "label:com.docker.compose.version": "2.40.3",
}


def project(platform: str = "", image: str = "", **build: Any) -> Project:
    service = Service(build=Build(context=".", **build), platform=platform, image=image)
    secrets = {"s": Secret(file="s"), "e": Secret(environment="E")}
    environment = {"FROM_ENV": "e"}
    return Project(
        "shop", "/w", services={"web": service}, environment=environment, secrets=secrets
    )


def asked(wanted: Project, contexts: dict[str, str] | None = None) -> dict[str, str]:
    made = attributes(wanted, "web", contexts or {}, "10.0.0.9")
    return {name: made[name] for name in made if name not in LABELS}


def test_only_what_is_set() -> None:
    assert attributes(project(), "web", {}, "") == LABELS


def test_every_attribute_that_the_frontend_knows() -> None:
    made = asked(
        project(
            target="prod", args={"A": "1", "FROM_ENV": None, "GONE": None}, labels={"x": "y"},
            cache_from=("a:1", "type=registry,ref=b", "type=local,src=/c"), network="host",
            extra_hosts=(("db", "10.0.0.1"), ("me", "host-gateway")), shm_size=1024, no_cache=True,
            pull=True, ulimits={"n": UlimitValue(soft=1, hard=2), "p": UlimitValue(single=5)},
            platforms=("linux/amd64", "linux/arm64"), provenance="mode=max", sbom="true",
        ),
        {"more": "local:named-more"},
    )  # fmt: skip
    assert made == {
        "target": "prod",
        "platform": "linux/amd64,linux/arm64",
        "image-resolve-mode": "pull",
        "force-network-mode": "host",
        "add-hosts": "db=10.0.0.1,me=10.0.0.9",
        "shm-size": "1024",
        "ulimit": "n=1:2,p=5",
        "cache-from": "a:1,b",
        "cache-imports": '[{"Type": "local", "Attrs": {"src": "/c"}}]',
        "build-arg:A": "1",
        "build-arg:FROM_ENV": "e",
        "label:x": "y",
        "context:more": "local:named-more",
        "frontend.caps": "moby.buildkit.frontend.contexts+forward",
        "attest:provenance": "mode=max",
        "attest:sbom": "",
        "no-cache": "",
    }


def test_caches() -> None:
    assert exports(Build(cache_to=("type=inline", "r/x:1"))) == [
        {"type": "inline"},
        {"type": "registry", "ref": "r/x:1"},
    ]
    for wrong in ("a=b", "type=local,src"):
        with pytest.raises(ComposerError, match=wrong):
            cache_options(wrong)


def test_what_is_allowed_beyond_the_ordinary() -> None:
    build = Build(entitlements=("network.host",), privileged=True, network="host")
    assert entitlements(build) == ["network.host", "security.insecure"]


def test_containers_run_on_one_platform() -> None:
    several: dict[str, Any] = {"platforms": ("linux/amd64", "linux/arm64")}
    assert platforms(for_one_platform(project(**several)), "web") == ()
    assert platforms(for_one_platform(project("linux/arm64", **several)), "web") == ("linux/arm64",)
    assert platforms(project("linux/arm64"), "web") == ("linux/arm64",)


def test_bake_escapes_and_leaves_out_as_the_peer() -> None:
    secrets = (FileReference(source="s"), FileReference(source="e", target="t"))
    wanted = project(
        image="app:1", dockerfile_inline="FROM a & b <é>", secrets=secrets, ssh={"default": ""},
        additional_contexts={"b": "service:base", "d": "./d"}, tags=("app:2",), sbom="false",
    )  # fmt: skip
    text = bake(wanted, ["web"], pushed=True)
    assert "FROM a \\u0026 b \\u003cé\\u003e" in text
    target = json.loads(text)["target"]["web"]
    labels = target.pop("labels")
    assert labels["com.docker.compose.service"] == "web"
    assert target == {
        "context": "/w/.",
        "contexts": {"b": "target:base", "d": "/w/./d"},
        "dockerfile-inline": "FROM a & b <é>",
        "tags": ["app:2", "app:1"],
        "secret": ["id=s,type=file,src=/w/s", "id=t,type=env,env=E"],
        "ssh": ["default="],
        "output": ["type=registry"],
    }


@pytest.mark.parametrize("pushed", [False, True])
def test_a_check_for_bake_has_no_output(*, pushed: bool) -> None:
    wanted = project(image="app:1")
    made = json.loads(bake(wanted, ["web"], pushed=pushed, checked=True))["target"]["web"]
    built = json.loads(bake(wanted, ["web"], pushed=pushed))["target"]["web"]
    assert made.pop("call") == "lint"
    del built["output"]
    assert made == built


@pytest.mark.parametrize(
    ("image", "pushed", "output"),
    [
        ("app:1", True, "type=image,push=true"),
        ("", True, "type=image,push=false"),
        ("app:1", False, "type=image,push=false"),
    ],
)
def test_an_image_of_several_platforms_is_none_for_the_engine(
    image: str, output: str, *, pushed: bool
) -> None:
    wanted = project(image=image, platforms=("linux/amd64", "linux/arm64"))
    assert json.loads(bake(wanted, ["web"], pushed=pushed))["target"]["web"]["output"] == [output]


def test_proxies_are_arguments_that_a_build_lacks() -> None:
    variables = {"HTTP_PROXY": "p", "http_proxy": "p", "HTTPS_PROXY": "q", "ALL_PROXY": "r"}
    made = with_given(project(args={"HTTPS_PROXY": "own", "A": "1"}), variables, variables)
    build = made.services["web"].build or Build()
    assert arguments(made, build) == {"HTTP_PROXY": "p", "HTTPS_PROXY": "own", "A": "1"}


def test_the_time_of_a_reproducible_build_is_an_argument() -> None:
    made = with_given(project(args={"A": "1"}), {}, {"SOURCE_DATE_EPOCH": "7", "HTTP_PROXY": "p"})
    assert arguments(made, made.services["web"].build or Build()) == {
        "A": "1",
        "SOURCE_DATE_EPOCH": "7",
    }


def test_an_own_time_of_a_build_stays() -> None:
    given = project(args={"SOURCE_DATE_EPOCH": "1"})
    for environ in ({"SOURCE_DATE_EPOCH": "7"}, {"SOURCE_DATE_EPOCH": ""}):
        made = with_given(given, {}, environ)
        assert arguments(made, made.services["web"].build or Build())["SOURCE_DATE_EPOCH"] == "1"


@pytest.mark.parametrize(("word", "wanted"), [("", True), ("1", True), ("F", False), ("0", False)])
def test_a_variable_chooses_the_builder(word: str, *, wanted: bool) -> None:
    assert wants_buildkit({"DOCKER_BUILDKIT": word}) is wanted


def test_a_variable_that_chooses_no_builder_is_refused() -> None:
    with pytest.raises(UsageError, match=r"DOCKER_BUILDKIT is .*, which is neither true nor false"):
        wants_buildkit({"DOCKER_BUILDKIT": "maybe"})
