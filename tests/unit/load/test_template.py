"""Replacing variables, as Docker Compose 2.40 does; every row was compared with it."""

import time

import pytest

from composer.load.template import (
    Substitution,
    TemplateSyntaxError,
    Variable,
    substitute,
    variables,
)

KNOWN = {"V": "v", "E": "", "W": "w-$V", "v_1": "under", "Ünused": "x"}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("", ""), ("no dollar", "no dollar"),
        ("$V", "v"), ("${V}", "v"), ("$V-$V", "v-v"), ("$V.x", "v.x"), ("$v_1", "under"),
        ("{$V}", "{v}"), ("${V}}", "v}"), ("é$V", "év"), ("$Vé", "vé"), ("\\$V", "\\v"),
        ("$V\nx", "v\nx"),
        ("${V:-d}", "v"), ("${U:-d}", "d"), ("${E:-d}", "d"),
        ("${V-d}", "v"), ("${U-d}", "d"), ("${E-d}", ""), ("${U:-}", ""), ("${U-}", ""),
        ("${V:?e}", "v"), ("${E?e}", ""), ("${V?}", "v"),
        ("${V:+r}", "r"), ("${U:+r}", ""), ("${E:+r}", ""), ("${E+r}", "r"), ("${U+r}", ""),
        ("${U:-a b}", "a b"), ("${U:-'q'}", "'q'"), ("${U:-a:-b}", "a:-b"), ("${U:--x}", "-x"),
        ("${U-a?b}", "a?b"), ("${U:-a+b}", "a+b"), ("${V+a-b}", "a-b"), ("${V:++}", "+"),
        ("${U:-http://x:8080/?a=b}", "http://x:8080/?a=b"),
        ("${U:-x}-y:?z", "x-y:?z"), ("- ${V?x}", "- v"),
    ],
)  # fmt: skip
def test_references(text: str, result: str) -> None:
    assert substitute(text, KNOWN).text == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("${U:-$V}", "v"), ("${U:-${V}}", "v"), ("${U:-${U:-${V}}}", "v"),
        ("${U:-a${V}b}c", "avbc"), ("${U:-${V}-${V}}", "v-v"), ("${V:+${U:-z}}", "z"),
        ("${U:-${E-${V}}}", ""),
        ("${U:-d}x${U-e}y", "dxey"),
    ],
)  # fmt: skip
def test_defaults_nest(text: str, result: str) -> None:
    assert substitute(text, KNOWN).text == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("${U:-{}}", "{}"), ("${U:-{a}}", "{a}"), ('${U:-{"a":"${V}"}}', '{"a":"v"}'),
        ('${U:-{"a":{"b":1}}}x', '{"a":{"b":1}}x'), ("${V:-{}}", "v"), ("${V:-{a}x}", "v"),
        ("${U:-}}", "}"), ("${U:-{}", "{"), ("${U:-a}b}c", "ab}c"), ("${V:-a}}x", "v}x"),
        ('{"a":"${V}","b":{"c":"${U:-d}"}}', '{"a":"v","b":{"c":"d"}}'),
        ("${U:-{}}$V", "{}v"), ("${U:-{}\n}", "{\n}"),
        ("${U:-a}\n${U:-b}", "a\nb"),
    ],
)  # fmt: skip
def test_braces_in_a_default_balance(text: str, result: str) -> None:
    assert substitute(text, KNOWN).text == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("$$", "$"), ("$$V", "$V"), ("$$$V", "$v"), ("$$$$", "$$"), ("$${V}", "${V}"),
        ("$${V", "${V"), ("$${U:-${V}}", "${U:-v}"), ("${U:-$$V}", "$V"), ("${U:-$${V}}", "${V}"),
        ("$1", "$1"), ("$ 5", "$ 5"), ("a$", "a$"), ("$", "$"), ("$-", "$-"), ("$(V)", "$(V)"),
        ("$'V'", "$'V'"), ("$é", "$é"), ("${U:-$1}", "$1"), ("${U:-a$}", "a$"), ("$V$", "v$"),
    ],
)  # fmt: skip
def test_dollars_that_stay(text: str, result: str) -> None:
    assert substitute(text, KNOWN).text == result


def test_a_value_is_not_replaced_again() -> None:
    assert substitute("${W} $W ${U:-$W}", KNOWN).text == "w-$V w-$V w-$V"


def test_names_and_unset_variables_are_reported_once_each() -> None:
    assert substitute("$U.$V.${U}.${X:-d}.$Y", KNOWN) == Substitution(
        ".v..d.", ("U", "V", "X", "Y"), {"U": 0, "Y": 19}
    )


def test_a_default_is_computed_even_where_it_is_not_used() -> None:
    assert tuple(substitute("${V:-$U}", KNOWN).unset) == ("U",)
    with pytest.raises(TemplateSyntaxError, match="required variable U"):
        substitute("${V:-${U:?e}}", KNOWN)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${U:?e}", "required variable U is missing a value: e"),
        ("${E:?e}", "required variable E is missing a value: e"),
        ("${U?}", "required variable U is missing a value"),
        ("${U:?no ${V}!}", "required variable U is missing a value: no v!"),
        ("${U?a-b}", "required variable U is missing a value: a-b"),
    ],
)
def test_a_missing_required_variable(text: str, message: str) -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        substitute(text, KNOWN)
    assert (caught.value.code, caught.value.message) == ("required-variable", message)


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("a ${}", 2, '"${}" is not a valid variable'),
        ("${1}", 0, '"${1}" is not a valid variable'),
        ("${V!}", 0, '"${V!}" is not a valid variable'),
        ("${ V}", 0, '"${ V}" is not a valid variable'),
        ("${V }", 0, '"${V }" is not a valid variable'),
        ("${V:}", 0, '"${V:}" is not a valid variable'),
        ("${V:=x}", 0, '"${V:=x}" is not a valid variable'),
        ("${V^^}", 0, '"${V^^}" is not a valid variable'),
        ("${!V}", 0, '"${!V}" is not a valid variable'),
        ("${é}", 0, '"${é}" is not a valid variable'),
        ("${V", 0, '"${V" is not closed'),
        ("$V ${", 3, '"${" is not closed'),
        ("${V:-a", 0, '"${V:-a" is not closed'),
        ("${U:-${U}", 5, '"${U" is not closed'),
        ("${U:-{}}-${U:-x}", 9, '"${U:-x" is not closed'),
        ("${U:-a\nb}", 0, '"${U:-a" is not closed'),
        ("${V:-${1}}", 5, '"${1}" is not a valid variable'),
    ],
)
def test_an_invalid_reference_has_its_offset(text: str, offset: int, message: str) -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        substitute(text, KNOWN)
    problem = caught.value
    assert (problem.code, problem.offset) == ("template-syntax", offset)
    assert problem.message == f"invalid interpolation format: {message}"
    assert problem.hint


def test_a_long_invalid_reference_is_shortened() -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        substitute("${" + "1" * 500, {})
    assert len(caught.value.message) < 120


@pytest.mark.parametrize(
    "text",
    [
        "${A:-" * 3000 + "x" + "}" * 3000,
        "${A:-{" * 20_000,
        "${A:-{}" * 20_000,
        "${" * 50_000,
        "{" * 100_000 + "$",
        "${A:-" * 100_000 + "}" * 100_000,
        "$A" * 50_000,
    ],
    ids=["nested", "open", "fallback", "dollars", "braces", "too deep", "many"],
)
def test_time_is_bounded(text: str) -> None:
    began = time.process_time()
    for run in (lambda: substitute(text, {}), lambda: variables(text)):
        try:
            run()
        except TemplateSyntaxError:
            continue
    assert time.process_time() - began < 2


def test_thousands_of_nested_defaults_are_replaced() -> None:
    assert substitute("${A:-" * 3000 + "x" + "}" * 3000, {}).text == "x"


def test_variables_lists_each_reference_with_its_default_as_written() -> None:
    assert variables("$A ${B:-b} ${C-$$c$P} ${D:?${M}} ${E+e} $$F ${G:+${H:-h}}") == [
        Variable("A"),
        Variable("B", default="b"),
        Variable("C", default="$$c$P"),
        Variable("P"),
        Variable("D", required=True),
        Variable("E", alternative="e"),
        Variable("G", alternative="${H:-h}"),
        Variable("H", default="h"),
    ]


def test_variables_of_a_text_without_any() -> None:
    assert variables("plain") == []
    assert variables("$$ $1") == []
