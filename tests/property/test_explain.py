"""Each value of a resolved project has an origin, and what the origin names really stands there."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composer.load.discover import discover
from composer.load.explain import Origin, explain
from composer.load.pipeline import load
from composer.load.reader import MemoryReader
from composer.load.render import model
from composer.tree import dotted

ENVIRON = {"SHELL_SET": "from-shell", "HOME": "/home/user"}
_PLACE = re.compile(r"([\w./-]+):(\d+):(\d+)")
_SET = re.compile(r"(\w+) is set in ([\w./-]+):(\d+)")
_NAMED = re.compile(r"([\w./-]+):(\d+), named at ")
_AS = re.compile(r', as ("(?:[^"\\]|\\.)*")$')

_values = st.sampled_from(
    [
        "plain",
        "${SHELL_SET}",
        "${DOT_SET}",
        "${NOT_SET:-default}",
        "a${DOT_SET}b${SHELL_SET}",
        "$$1",
    ]
)
_entries = st.dictionaries(st.sampled_from("ABCDE"), _values, max_size=4)
_mounts = st.lists(
    st.sampled_from(["./a:/a", "./b:/a", "data:/d", "data:/e:ro", "/anon"]), unique=True, max_size=3
)
_ports = st.lists(
    st.sampled_from(["80", "8080:80", "127.0.0.1:81:81/udp", "90-91:90-91"]),
    unique=True,
    max_size=3,
)
_services = st.fixed_dictionaries(
    {},
    optional={
        "environment": _entries, "volumes": _mounts,
        "labels": st.dictionaries(st.sampled_from("lmn"), _values, max_size=3),
        "ports": _ports, "mem_limit": st.sampled_from(["1g", "512m"]),
        "command": st.sampled_from(["run ${DOT_SET}", "a 'b c'"]) | st.just(["x", "${SHELL_SET}"]),
        "healthcheck": st.just({"test": "true", "interval": "90s"}),
        "env_file": st.sampled_from(["one.env", "two.env"]).map(lambda name: [name]),
        "build": st.sampled_from([".", "./sub"]) | st.just({"context": ".", "args": ["X=1"]}),
        "ulimits": st.just({"nofile": 10}),
    },
)  # fmt: skip
_overrides = st.fixed_dictionaries({"web": _services}, optional={"db": _services})


@st.composite
def _projects(draw: st.DrawFn) -> Mapping[str, str]:
    base = {"image": "web:${DOT_SET}", **draw(_services)}
    web = {**draw(_services), "extends": {"file": "sub/base.yaml", "service": "base"}}
    services = {"web": web, "db": {"image": "db", **draw(_services)}}
    head: dict[str, Any] = {"volumes": {"data": {}}, "x-own": draw(_entries)}
    if draw(st.booleans()):
        head["include"] = [{"path": "inc/more.yaml", "env_file": "inc/own.env"}]
    indent = draw(st.sampled_from([None, 1, 3]))
    return {
        "compose.yaml": json.dumps({**head, "services": services}, indent=indent),
        "over.yaml": json.dumps({"services": draw(_overrides)}, indent=indent),
        "sub/base.yaml": json.dumps({"services": {"base": base}}, indent=indent),
        "inc/more.yaml": json.dumps({"services": {"more": {"image": "m:${INC_SET}${DOT_SET}"}}}),
        "inc/own.env": "# own\nINC_SET=inc\nDOT_SET=never\n",
        ".env": 'A="\nDOT_SET=inside\n"\nDOT_SET=dot\n',
        "one.env": "A=one\nB='b\nA=inside'\n", "two.env": "export A=two\nC=$A\n",
        "sub/one.env": "A=sub\n", "sub/two.env": "D=sub\n",
    }  # fmt: skip


def _explained(files: Mapping[str, str]) -> tuple[Any, list[Origin]]:
    reader = MemoryReader({f"/p/{name}": text for name, text in files.items()})
    request = discover(reader, "/p", ENVIRON, files=["compose.yaml", "over.yaml"])
    loaded = load(request, reader)
    request = request.replace(environment=loaded.project.environment)
    return model(loaded.project, "yaml"), explain(loaded, request, reader, ENVIRON)


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[str]:
    if isinstance(value, (dict, list, tuple)) and value:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, entry in pairs:
            yield from _leaves(entry, (*path, key))
    else:
        yield dotted(path)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_projects())
def test_every_value_has_an_origin_that_holds_what_it_says(files: Mapping[str, str]) -> None:
    resolved, origins = _explained(files)
    assert [one.path for one in origins] == list(_leaves(resolved))
    lines = {name: text.split("\n") for name, text in files.items()}
    for origin in origins:
        assert origin.reasons, origin.path
        _holds(origin, lines)


def _holds(origin: Origin, lines: Mapping[str, list[str]]) -> None:
    """Check each place that *origin* names against the text of the files."""
    first, *more = origin.reasons
    place = _PLACE.match(first)
    if place:
        rest = lines[place[1]][int(place[2]) - 1][int(place[3]) - 1 :]
        written = _AS.search(first)
        texts = [json.loads(written[1])] if written else []
        texts += [json.loads(one.removeprefix("from ")) for one in more if one.startswith("from ")]
        texts = texts or ([] if origin.value in ({}, [], None) else [origin.value])
        for text in texts:
            assert rest.startswith((json.dumps(text), json.dumps(str(text)))), (origin, rest)
    if found := _NAMED.match(first):
        key = origin.path.rpartition(".")[2]
        line = lines[found[1]][int(found[2]) - 1]
        assert re.match(rf"(export )?{key}=.*(?:{re.escape(origin.value[:1])}|\$)", line), origin
    for reason in origin.reasons:
        if found := _SET.fullmatch(reason):
            name, file, number = found[1], found[2], int(found[3])
            assert re.match(rf"(export )?{name}=", lines[file][number - 1]), origin
        if reason.startswith("replaces "):
            name, line, column = reason.rpartition(" at ")[2].split(":")
            assert lines[name][int(line) - 1][int(column) - 1 :].strip(), origin
