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
        ("user: 1", "4:5 services.a.user: must be a text, not a whole number [wrong-type]"),
        ("ports: text", "4:5 services.a.ports: must be a list, not a text [wrong-type]"),
        ("hostname: [a]", "4:5 services.a.hostname: must be a text, not a list [wrong-type]"),
        ("cgroup: other", "4:5 services.a.cgroup: 'other' is none of host, private [not-allowed]"),
        ("cap_add: [A, {}]", ("4:18 services.a.cap_add[1]: must be a text, not a mapping"
         " [wrong-type]")),
        ("security_opt: [a, a]", ("4:5 services.a.security_opt: has an entry twice"
         " [duplicate-item]")),
        ("oom_score_adj: 2000", ("4:5 services.a.oom_score_adj: 2000 is out of range:"
         " the maximum is 1000 [out-of-range]")),
        ("env_file: [{required: false}]", ("4:16 services.a.env_file[0]: lacks the attribute path"
         " [missing-attribute]")),
        ("container_name: '-'", ("4:5 services.a.container_name: '-' does not match"
         " [a-zA-Z0-9][a-zA-Z0-9_.-]+ [not-allowed]")),
        ("healthcheck: {intervall: 1s}", ("4:19 services.a.healthcheck.intervall: additional"
         " properties 'intervall' not allowed [unknown-attribute] (did you mean 'interval'?)")),
        ("command: {a: b}", ("4:5 services.a.command: must be nothing, a text or a list,"
         " not a mapping [wrong-type]")),
    ],
)  # fmt: skip
def test_explanations(line: str, said: str) -> None:
    assert of_service(line) == said


def test_all_problems_are_reported() -> None:
    text = "services: {a: {image: 1, prts: []}, b: text}\nvolume: {}\n"
    assert len(problems(text)) == 4


def test_names_are_explained() -> None:
    (found,) = problems('services: {"a b": {image: x}}')
    assert "must consist of letters, digits" in found


def test_numbers_too_large_for_the_fast_validator() -> None:
    number = "1" + "0" * 60
    assert load_text(f"services: {{a: {{image: x, labels: {{a: {number}}}}}}}").project.services
