"""What is wrong with a file is said with the phrase that Docker Compose has for it.

People search for these, and scripts look for them in the output.
"""

import pytest

from composer.errors import LoadError
from tests.loading import load_files

SERVICE = {
    "image: 1": "must be a string",
    "environment: {A: []}": "must be a boolean, null, number or string",
    "depends_on: {a: {}}": "missing property 'condition'",
    "scale: -1": "must be greater than or equal to 0",
    "pull_policy: x": "'x' does not match pattern 'always|never|",
    "gpus: x": "value must be 'all'",
    "gpus: [{count: x}]": "invalid value \"x\", the only value allowed is 'all' or a number",
    "gpus: [{count: 1, device_ids: [x]}]": '"count" and "device_ids" attributes are exclusive',
    "gpus: [{count: 1, device_ids: []}]": '"count" and "device_ids" attributes are exclusive',
    "cpus: x": "failed to cast to expected type",
    "privileged: maybe": "failed to cast to expected type: invalid boolean: maybe",
    "attach: maybe": "invalid boolean: maybe",
    "mem_limit: x": "invalid size: 'x'",
    "stop_grace_period: x": 'invalid duration "x"',
    "stop_grace_period: '1'": 'missing unit in duration "1"',
    "stop_grace_period: 1x": 'unknown unit "x" in duration "1x"',
    'command: "a \'b"': "invalid command line string",
    "healthcheck: {test: [x]}": 'must start either by "CMD", "CMD-SHELL" or "NONE"',
    "environment: ['A =b']": "environment variable A  is declared with a trailing space",
    "extra_hosts: [x]": "invalid additional host, missing IP: x",
    "extra_hosts: ['a:b=c']": "bad host name 'a:b'",
    "devices: ['a:b:c:d']": "confusing device mapping, please use long syntax: a:b:c:d",
    "develop: {watch: [{path: '', action: rebuild}]}": "value can't be blank",
    "network_mode: host, networks: [default]": (
        "service a declares mutually exclusive `network_mode` and `networks`"
    ),
    "ports: ['80:b']": "Invalid containerPort: b",
    "ports: ['70000:80']": "Invalid hostPort: 70000",
    "ports: ['80:80/XYZ']": "Invalid proto: XYZ",
    "ports: ['300.1.1.1:80:80']": "Invalid ip address: 300.1.1.1",
    "ports: [{target: 80, host_ip: x}]": "invalid ip address: x",
    "ports: ['1-3:80-90']": (
        "Invalid ranges specified for container and host Ports: 80-90 and 1-3"
    ),
    "ports: ['80:']": "No port specified",
    "ports: ['80:b/xyz']": "Invalid containerPort: b",
    "ports: [{published: 80}]": "is missing a target port",
    "volumes: ['']": "invalid empty volume spec",
    "volumes: [{type: volume}]": "is missing a mount target",
    "volumes: [{type: bind, target: /x}]": (
        'invalid mount config for type "bind": field Source must not be empty'
    ),
    "image: x, env_file: none": (
        "env file none not found: stat /project/none: no such file or directory"
    ),
    "image: x, label_file: none": (
        "label file none not found: stat /project/none: no such file or directory"
    ),
    "image: x, container_name: one, scale: 2": (
        "can't set container_name and a as container name must be unique: invalid compose project"
    ),
    "depends_on: [b]": 'service "a" depends on undefined service "b": invalid compose project',
    "build: {context: ., ssh: [x]}": 'invalid ssh key "x"',
    "build: {context: ., secrets: [s]}": (
        'service "a" refers to undefined build secret s: invalid compose project'
    ),
    "build: {context: ., platforms: [linux/arm64]}, platform: linux/amd64": (
        'build.platforms MUST include service.platform "linux/amd64": invalid compose project'
    ),
    "build: {context: ., additional_contexts: [x]}": "invalid value x, expected key=value",
    "build: {context: ., additional_contexts: {x: 'service:z'}}": (
        'service "a" declares unknown service "z" as additional contexts x'
    ),
    "extends: b": ('cannot extend service "a" in compose.yaml: service "b" not found'),
    "extends: {service: b, file: o.yaml}": (
        'cannot extend service "a" in compose.yaml: service "b" not found in o.yaml'
    ),
    "extends: {file: o.yaml}": "service is required",
    "extends: a": "Circular reference: a",
    "hostname: '${A'": 'invalid interpolation format: "${A" is not closed',
    "hostname: '${}'": "You may need to escape any $ with another $.",
}
"""What is said by the attributes of a service."""

FILE = {
    "": "empty compose file",
    "{}": "empty compose file",
    "[]": "top-level object must be a mapping",
    "1: x": "non-string key",
    "a: 1\na: 2": 'mapping key "a" already defined at line 1',
    "a: *b": "unknown anchor 'b' referenced",
    "a: {<<: 1}": "map merge requires map or sequence of maps as the value",
    "a:\n   b: c\n  d: e": "did not find expected key",
    "a: [b": "did not find expected ',' or ']'",
    "a: b: c": "mapping values are not allowed in this context",
    "include: [compose.yaml]": "include cycle detected:",
    "services: {'a b': {image: x}}": "additional properties 'a b' not allowed",
    "services: {a: {build: {additional_contexts: {x: 'service:b'}}}, b: {image: x}}": (
        'service "a" declares non-buildable service "b" as additional contexts x'
    ),
    "volumes: {v: {external: true, driver: x}}": (
        'volumes.v.driver: conflicting parameters "external" and "driver" specified'
    ),
    "secrets: {s: {}}": "secrets.s: one of file|environment must be set",
    "secrets: {s: {environment: ''}}": (
        'secret "s" must declare either `file` or `environment`: invalid compose project'
    ),
    "secrets: {s: {external: false}}": (
        'secret "s" must declare either `file` or `environment`: invalid compose project'
    ),
    "secrets: {s: {file: a, environment: b}}": (
        "secrets.s: file|environment attributes are mutually exclusive"
    ),
    "secrets: {s: {external: {name: a}, name: b}}": (
        "name and external.name conflict; only use name"
    ),
    "configs: {s: {}}": "configs.s: one of file|environment|content must be set",
    "configs: {s: {file: a, content: b}}": (
        "configs.s: file|environment|content attributes are mutually exclusive"
    ),
}
"""What is said by the whole file."""


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        *((f"services: {{a: {{{text}}}}}", said) for text, said in SERVICE.items()),
        *FILE.items(),
    ],
)
def test_what_is_wrong_is_said_in_the_known_words(text: str, phrase: str) -> None:
    with pytest.raises(LoadError) as caught:
        load_files({"compose.yaml": f"{text}\n", "o.yaml": "services: {c: {image: x}}\n"})
    assert phrase in str(caught.value)


def test_a_config_that_is_not_external_may_come_from_nowhere() -> None:
    loaded = load_files(
        {"compose.yaml": "services: {a: {image: x}}\nconfigs: {c: {external: no}}\n"}
    )
    assert not loaded.project.configs["c"].external
