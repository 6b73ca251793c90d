"""What the file says of a container is what the engine holds of it."""

import pytest

from tests.e2e.stage import IMAGE, Stage, free_port, http_get

pytestmark = pytest.mark.engine


def test_variables_are_taken_in_their_documented_order(stage: Stage) -> None:
    """`environment` beats `env_file`, a later env_file an earlier one, the shell beats `.env`."""
    stage.write(".env", "FROM_DOTENV=dotenv\nFROM_SHELL=dotenv\n")
    stage.write("first.env", "A=first\nB=first\nC=first\n")
    stage.write("second.env", "B=second\nC=second\n")
    stage.compose("""
        services:
          web:
            <<: *idle
            env_file: [first.env, second.env]
            environment:
              C: inline
              D: ${FROM_DOTENV}-${FROM_SHELL}
              E: ${UNSET:-default}
              PASSED:
              ABSENT:
    """)
    stage.up(env={"FROM_SHELL": "shell", "PASSED": "on"})
    words = stage.inside("web", "env").split()
    expected = {"A=first", "B=second", "C=inline", "D=dotenv-shell", "E=default", "PASSED=on"}
    assert expected <= set(words)
    assert not [word for word in words if word.startswith("ABSENT")]


def test_environment_files_are_named_on_the_command_line(stage: Stage) -> None:
    """--env-file replaces .env."""
    stage.write(".env", "WHO=dotenv\n")
    stage.write("prod.env", "WHO=prod\n")
    stage.compose("services: {web: {<<: *idle, environment: {WHO: '${WHO}'}}}")
    stage.run("--env-file", "prod.env", "up", "-d").ok()
    assert "WHO=prod" in stage.container("web")["Config"]["Env"]


def test_a_changed_environment_file_recreates_the_service(stage: Stage) -> None:
    """The content counts, not the name of the file."""
    stage.write("web.env", "A=1\n")
    stage.compose("services: {web: {<<: *idle, env_file: web.env}, db: {<<: *idle}}")
    stage.up()
    db = stage.container("db")["Id"]
    stage.write("web.env", "A=2\n")
    stage.up()
    assert "A=2" in stage.container("web")["Config"]["Env"]
    assert stage.container("db")["Id"] == db


def test_process_attributes_reach_the_engine(stage: Stage) -> None:
    """Entrypoint, command, user, folder, names and signals."""
    stage.write(
        "compose.yaml",
        f"""
        services:
          web:
            image: {IMAGE}
            entrypoint: ["/bin/sh", "-c"]
            command: ["exec sleep 600"]
            user: "1000:1000"
            working_dir: /tmp
            hostname: front
            domainname: example.test
            init: true
            stop_signal: SIGUSR1
            stop_grace_period: 3s
            labels: {{com.example.role: front}}
            restart: "on-failure:3"
    """,
    )
    stage.up()
    found = stage.container("web")
    config, host = found["Config"], found["HostConfig"]
    assert config["Entrypoint"] == ["/bin/sh", "-c"]
    assert config["Cmd"] == ["exec sleep 600"]
    assert (config["User"], config["WorkingDir"]) == ("1000:1000", "/tmp")
    assert (config["Hostname"], config["Domainname"]) == ("front", "example.test")
    assert (config["StopSignal"], config["StopTimeout"]) == ("SIGUSR1", 3)
    assert config["Labels"]["com.example.role"] == "front"
    assert host["Init"] is True
    assert host["RestartPolicy"] == {"Name": "on-failure", "MaximumRetryCount": 3}
    assert stage.inside("web", "hostname") == "front\n"


def test_a_healthcheck_reaches_the_engine(stage: Stage) -> None:
    """Durations are nanoseconds there; both forms of the test are kept apart."""
    stage.compose("""
        services:
          shell:
            <<: *idle
            healthcheck:
              {test: test -d /, interval: 1m30s, timeout: 2s, retries: 4, start_period: 500ms}
          exec: {<<: *idle, healthcheck: {test: [CMD, test, -d, /], interval: 5m}}
          off: {<<: *idle, healthcheck: {disable: true}}
    """)
    stage.up()
    assert stage.container("shell")["Config"]["Healthcheck"] == {
        "Test": ["CMD-SHELL", "test -d /"],
        "Interval": 90_000_000_000,
        "Timeout": 2_000_000_000,
        "Retries": 4,
        "StartPeriod": 500_000_000,
    }
    assert stage.container("exec")["Config"]["Healthcheck"]["Test"] == ["CMD", "test", "-d", "/"]
    assert stage.container("off")["Config"]["Healthcheck"]["Test"] == ["NONE"]


def test_published_ports_answer(stage: Stage) -> None:
    """From the file to an answer over HTTP."""
    port = free_port()
    stage.write("pages/index.html", "hello\n")
    stage.compose(f"""
        services:
          web:
            <<: *idle
            command: httpd -f -p 80 -h /srv
            ports: ["127.0.0.1:{port}:80"]
            expose: ["9000"]
            volumes: ["./pages:/srv:ro"]
            healthcheck: {{test: wget -q -O /dev/null 127.0.0.1, interval: 200ms, retries: 50}}
    """)
    stage.run("up", "--wait").ok()
    assert http_get(port) == "hello\n"
    ports = stage.container("web")["NetworkSettings"]["Ports"]
    assert ports["80/tcp"] == [{"HostIp": "127.0.0.1", "HostPort": str(port)}]
    assert "9000/tcp" in ports
    assert "Read-only" in stage.inside("web", "touch", "/srv/x")


def test_networks_keep_services_apart(stage: Stage) -> None:
    """Only services that share a network see each other, by service name and alias."""
    stage.compose("""
        services:
          front: {<<: *idle, networks: [outer]}
          app: {<<: *idle, networks: {outer: {aliases: [api]}, inner: }}
          db: {<<: *idle, networks: [inner]}
        networks: {outer: , inner: }
    """)
    stage.up()
    assert set(stage.networks()) == {f"{stage.name}_inner", f"{stage.name}_outer"}

    def reaches(service: str, other: str) -> bool:
        return " 0% packet loss" in stage.inside(service, "ping", "-c1", "-W2", other)

    assert reaches("front", "app")
    assert reaches("front", "api")
    assert reaches("app", "db")
    assert not reaches("front", "db")
    assert not reaches("db", "api")


def test_secrets_and_configs_are_found_in_the_container(stage: Stage) -> None:
    """From files, variables and the file itself; at their default places or named ones."""
    stage.write("key.txt", "from file").chmod(0o640)
    stage.compose("""
        services:
          web:
            <<: *idle
            secrets:
              - key
              - {source: token, target: /etc/token}
            configs:
              - source: inline
                target: /etc/app.conf
                mode: 0440
                uid: "1000"
                gid: "1001"
              - plain
        secrets:
          key: {file: key.txt}
          token: {environment: TOKEN}
        configs:
          inline: {content: "level=${LEVEL}"}
          plain: {file: key.txt}
    """)
    stage.up(env={"TOKEN": "from variable", "LEVEL": "9"})
    show = 'for f in "$@"; do echo "$(cat $f) $(stat -c "%a %u:%g" $f)"; done'
    files = ["/run/secrets/key", "/etc/token", "/etc/app.conf", "/plain"]
    shown = stage.inside("web", "sh", "-c", show, "sh", *files).splitlines()
    assert shown == [
        "from file 640 0:0",
        "from variable 444 0:0",
        "level=9 440 1000:1001",
        "from file 640 0:0",
    ]


def test_the_value_of_a_secret_is_nowhere_in_inspect(stage: Stage) -> None:
    """Neither labels nor mounts nor the environment may show what is secret."""
    stage.compose("""
        services: {web: {<<: *idle, secrets: [token]}}
        secrets: {token: {environment: TOKEN}}
    """)
    result = stage.up(env={"TOKEN": "hunter2"})
    assert stage.inside("web", "cat", "/run/secrets/token") == "hunter2"
    assert "hunter2" not in str(stage.containers()) + str(result)


def test_anonymous_volumes_are_kept_over_a_recreation(stage: Stage) -> None:
    """A cache in an anonymous volume survives a changed file; -V throws it away."""
    text = "services: {web: {<<: *idle, volumes: [/cache], environment: {TURN: '1'}}}"
    stage.compose(text)
    stage.up()
    first = stage.container("web")
    stage.compose(text.replace("'1'", "'2'"))
    stage.up()
    second = stage.container("web")
    assert second["Id"] != first["Id"]
    assert second["Mounts"][0]["Name"] == first["Mounts"][0]["Name"]
    stage.up("--force-recreate", "-V")
    assert stage.container("web")["Mounts"][0]["Name"] != first["Mounts"][0]["Name"]


@pytest.mark.differs("takes the letter for a drive")
def test_a_volume_may_have_a_name_of_one_letter(stage: Stage) -> None:
    """`v:/d` is a volume, whatever drives other systems have."""
    stage.compose("services: {web: {<<: *idle, volumes: ['v:/d']}}\nvolumes: {v: }\n")
    stage.up()
    assert list(stage.volumes()) == [f"{stage.name}_v"]
