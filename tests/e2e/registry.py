"""A registry of a scenario's own: Debian's docker-registry on a port of 127.0.0.1.

With a password, with TLS by an authority of its own, or neither. Engines take a registry on
127.0.0.0/8 without a certificate that they trust; programs that speak to it themselves are given
the authority through SSL_CERT_FILE.
"""

import base64
import contextlib
import hashlib
import json
import shutil
import ssl
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.stage import Stage, free_port

USER, PASSWORD = "tester", "secret"
_HTPASSWD = f"{USER}:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n"
_OCI = "application/vnd.oci.image.manifest.v1+json"
_DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
_INDEX = "application/vnd.oci.image.index.v1+json"


class Registry:
    """A registry that answers; *address* is what images are named for."""

    def __init__(self, address: str, folder: Path, *, password: bool, tls: bool) -> None:
        self.address = address
        self.authority = folder / "ca.pem"
        self._tls = tls
        self._headers = {"Authorization": f"Basic {login()}"} if password else {}

    def get(self, path: str) -> bytes:
        """Return what the registry has at a path below ``/v2/``."""
        return self._ask(path, {"Accept": f"{_OCI}, {_DOCKER}, {_INDEX}"})

    def _ask(
        self, path: str, headers: dict[str, str], content: bytes | None = None, method: str = "GET"
    ) -> bytes:
        scheme = "https" if self._tls else "http"
        request = urllib.request.Request(  # noqa: S310 - http or https
            f"{scheme}://{self.address}/v2/{path}",
            headers={**self._headers, **headers},
            data=content,
            method=method,
        )
        context = ssl.create_default_context(cafile=self.authority) if self._tls else None
        with urllib.request.urlopen(request, timeout=10, context=context) as answer:  # noqa: S310
            return bytes(answer.read())

    def manifest(self, name: str, tag: str) -> dict[str, Any]:
        """Return the manifest of an image or artefact."""
        found: dict[str, Any] = json.loads(self.get(f"{name}/manifests/{tag}"))
        return found

    def put_index(self, name: str, tag: str, *entries: dict[str, Any]) -> None:
        """Keep an index of manifests that are there; *entries* are added to what names them."""
        content = self.get(f"{name}/manifests/{tag}")
        known = {
            "mediaType": _OCI,
            "digest": f"sha256:{hashlib.sha256(content).hexdigest()}",
            "size": len(content),
        }
        index = {"schemaVersion": 2, "mediaType": _INDEX}
        index["manifests"] = [{**known, **one} for one in entries]
        self._ask(
            f"{name}/manifests/{tag}",
            {"Content-Type": _INDEX},
            json.dumps(index).encode(),
            "PUT",
        )

    def tags(self, name: str) -> list[str]:
        """Return the tags of a repository, sorted."""
        return sorted(json.loads(self.get(f"{name}/tags/list"))["tags"] or [])


def login(password: str = PASSWORD) -> str:
    """Return the login as Docker's configuration keeps it."""
    return base64.b64encode(f"{USER}:{password}".encode()).decode()


def configure(stage: Stage, content: dict[str, Any]) -> None:
    """Give the scenario a Docker configuration of its own (the peer keeps its plugins)."""
    folder = stage.folder / "docker-config"
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(content))
    stage.env["DOCKER_CONFIG"] = str(folder)
    plugins = Path("~/.docker/cli-plugins").expanduser()
    if plugins.is_dir() and not (folder / "cli-plugins").exists():
        (folder / "cli-plugins").symlink_to(plugins)


@contextlib.contextmanager
def serving(folder: Path, *, password: bool = False, tls: bool = False) -> Iterator[Registry]:
    """Run a registry that keeps its content in *folder*; skip where the program is missing."""
    if shutil.which("docker-registry") is None:
        pytest.skip("docker-registry is missing; tools/registry installs it")
    if tls and shutil.which("openssl") is None:
        pytest.skip("openssl is missing: no certificate can be made")
    folder.mkdir()
    address = f"127.0.0.1:{free_port()}"
    configuration = folder / "config.yml"
    configuration.write_text(_configuration(folder, address, password=password, tls=tls))
    with subprocess.Popen(
        ["docker-registry", "serve", str(configuration)], text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            assert process.stderr
            said = process.stderr
            assert any("listening on" in line for line in said), "the registry did not start"
            threading.Thread(target=said.read, daemon=True).start()  # or it would wait for us
            yield Registry(address, folder, password=password, tls=tls)
        finally:
            process.kill()


def _configuration(folder: Path, address: str, *, password: bool, tls: bool) -> str:
    made: dict[str, Any] = {
        "version": 0.1,
        "log": {"level": "info", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(folder / "data")}},
        "http": {"addr": address},
    }
    if tls:
        _certify(folder)
        made["http"]["tls"] = {
            "certificate": str(folder / "cert.pem"),
            "key": str(folder / "key.pem"),
        }
    if password:
        (folder / "htpasswd").write_text(_HTPASSWD)
        made["auth"] = {"htpasswd": {"realm": "test", "path": str(folder / "htpasswd")}}
    return json.dumps(made)


def _certify(folder: Path) -> None:
    """Make an authority, and a certificate of it for 127.0.0.1."""
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    new = ["-newkey", "rsa:2048", "-nodes", "-keyout"]
    for words in (
        ["req", "-x509", *new, "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=tests"],
        ["req", *new, "key.pem", "-out", "request", "-subj", "/CN=127.0.0.1"],
        ["x509", "-req", "-in", "request", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2",
         "-CAcreateserial", "-out", "cert.pem", "-extfile", "names"],
    ):  # fmt: skip
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
