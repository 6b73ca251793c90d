import pytest

from composer.errors import ComposerError
from composer.ui.formats import formatted
from composer.ui.template import template
from composer.ui.template_functions import Function

ROW = {
    "Name": "web-1",
    "Count": 2,
    "Up": True,
    "Ports": [{"URL": "::", "Port": 80}, {"URL": "127.0.0.1", "Port": 81}],
    "None": [],
    "Label": Function("Label", lambda name: f"label {name}", str),
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
        ("{{9223372036854775808}}", "bad number syntax"),
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{range .Ports}}{{.Port}}{{break}}x{{end}}", "80"),
        ("{{range .Ports}}{{if eq .Port 80}}a{{continue}}b{{end}}{{.Port}}{{end}}", "a81"),
        ("{{range .Ports}}{{with .URL}}{{.}}{{break}}{{end}}{{end}}", "::"),
        ('{{define "x"}}<{{.}}{{$}}>{{end}}{{template "x" .Name}}{{template "x" 3}}',
         "<web-1web-1><33>"),
        ('{{template "x"}}{{define "x"}}late{{end}}', "late"),
        ('{{block "x" .Name}}[{{.}}]{{end}}{{template "x" .Up}}', "[web-1][true]"),
        ("{{if(eq .Count 2)}}y{{end}}", "y"),
        ("{{range 3}}{{.}}{{end}}{{range 0}}a{{else}}b{{end}}", "012b"),
    ],
)  # fmt: skip
def test_blocks_as_in_go(text: str, expected: str) -> None:
    assert template(text)(ROW) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{or true .Nope}} {{and false .Nope}} {{or .None .Name}} {{.Name | and true}}",
         "true false web-1 web-1"),
        (r"""{{'c'}} {{'\n'}} {{'\''}} {{'"'}}""", "99 10 39 34"),
        (r'{{"\x41\u00e9"}} {{0x1F}} {{1e3}} {{+5}} {{1_000}} {{1.0}}', "Aé 31 1000 5 1000 1"),
        ('{{len "ü"}} {{index .Name 0}} {{truncate "üxx" 2}}', "2 119 ü"),
        ('{{title "foo_bar hELLO don\'t"}}', "Foo_bar HELLO Don'T"),
        ("{{print nil}} {{json nil}} {{or nil nil}} {{html nil 1 2}}",
         "<nil> null <no value> &lt;no value&gt;1 2"),
        ('{{json "<&>"}} {{json 1.0}} {{json 1e30}}', '"<&>" 1 1e+30'),
        ('{{.None}}{{(.Label "x")}}', "[]label x"),
        ('{{eq .Name "a" "web-1"}} {{ne nil .Name}} {{le 2 2}} {{ge "a" "b"}}',
         "true true true false"),
    ],
)  # fmt: skip
def test_values_as_in_go(text: str, expected: str) -> None:
    assert template(text)(ROW) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{.Label}}", "wrong number of args for Label: want 1 got 0"),
        ("{{json .Label}}", "wrong number of args for Label: want 1 got 0"),
        ('{{.Label "a" "b"}}', "wrong number of args for Label: want 1 got 2"),
        ("{{.Label 3}}", "wrong type for value; expected string; got int"),
        ("{{upper .Count}}", "wrong type for value; expected string; got int"),
        ("{{upper nil}}", "wrong type for value; expected string; got <nil>"),
        ("{{printf}}", "wrong number of args for printf: want at least 1 got 0"),
        ("{{or}}", "wrong number of args for or: want at least 1 got 0"),
        ('{{join .Ports ","}}', "expected []string; got []struct"),
        ('{{truncate .Name "x"}}', "expected int; got string"),
        ("{{truncate .Name -1}}", "error calling truncate"),
        ("{{pad .Name -1 0}}", "error calling pad"),
        ("{{pad .Name 9223372036854775807 0}}", "error calling pad"),
        ("{{eq .Name 0}}", "incompatible types for comparison: string and int"),
        ("{{eq true 1}}", "incompatible types for comparison: bool and int"),
        ("{{eq .Name}}", "missing argument for comparison"),
        ("{{eq .Ports .Ports}}", "non-comparable type"),
        ("{{lt true false}}", "invalid type for comparison"),
        ('{{lt 1 "a"}}', "incompatible types for comparison"),
        ("{{len .Count}}", "len of type int"),
        ("{{len (index .Ports 0)}}", "len of type struct"),
        ("{{index .Ports -1}}", "index out of range: -1"),
        ('{{index .Ports "a"}}', "cannot index slice/array with type string"),
        ("{{slice .Name 4 2}}", "invalid slice index: 4 > 2"),
        ("{{slice .Name true}}", "cannot index slice/array with type bool"),
        ("{{slice .Name 1 2 3}}", "too many slice indexes"),
        ("{{range .Name}}{{end}}", "range can't iterate over web-1"),
        ("{{range true}}{{end}}", "range can't iterate over true"),
        ("{{range $i, $x := 3}}{{end}}", "can't use 3 to iterate over more than one variable"),
        ("{{.Name.Foo}}", "can't evaluate field Foo in type string"),
        ("{{nil}}", "nil is not a command"),
        ("{{1__0}}", "bad number syntax: 1__0"),
        ("{{1e999}}", "bad number syntax: 1e999"),
        (f"{{{{{'(' * 3000}1{')' * 3000}}}}}", "too many blocks or parentheses"),
        ("{{.Name | 3}}", "non executable command"),
        (r"{{'\nb'}}", "malformed character constant"),
        ("{{break}}", "{{break}} outside {{range}}"),
        ("{{range .Ports}}{{else}}{{break}}{{end}}", "{{break}} outside {{range}}"),
        ("{{range .Ports}}{{break 3}}{{end}}", "unexpected '3' in {{break}}"),
        ('{{define "x"}}{{break}}{{end}}', "{{break}} outside {{range}}"),
        ("{{define x}}{{end}}", "unexpected 'x' in define clause"),
        ('{{define "x" 3}}{{end}}', "unexpected '3' in define clause"),
        ('{{if .Up}}{{define "x"}}{{end}}{{end}}', "unexpected <define>"),
        ('{{define "x"}}{{define "y"}}{{end}}{{end}}', "unexpected <define>"),
        ('{{define "x"}}1{{end}}{{define "x"}}2{{end}}', "multiple definition"),
        ('{{block "x" .}}{{else}}{{end}}', "unexpected {{else}} in block clause"),
        ('{{block "x"}}{{end}}', "missing value for command"),
        ('{{template "x"}}', 'template "x" not defined'),
        ('{{define "x"}}{{template "x"}}{{end}}{{template "x"}}', "exceeded maximum"),
        ("{{if .Up}}{{else}}{{else}}{{end}}", "expected end; found {{else}}"),
    ],
)
def test_what_go_refuses_is_refused_in_its_words(text: str, message: str) -> None:
    with pytest.raises(ComposerError) as raised:
        template(text)(ROW)
    assert message in raised.value.message


def test_html_is_escaped_in_the_json_of_a_whole_row_only() -> None:
    row = {"Text": "<", "Label": Function("Label", str, str)}
    assert template("{{json .}} {{json .Text}}")(row) == '{"Text":"\\u003c"} "<"'


def test_a_row_with_methods_is_printed_without_them() -> None:
    assert "label" not in template("{{.}} {{$}}")(ROW).lower()
    assert "function" not in template("{{.}} {{$}}")(ROW).lower()


PUBLISHED = {"Name": "web-1", "Ports": [{"URL": "::"}, {"URL": "127.0.0.1"}], "State": "up"}


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (r"table {{.Name}}\t{{range .Ports}}{{.URL}} {{end}}\t{{.State}}",
         "NAME                      STATE\nweb-1     :: 127.0.0.1    up\n"),
        ("table {{len .Ports}}", "\n2\n"),
        ("table {{index .Ports 0}}", "\n{::}\n"),
        ("table {{(index .Ports 1).URL}}", "\n127.0.0.1\n"),
        ('table {{printf "%d" (len .Ports)}}', "\n2\n"),
        ('table {{split .Name "-"}}', "NAME\n[web 1]\n"),
        ("table {{json .Ports}}", 'PORTS\n[{"URL":"::"},{"URL":"127.0.0.1"}]\n'),
    ],
)  # fmt: skip
def test_what_is_made_of_objects_has_no_title(form: str, expected: str) -> None:
    assert formatted([PUBLISHED], form, {}) == expected


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (r"table {{.Name}}\n{{.State}}", "NAME\nSTATE\nweb-1\nup\n"),
        (r"table {{.Name}}\t{{.State}}\n{{.State}}\t{{.Name}}",
         "NAME      STATE\nSTATE     NAME\nweb-1     up\nup        web-1\n"),
        ("table{{.Name}}", "NAME\nweb-1\n"),
        (r"table {{.Name}}\t{{range .Ports}}{{.URL}}\t{{end}}x",
         "NAME      x\nweb-1     ::        127.0.0.1   x\n"),
        (" {{.Name}} ", "web-1\n"),
    ],
)  # fmt: skip
def test_the_format_makes_lines_and_columns(form: str, expected: str) -> None:
    assert formatted([PUBLISHED], form, {}) == expected


def test_what_a_field_says_breaks_no_line_of_a_table() -> None:
    rows = [{"Name": "a\nb\tc"}]
    assert formatted(rows, "table {{.Name}}", {}) == "NAME\na\\nb\\tc\n"


@pytest.mark.parametrize("text", ["{{$x}}", "{{$x = 1}}", "{{slice .Name 9}}"])
def test_what_cannot_be_evaluated_is_an_error(text: str) -> None:
    """An undefined variable, a slice out of range."""
    with pytest.raises(ComposerError):
        template(text)({"Name": "web"})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{{json(.)}}", "unexpected '(' in operand"),
        ('{{printf("x")}}', "unexpected '(' in operand"),
        ("{{.Name(1)}}", "unexpected '(' in operand"),
        ("{{(.Name)(1)}}", "unexpected '(' in operand"),
        ("{{$x := 1}}{{$x(1)}}", "unexpected '(' in operand"),
        ("{{.Name|len()}}", "unexpected '(' in operand"),
        ('{{printf "%s""a"}}', "unexpected '\"a\"' in operand"),
        ('{{printf "%s".Name}}', "unexpected . after term"),
        ("{{len.Name}}", "unexpected . after term 'len'"),
    ],
)
def test_operands_stand_apart(text: str, found: str) -> None:
    with pytest.raises(ComposerError) as caught:
        template(text)
    assert found in caught.value.message


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("{{json (.Name)}}", '"web-1"'),
        ('{{printf ("x")}}', "x"),
        ("{{(len .Name)}}{{len (.Name)}}{{((len (.Name)))}}", "555"),
        (
            "{{.Name|len}}{{(.Name)|len}}{{if(.Name)}}a{{end}}{{with(.Name)}}{{.}}{{end}}",
            "55aweb-1",
        ),
        ("{{$x:=.Name}}{{$x|upper|lower}}", "web-1"),
        ("{{(index .Ports 0).URL}}", "::"),
    ],
)
def test_signs_need_no_blank_around_them(text: str, output: str) -> None:
    assert template(text)(ROW) == output
