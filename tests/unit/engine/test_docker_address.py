"""Where the engine is looked for."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from composer.engine.docker.address import DEFAULT_HOST, Address, proxies, resolve
from composer.errors import EngineUnreachable, UsageError


def context(home: Path, name: str, host: str, *, tls: bool = False, **more: Any) -> None:
    folder = hashlib.sha256(name.encode()).hexdigest()
    meta = home / ".docker" / "contexts" / "meta" / folder
    meta.mkdir(parents=True)
    endpoint = {"Host": host, **more}
    (meta / "meta.json").write_text(json.dumps({"Name": name, "Endpoints": {"docker": endpoint}}))
    if tls:
        files = home / ".docker" / "contexts" / "tls" / folder / "docker"
        files.mkdir(parents=True)
        (files / "ca.pem").touch()


def use(home: Path, name: str) -> None:
    (home / ".docker").mkdir(exist_ok=True)
    (home / ".docker" / "config.json").write_text(json.dumps({"currentContext": name}))


def test_the_default_socket(tmp_path: Path) -> None:
    assert resolve({"HOME": str(tmp_path)}) == Address(
        DEFAULT_HOST, config=str(tmp_path / ".docker")
    )


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("tcp://h:1", "tcp://h:1"),
        ("h:1", "tcp://h:1"),
        ("ssh://u@h", "ssh://u@h"),
        (" tcp://h:1 ", "tcp://h:1"),
        ("tcp://h", "tcp://h:2375"),
        ("h", "tcp://h:2375"),
        (":1", "tcp://localhost:1"),
        ("tcp://", "tcp://localhost:2375"),
        ("tcp://h/a/b", "tcp://h:2375/a/b"),
        ("tcp://[::1]:1", "tcp://[::1]:1"),
        ("unix://", DEFAULT_HOST),
        ("unix:///s", "unix:///s"),
    ],
)
def test_docker_host(tmp_path: Path, host: str, address: str) -> None:
    use(tmp_path, "other")
    found = resolve({"HOME": str(tmp_path), "DOCKER_HOST": host})
    assert (found.host, found.source, found.tls) == (address, "DOCKER_HOST", False)


@pytest.mark.parametrize(
    ("host", "wrong"),
    [
        ("ssh://u:secret@h", "password"),
        ("ssh://h?a=b", "query"),
        ("ssh://h#a", "fragments"),
        ("ssh:///run/docker.sock", "hostname is empty"),
        ("ssh://h:x", "invalid SSH URL"),
    ],
)
def test_an_address_that_ssh_cannot_go_to(host: str, wrong: str) -> None:
    with pytest.raises(EngineUnreachable, match=wrong) as caught:
        resolve({"DOCKER_HOST": host})
    assert "secret" not in str(caught.value)


def test_tls_files(tmp_path: Path) -> None:
    for name in ("ca.pem", "cert.pem", "key.pem"):
        (tmp_path / name).touch()
    environ = {"DOCKER_HOST": "tcp://h:1", "DOCKER_CERT_PATH": str(tmp_path)}
    checked = resolve({**environ, "DOCKER_TLS_VERIFY": "1"})
    assert (checked.tls, checked.verify) == (True, True)
    assert (checked.authority, checked.key) == (f"{tmp_path}/ca.pem", f"{tmp_path}/key.pem")
    assert resolve({**environ, "DOCKER_TLS": "1"}).verify is False
    assert resolve({**environ, "DOCKER_TLS": "1", "DOCKER_HOST": "h"}).host == "tcp://h:2376"
    assert resolve(environ).tls is False


def test_single_tls_files_may_be_named(tmp_path: Path) -> None:
    """They take the place of those in the folder, and must be there where TLS is asked for."""
    for name in ("ca.pem", "cert.pem", "other.pem"):
        (tmp_path / name).touch()
    named = {"COMPOSER_TLS_CACERT": str(tmp_path / "other.pem")}
    environ = {"DOCKER_HOST": "tcp://h:1", "DOCKER_CERT_PATH": str(tmp_path), **named}
    found = resolve({**environ, "DOCKER_TLS": "1"})
    assert (found.authority, found.certificate) == (
        f"{tmp_path}/other.pem", f"{tmp_path}/cert.pem"
    )  # fmt: skip
    gone = {**environ, "COMPOSER_TLS_KEY": "/gone.pem"}
    assert resolve(gone).tls is False
    with pytest.raises(EngineUnreachable, match=r"no file /gone\.pem"):
        resolve({**gone, "DOCKER_TLS_VERIFY": "1"})


@pytest.mark.parametrize("variable", ["DOCKER_TLS_VERIFY", "DOCKER_TLS"])
@pytest.mark.parametrize("host", ["", "tcp://h:1", "unix:///s"])
def test_tls_without_the_certificate_of_an_authority_is_refused(
    tmp_path: Path, host: str, variable: str
) -> None:
    environ = {"HOME": str(tmp_path), "DOCKER_HOST": host, variable: "1"}
    with pytest.raises(EngineUnreachable, match=f"no file {tmp_path}/.docker/ca.pem"):
        resolve(environ)
    with pytest.raises(EngineUnreachable, match=r"no file /nowhere/ca\.pem"):
        resolve({**environ, "DOCKER_CERT_PATH": "/nowhere"})


def test_the_default_with_tls_is_a_port(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()
    environ = {"HOME": str(tmp_path), "DOCKER_CERT_PATH": str(tmp_path), "DOCKER_TLS_VERIFY": "1"}
    found = resolve({**environ, "DOCKER_CONTEXT": "default"})
    assert (found.host, found.source, found.tls) == ("tcp://localhost:2376", "default", True)


def test_the_current_context(tmp_path: Path) -> None:
    context(tmp_path, "far", "tcp://far:2376", tls=True)
    context(tmp_path, "near", "unix:///near.sock")
    context(tmp_path, "trusted", "tcp://h:2376", SkipTLSVerify=True)
    use(tmp_path, "far")
    far = resolve({"HOME": str(tmp_path)})
    assert (far.host, far.source, far.tls, far.verify) == (
        "tcp://far:2376", "context far", True, True,
    )  # fmt: skip
    near = resolve({"HOME": str(tmp_path), "DOCKER_CONTEXT": "near"})
    assert (near.host, near.tls, near.verify) == ("unix:///near.sock", False, True)
    trusted = resolve({"HOME": str(tmp_path), "DOCKER_CONTEXT": "trusted"})
    assert (trusted.tls, trusted.verify, trusted.authority) == (True, False, "")
    assert resolve({"HOME": str(tmp_path), "DOCKER_CONTEXT": "default"}).host == DEFAULT_HOST


def test_a_context_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(EngineUnreachable, match="'gone' does not exist"):
        resolve({"HOME": str(tmp_path), "DOCKER_CONTEXT": "gone"})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ("[]", "names no engine"),
        ('{"Endpoints": []}', "names no engine"),
        ('{"Endpoints": {}}', "names no engine"),
        ('{"Endpoints": {"docker": 1}}', "names no engine"),
        ('{"Endpoints": {"docker": {"Host": 1}}}', "names no engine"),
    ],
)
def test_a_context_of_another_form_is_told_from_one_that_is_missing(
    tmp_path: Path, text: str, why: str
) -> None:
    context(tmp_path, "odd", "")
    next((tmp_path / ".docker").rglob("meta.json")).write_text(text)
    with pytest.raises(EngineUnreachable, match=f"'odd' {why}") as caught:
        resolve({"HOME": str(tmp_path), "DOCKER_CONTEXT": "odd"})
    assert "meta.json" in caught.value.hint


def test_a_context_without_a_host_has_the_default_engine(tmp_path: Path) -> None:
    context(tmp_path, "bare", "")
    assert resolve({"HOME": str(tmp_path), "DOCKER_CONTEXT": "bare"}).host == DEFAULT_HOST


def test_a_broken_configuration_is_as_good_as_none(tmp_path: Path) -> None:
    use(tmp_path, "x")
    (tmp_path / ".docker" / "config.json").write_text("[")
    assert resolve({"HOME": str(tmp_path)}).host == DEFAULT_HOST


@pytest.mark.parametrize(
    ("configured", "expected"),
    [
        ({"default": {"httpProxy": "p", "noProxy": ""}}, {"HTTP_PROXY": "p", "http_proxy": "p"}),
        ({"default": {"httpProxy": "p"}, "tcp://h:1": {"allProxy": "q"}},
         {"ALL_PROXY": "q", "all_proxy": "q"}),
        ({"tcp://other:1": {"httpProxy": "p"}}, {}),
        ([], {}),
        ({"default": "p"}, {}),
    ],
)  # fmt: skip
def test_proxies_are_those_for_the_engine_or_the_default_ones(
    tmp_path: Path, configured: Any, expected: dict[str, str]
) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"proxies": configured}))
    assert proxies(Address("tcp://h:1", config=str(tmp_path))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("x-a=b", (("x-a", "b"),)),
        ('x-a=b=c,"x-d=e,f"', (("x-a", "b=c"), ("x-d", "e,f"))),
        ("x-a=", (("x-a", ""),)),
        ("x-a = b , x-c=d", (("x-a", "b"), ("x-c", "d"))),
    ],
)
def test_headers_of_each_call(text: str, expected: tuple[tuple[str, str], ...]) -> None:
    assert resolve({"DOCKER_CUSTOM_HEADERS": text}).headers == expected


@pytest.mark.parametrize("text", ["x-a", "=b", "x-a=b,", "x-a=b\nx-c: d", '"x-a=b\r"'])
def test_what_is_no_header_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"DOCKER_CUSTOM_HEADERS has .* which is no header"):
        resolve({"DOCKER_CUSTOM_HEADERS": text})


def test_logins_and_headers_are_not_shown() -> None:
    """A header may be a login, too."""
    found = resolve({"DOCKER_AUTH_CONFIG": "secret", "DOCKER_CUSTOM_HEADERS": "x-a=secret"})
    assert (found.logins, found.headers) == ("secret", (("x-a", "secret"),))
    assert "secret" not in repr(found)
