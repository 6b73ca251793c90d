"""Engines behind TLS and ssh, real ones: they work, and refuse with cause and cure."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.stage import IMAGE, PROGRAM, Result, Stage, connect, free_port
from tests.faults.private_engine import PrivateEngine, private_engine

pytestmark = pytest.mark.engine

ONE = f"""
services:
  web: {{image: {IMAGE}, init: true, command: sleep 600, stop_grace_period: 0s, network_mode: none}}
"""
START_S = 20


def one_line(result: Result, *words: str) -> None:
    """Fail unless a command was refused with one line and a hint that say all *words*."""
    result.ended(1).says(*words)
    lines = result.stderr.strip().splitlines()
    assert len(lines) <= 2, result
    assert lines[0].startswith("error: "), result


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, check=True)


def authority(folder: Path, name: str) -> None:
    """Make a certificate authority: ``NAME.pem`` and its key."""
    openssl(
        folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
        f"/CN={name}", "-keyout", f"{name}-key.pem", "-out", f"{name}.pem",
    )  # fmt: skip


def certificate(folder: Path, name: str, use: str) -> None:
    """Make a certificate of the authority ``ca`` for 127.0.0.1: ``NAME-cert.pem`` and its key."""
    openssl(
        folder, "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}",
        "-keyout", f"{name}-key.pem", "-out", f"{name}.csr",
    )  # fmt: skip
    (folder / f"{name}.ext").write_text(f"subjectAltName=IP:127.0.0.1\nextendedKeyUsage={use}\n")
    openssl(
        folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca-key.pem",
        "-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}-cert.pem",
    )  # fmt: skip


class Secure:
    """A real engine that speaks TLS only with those who have a certificate of its authority."""

    def __init__(self, folder: Path, port: int, engine: PrivateEngine) -> None:
        self.folder = folder
        self.engine = engine
        self.host = f"tcp://127.0.0.1:{port}"

    def files(self, name: str, ca: str = "ca", *, client: bool = True) -> Path:
        """Return a folder with a client's files, as DOCKER_CERT_PATH wants it."""
        made = self.folder / name
        made.mkdir(exist_ok=True)
        shutil.copy(self.folder / f"{ca}.pem", made / "ca.pem")
        if client:
            shutil.copy(self.folder / "client-cert.pem", made / "cert.pem")
            shutil.copy(self.folder / "client-key.pem", made / "key.pem")
        return made

    def env(self, files: Path) -> dict[str, str]:
        return {
            "DOCKER_HOST": self.host,
            "DOCKER_TLS_VERIFY": "1",
            "DOCKER_CERT_PATH": str(files),
        }


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    if not shutil.which("openssl"):
        pytest.skip("certificates are made with openssl")
    folder = tmp_path_factory.mktemp("tls")
    authority(folder, "ca")
    authority(folder, "other")
    certificate(folder, "server", "serverAuth")
    certificate(folder, "client", "clientAuth")
    port = free_port()
    options = [
        "--tlsverify", f"--tlscacert={folder}/ca.pem",
        f"--tlscert={folder}/server-cert.pem", f"--tlskey={folder}/server-key.pem",
    ]  # fmt: skip
    with private_engine(options=options, port=port) as engine:
        yield Secure(folder, port, engine)


@pytest.fixture
def far(secure: Secure, tmp_path: Path) -> Iterator[Stage]:
    """Give a stage whose program reaches the engine over TLS."""
    made = Stage(tmp_path, secure.engine.client())
    made.write("compose.yaml", ONE)
    made.env |= secure.env(secure.files("good"))
    try:
        yield made
    finally:
        made.clear()
        made.engine.close()


def test_a_stack_over_tls(far: Stage) -> None:
    far.run("up", "-d").ok()
    assert far.states() == {"web-1": "running"}
    assert far.run("ps", "--services").ok().stdout == "web\n"
    far.run("down").ok()
    assert far.names() == []


@pytest.mark.parametrize("command", [("exec", "-T", "web"), ("run", "--rm", "-T", "web")])
def test_the_end_of_the_input_passes_over_tls(far: Stage, command: tuple[str, ...]) -> None:
    """`cat` ends when its input does, and all its output arrives after that."""
    far.run("up", "-d").ok()
    sent = "hello\n" * 20_000
    assert far.run(*command, "cat", stdin=sent).ok().stdout == sent


def build_and_follow(stage: Stage) -> None:
    """Build an image, and follow what its container says to the end."""
    stage.write(
        "compose.yaml",
        f"""
        services:
          web:
            build: {{dockerfile_inline: "FROM {IMAGE}\\nCOPY said /"}}
            network_mode: none
            command: sh -c 'cat /said; sleep 1; cat /said'
    """,
    )
    stage.write("said", "hello\n" * 2000)
    stage.run("build").ok()
    stage.run("up", "-d").ok()
    told = stage.run("logs", "-f", "--no-log-prefix").ok().stdout
    assert told.startswith("hello\n" * 4000)


def test_a_build_and_a_log_over_tls(far: Stage) -> None:
    """BuildKit's two connections become HTTP/2 within TLS."""
    build_and_follow(far)


def test_a_stack_over_tls_that_flags_describe(far: Stage, secure: Secure) -> None:
    """Files have a flag each, and need no folder; ``--tls`` alone trusts any engine."""
    for name in ("DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        del far.env[name]
    own = ["-H", secure.host, f"--tlscert={secure.folder}/client-cert.pem"]
    own += ["--tlskey", f"{secure.folder}/client-key.pem"]
    trusted = ["--tlscacert", f"{secure.folder}/ca.pem", *own]
    foreign = ["--tlscacert", f"{secure.folder}/other.pem", *own]
    far.run("--tlsverify", *trusted, "up", "-d").ok()
    assert far.states() == {"web-1": "running"}
    one_line(far.run("--tlsverify", *foreign, "ps"), secure.host, "certificate")
    assert far.run("--tls", *foreign, "ps", "--services").ok().stdout == "web\n"
    far.run("--tlsverify", *trusted, "down").ok()
    assert far.names() == []


def test_nobody_behind_the_port(far: Stage) -> None:
    env = {"DOCKER_HOST": f"tcp://127.0.0.1:{free_port()}"}
    one_line(far.run("ps", env=env), env["DOCKER_HOST"], "connection refused")


def test_an_engine_of_another_authority(far: Stage, secure: Secure) -> None:
    env = secure.env(secure.files("other", ca="other"))
    one_line(far.run("ps", env=env), secure.host, "certificate", "DOCKER_CERT_PATH")


def test_a_client_without_a_certificate(far: Stage, secure: Secure) -> None:
    env = secure.env(secure.files("none", client=False))
    one_line(far.run("ps", env=env), secure.host, "certificate", "DOCKER_CERT_PATH")


def test_plain_words_to_a_secure_engine(far: Stage, secure: Secure) -> None:
    env = {"DOCKER_HOST": secure.host, "DOCKER_TLS_VERIFY": "", "DOCKER_CERT_PATH": ""}
    one_line(far.run("ps", env=env), "DOCKER_TLS_VERIFY")


def test_a_context_with_tls(far: Stage, secure: Secure, tmp_path: Path) -> None:
    """As `docker context create` writes it."""
    if not shutil.which("docker"):
        pytest.skip("contexts are made with the docker client")
    files = secure.files("good")
    endpoint = f"host={secure.host},ca={files}/ca.pem,cert={files}/cert.pem,key={files}/key.pem"
    env = {"DOCKER_CONFIG": str(tmp_path / "config"), "PATH": os.environ["PATH"]}
    create = ["docker", "context", "create", "far", "--docker", endpoint]
    subprocess.run(create, env=env, check=True, capture_output=True)
    for name in ("DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        del far.env[name]
    chosen = {"DOCKER_CONFIG": env["DOCKER_CONFIG"], "DOCKER_CONTEXT": "far"}
    far.run("up", "-d", env=chosen).ok()
    assert far.states() == {"web-1": "running"}
    one_line(far.run("ps", env={**chosen, "DOCKER_CONTEXT": "nowhere"}), "nowhere", "context ls")


# ssh


class Shell:
    """A real ssh server before the usual engine, and the files of a client."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.host = f"ssh://127.0.0.1:{port}"

    def env(self, key: str = "key", known: str = "known") -> dict[str, str]:
        """Return the variables of a client with that key and those known hosts."""
        programs = self.folder / f"bin-{key}-{known}"
        programs.mkdir(exist_ok=True)
        (programs / "ssh").write_text(
            "#!/bin/sh\n"
            f"exec {shutil.which('ssh')} -F none -i {self.folder}/{key} -o IdentitiesOnly=yes"
            f" -o UserKnownHostsFile={self.folder}/{known} -o StrictHostKeyChecking=yes"
            ' -o BatchMode=yes "$@"\n'
        )
        (programs / "ssh").chmod(0o755)
        return {"DOCKER_HOST": self.host, "PATH": f"{programs}:{os.environ['PATH']}"}


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    server = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
    if not server or not shutil.which("ssh") or os.geteuid() != 0:
        pytest.skip("an ssh server needs sshd, ssh and root")
    folder = tmp_path_factory.mktemp("ssh")
    for name in ("host", "key", "stranger"):
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(make, check=True)
    port = free_port()
    for known, key in (("known", "host"), ("changed", "stranger")):
        (folder / known).write_text(f"[127.0.0.1]:{port} {(folder / f'{key}.pub').read_text()}")
    engine = connect()
    socket_path = engine.adapters["http+docker://"].socket_path  # type: ignore[attr-defined]
    engine.close()
    (folder / "config").write_text(f"""
        Port {port}
        ListenAddress 127.0.0.1
        HostKey {folder}/host
        AuthorizedKeysFile {folder}/key.pub
        PidFile none
        StrictModes no
        UsePAM no
        PasswordAuthentication no
        PermitRootLogin yes
        SetEnv DOCKER_HOST=unix://{socket_path}
    """)
    Path("/run/sshd").mkdir(exist_ok=True)
    daemon = subprocess.Popen(
        [server, "-D", "-e", "-f", str(folder / "config")], stderr=subprocess.PIPE
    )
    try:
        assert daemon.stderr
        deadline = time.monotonic() + START_S
        while b"listening" not in daemon.stderr.readline():
            assert time.monotonic() < deadline
            assert daemon.poll() is None
        yield Shell(folder, port)
    finally:
        daemon.terminate()
        daemon.communicate()


def test_a_stack_over_ssh(stage: Stage, shell: Shell) -> None:
    stage.write("compose.yaml", ONE)
    stage.env |= shell.env()
    stage.run("up", "-d").ok()
    assert stage.states() == {"web-1": "running"}
    assert stage.run("exec", "-T", "web", "cat", stdin="hello").ok().stdout == "hello"
    stage.run("down").ok()
    assert stage.names() == []


def test_a_build_and_a_log_over_ssh(stage: Stage, shell: Shell) -> None:
    """Each connection is an ssh process; none of them is left."""
    stage.env |= shell.env()
    build_and_follow(stage)


@pytest.mark.parametrize(
    ("key", "known", "words"),
    [
        ("key", "changed", "host key verification failed"),
        ("stranger", "known", "permission denied"),
    ],
)
def test_refused_by_ssh(stage: Stage, shell: Shell, key: str, known: str, words: str) -> None:
    """The last words of ssh are the cause; the cure is to try it by hand."""
    stage.write("compose.yaml", ONE)
    one_line(stage.run("ps", env=shell.env(key, known)), shell.host, words, "docker version")


def test_no_ssh_server(stage: Stage, shell: Shell) -> None:
    stage.write("compose.yaml", ONE)
    env = {**shell.env(), "DOCKER_HOST": f"ssh://127.0.0.1:{free_port()}"}
    one_line(stage.run("ps", env=env), "connection refused")


def test_no_ssh_program(stage: Stage, shell: Shell, tmp_path: Path) -> None:
    stage.write("compose.yaml", ONE)
    env = {"DOCKER_HOST": shell.host, "PATH": str(tmp_path)}
    one_line(stage.run("ps", program=[os.path.realpath(PROGRAM[0])], env=env), "ssh", "missing")
