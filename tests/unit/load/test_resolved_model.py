"""What `config --format json` prints where implementations go wrong, behaviour by behaviour.

``tests/conformance`` compares the same with Docker Compose; here it holds without that program.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from composer.errors import LoadError
from composer.load.render import model, to_json
from composer.load.select import without_unused
from tests.loading import load_files

ABSENT = object()
"""Stands for an attribute that is not printed."""


def _at(value: Any, path: str) -> Any:
    for step in path.split("."):
        if isinstance(value, list):
            value = value[int(step)] if int(step) < len(value) else ABSENT
        else:
            value = value.get(step, ABSENT)
    return value


def _files(contents: Mapping[str, str], **more: Any) -> dict[str, Any]:
    project = without_unused(load_files(contents, **more).project)
    made: dict[str, Any] = json.loads(to_json(model(project, "json")))
    return made


def resolved(text: str, **more: Any) -> dict[str, Any]:
    return _files({"compose.yaml": text}, **more)


SERVICE: dict[str, list[tuple[str, str, object]]] = {
    "a command and an entrypoint are always printed": [
        ("", "command", None), ("", "entrypoint", None),
        ("entrypoint: ''", "entrypoint", []), ("entrypoint: []", "entrypoint", []),
    ],
    "a service joins the default network": [("", "networks", {"default": None})],
    "what is empty vanishes": [
        ("labels: {}", "labels", ABSENT), ("ports: []", "ports", ABSENT),
        ("privileged: false", "privileged", ABSENT),
    ],
    "some empty blocks stay": [
        ("init: false", "init", False), ("logging: {}", "logging", {}),
        ("healthcheck: {}", "healthcheck", {}),
        ("deploy: {}, scale: 1", "deploy", {"replicas": 1, "resources": {}, "placement": {}}),
    ],
    "a literal dollar is escaped": [
        ("command: echo $$X", "command", ["echo", "$$X"]),
        ("environment: {A: a$$b}", "environment.A", "a$$b"),
    ],
    "a port has its mode, its protocol and a text as published port": [
        ("ports: ['80:80']", "ports",
         [{"mode": "ingress", "target": 80, "published": "80", "protocol": "tcp"}]),
        ("ports: ['127.0.0.1::80']", "ports.0.published", ABSENT),
        ("ports: ['[::1]:90:90']", "ports.0.host_ip", "::1"),
    ],
    "ranges of ports of equal length become single ports": [
        ("ports: ['3000-3002:3000-3002']", "ports.2.target", 3002),
        ("ports: ['5000-5010:80']", "ports.0.published", "5000-5010"),
        ("ports: ['5000-5010:80']", "ports.1", ABSENT),
    ],
    "equal ports are one": [("ports: ['80:80', '80:80']", "ports.1", ABSENT)],
    "a short bind mount creates its host path, a long one does not say": [
        ("volumes: ['/s:/x']", "volumes.0.bind", {"create_host_path": True}),
        ("volumes: [{type: bind, source: /s, target: /x}]", "volumes.0.bind", ABSENT),
    ],
    "an anonymous volume has options but where its name is as short as can be": [
        ("volumes: [/anon]", "volumes.0", {"type": "volume", "target": "/anon", "volume": {}}),
        ("volumes: [/n]", "volumes.0.volume", ABSENT),
    ],
    "a temporary file system is a list, its mode a number": [
        ("tmpfs: /run", "tmpfs", ["/run"]),
        ("volumes: [{type: tmpfs, target: /t, tmpfs: {mode: 0o1777}}]",
         "volumes.0.tmpfs.mode", 1023),
    ],
    "devices, graphics processors and limits of devices are in long form": [
        ("devices: [/dev/z]", "devices.0",
         {"source": "/dev/z", "target": "/dev/z", "permissions": "rwm"}),
        ("gpus: all", "gpus", [{"count": -1}]),
        ("blkio_config: {device_read_bps: [{path: /d, rate: 12mb}]}",
         "blkio_config.device_read_bps.0", {"Path": "/d", "Rate": "12582912"}),
    ],
    "sizes are decimal texts": [
        ("mem_limit: 1.5g", "mem_limit", "1610612736"),
        ("memswap_limit: -1", "memswap_limit", "-1"),
    ],
    "durations are in the form of Go": [
        (f"stop_grace_period: {given}", "stop_grace_period", printed)
        for given, printed in {"90s": "1m30s", "1m": "1m0s", "5000ms": "5s"}.items()
    ],
    "numbers in the environment are read and printed anew": [
        (f"environment: {{A: {given}}}", "environment.A", printed)
        for given, printed in {
            "1.50": "1.5", "0x10": "16", "010": "8", "1e3": "1000", "0o17": "15", "1_000": "1000",
            "3.0": "3", ".inf": "+Inf", "no": "no", "off": "off", "22:22": "22:22",
            "'1.50'": "1.50",
        }.items()
    ],
    "null is an empty label and an unset variable": [
        ("labels: {n: null}", "labels.n", ""), ("environment: {B: null}", "environment.B", None),
    ],
    "words of YAML 1.1 are booleans where one is wanted": [
        ("tty: yes", "tty", True), ("labels: {a: yes}", "labels.a", "yes"),
    ],
    "a variable can stand for what a number may not": [("user: '${X:-1000}'", "user", "1000")],
    "hosts are a sorted list without brackets": [
        ("extra_hosts: {b: '[::1]', a: 1.2.3.4}", "extra_hosts", ["a=1.2.3.4", "b=::1"]),
    ],
    "a text as health check goes to a shell, also the word NONE": [
        ("healthcheck: {test: NONE}", "healthcheck.test", ["CMD-SHELL", "NONE"]),
        ("healthcheck: {test: [NONE]}", "healthcheck.test", ["NONE"]),
    ],
    "a dollar before a digit or a blank is literal, and keys are no templates": [
        ("command: [$1, '$ 5']", "command", ["$$1", "$$ 5"]),
        ("labels: {$A: x}", "labels", {"$$A": "x"}),
    ],
    "a dockerfile is filled in but beside an inline one": [
        ("build: .", "build.dockerfile", "Dockerfile"),
        ("build: 'https://example.com/r.git'", "build.dockerfile", "Dockerfile"),
        ("build: {dockerfile_inline: FROM x}", "build.dockerfile", ABSENT),
    ],
    "a build argument without a value disappears": [
        ("build: {context: ., args: [A, B=1]}", "build.args", {"B": "1"}),
    ],
}  # fmt: skip
ROWS = [(name, *row) for name, rows in SERVICE.items() for row in rows]


@pytest.mark.parametrize(
    ("text", "path", "wanted"),
    [row[1:] for row in ROWS], ids=[f"{name}: {text}" for name, text, *_ in ROWS],
)  # fmt: skip
def test_a_service_is_printed(text: str, path: str, wanted: object) -> None:
    body = ", ".join(["image: x", *([text] if text else [])])
    assert _at(resolved(f"services: {{a: {{{body}}}}}")["services"]["a"], path) == wanted


REFUSED = {
    "cpus against their limit": "cpus: 1, deploy: {resources: {limits: {cpus: 2}}}",
    "memory against its reservation":
        "mem_reservation: 1g, deploy: {resources: {reservations: {memory: 2g}}}",
    "platforms of a build without that of the service":
        "platform: linux/amd64, build: {context: ., platforms: [linux/arm64]}",
    "a number as user": "user: 1000",
    "a boolean in a command": "command: [true]",
    "a number as duration": "stop_grace_period: 90",
    "an unquoted date in the environment": "environment: {A: 2001-01-01}",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_a_service_is_refused(text: str) -> None:
    with pytest.raises(LoadError):
        resolved(f"services: {{a: {{image: x, {text}}}}}")


def test_a_service_needs_an_image_or_a_build_unless_it_is_included() -> None:
    with pytest.raises(LoadError, match="neither an image nor a build"):
        resolved("services: {a: {command: x}}")


def test_external_resources_have_no_driver() -> None:
    head = "services: {a: {image: x, volumes: ['v:/v']}}"
    with pytest.raises(LoadError, match="external"):
        resolved(f"{head}\nvolumes: {{v: {{external: true, driver: d}}}}")


def test_networks_carry_their_address_management() -> None:
    networks = resolved("name: p\nservices: {a: {image: x}}")["networks"]
    assert networks == {"default": {"name": "p_default", "ipam": {}}}


def test_a_provider_has_nulls_and_no_network() -> None:
    service = resolved("services: {a: {provider: {type: t}}}")["services"]["a"]
    assert service == {"command": None, "entrypoint": None, "provider": {"type": "t"}}


def test_unused_resources_are_dropped_also_where_a_merge_made_them_so() -> None:
    files = {
        "compose.yaml": (
            "services: {a: {image: x, networks: [n]}, b: {image: x, networks: [m]}}\n"
            "networks: {n: , m: , o: }\nvolumes: {v: }\nsecrets: {s: {file: f}}\n"
            "configs: {c: {file: f}}\n"
        ),
        "over.yaml": "services: {b: !reset null}\n",
    }  # fmt: skip
    made = _files(files, files=list(files))
    assert list(made["networks"]) == ["n"]
    assert not {"volumes", "secrets", "configs"} & made.keys()
    assert list(made["services"]) == ["a"]


def test_extensions_are_printed_as_they_are_and_merge_keys_are_shallow() -> None:
    made = resolved(
        "x-a: &a {l: {x: 1, y: 2}}\nx-b: {<<: *a, l: {z: 3}}\nservices: {a: {image: x}}"
    )
    assert made["x-b"] == {"l": {"z": 3}}


def test_an_external_resource_has_the_plain_key_as_its_name() -> None:
    made = resolved(
        "services: {a: {image: x, volumes: ['v:/v', 'w:/w']}}\n"
        "volumes: {v: {external: true}, w: {external: {name: bar}}}"
    )
    assert made["volumes"] == {
        "v": {"name": "v", "external": True}, "w": {"name": "bar", "external": True},
    }  # fmt: skip


def test_secrets_gain_a_target_and_configs_none() -> None:
    made = resolved(
        "services: {a: {image: x, secrets: [s], configs: [c, {source: d, mode: 0o440}]}}\n"
        "secrets: {s: {file: /s}}\nconfigs: {c: {file: /c}, d: {file: /d}}"
    )["services"]["a"]
    assert made["secrets"] == [{"source": "s", "target": "/run/secrets/s"}]
    assert made["configs"] == [{"source": "c"}, {"source": "d", "mode": "0440"}]


def test_the_environment_wins_over_its_files_which_are_read_line_by_line() -> None:
    files = {
        "compose.yaml": "services: {a: {image: x, env_file: e, environment: [A=own, U, F]}}\n",
        "e": "A=file\nB=\"x\\n$A\"\nC='$A\\n'\nexport D=v # c\nBARE\nF\n",
    }
    made = _files(files, env={"F": "shell"})["services"]["a"]
    assert "env_file" not in made
    assert made["environment"] == {
        "A": "own", "U": None, "F": "shell", "B": "x\nown", "C": "$$A\\n", "D": "v",
    }  # fmt: skip


def test_label_files_fold_into_the_labels() -> None:
    files = {
        "compose.yaml": "services: {a: {image: x, label_file: l, labels: {A: own}}}\n",
        "l": "A=file\nB=b\n",
    }
    made = _files(files)["services"]["a"]
    assert (made["labels"], "label_file" in made) == ({"A": "own", "B": "b"}, False)


def test_an_included_environment_file_loses_to_the_projects_own() -> None:
    files = {
        "compose.yaml": "include: [sub/c.yaml]\n", ".env": "A=root\n",
        "sub/c.yaml": "services: {a: {image: 'x:${A}${B}'}}\n", "sub/.env": "A=sub\nB=sub\n",
    }  # fmt: skip
    assert _files(files)["services"]["a"]["image"] == "x:rootsub"


def test_each_attribute_merges_by_its_own_rule() -> None:
    files = {
        "compose.yaml": (
            "services:\n  a:\n    image: x\n    command: one\n    entrypoint: e\n"
            "    healthcheck: {test: t}\n    ports: ['80:80']\n    volumes: ['/s:/x:ro', '/y']\n"
            "    logging: {driver: d, options: {a: b}}\n    depends_on: [b]\n    dns: [1.1.1.1]\n"
            "    extra_hosts: ['h=1.1.1.1']\n  b: {image: x}\n"
        ),
        "over.yaml": (
            "services:\n  a:\n    command: [two]\n    healthcheck: {test: [CMD, u]}\n"
            "    ports: ['80:80', '81:81']\n    volumes: ['/t:/x']\n"
            "    logging: {driver: e, options: {c: d}}\n"
            "    depends_on: {b: {condition: service_healthy}}\n    dns: [2.2.2.2]\n"
            "    extra_hosts: ['h=2.2.2.2']\n"
        ),
    }
    made = _files(files, files=list(files))["services"]["a"]
    assert (made["command"], made["entrypoint"]) == (["two"], ["e"])
    assert made["healthcheck"]["test"] == ["CMD", "u"]
    assert [one["target"] for one in made["ports"]] == [80, 81]
    assert [(one.get("source"), one.get("read_only")) for one in made["volumes"]] == [
        ("/t", None), (None, None),
    ]  # fmt: skip
    assert made["logging"] == {"driver": "e", "options": {"c": "d"}}
    assert made["depends_on"] == {"b": {"condition": "service_healthy", "required": True}}
    assert made["dns"] == ["1.1.1.1", "2.2.2.2"]
    assert made["extra_hosts"] == ["h=1.1.1.1", "h=2.2.2.2"]


def test_what_must_be_unique_is_so_after_the_merge() -> None:
    text = "services: {a: {image: x, security_opt: [s]}}\n"
    with pytest.raises(LoadError, match="security_opt"):
        _files({"compose.yaml": text, "over.yaml": text}, files=["compose.yaml", "over.yaml"])


def test_reset_removes_and_override_replaces() -> None:
    files = {
        "compose.yaml": (
            "services: {a: {image: x, ports: ['80:80'], dns: [1.1.1.1],"
            " environment: {A: 1, B: 2}}}\n"
        ),
        "over.yaml": (
            "services: {a: {ports: !override ['81:81'], dns: !reset null,"
            " environment: {A: !override 3, B: !reset null}}}\n"
        ),
    }  # fmt: skip
    made = _files(files, files=list(files))["services"]["a"]
    assert [one["target"] for one in made["ports"]] == [81]
    assert made["environment"] == {"A": "3"}
    assert "dns" not in made
    with pytest.raises(LoadError, match="already defined at line 1"):
        resolved("services: {a: {image: x, image: !reset null}}")


@pytest.mark.parametrize(
    "text",
    ["links: [b]", "network_mode: 'service:b'", "ipc: 'service:b'", "pid: 'service:b'"],
)
def test_what_joins_another_service_depends_on_it(text: str) -> None:
    made = resolved(f"services: {{a: {{image: x, {text}}}, b: {{image: x}}}}")["services"]["a"]
    started = {"condition": "service_started", "required": True}
    assert made["depends_on"] == {"b": {**started, "restart": True}}
    made = resolved(f"services: {{a: {{image: x, {text}, depends_on: [b]}}, b: {{image: x}}}}")
    assert made["services"]["a"]["depends_on"] == {"b": started}


def test_a_dependency_of_an_inactive_profile_must_not_be_required() -> None:
    text = "services: {{a: {{image: x, depends_on: {0}}}, b: {{image: x, profiles: [p]}}}}"
    with pytest.raises(LoadError, match="undefined service"):
        resolved(text.format("[b]"))
    optional = "{b: {condition: service_started, required: false}}"
    made = resolved(text.format(optional))["services"]["a"]
    assert made["depends_on"] == {"b": {"condition": "service_started", "required": False}}


def test_paths_are_relative_to_the_file_that_names_them() -> None:
    files = {
        "compose.yaml": (
            "include: [inc/c.yaml]\n"
            "services: {a: {extends: {file: ext/c.yaml, service: a}, volumes: ['./own:/own']}}\n"
        ),
        "inc/c.yaml": "services: {i: {image: x, build: ., volumes: ['./v:/v']}}\n",
        "ext/c.yaml": "services: {a: {build: sub, volumes: ['../v:/v']}}\n",
    }
    made = _files(files)["services"]
    assert made["i"]["build"]["context"] == "/project/inc"
    assert made["i"]["volumes"][0]["source"] == "/project/inc/v"
    assert made["a"]["build"]["context"] == "/project/ext/sub"
    assert [one["source"] for one in made["a"]["volumes"]] == ["/project/v", "/project/own"]


def test_names_of_projects_are_made_fit_but_those_that_are_given_are_not() -> None:
    assert resolved("name: My.Proj_1\nservices: {a: {image: x}}")["name"] == "myproj_1"
    for given in ({"project_name": "My.Proj"}, {"env": {"COMPOSE_PROJECT_NAME": "My.Proj"}}):
        with pytest.raises(LoadError, match=r"My\.Proj"):
            resolved("services: {a: {image: x}}", **given)


def test_texts_beyond_ascii_stay_as_they_are_and_names_are_refused_with_the_reason() -> None:
    made = resolved("name: Projét\nservices: {a: {image: x, labels: {clé: 'välue ☃ 😀'}}}")
    assert made["name"] == "projt"
    assert made["services"]["a"]["labels"] == {"clé": "välue ☃ 😀"}
    with pytest.raises(
        LoadError, match="'sérvice' not allowed; a name must consist of letters, digits"
    ):
        resolved("services: {sérvice: {image: x}}")


def test_a_service_that_is_nothing_is_refused_at_its_place() -> None:
    with pytest.raises(LoadError, match=r"^compose\.yaml:1:12: .*not null"):
        resolved("services: {a: }")


def test_a_name_made_of_itself_tells_once_that_it_is_not_set() -> None:
    text = "name: 'x-${COMPOSE_PROJECT_NAME}${U}'\nservices: {a: {image: 'x:${U}'}}\n"
    found = load_files({"compose.yaml": text})
    assert found.project.name == "x-"
    assert [(str(one.position), one.message.split('"')[1]) for one in found.warnings] == [
        ("compose.yaml:1:7", "COMPOSE_PROJECT_NAME"),
        ("compose.yaml:1:7", "U"),
    ]
    assert not load_files({"compose.yaml": text}, env={"COMPOSE_PROJECT_NAME": "n"}).warnings[1:]
