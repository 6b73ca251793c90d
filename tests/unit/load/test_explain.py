"""Where values come from: files, overrides, variables, environment files, defaults."""

from composer.load.discover import discover
from composer.load.explain import explain
from composer.load.pipeline import load
from composer.load.reader import MemoryReader
from composer.load.request import Request

FILES = {
    "/p/compose.yaml": (
        "services:\n"
        "  web:\n"
        "    image: nginx:${TAG:-1.26}\n"
        "    command: run ${FROM_SHELL} ${NAMED}\n"
        "    ports: ['80:80', {target: 90}]\n"
        "    env_file: app.env\n"
        "    environment: [LEVEL=info]\n"
        "    build: {context: .}\n"
        "    depends_on: [db]\n"
        "  db:\n"
        "    image: postgres:${TAG-16}\n"
        "    links: [cache]\n"
        "  cache: {image: redis}\n"
        "volumes: {data: }\n"
    ),
    "/p/over.yaml": "services:\n  web:\n    image: nginx:1.27\n    environment: {LEVEL: debug}\n",
    "/p/.env": "# comment\nNAMED=first\nexport NAMED=second\n",
    "/p/app.env": "A=1\nB=2\n",
}
ENVIRON = {"FROM_SHELL": "yes"}
REQUEST = Request(
    files=("/p/compose.yaml", "/p/over.yaml"), working_dir="/p", cwd="/p", default_name="p",
    environment={**ENVIRON, "NAMED": "second"}, env_files=("/p/.env",),
)  # fmt: skip


def explained(path: str) -> list[str]:
    reader = MemoryReader(FILES)
    loaded = load(REQUEST, reader)
    request = REQUEST.replace(environment=loaded.project.environment)
    return [str(one) for one in explain(loaded, request, reader, ENVIRON, path)]


def test_an_override() -> None:
    assert explained("services.web.image") == [
        (
            'services.web.image: nginx:1.27\n    over.yaml:3:12\n    replaces "nginx:1.26"'
            " at compose.yaml:3:12"
        )
    ]
    assert explained("web.environment.LEVEL") == [
        (
            "services.web.environment.LEVEL: debug\n    over.yaml:4:26\n"
            '    replaces "info" at compose.yaml:7:19'
        )
    ]


def test_variables() -> None:
    assert explained("web.command[1]") == [
        (
            "services.web.command[1]: yes\n    compose.yaml:4:14\n"
            '    from "run ${FROM_SHELL} ${NAMED}"\n'
            "    FROM_SHELL is set in the environment\n"
            "    NAMED is set in .env:3"
        )
    ]
    assert explained("services.db.image") == [
        (
            "services.db.image: postgres:16\n    compose.yaml:11:12\n"
            '    from "postgres:${TAG-16}"\n    TAG is not set: its default is "16"'
        )
    ]


def test_environment_files() -> None:
    assert explained("web.environment.B") == [
        "services.web.environment.B: 2\n    app.env:2, named at compose.yaml:6:15"
    ]


def test_short_forms_and_defaults() -> None:
    assert explained("web.ports") == [
        'services.web.ports[0].mode: ingress\n    compose.yaml:5:13, as "80:80"',
        'services.web.ports[0].target: 80\n    compose.yaml:5:13, as "80:80"',
        'services.web.ports[0].published: 80\n    compose.yaml:5:13, as "80:80"',
        'services.web.ports[0].protocol: tcp\n    compose.yaml:5:13, as "80:80"',
        (
            "services.web.ports[1].mode: ingress\n"
            "    a default of the specification, for compose.yaml:5:22"
        ),
        "services.web.ports[1].target: 90\n    compose.yaml:5:31",
        (
            "services.web.ports[1].protocol: tcp\n"
            "    a default of the specification, for compose.yaml:5:22"
        ),
    ]
    assert explained("web.build.dockerfile") == [
        "services.web.build.dockerfile: Dockerfile\n    a default of the specification"
    ]


def test_what_is_implied() -> None:
    assert explained("name") == ["name: p\n    the name of the folder /p/"]
    assert explained("volumes.data.name") == [
        "volumes.data.name: p_data\n    implied: the project's name and the key"
    ]
    assert explained("db.depends_on.cache.restart") == [
        (
            "services.db.depends_on.cache.restart: true\n"
            "    implied: links, a shared namespace or volumes need cache"
        )
    ]
    assert explained("cache.networks") == [
        (
            "services.cache.networks.default: null\n"
            "    implied: services that name no network join the default one"
        )
    ]


def test_every_value_has_a_reason() -> None:
    reader = MemoryReader(FILES)
    origins = explain(load(REQUEST, reader), REQUEST, reader, ENVIRON)
    assert all(one.reasons and all(one.reasons) for one in origins)
    assert explained("nowhere") == []


def _reasons(path: str, files: dict[str, str], environ: dict[str, str]) -> list[str]:
    reader = MemoryReader({f"/p/{name}": text for name, text in files.items()})
    overs = [name for name in files if name in {"compose.yaml", "over.yaml"}]
    request = discover(reader, "/p", environ, files=overs)
    loaded = load(request, reader)
    request = request.replace(environment=loaded.project.environment)
    (found,) = explain(loaded, request, reader, environ, path)
    return list(found.reasons)


def test_a_variable_without_a_value_names_what_sets_it() -> None:
    text = "services: {a: {image: x, environment: [BARE, OWN]}}\n"
    files = {"compose.yaml": text, ".env": "OWN=1\n"}
    assert _reasons("a.environment.BARE", files, {"BARE": "1"}) == [
        'compose.yaml:1:40, as "BARE"', "BARE is set in the environment",
    ]  # fmt: skip
    assert _reasons("a.environment.OWN", files, {})[1:] == ["OWN is set in .env:1"]


def test_an_item_names_the_one_that_it_replaced() -> None:
    files = {
        "compose.yaml": "services: {a: {image: x, volumes: ['one:/x']}}\nvolumes: {one: , two: }\n",
        "over.yaml": "services: {a: {volumes: ['two:/x']}}\n",
    }
    assert _reasons("a.volumes[0].source", files, {}) == [
        'over.yaml:1:26, as "two:/x"', 'replaces "one:/x" at compose.yaml:1:36',
    ]  # fmt: skip


def test_an_environment_file_of_a_service_sets_no_variable_of_the_file() -> None:
    files = {
        "compose.yaml": "services: {a: {image: 'x:${TAG}', env_file: a.env}}\n",
        ".env": "TAG=1\n", "a.env": "TAG=1\n",
    }  # fmt: skip
    assert _reasons("a.image", files, {})[2:] == ["TAG is set in .env:1"]


def test_an_included_file_has_its_own_variables_below_those_of_the_project() -> None:
    files = {
        "compose.yaml": "include: [{path: sub/i.yaml, env_file: sub/own.env}]\n",
        "sub/i.yaml": "services: {a: {image: 'x:${TAG}${OWN}'}}\n",
        "sub/own.env": "TAG=own\nOWN=1\n", ".env": "TAG=1\n",
    }  # fmt: skip
    assert _reasons("a.image", files, {})[2:] == [
        "TAG is set in .env:1", "OWN is set in sub/own.env:2",
    ]  # fmt: skip


def test_a_bare_name_in_an_included_file_names_the_line_that_the_include_reads() -> None:
    files = {
        "compose.yaml": "include: [sub/i.yaml]\n", "sub/.env": "A=own\n",
        "sub/i.yaml": "services: {a: {image: x, environment: [A], labels: [L]}}\n",
    }  # fmt: skip
    assert _reasons("a.environment.A", files, {})[1:] == ["A is set in sub/.env:1"]
    assert _reasons("a.labels.L", files, {})[1:] == []


def test_a_line_within_a_quoted_value_sets_nothing() -> None:
    files = {
        "compose.yaml": "services: {a: {image: x, env_file: a.env}}\n",
        "a.env": "A=1\nB='x\nA=2'\n",
    }
    assert _reasons("a.environment.A", files, {}) == ["a.env:1, named at compose.yaml:1:36"]
