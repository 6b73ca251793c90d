"""From text to nodes: values, places, aliases, merge keys, and what is refused where."""

import time

import pytest
import yaml

from composer.errors import CycleError, LoadError, ParseError
from composer.load.parse import decode, parse
from composer.source import Diagnostic, Source, render
from composer.tree import Node, find, plain


@pytest.fixture(autouse=True, params=[True, False], ids=["libyaml", "pure"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Every test runs with libyaml and with the parser that replaces it where it is absent."""
    if request.param and not yaml.__with_libyaml__:
        pytest.skip("libyaml is not there")
    monkeypatch.setattr(yaml, "__with_libyaml__", request.param)
    return bool(request.param)


def read(text: str) -> Node:
    (root,) = parse(Source("compose.yaml", text))
    return root


def value(text: str) -> object:
    return plain(read(text))


def refused(text: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(LoadError) as caught:
        parse(Source("compose.yaml", text))
    return caught.value.diagnostics


def places(text: str) -> list[str]:
    return [f"{d.code} {d.position}" for d in refused(text)]


# Documents


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n"])
def test_a_file_without_content_has_no_documents(text: str) -> None:
    assert parse(Source("compose.yaml", text)) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [("---\n", 2), ("--- # x\n...\n", 2), ("a: 1\n---\n", 3), ("---\n---\na: 1", 2)],
)
def test_an_empty_document_is_no_mapping(text: str, line: int) -> None:
    assert places(text) == [f"not-a-mapping compose.yaml:{line}:1"]


def test_each_document_becomes_a_node() -> None:
    roots = parse(Source("compose.yaml", "a: 1\n---\nb: 2\n"))
    assert [plain(root) for root in roots] == [{"a": 1}, {"b": 2}]


def test_anchors_end_with_their_document() -> None:
    assert places("a: &x 1\n---\nb: *x\n") == ["unknown-alias compose.yaml:3:4"]


@pytest.mark.parametrize("text", ["- a\n", "abc\n", "12\n", "~\n", "''\n", "!!map\n"])
def test_the_top_level_must_be_a_mapping(text: str) -> None:
    assert places(text) == ["not-a-mapping compose.yaml:1:1"]


def test_line_ends_of_every_kind_are_accepted() -> None:
    for end in ("\n", "\r\n", "\r"):
        assert value(f"a: 1{end}b:{end}  - 2{end}") == {"a": 1, "b": [2]}


def test_a_byte_order_mark_does_not_move_the_columns() -> None:
    root = read("\ufeffa: b\n")
    assert str(root.keys["a"]) == "compose.yaml:1:1"


# Places


def test_every_key_and_value_knows_its_place() -> None:
    root = read("services:\n  web:\n    image: nginx\n    ports: [80,\n      'é', \"81\"]\n")
    web = find(root, ("services", "web"))
    assert web is not None
    assert str(web.pos) == "compose.yaml:3:5"
    assert str(web.keys["ports"]) == "compose.yaml:4:5"
    image, ports = web.value["image"], web.value["ports"]
    assert str(image.pos) == "compose.yaml:3:12"
    assert str(ports.pos) == "compose.yaml:4:12"
    assert [str(item.pos) for item in ports.value] == [
        "compose.yaml:4:13", "compose.yaml:5:7", "compose.yaml:5:12",
    ]  # fmt: skip


def test_a_node_tells_whether_it_was_written_without_quotes() -> None:
    root = read("a: 1\nb: '1'\nc: \"1\"\nd: |\n  1\n")
    assert {key: node.plain for key, node in root.value.items()} == {
        "a": True, "b": False, "c": False, "d": False,
    }  # fmt: skip


# Tags


def test_reset_and_override_stay_on_the_node() -> None:
    root = read("a: !reset null\nb: !override [1]\nc: !reset {x: 1}\nd: &x !override {y: 1}\ne: *x")
    assert {key: node.tag for key, node in root.value.items()} == {
        "a": "!reset", "b": "!override", "c": "!reset", "d": "!override", "e": "!override",
    }  # fmt: skip


def test_a_tagged_scalar_is_text() -> None:
    assert value("a: !override 12\nb: !foo ~\nc: !override\n") == {"a": "12", "b": "~", "c": ""}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x: !foo {a: 1}", {"a": 1}),
        ("x: !!python/object:os.system {a: 1}", {"a": 1}),
        ("x: !!python/object/apply:os.system [ls]", ["ls"]),
        ("x: !!python/name:os.system a", "a"),
        ("x: !!set {a, b}", {"a": None, "b": None}),
        ("x: !!map [a]", ["a"]),
        ("x: !<tag:yaml.org,2002:str> 12", "12"),
        ("%TAG !e! tag:yaml.org,2002:\n---\nx: !e!str 12", "12"),
    ],
)
def test_other_tags_leave_plain_data_and_construct_nothing(text: str, wanted: object) -> None:
    root = read(text)
    assert plain(root) == {"x": wanted}
    assert root.value["x"].tag == ""


def test_a_tag_that_does_not_fit_is_reported_at_the_value() -> None:
    assert places("a: !!int abc\nb: !!bool yes\n") == [
        "bad-tag compose.yaml:1:4", "bad-tag compose.yaml:2:4",
    ]  # fmt: skip


# Dates


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("services:\n  a:\n    environment:\n      A: 2001-01-01\n", "compose.yaml:4:10"),
        ("services:\n  a:\n    command: [2001-1-1T1:2:3Z]\n", "compose.yaml:3:15"),
        ("x-a: &d 2001-01-01\nname: *d\n", "compose.yaml:1:6"),
    ],
)
def test_an_unquoted_date_is_refused_where_text_is_expected(text: str, place: str) -> None:
    assert places(text) == [f"date {place}"]


def test_a_date_in_an_extension_is_its_rfc_3339_text() -> None:
    assert value("x-a: {b: [2001-1-1]}\n") == {"x-a": {"b": ["2001-01-01T00:00:00Z"]}}
    assert type(find(read("x-a: 2001-1-1\n"), ("x-a",)).value) is str  # type: ignore[union-attr]


def test_every_date_is_reported_once() -> None:
    assert len(refused("a: &d [2001-01-01, 2001-01-02]\nb: *d\nc: *d\n")) == 2


# Keys


def test_a_duplicate_key_names_both_places() -> None:
    (found,) = refused('a:\n  b: 1\n  c: 2\n  "b": 3\n')
    assert (found.code, str(found.position)) == ("duplicate-key", "compose.yaml:4:3")
    assert [(str(place), text) for place, text in found.notes] == [
        ("compose.yaml:2:3", "first defined here"),
    ]  # fmt: skip


def test_all_duplicate_keys_are_reported_at_once() -> None:
    assert places("a: 1\na: 2\nb: {c: 1, c: 2}\n") == [
        "duplicate-key compose.yaml:2:1", "duplicate-key compose.yaml:3:11",
    ]  # fmt: skip


def test_a_reset_does_not_excuse_a_duplicate() -> None:
    assert places("a: {b: 1, b: !reset null}\n") == ["duplicate-key compose.yaml:1:11"]


@pytest.mark.parametrize(
    "key", ["123", "true", "~", "1.5", "0x1", ".inf", "[a, b]", "{a: b}", "2001-01-01", "!!int 1"]
)
def test_a_key_must_be_text(key: str) -> None:
    assert places(f"x-a:\n  - b: {{ok: 1}}\n  - ? {key}\n    : 2\n") == [
        "non-string-key compose.yaml:3:7"
    ]


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("yes", "yes"), ("'1'", "1"), ('""', ""), ("!!str 123", "123"), ("!foo 12", "12"),
        ("&a key", "key"), ("22:22", "22:22"),
    ],
)  # fmt: skip
def test_a_key_that_is_text(key: str, wanted: str) -> None:
    assert value(f"x:\n  ? {key}\n  : v\n") == {"x": {wanted: "v"}}


def test_an_alias_can_be_a_key() -> None:
    assert value("k: &k key\nx: {*k : 1}\n") == {"k": "key", "x": {"key": 1}}
    assert places("k: &k 12\nx: {*k : 1}\n") == ["non-string-key compose.yaml:2:5"]


# Aliases and merge keys


def test_an_alias_shares_the_node_of_its_anchor() -> None:
    root = read("a: &x {b: 1}\nc: *x\n")
    assert root.value["a"] is root.value["c"]


def test_a_later_anchor_of_the_same_name_replaces_the_first() -> None:
    assert value("a: &x 1\nb: *x\nc: &x 2\nd: *x\n") == {"a": 1, "b": 1, "c": 2, "d": 2}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("<<: *a\nb: 3", {"b": 3, "c": 2}),
        ("b: 3\n<<: *a", {"b": 3, "c": 2}),
        ("<<: [*a, *d]", {"b": 1, "c": 2, "e": 4}),
        ("<<: [*d, *a]", {"b": 9, "c": 2, "e": 4}),
        ("<<: *list", {"b": 1, "c": 2, "e": 4}),
        ("<<: {f: 1}\ng: 2", {"f": 1, "g": 2}),
        ("<<: []", {}),
        ("<<: *nested", {"z": 1, "b": 1, "c": 2}),
        ("<<: *deep\nb: {d: 2}", {"b": {"d": 2}}),
        ("!!merge '<<': *a", {"b": 1, "c": 2}),
        ("'<<': *a", {"<<": {"b": 1, "c": 2}}),
        ("!!str <<: *a", {"<<": {"b": 1, "c": 2}}),
        ("x: <<", {"x": "<<"}),
    ],
)
def test_merge_keys(text: str, wanted: object) -> None:
    anchors = (
        "a: &a {b: 1, c: 2}\nd: &d {b: 9, e: 4}\nlist: &list [*a, *d]\n"
        "nested: &nested {<<: *a, z: 1}\ndeep: &deep {b: {c: 1}}\n"
    )
    body = "".join(f"  {line}\n" for line in text.splitlines())
    assert plain(read(f"{anchors}m:\n{body}").value["m"]) == wanted


def test_merged_entries_keep_the_place_where_they_are_written() -> None:
    root = read("a: &a\n  b: 1\nm:\n  <<: *a\n  c: 2\n")
    keys = root.value["m"].keys
    assert {key: str(place) for key, place in keys.items()} == {
        "b": "compose.yaml:2:3", "c": "compose.yaml:5:3",
    }  # fmt: skip


def test_a_merge_does_not_change_what_it_merges() -> None:
    assert value("a: &a {b: 1}\nm: {<<: *a, b: 2}\n") == {"a": {"b": 1}, "m": {"b": 2}}


@pytest.mark.parametrize("text", ["12", "[12]", "", "null", "[[{a: 1}]]", "''"])
def test_only_mappings_can_be_merged(text: str) -> None:
    assert places(f"m:\n  <<: {text}\n") == ["bad-merge compose.yaml:2:3"]


def test_two_merge_keys_are_a_duplicate() -> None:
    assert places("a: &a {b: 1}\nm: {<<: *a, <<: *a}\n") == ["duplicate-key compose.yaml:2:13"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: &a\n  b: *a\n", "2:6"),
        ("a: &a\n  - *a\n", "2:5"),
        ("a: &a\n  <<: *a\n", "2:7"),
        ("a: &a\n  b: {c: 1}\n  d: [{<<: *a}]\n", "3:12"),
        ("a: &a {b: &b {c: *b}}\n", "1:18"),
    ],
)
def test_an_alias_inside_its_own_anchor_is_a_cycle(text: str, place: str) -> None:
    with pytest.raises(CycleError) as caught:
        read(text)
    (found,) = caught.value.diagnostics
    assert (found.code, str(found.position)) == ("alias-cycle", f"compose.yaml:{place}")
    assert found.notes


# Limits


def test_honest_nesting_is_no_problem() -> None:
    assert read("a: " + "[" * 99 + "]" * 99 + "\n").is_mapping


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 10_000 + "]" * 10_000,
        "a: " + "{b: " * 10_000,
        "- " * 10_000,
        "".join(" " * depth + "a:\n" for depth in range(2000)),
        "x0: &x0 []\n" + "".join(f"x{i}: &x{i} [[[[*x{i - 1}]]]]\n" for i in range(1, 100)),
    ],
    ids=["lists", "mappings", "entries", "block", "aliases"],
)
def test_deep_nesting_is_refused(text: str) -> None:
    (found,) = refused(text)
    assert found.code == "too-deep"
    assert found.position is not None


@pytest.mark.parametrize("form", ["[{}]", "{{<<: [{}]}}"], ids=["lists", "merges"])
def test_aliases_of_aliases_are_bounded(form: str) -> None:
    base = "{" + ", ".join(f"k{i}: 1" for i in range(50)) + "}"
    lines = [f"x0: &x0 {base}"]
    lines += [f"x{i}: &x{i} " + form.format(", ".join([f"*x{i - 1}"] * 9)) for i in range(1, 10)]
    began = time.process_time()
    (found,) = refused("\n".join(lines))
    assert found.code == "too-large"
    assert time.process_time() - began < 1


def test_many_services_may_share_one_anchor() -> None:
    text = "x: &x {" + ", ".join(f"k{i}: {i}" for i in range(60)) + "}\nservices:\n"
    root = read(text + "".join(f"  s{i}: {{<<: *x, image: i}}\n" for i in range(2000)))
    assert len(root.value["services"].value["s1999"].value) == 61


# Syntax errors


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a:\n\tb: 1\n", "2:1", "a tab at 2:1"),
        ("a:\n  b: 1\n\tc: 2\n", "3:1", "a tab at 3:1"),
        ("a: |\n\tb\n", "2:1", "a tab at 2:1"),
        ("a: b: c\n", "1:5", "mapping values are not allowed in this context"),
        ("a: b\n  c: d\n", "2:4", "mapping values are not allowed in this context"),
        ("a: - 1\n", "1:4", "block sequence entries are not allowed in this context"),
        ("a: @b\n", "1:4", 'found character that cannot start any token: "@"'),
        ("a: %b\n", "1:4", 'found character that cannot start any token: "%"'),
        ('a: "b\n', "1:4", "found unexpected end of stream: this quote is not closed"),
        ("a: 'b\n", "1:4", "found unexpected end of stream: this quote is not closed"),
        ("a: [1\n", "1:4", "did not find expected ',' or ']' of this list"),
        ("a: [\n", "2:1", "the file ends where a value is expected"),
        ("a: {b: 1\n", "1:4", "did not find expected ',' or '}' of this mapping"),
        ("a: }\n", "1:4", "did not find expected node content"),
        ("a:\n  b: 1\n c: 1\n", "3:2", "did not find expected key of the mapping"),
        ('a: "b" c\n', "1:8", "did not find expected key of the mapping"),
        ("a:\n  - 1\n  b: 2\n", "3:3", "did not find expected '-' indicator"),
        ("a: 1\nb\n", "2:1", "could not find expected ':'"),
        ("a: &\n", "1:5", "must be letters and digits"),
        ("a: !e!x 1\n", "1:4", "found undefined tag handle: no %TAG line"),
        ("a: 1\n...\nb\n", "3:1", 'expected "---"'),
        ("%YAML 2.0\n---\na: 1\n", "1:1", "this version of YAML"),
        ("a: é\x07\n", "1:5", "the character U+0007 cannot stand in YAML"),
        ("a: b\x00\n", "1:5", "the character U+0000 cannot stand in YAML"),
        ("a: *b\n", "1:4", "unknown anchor 'b' referenced"),
    ],
)
def test_a_syntax_error_has_a_place_and_plain_words(text: str, place: str, words: str) -> None:
    (found,) = refused(text)
    assert str(found.position) == f"compose.yaml:{place}"
    assert words in found.message


def test_an_unknown_escape_is_explained() -> None:
    (found,) = refused('a: "C:\\qux"\n')
    assert "found unknown escape character" in found.message
    assert "single quotes" in found.hint


def test_text_that_cannot_be_encoded_is_refused() -> None:
    (found,) = refused("a: \ud800\n")
    assert str(found.position) == "compose.yaml:1:4"


def test_what_was_found_before_a_syntax_error_is_not_lost() -> None:
    assert places("a: 1\na: 2\nb: [1\n") == [
        "duplicate-key compose.yaml:2:1", "yaml-syntax compose.yaml:3:4",
    ]  # fmt: skip


def test_an_error_reads_well() -> None:
    text = "services:\n  web:\n\timage: x\n"
    (found,) = refused(text)
    assert render(found, {"compose.yaml": text}).splitlines() == [
        "compose.yaml:3:1: error: a tab at 3:1 where YAML wants spaces [yaml-syntax]",
        "  3 |  image: x",
        "    | ^",
        "  hint: indent with spaces",
    ]


# Bytes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_bytes_are_decoded(encoding: str) -> None:
    assert decode("f", "a: é\n".encode(encoding)) == Source("f", "a: é\n")


def test_utf_16_of_both_byte_orders_is_decoded() -> None:
    assert decode("f", b"\xff\xfe" + "a".encode("utf-16-le")).text == "a"
    assert decode("f", b"\xfe\xff" + "a".encode("utf-16-be")).text == "a"


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        (b"a: 1\nb: caf\xe9\n", "f:2:7", "bad byte at offset 11"),
        (b"\xef\xbb\xbfa\xff", "f:1:2", "bad byte at offset 4"),
        (b"a: 1\nb\x00", "f:2:2", "offset 6"),
        (b"\xff\xfea\x00\x00\x00", "f:1:2", "offset 4"),
        (b"\xff\xfea", "f:1:1", "UTF-16"),
    ],
)
def test_bytes_that_are_no_text_are_refused(data: bytes, place: str, words: str) -> None:
    with pytest.raises(ParseError) as caught:
        decode("f", data)
    (found,) = caught.value.diagnostics
    assert (found.code, str(found.position)) == ("encoding", place)
    assert words in found.message


def test_bytes_of_an_environment_file_can_stay_as_they_are() -> None:
    """As Docker Compose hands on those of a value."""
    assert decode("f", b"A=caf\xe9\n", "surrogateescape").text == "A=caf\udce9\n"


def test_an_apostrophe_may_be_escaped_in_double_quotes() -> None:
    r"""Compose's reader takes ``\'`` for an apostrophe; elsewhere the backslash is one."""
    text = r"""
"a\'b": "x\'y \\\'" # it\'s
c: 'it\''s'
d: it\'s
e: |
  it\'s
f: "\\"
g: '\'
"""
    assert value(text) == {
        "a'b": r"x'y \'", "c": r"it\'s", "d": r"it\'s", "e": "it\\'s\n", "f": "\\", "g": "\\"
    }  # fmt: skip


def test_places_after_an_escaped_apostrophe_are_those_of_the_file() -> None:
    assert places('a: {b: "\\\'", c: *d}\n') == ["unknown-alias compose.yaml:1:17"]


@pytest.mark.parametrize(
    ("text", "place"),
    [('a: "x\\/y"\n', "1:6"), ('a: "x \\\\\\/"\n', "1:9"), ('a: "x\n  y\\/"\n', "2:4")],
)
def test_a_slash_may_not_be_escaped(text: str, place: str) -> None:
    """JSON has that escape; Compose's reader does not."""
    assert places(text) == [f"yaml-syntax compose.yaml:{place}"]


def test_a_slash_after_a_backslash_is_no_escape() -> None:
    assert value("a: \"\\\\/\"\nb: '\\/'\nc: \\/\n") == {"a": "\\/", "b": "\\/", "c": "\\/"}


def test_only_one_version_of_yaml_is_read() -> None:
    assert value("%YAML 1.1\n---\na: 1\n") == {"a": 1}
    assert places("%YAML 1.2\n---\na: 1\n") == ["yaml-syntax compose.yaml:1:1"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("[a:]", ["a:"]),
        ("[a:, b]", ["a:", "b"]),
        ("{a:}", {"a:": None}),
        ("{a: b:}", {"a": "b:"}),
        ('{"a":[b:],"c":{}}', {"a": ["b:"], "c": {}}),
        ("x:[y]", "x:[y]"),
        ("'x:[y]'", "x:[y]"),
        ("[a]  # b:[c]", ["a"]),
    ],
)
def test_a_colon_before_a_bracket_or_comma_belongs_to_the_text(text: str, read: object) -> None:
    assert value(f"a: {text}\n") == {"a": read}


def test_a_question_mark_within_brackets_wants_quotes() -> None:
    assert [found.code for found in refused("a: [b, http://c/?d]\n")] == ["yaml-syntax"]
    assert value("a: ['b?', {c: \"d?\"}]\nb: e?\n") == {"a": ["b?", {"c": "d?"}], "b": "e?"}
