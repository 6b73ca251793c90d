"""Which texts become absolute paths, and from where."""

from typing import Any

import pytest

from composer.load.discover import discover
from composer.load.paths import Places, is_remote, resolve_paths
from composer.load.pipeline import load
from composer.load.reader import MemoryReader
from composer.spec.project import document
from composer.tree import build, find, plain

PLACES = Places("/project", "/home/user")


def resolved(tree: Any, *path: str | int) -> Any:
    found = find(resolve_paths(build(tree), document, PLACES), path)
    return plain(found) if found else None


def of_service(service: Any, *path: str | int) -> Any:
    return resolved({"services": {"a": service}}, "services", "a", *path)


@pytest.mark.parametrize(
    ("given", "absolute"),
    [
        ("a", "/project/a"), ("./a/../b", "/project/b"), ("..", "/"), (".", "/project"),
        ("/a/../b", "/a/../b"), ("~", "/home/user"), ("~/a", "/home/user/a"), ("", ""),
    ],
)  # fmt: skip
def test_host_paths(given: str, absolute: str) -> None:
    assert of_service({"env_file": [{"path": given}]}, "env_file", 0, "path") == absolute


@pytest.mark.parametrize(
    "context",
    [
        "https://example.com/a.git#main:dir", "git@github.com:a/b.git", "github.com/a/b",
        "ssh://git@example.com/b", "service:other", "docker-image://x",
    ],
)  # fmt: skip
def test_remote_contexts_stay(context: str) -> None:
    assert is_remote(context)
    assert of_service({"build": {"context": context}}, "build", "context") == context


def test_additional_contexts_and_watched_paths() -> None:
    build_ = {"additional_contexts": {"a": "./x", "b": "docker-image://y"}}
    assert of_service({"build": build_}, "build", "additional_contexts") == {
        "a": "/project/x", "b": "docker-image://y",
    }  # fmt: skip
    watch = [{"path": "src", "action": "rebuild", "ignore": ["x"]}]
    found = of_service({"develop": {"watch": watch}}, "develop", "watch", 0)
    assert (found["path"], found["ignore"]) == ("/project/src", ["x"])


def test_only_bind_mounts_have_host_paths() -> None:
    mounts = [
        {"type": "bind", "source": "x"}, {"type": "volume", "source": "x"},
        {"type": "bind", "source": r"C:\x"}, {"type": "bind"},
    ]  # fmt: skip
    found = of_service({"volumes": mounts}, "volumes")
    assert [one.get("source") for one in found] == ["/project/x", "x", r"C:\x", None]


def test_devices_of_local_volumes_that_are_bind_mounts() -> None:
    def device(driver: str, option: str) -> Any:
        options = {"o": option, "device": "./x"}
        volume = {"driver": driver, "driver_opts": options}
        return resolved({"volumes": {"v": volume}}, "volumes", "v", "driver_opts", "device")

    assert device("local", "bind") == "/project/x"
    assert device("local", "bind,ro") == "./x"
    assert device("other", "bind") == "./x"


def test_files_of_configs_and_secrets() -> None:
    tree = {"configs": {"c": {"file": "./c"}}, "secrets": {"s": {"file": "~/s"}}}
    assert resolved(tree, "configs", "c", "file") == "/project/c"
    assert resolved(tree, "secrets", "s", "file") == "/home/user/s"


@pytest.mark.parametrize("environ", [{"HOME": ""}, None])
@pytest.mark.parametrize("home_of_env_file", ["", "HOME=/other"])
def test_without_a_home_a_tilde_is_a_name_and_that_is_said_once(
    environ: dict[str, str] | None, home_of_env_file: str
) -> None:
    text = 'services: {a: {image: x, volumes: ["~/e:/e"], build: ~/b}}'
    reader = MemoryReader({"/p/compose.yaml": text, "/p/.env": home_of_env_file})
    loaded = load(discover(reader, "/p", environ or {}), reader)
    service = loaded.project.services["a"]
    assert service.build
    assert (service.volumes[0].source, service.build.context) == ("/p/~/e", "/p/~/b")
    assert [one.code for one in loaded.warnings] == ["no-home"]


def test_a_home_that_is_relative_counts_from_the_folder() -> None:
    assert Places("/project", "home").absolute("~/a") == "/project/home/a"
