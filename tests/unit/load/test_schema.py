"""What validation says, in plain words and at the right place."""

import pytest

from composer.errors import SchemaError
from tests.loading import load_text


def problems(text: str) -> list[str]:
    with pytest.raises(SchemaError) as wrong:
        load_text(text)
    return [
        f"{one.position} {one.path}: {one.message} [{one.code}]"
        + (f" ({one.hint})" * bool(one.hint))
        for one in wrong.value.diagnostics
    ]


def of_service(line: str) -> str:
    (found,) = problems(f"services:\n  a:\n    image: x\n    {line}\n")
    return found.removeprefix("compose.yaml:")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("imag: x", ("4:5 services.a.imag: additional properties 'imag' not allowed"
         " [unknown-attribute] (did you mean 'image'?)")),
        ("zzz: x", ("4:5 services.a.zzz: additional properties 'zzz' not allowed"
         " [unknown-attribute] (private data goes under a name with x-)")),
        ("user: 1", "4:5 services.a.user: must be a string, not a whole number [wrong-type]"),
        ("ports: text", "4:5 services.a.ports: must be a list, not a string [wrong-type]"),
        ("hostname: [a]", "4:5 services.a.hostname: must be a string, not a list [wrong-type]"),
        ("tty: 1", ("4:5 services.a.tty: must be a boolean or string, not a whole number"
         " [wrong-type]")),
        ("scale: 1.5", ("4:5 services.a.scale: must be an integer or string, not a number"
         " [wrong-type]")),
        ("ulimits: {a: []}", ("4:15 services.a.ulimits.a: must be an integer or string or"
         " a mapping, not a list [wrong-type]")),
        ("environment: {A: []}", ("4:19 services.a.environment.A: must be a boolean, null,"
         " number or string, not a list [wrong-type]")),
        ("cgroup: other", ("4:5 services.a.cgroup: value must be one of 'host', 'private',"
         " not 'other' [not-allowed]")),
        ("cgroup: privat", ("4:5 services.a.cgroup: value must be one of 'host', 'private',"
         " not 'privat' [not-allowed] (did you mean 'private'?)")),
        ("gpus: some", "4:5 services.a.gpus: value must be 'all', not 'some' [not-allowed]"),
        ("cap_add: [A, {}]", ("4:18 services.a.cap_add[1]: must be a string, not a mapping"
         " [wrong-type]")),
        ("security_opt: [c, a, b, a]", ("4:5 services.a.security_opt: items at 1 and 3 are equal"
         " [duplicate-item]")),
        ("oom_score_adj: 2000", ("4:5 services.a.oom_score_adj: must be less than or equal to"
         " 1000, not 2000 [out-of-range]")),
        ("cpu_count: -1", ("4:5 services.a.cpu_count: must be greater than or equal to"
         " 0, not -1 [out-of-range]")),
        ("env_file: [{required: false}]", ("4:16 services.a.env_file[0]: missing property 'path'"
         " [missing-attribute]")),
        ("ulimits: {a: {}}", ("4:15 services.a.ulimits.a: missing properties 'soft', 'hard'"
         " [missing-attribute]")),
        ("container_name: '-'", ("4:5 services.a.container_name: '-' does not match pattern"
         " '[a-zA-Z0-9][a-zA-Z0-9_.-]+' [not-allowed]")),
        ("healthcheck: {intervall: 1s}", ("4:19 services.a.healthcheck.intervall: additional"
         " properties 'intervall' not allowed [unknown-attribute] (did you mean 'interval'?)")),
        ("command: {a: b}", ("4:5 services.a.command: must be null, a string or a list,"
         " not a mapping [wrong-type]")),
        ("group_add: [1, '1', x, 1.0]", ("4:5 services.a.group_add: items at 0 and 3 are equal"
         " [duplicate-item]")),
    ],
)  # fmt: skip
def test_explanations(line: str, said: str) -> None:
    assert of_service(line) == said


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("replicas: 2", "it stands under deploy"),
        ("restart_policy: {}", "it stands under deploy"),
        ("reservations: {}", "it stands under deploy.resources"),
        ("args: {}", "it stands under build"),
        ("network: a", "did you mean 'networks'?"),
        ("deploy: {restart: always}", "it stands in the service itself"),
        ("deploy: {memory: 1g}", "private data goes under a name with x-"),
        ("build: {context: ., depends_on: [a]}", "it stands in the service itself"),
        ('"<<": {tty: true}', "write << without quotes to merge"),
    ],
)
def test_hints_where_an_attribute_belongs(line: str, hint: str) -> None:
    assert of_service(line).endswith(f"[unknown-attribute] ({hint})")


def test_hint_that_services_need_a_section() -> None:
    found = problems("web: {image: x}\ndb: {build: .}\nother: {}\n")
    assert [one.partition(" (")[2] for one in found] == [
        "services stand under services)", "services stand under services)",
        "private data goes under a name with x-)",
    ]  # fmt: skip


def test_all_problems_are_reported() -> None:
    text = "services: {a: {image: 1, prts: []}, b: text}\nvolume: {}\n"
    assert len(problems(text)) == 4


def test_names_are_explained() -> None:
    (found,) = problems('services: {"a b": {image: x}}')
    assert "must consist of letters, digits" in found


def test_numbers_too_large_for_the_fast_validator() -> None:
    number = "1" + "0" * 60
    assert load_text(f"services: {{a: {{image: x, labels: {{a: {number}}}}}}}").project.services
