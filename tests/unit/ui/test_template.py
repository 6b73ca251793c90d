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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{$x := .Name}}{{$x}}/{{$.Name}}", "web/web"),
        ("{{$a := 1}}{{if .Name}}{{$a = 2}}{{end}}{{$a}}", "2"),
        ("{{$a := 1}}{{if .Name}}{{$a := 2}}{{$a}}{{end}}{{$a}}", "21"),
        ("{{range $p := .Ports}}{{$p.Url}} {{end}}", "a b "),
        ("{{range $i, $p := .Ports}}{{$i}}={{.Url}} {{end}}", "0=a 1=b "),
        ("{{with $x := .Name}}{{$x}}{{.}}{{end}}", "webweb"),
        ("{{(index .Ports 1).Url}}", "b"),
        ("{{if eq .Code 1}}a{{else if eq .Code 3}}b{{end}}", "b"),
        ("{{slice .Name 1}} {{slice .Name 0 2}}", "eb we"),
        ("{{html .Text}} {{urlquery .Text}}", "&#34;&lt;a&#34; %22%3Ca%22"),
        ("{{js .Text}}", '\\"\\u003Ca\\"'),
        ('{{printf "%05d|%-4d|%x|%6.2f|%.2s|%%|%d" 42 7 255 3.14159 .Name .Name}}',
         "00042|7   |ff|  3.14|we|%|%!d(string=web)"),
        ('{{print 1 2 "a" .Name 3}}', "1 2aweb3"),
    ],
)  # fmt: skip
def test_variables_and_functions_as_in_go(text: str, expected: str) -> None:
    """As text/template has them."""
    row = {"Name": "web", "Code": 3, "Text": '"<a"', "Ports": [{"Url": "a"}, {"Url": "b"}]}
    assert template(text)(row) == expected


@pytest.mark.parametrize("text", ["{{$x}}", "{{$x = 1}}", "{{slice .Name 9}}"])
def test_what_cannot_be_evaluated_is_an_error(text: str) -> None:
    """An undefined variable, a slice out of range."""
    with pytest.raises(ComposerError):
        template(text)({"Name": "web"})
