import pytest

from composer.errors import ComposerError
from composer.ui.formats import formatted
from composer.ui.template import template

ROW = {
    "Name": "web-1",
    "Count": 2,
    "Up": True,
    "Ports": [{"URL": "::", "Port": 80}, {"URL": "127.0.0.1", "Port": 81}],
    "None": [],
    "Label": lambda name: f"label {name}",
}


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("plain", "plain"),
        ("{{.Name}}:{{ .Count }}", "web-1:2"),
        ("{{.Up}} {{.Ports}}", "true [{:: 80} {127.0.0.1 81}]"),
        ('{{.Label "com.x"}}', "label com.x"),
        ("{{json .Name}} {{json (index .Ports 0)}}", '"web-1" {"URL":"::","Port":80}'),
        ("{{upper .Name}} {{.Name | upper | lower}} {{title .Name}}", "WEB-1 web-1 Web-1"),
        ('{{join (split .Name "-") "+"}} {{len .Name}} {{truncate .Name 3}}', "web+1 5 web"),
        ('{{index (split .Name "-") 1}} {{index .Ports 1}}', "1 {127.0.0.1 81}"),
        ('{{printf "%s=%d 100%%" .Name .Count}} {{.Name | printf "%q"}}', 'web-1=2 100% "web-1"'),
        ('{{printf "%-8s|%5s" .Name .Name}}', "web-1   |web-1"),
        ("{{if .None}}yes{{else}}no{{end}}{{if .Up}}!{{end}}", "no!"),
        ("{{if .None}}a{{else if .Up}}b{{else}}c{{end}}", "b"),
        ('{{if and .Up (eq .Name "web-1")}}same{{end}}', "same"),
        ("{{range .Ports}}{{.URL}}/{{$.Name}} {{end}}", "::/web-1 127.0.0.1/web-1 "),
        ("{{with .Name}}<{{.}}>{{end}}{{/* nothing */}}", "<web-1>"),
        ("a {{- .Name -}} b", "aweb-1b"),
        ('{{`raw\\n`}}{{"tab\\t"}}', "raw\\ntab\t"),
        ("{{pad .Name 1 2}}|", " web-1  |"),
    ],
)  # fmt: skip
def test_templates(text: str, output: str) -> None:
    assert template(text)(ROW) == output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{.Name", "unclosed action"),
        ("{{.Bogus}}", "can't evaluate field Bogus"),
        ("{{bogus .Name}}", 'function "bogus" not defined'),
        ("{{if .Up}}x", "{{end}} is missing"),
        ("x{{end}}", "unexpected {{end}}"),
        ("{{}}", "missing value for command"),
        ("{{.Name | }}", "missing value for command"),
        ("{{(.Name}}", "unclosed left paren"),
        ("{{.Name &}}", "unexpected '&'"),
        ("{{index .Ports 9}}", "error calling"),
        ("{{.Name .Count}}", "can't give argument"),
    ],
)
def test_mistakes_are_named(text: str, message: str) -> None:
    with pytest.raises(ComposerError) as raised:
        template(text)(ROW)
    assert raised.value.message.startswith("template parsing error: ")
    assert message in raised.value.message


def test_a_table_has_titles() -> None:
    rows = [{"Name": "web-1", "Status": "Up"}, {"Name": "database-1", "Status": "Exited (1)"}]
    text = formatted(rows, "table {{.Name}}\\t{{json .Status}}\\t{{.Name}}", {"Name": "NAME OF IT"})
    assert text == (
        "NAME OF IT   STATUS         NAME OF IT\n"
        'web-1        "Up"           web-1\n'
        'database-1   "Exited (1)"   database-1\n'
    )


def test_json_is_an_object_a_line_with_sorted_keys() -> None:
    assert formatted([{"b": 1, "a": "<&>", "f": len}], "json", {}) == (
        '{"a":"\\u003c\\u0026\\u003e","b":1}\n'
    )
