"""Whatever text comes in, reading it ends in a value or in the error that was promised."""

import random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import LoadError
from composer.load.dotenv import read_env
from composer.load.parse import decode, parse
from composer.load.template import TemplateSyntaxError, substitute, variables
from composer.source import Source
from composer.tree import plain

SEED = """\
# a project
name: shop
x-base: &base
  restart: always
  environment: {A: "1", B: 017, C: .5, D: ~}
  labels: [a=b, 'c d']
services:
  web: &web
    <<: *base
    image: "nginx:${TAG:-1.25}"
    ports: ["80:80", 443]
    command: |
      sh -c "echo $$HOME"
  api:
    <<: [*base, {init: true}]
    build: !override {context: .}
    depends_on:
      ? web
      : condition: service_started
volumes: {data: !reset null}
"""
PIECES = st.sampled_from(
    [
        *"\n\t -:{}[]\"'#&*!|>%@`?,$\\=~<.é\ufeff\x85\x00",
        *("a", "b: ", "  ", "- ", "<<: ", "&a ", "*a", "!reset ", "!!int ", "---\n", "2001-01-01"),
        *("${", "}", ":-", ":?", ":+", "$$", "$A", "export ", "A=", "0x1", "\r\n", "\\n", "\\0123"),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join))


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Return an honest file with a few pieces put in, taken out or swapped."""
    text = SEED
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 12)))
        text = text[:start] + draw(st.one_of(PIECES, st.just(""))) + text[end:]
    return text


@pytest.mark.parametrize("fast", [True, False], ids=["libyaml", "pure"])
@given(text=st.one_of(TEXTS, mutated()))
@settings(max_examples=150, deadline=None)
def test_parsing_raises_only_load_errors(text: str, *, fast: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml, "__with_libyaml__", yaml.__with_libyaml__ and fast)
        try:
            roots = parse(Source("f", text))
        except LoadError as problem:
            found = problem.diagnostics
        else:
            found = ()
            assert all(isinstance(plain(root), dict) for root in roots)
    assert all(one.position is not None for one in found)


@given(st.binary())
def test_decoding_raises_only_load_errors(data: bytes) -> None:
    try:
        text = decode("f", data).text
    except LoadError as problem:
        text = str(problem)
    assert "\0" not in text


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_decoding_inverts_encoding(text: str) -> None:
    text = text.removeprefix("\ufeff")
    assert decode("f", text.encode("utf-8-sig")).text == text
    assert decode("f", text.encode("utf-16")).text == text


VALUES = st.dictionaries(st.sampled_from(["A", "B", "a_1"]), st.sampled_from(["", "x", "$B", "}"]))


@given(text=TEXTS, values=VALUES)
def test_replacing_raises_only_its_own_error(text: str, values: dict[str, str]) -> None:
    try:
        done = substitute(text, values)
    except TemplateSyntaxError as problem:
        offset = problem.offset
    else:
        offset = text.find("$")
        assert set(done.unset) <= set(done.names)
        assert not set(done.unset) & set(values)
        assert {found.name for found in variables(text)} <= set(done.names)
    assert text[offset:].startswith("$") or "$" not in text


@given(st.text())
def test_doubling_every_dollar_escapes_a_text(text: str) -> None:
    assert substitute(text.replace("$", "$$"), {}).text == text


@pytest.mark.parametrize("raw", [True, False])
@given(text=TEXTS, values=VALUES)
def test_reading_an_environment_raises_only_load_errors(
    text: str, values: dict[str, str], *, raw: bool
) -> None:
    try:
        found = read_env(Source("f", text), values.get, raw=raw).values
    except LoadError:
        return
    assert all(name.strip(" \t\n\v\f\r") or not name for name in found)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_quoted_value_comes_back(text: str) -> None:
    double = text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    assert read_env(Source("f", f'A="{double}"\n'), lambda _: None).values == {"A": text}


@given(st.integers())
def test_shuffled_services_parse_to_the_same_project(seed: int) -> None:
    lines = [f"  s{i}: {{image: i{i}}}\n" for i in range(5)]
    shuffled = random.Random(seed).sample(lines, len(lines))  # noqa: S311 - not for secrecy
    first, second = (
        plain(parse(Source("f", "services:\n" + "".join(some)))[0]) for some in (lines, shuffled)
    )
    assert first == second
