"""Whatever template comes in, it ends in a text or in the error that was promised."""

from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import ComposerError
from composer.ui.formats import formatted
from composer.ui.template_functions import FUNCTIONS, Function

ROW = {
    "Name": "ü-1",
    "Count": 2,
    "Ports": [{"URL": "::", "Port": 80}],
    "Label": Function("Label", str.upper, str),
}
VALUES = st.sampled_from(
    [
        *(".Name", ".Count", ".Ports", ".Label", ".Nope", ".", "$", "$x", "nil", "true", "-1", "0"),
        *("1", "1.5", "1e30", '"a"', '"%d %s"', "'c'", "`x`", "(index .Ports 0)", "(", ")", "|"),
        *("|printf", "$x :=", "and", "or", "{{", "}}", '"\\ud800"', "99999999999999999999", "1__0"),
    ]
)
WORDS = st.sampled_from(
    ["if", "range", "with", "end", "else", "break", "continue", "define", "template", *FUNCTIONS]
)
ACTIONS = st.tuples(st.one_of(WORDS, VALUES), st.lists(VALUES, max_size=3)).map(
    lambda parts: f"{{{{{parts[0]} {' '.join(parts[1])}}}}}"
)
FORMS = st.lists(st.one_of(ACTIONS, st.sampled_from(["\\t", "\\n", "x"])), max_size=6).map("".join)


@given(form=FORMS, table=st.booleans())
@settings(max_examples=400, deadline=None)
def test_templates_raise_only_their_own_error(form: str, *, table: bool) -> None:
    try:
        text = formatted([ROW, ROW], f"table {form}" if table else form, {})
    except ComposerError as problem:
        text = problem.message
    assert "<function" not in text
    assert "object at 0x" not in text
    text.encode()
