"""Values that are read as numbers and booleans only when all files are put together."""

import pytest

from composer.errors import SchemaError, TemplateError
from tests.loading import load_files

LATE = [
    ("deploy: {resources: {limits: {cpus: VALUE}}}", "1"),
    ("deploy: {resources: {limits: {pids: VALUE}}}", "1"),
    ("deploy: {resources: {reservations: {cpus: VALUE}}}", "1"),
    ("build: {context: ., no_cache: VALUE}", "true"),
    ("build: {context: ., pull: VALUE}", "true"),
    ("build: {context: ., privileged: VALUE}", "true"),
    ("attach: VALUE", "true"),
    ("depends_on: {b: {condition: service_started, restart: VALUE}}", "true"),
]
WHOLE = [
    "deploy: {resources: {reservations: {devices: TAG [{capabilities: [gpu], count: VALUE}]}}}",
    (
        "deploy: {resources: {reservations: {generic_resources: TAG"
        " [{discrete_resource_spec: {kind: k, value: VALUE}}]}}}"
    ),
    "gpus: TAG [{count: VALUE}]",
    "env_file: TAG [{path: /dev/null, required: VALUE}]",
    "post_start: TAG [{command: x, privileged: VALUE}]",
    "volumes: TAG [{type: bind, source: /x, target: /y, bind: {create_host_path: VALUE}}]",
]
"""Lists, which only a tag replaces."""
_NOTHING = r"(invalid boolean: ''|'' is not a |invalid value \"\")"
EARLY = ["privileged", "scale", "cpus", "init"]


def _files(base: str, over: str) -> dict[str, str]:
    return {
        "compose.yaml": f"services:\n  a: {{image: x, {base}}}\n  b: {{image: x}}\n",
        "over.yaml": f"services:\n  a: {{{over}}}\n",
    }


def _load(base: str, over: str = "command: c") -> None:
    load_files(_files(base, over), files=["compose.yaml", "over.yaml"])


@pytest.mark.parametrize(("text", "value"), LATE)
def test_an_unset_variable_that_an_override_replaces_is_no_error(text: str, value: str) -> None:
    base = text.replace("VALUE", "'${E}'")
    _load(base, text.replace("VALUE", value))
    _load(base, text.replace("VALUE", "!reset null"))
    wrong = r"^compose\.yaml:2:\d+: error: services\.a\..* " + _NOTHING
    with pytest.raises(SchemaError, match=wrong):
        _load(base)


@pytest.mark.parametrize("text", WHOLE)
def test_nor_is_one_in_a_list_that_an_override_replaces(text: str) -> None:
    base = text.replace("TAG ", "").replace("VALUE", "'${E}'")
    around = text.partition("TAG")[0], text.rpartition("]")[2]
    _load(base, "!override []".join(around))
    with pytest.raises(SchemaError, match=_NOTHING):
        _load(base)


def test_nor_is_one_of_a_service_that_is_extended() -> None:
    text = "services:\n  a: {extends: {file: o.yaml, service: o}, attach: true}\n"
    base = "services:\n  o: {image: x, attach: '${E}'}\n"
    load_files({"compose.yaml": text, "o.yaml": base})


@pytest.mark.parametrize("name", EARLY)
def test_other_values_are_read_at_once(name: str) -> None:
    with pytest.raises(TemplateError, match=r"failed to cast to expected type: .*''"):
        _load(f"{name}: '${{E}}'", f"{name}: 1")
