"""`watch`: containers follow the files that a person edits."""

import signal
import threading
import time
from collections.abc import Callable, Iterable

import pytest

from tests.e2e.stage import CTRL_C, IMAGE, IS_PEER, QUIT, TIMEOUT_S, Stage

pytestmark = pytest.mark.engine

SYNC = """
    services:
      web:
        <<: *idle
        develop:
          watch:
            - {path: src, action: sync, target: /app/src, ignore: ["*.log", build/]}
"""
BUILT = """
    services:
      web:
        build: .
        init: true
        stop_grace_period: 0s
        depends_on: [db]
        develop:
          watch:
            - {path: src, action: rebuild}
            - {path: Dockerfile, action: rebuild}
      db: {<<: *idle}
      other: {<<: *idle, depends_on: [web]}
"""
DOCKERFILE = f"""
    FROM {IMAGE}
    COPY src /app/src
    CMD ["sleep", "600"]
"""


class Session:
    """A `watch`, or an attached `up`, that goes on in the background."""

    def __init__(self, stage: Stage, *arguments: str) -> None:
        self.stage = stage
        self.process = stage.begin(*arguments)
        self._news = threading.Condition()
        self._texts = {"out": "", "err": ""}
        self._ended = 0
        assert self.process.stdout
        assert self.process.stderr
        for name, stream in (("out", self.process.stdout), ("err", self.process.stderr)):
            threading.Thread(target=self._read, args=(name, stream), daemon=True).start()

    def _read(self, name: str, stream: Iterable[str]) -> None:
        for line in stream:
            with self._news:
                self._texts[name] += line
                self._news.notify_all()
        with self._news:
            self._ended += 1
            self._news.notify_all()

    @property
    def stdout(self) -> str:
        """What it has printed so far."""
        return self._texts["out"]

    @property
    def stderr(self) -> str:
        """What it has told so far."""
        return self._texts["err"]

    def until(self, condition: Callable[[], bool], timeout: float = TIMEOUT_S) -> "Session":
        """Wait until *condition* holds, which is looked at after each line that is printed."""
        with self._news:
            came = self._news.wait_for(lambda: condition() or self._ended > 1, timeout)
            assert came, self._texts
            assert condition(), self._texts
        return self

    def says(self, text: str, times: int = 1) -> "Session":
        """Wait until standard output has *text*, that many times."""
        return self.until(lambda: self.stdout.count(text) >= times)

    def warns(self, text: str) -> "Session":
        """Wait until standard error has *text*."""
        return self.until(lambda: text in self.stderr)

    def end(self, number: int = signal.SIGINT) -> int:
        """Send a signal; return the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(TIMEOUT_S)
        self.until(lambda: self._ended > 1)
        self.stage.steps.append(str(self._texts))
        return code


def watching(stage: Stage, *arguments: str) -> Session:
    """Return a `watch` that has begun."""
    return Session(stage, "watch", *arguments).says("Watch enabled")


def has(stage: Stage, service: str, path: str, text: str) -> None:
    """Wait until each container of *service* has *text* in a file, or lacks it where text is ''."""
    deadline = time.monotonic() + TIMEOUT_S
    for one in stage.containers(service):
        while stage.read(one["Id"], path) != text:
            assert time.monotonic() < deadline, f"{one['Name']}: {stage.read(one['Id'], path)!r}"
            list(stage.events(0.2, since=time.time()))  # until something happens, or a moment


def listed(stage: Stage, service: str, path: str) -> list[str]:
    """Return all paths below *path* in a service's only container."""
    return sorted(stage.inside(service, "find", path).split())


def test_edited_files_appear_in_all_containers(stage: Stage) -> None:
    """New, changed, in new folders; owner and place are the container's, modes the file's."""
    stage.compose(SYNC.replace("<<: *idle", "<<: *idle\n        scale: 2"))
    stage.write("src/old", "before")
    session = watching(stage)
    stage.write("src/a.txt", "one")
    session.says('Syncing service "web" after 1 changes were detected')
    has(stage, "web", "/app/src/a.txt", "one")
    stage.write("src/a.txt", "two")
    tool = stage.write("src/deep/er/tool", "run me")
    tool.chmod(0o750)
    has(stage, "web", "/app/src/a.txt", "two")
    has(stage, "web", "/app/src/deep/er/tool", "run me")
    for one in stage.containers("web"):
        assert stage.read(one["Id"], "/app/src/old") == ""
    assert session.end() == 130
    assert set(stage.states().values()) == {"running"}


def test_what_vanishes_here_vanishes_there(stage: Stage) -> None:
    """Files, folders and renamed ones; links arrive as links."""
    stage.compose(SYNC)
    session = watching(stage)
    for name in ("src/a", "src/d/e", "src/keep"):
        stage.write(name, name)
    (stage.folder / "src/link").symlink_to("keep")
    has(stage, "web", "/app/src/link", "src/keep")
    (stage.folder / "src/a").unlink()
    (stage.folder / "src/d").rename(stage.folder / "src/f")
    (stage.folder / "src/keep").rename(stage.folder / "src/kept")
    has(stage, "web", "/app/src/kept", "src/keep")
    has(stage, "web", "/app/src/f/e", "src/d/e")
    expected = ["/app/src", "/app/src/f", "/app/src/f/e", "/app/src/kept", "/app/src/link"]
    has(stage, "web", "/app/src/a", "")
    assert listed(stage, "web", "/app/src") == expected
    assert stage.inside("web", "readlink", "/app/src/link").strip() == "keep"
    session.end()


@pytest.mark.differs("cannot overwrite a folder with a file")
def test_a_folder_may_become_a_file_and_back(stage: Stage) -> None:
    """As when another branch is checked out."""
    stage.compose(SYNC)
    session = watching(stage)
    path = stage.write("src/a/b", "deep").parent
    has(stage, "web", "/app/src/a/b", "deep")
    (path / "b").unlink()
    path.rmdir()
    path.write_text("flat")
    has(stage, "web", "/app/src/a", "flat")
    path.unlink()
    stage.write("src/a/c", "deep again")
    has(stage, "web", "/app/src/a/c", "deep again")
    session.end()


@pytest.mark.differs("a new folder is copied whole, with what is ignored in it, and .git")
def test_ignored_files_stay_here(stage: Stage) -> None:
    """By the rule, by .dockerignore, and what editors and Git leave."""
    own = f"<<: *idle\n        build: .\n        image: {stage.name}-web"
    stage.compose(SYNC.replace("<<: *idle", own))
    stage.write("Dockerfile", f"FROM {IMAGE}")
    stage.write(".dockerignore", "**/secret\n")
    session = watching(stage)
    ignored = ["x.log", "build/out", "secret", "d/secret", ".a.swp", "b~", ".idea/x"]
    for name in [*ignored, ".git/HEAD", "d/x.log", "kept"]:
        stage.write(f"src/{name}", "text")
    has(stage, "web", "/app/src/kept", "text")
    has(stage, "web", "/app/src/d/x.log", "text")  # the pattern is for the folder itself
    found = ["/app/src", "/app/src/d", "/app/src/d/x.log", "/app/src/kept"]
    assert listed(stage, "web", "/app/src") == found
    session.end()


def test_only_included_files_are_synchronised(stage: Stage) -> None:
    """`include` narrows a rule."""
    stage.compose(SYNC.replace("ignore:", 'include: ["*.py", "lib/**/*.js"], ignore:'))
    session = watching(stage)
    for name in ("a.txt", "a.py", "lib/x/y.js", "other/z.js"):
        stage.write(f"src/{name}", name)
    has(stage, "web", "/app/src/lib/x/y.js", "lib/x/y.js")
    has(stage, "web", "/app/src/a.py", "a.py")
    assert stage.inside("web", "find", "/app/src", "-type", "f").split() == [
        "/app/src/a.py",
        "/app/src/lib/x/y.js",
    ]
    session.end()


def test_a_single_file_is_followed_though_editors_replace_it(stage: Stage) -> None:
    """Also one that does not exist yet, and its folder neither; the target names it anew."""
    stage.compose("""
        services:
          web:
            <<: *idle
            develop:
              watch: [{path: conf/app.ini, action: sync, target: /etc/app/main.ini}]
    """)
    session = watching(stage)
    path = stage.write("conf/app.ini", "one")
    has(stage, "web", "/etc/app/main.ini", "one")
    stage.write("conf/app.ini.new", "two").replace(path)
    has(stage, "web", "/etc/app/main.ini", "two")
    path.unlink()
    has(stage, "web", "/etc/app/main.ini", "")
    assert listed(stage, "web", "/etc/app") == ["/etc/app"]
    session.end()


def test_a_change_may_restart_the_service(stage: Stage) -> None:
    """sync+restart copies first; the container stays the same one."""
    stage.compose(SYNC.replace("action: sync", "action: sync+restart"))
    session = watching(stage)
    before = stage.container("web")
    stage.write("src/a", "new")
    session.says('service(s) ["web"] restarted')
    after = stage.container("web")
    assert (after["Id"], after["State"]["Running"]) == (before["Id"], True)
    assert after["State"]["StartedAt"] != before["State"]["StartedAt"]
    has(stage, "web", "/app/src/a", "new")
    session.end()


def test_a_plain_restart_copies_nothing(stage: Stage) -> None:
    """`restart` needs no target."""
    stage.compose("""
        services:
          web: {<<: *idle, develop: {watch: [{path: conf, action: restart}]}}
          other: {<<: *idle}
    """)
    session = watching(stage)
    before = stage.starts()
    stage.write("conf/x", "new")
    session.says('service(s) ["web"] restarted')
    after = stage.starts()
    changed = [name for name in after if after[name] != before[name]]
    assert changed == [f"/{stage.name}-web-1"]
    session.end()


def test_a_change_may_run_a_command(stage: Stage) -> None:
    """sync+exec runs it once a batch, after the copying; what it prints is shown."""
    hook = """exec: {command: [sh, -c, "cat /app/src/a >> /tmp/ran; echo ran by $$WHO in $$(pwd);
        id -u >&2"], user: "7", working_dir: /tmp, environment: {WHO: me}}, ignore:"""
    stage.compose(SYNC.replace("action: sync", "action: sync+exec").replace("ignore:", hook))
    session = watching(stage)
    stage.write("src/a", "one")
    session.says("ran by me in /tmp").warns("7\n")
    assert stage.inside("web", "cat", "/tmp/ran") == "one"
    assert session.end() == 130


def test_a_command_that_fails_does_not_end_the_watching(stage: Stage) -> None:
    """It is told, and the next change is dealt with."""
    hook = 'exec: {command: [sh, -c, "exit 3"]}, ignore:'
    stage.compose(SYNC.replace("action: sync", "action: sync+exec").replace("ignore:", hook))
    session = watching(stage)
    stage.write("src/a", "one")
    session.warns("Error handling changed files")
    stage.write("src/a", "two")
    has(stage, "web", "/app/src/a", "two")
    session.end()


def test_a_change_may_build_the_image_anew(stage: Stage) -> None:
    """Only the service itself is recreated, and the image that lost its name is removed."""
    stage.compose(BUILT)
    stage.write("Dockerfile", DOCKERFILE)
    stage.write("src/a", "one")
    session = watching(stage)
    has(stage, "web", "/app/src/a", "one")
    before = stage.starts()
    stage.write("src/a", "two")
    session.says('Rebuilding service(s) ["web"] after changes were detected')
    session.says('service(s) ["web"] successfully built')
    has_started(stage, "web", before)
    has(stage, "web", "/app/src/a", "two")
    after = stage.starts()
    kept = [f"/{stage.name}-db-1", f"/{stage.name}-other-1"]
    assert [after[name] for name in kept] == [before[name] for name in kept]
    if not IS_PEER:
        label = f"com.docker.compose.project={stage.name}"
        session.end()
        assert len(stage.engine.images(filters={"label": label})) == 1


PROVIDER = """#!/bin/sh
[ "$2" = metadata ] && exit 1
[ "$3" = up ] && echo '{"type": "setenv", "message": "URL=tcp://somewhere"}'
"""


def test_a_rebuilt_service_keeps_what_providers_tell_and_what_it_needs(stage: Stage) -> None:
    """The next `up` has nothing to do."""
    maker = stage.write("maker", PROVIDER)
    maker.chmod(0o755)
    stage.compose(f"""
        services:
          thing: {{provider: {{type: {maker}}}}}
          db: {{<<: *idle}}
          web:
            build: .
            init: true
            stop_grace_period: 0s
            depends_on: [thing, db]
            develop: {{watch: [{{path: src, action: rebuild}}]}}
    """)
    stage.write("Dockerfile", DOCKERFILE)
    stage.write("src/a", "one")
    session = watching(stage)
    before = stage.starts()
    stage.write("src/a", "two")
    session.says("successfully built")
    has_started(stage, "web", before)
    config = stage.container("web")["Config"]
    assert "THING_URL=tcp://somewhere" in config["Env"]
    needed = config["Labels"]["com.docker.compose.depends_on"].split(",")
    assert sorted(needed) == ["db:service_started:false", "thing:service_started:false"]
    session.end()
    before = stage.starts()
    stage.up()
    assert stage.starts() == before


def has_started(stage: Stage, service: str, before: dict[str, tuple[str, str]]) -> None:
    """Wait until the service's container is another one, and runs."""
    name = f"/{stage.name}-{service}-1"

    def new() -> bool:
        found = stage.starts().get(name)
        return bool(
            found and found[0] != before[name][0] and stage.container(service)["State"]["Running"]
        )

    stage.wait_until(new)


def test_a_build_that_fails_leaves_the_container_alone(stage: Stage) -> None:
    """Once it is mended, the next change builds."""
    stage.compose(BUILT)
    stage.write("Dockerfile", DOCKERFILE)
    stage.write("src/a", "one")
    session = watching(stage, "web")
    before = stage.starts()
    stage.write("Dockerfile", DOCKERFILE + "    COPY absent /\n")
    session.says("Build failed")
    assert stage.starts() == before
    stage.write("Dockerfile", DOCKERFILE + "    LABEL mended=yes\n")
    session.says("successfully built")
    has_started(stage, "web", before)
    session.end()


def test_several_services_have_rules_of_their_own(stage: Stage) -> None:
    """One change may concern several, in different ways."""
    stage.compose("""
        services:
          one: {<<: *idle, develop: {watch: [{path: common, action: sync, target: /one}]}}
          two:
            <<: *idle
            develop:
              watch:
                - {path: common, action: sync, target: /two}
                - {path: common/deep, action: sync+restart, target: /deep}
          three: {<<: *idle}
    """)
    session = watching(stage)
    stage.write("common/a", "a")
    has(stage, "one", "/one/a", "a")
    has(stage, "two", "/two/a", "a")
    stage.write("common/deep/b", "b")
    session.says('service(s) ["two"] restarted')
    has(stage, "two", "/deep/b", "b")
    has(stage, "one", "/one/deep/b", "b")
    assert session.stdout.count('["one"') == 0
    session.end()


def test_an_initial_sync_brings_what_is_there(stage: Stage) -> None:
    """The container begins with the files as they are, not as the image had them."""
    stage.compose(SYNC.replace("ignore:", "initial_sync: true, ignore:"))
    stage.write("src/a", "there before")
    stage.write("src/x.log", "ignored")
    session = watching(stage)
    has(stage, "web", "/app/src/a", "there before")
    assert "/app/src/x.log" not in listed(stage, "web", "/app/src")
    session.end()


@pytest.mark.differs("a container that comes later lacks what changed before")
def test_a_container_that_joins_gets_what_has_changed(stage: Stage) -> None:
    """Replicas of one service are alike, whenever they came."""
    stage.compose(SYNC)
    session = watching(stage)
    stage.write("src/a", "changed")
    has(stage, "web", "/app/src/a", "changed")
    stage.up("--scale", "web=2")
    assert len(stage.containers("web")) == 2
    has(stage, "web", "/app/src/a", "changed")
    stage.up("--force-recreate")
    has(stage, "web", "/app/src/a", "changed")
    session.end()


def test_named_services_are_watched_with_what_they_need(stage: Stage) -> None:
    """The others are neither started nor watched."""
    stage.compose("""
        services:
          web: {<<: *idle, depends_on: [db]}
          db: {<<: *idle, develop: {watch: [{path: src, action: sync, target: /src}]}}
          other: {<<: *idle, develop: {watch: [{path: src, action: sync, target: /src}]}}
    """)
    session = watching(stage, "web")
    stage.write("src/a", "a")
    has(stage, "db", "/src/a", "a")
    assert stage.states() == {"web-1": "running", "db-1": "running"}
    session.end()


def test_no_up_watches_what_is_there(stage: Stage) -> None:
    """Nothing is started."""
    stage.compose(SYNC)
    session = watching(stage, "--no-up")
    assert stage.states() == {}
    stage.up()
    stage.write("src/a", "a")
    has(stage, "web", "/app/src/a", "a")
    session.end()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_at_once(stage: Stage, number: int) -> None:
    """The containers go on."""
    stage.compose(SYNC)
    session = watching(stage)
    assert session.end(number) in ({130} if IS_PEER else {128 + number})
    assert stage.states() == {"web-1": "running"}
    assert "Traceback" not in session.stderr


def test_a_project_is_watched_once(stage: Stage) -> None:
    """Two would bring the same changes, and build twice."""
    stage.compose(SYNC)
    session = watching(stage)
    stage.run("watch").ended(1).says("cannot take exclusive lock for project", stage.name)
    session.end()
    watching(stage).end()


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("", ["none of the selected services is configured for watch"]),
        ("{path: src, action: rebuild}", ["action rebuild", "without a build context"]),
        ("{path: src, action: sync}", ["target"]),
        ("{path: src, action: jump, target: /x}", ["action"]),
        ("{action: sync, target: /x}", ["path"]),
    ],
)
def test_rules_that_cannot_work_are_refused(stage: Stage, rule: str, words: list[str]) -> None:
    """In words, with an error."""
    develop = f"develop: {{watch: [{rule}]}}" if rule else ""
    stage.compose(f"services: {{web: {{<<: *idle, {develop}}}}}")
    stage.run("watch").ended(1).says(*words)
    stage.run("up", "--watch").ended(1).says(*words)
    assert IS_PEER or stage.states() == {}


@pytest.mark.skipif(IS_PEER, reason="goes on for ever with a command that is missing")
def test_a_command_must_be_given(stage: Stage) -> None:
    """sync+exec without exec."""
    stage.compose(SYNC.replace("action: sync", "action: sync+exec"))
    stage.run("watch").ended(1).says("sync+exec", "without a command")


def test_a_path_that_is_mounted_is_not_watched(stage: Stage) -> None:
    """The container sees its changes anyway."""
    stage.compose(SYNC.replace("<<: *idle", '<<: *idle\n        volumes: ["./src:/app/src"]'))
    (stage.folder / "src").mkdir()
    stage.run("watch").ended(1).says("also declared by a bind mount volume", "won't be monitored")


@pytest.mark.differs("copies the file onto itself, which is a change, without end")
def test_a_change_of_what_is_mounted_may_run_a_command(stage: Stage) -> None:
    """Nothing is copied: the container has it."""
    rule = 'action: sync+exec, exec: {command: [sh, -c, "cat /app/src/a > /tmp/ran"]}'
    mounted = SYNC.replace("<<: *idle", '<<: *idle\n        volumes: ["./src:/app/src:ro"]')
    stage.compose(mounted.replace("action: sync", rule))
    stage.write("src/a", "one")
    session = watching(stage)
    stage.write("src/a", "two")
    has(stage, "web", "/tmp/ran", "two")
    assert session.end() == 130
    assert "Syncing" not in session.stdout


def test_watch_may_be_rehearsed(stage: Stage) -> None:
    """--dry-run tells what would be done."""
    stage.compose(SYNC)
    session = watching(stage, "--dry-run")
    stage.write("src/a", "a")
    session.says('Syncing service "web" after 1 changes were detected')
    session.end()
    assert stage.states() == {}


def test_up_may_watch(stage: Stage) -> None:
    """Output and changes go on side by side; Ctrl-C stops the containers."""
    stage.compose(
        SYNC.replace("<<: *idle", "<<: *idle\n        command: sh -c 'echo hi; sleep 600'")
    )
    session = Session(stage, "up", "--watch").says("Watch enabled").says("web-1")
    stage.write("src/a", "a")
    session.says('⦿ Syncing service "web"' if not IS_PEER else "Syncing service")
    has(stage, "web", "/app/src/a", "a")
    assert session.end() == 130
    assert stage.states() == {"web-1": "exited"}


def test_up_goes_on_while_it_replaces_the_only_container(stage: Stage) -> None:
    """A new container's output joins, and its end is not taken for the end of everything."""
    stage.compose(BUILT)
    stage.write("Dockerfile", DOCKERFILE.replace('["sleep", "600"]', "cat /app/src/a && sleep 600"))
    stage.write("src/a", "one\n")
    session = Session(stage, "up", "--watch", "--no-deps", "--abort-on-container-exit", "web")
    session.says("| one").says("Watch enabled")
    assert "⦿ #" not in session.stdout
    stage.write("src/a", "two\n")
    session.says("⦿ #" if not IS_PEER else "#").says("| two")
    assert session.process.poll() is None
    assert session.end() == 130


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["-d", "--watch"], ["--detach", "--watch"]),
        (["--wait", "--watch"], ["--wait", "--watch"]),
        (["--no-build", "--watch"], ["--no-build", "--watch"]),
    ],
)
def test_flags_that_contradict_watching_are_refused(
    stage: Stage, flags: list[str], words: list[str]
) -> None:
    """Nothing is started."""
    stage.compose(SYNC)
    assert stage.run("up", *flags).says(*words).code in {1, 2}
    assert stage.states() == {}


def test_shortcuts_switch_the_watching_and_detach(stage: Stage) -> None:
    """At a terminal, below the output: w and d."""
    stage.compose(
        SYNC.replace("<<: *idle", "<<: *idle\n        command: sh -c 'echo hi; sleep 600'")
    )
    terminal = stage.terminal("up", menu=True)
    terminal.until("web-1  | ", "Enable Watch")
    terminal.type("w")
    terminal.until("Watch enabled", "Disable Watch")
    stage.write("src/a", "a")
    terminal.until("Syncing service")
    has(stage, "web", "/app/src/a", "a")
    terminal.type("w")
    terminal.until("Watch disabled")
    if IS_PEER:  # offers to detach in newer versions only
        return
    terminal.type("d")
    assert terminal.exit_code() == 0
    assert stage.states() == {"web-1": "running"}


@pytest.mark.differs("shows no message for ever, and ends with 0 after Ctrl-C")
def test_shortcuts_do_not_keep_signals_away(stage: Stage) -> None:
    """Ctrl-C stops the containers; w says so where there is nothing to watch."""
    stage.compose("services: {web: {<<: *idle}}")
    terminal = stage.terminal("up", menu=True)
    terminal.until("Enable Watch")
    terminal.type("w")
    terminal.until("nothing to watch")
    terminal.type(CTRL_C)
    assert terminal.exit_code() == 130
    assert stage.states() == {"web-1": "exited"}


@pytest.mark.differs("shows no shortcuts before the first output")
def test_the_quit_key_is_none_of_the_shortcuts(stage: Stage) -> None:
    """While keys are heeded it does nothing; the terminal is as it was in the end."""
    stage.compose("services: {web: {<<: *idle}}")
    terminal = stage.terminal("up", menu=True)
    before = terminal.settings
    terminal.until("Enable Watch")
    terminal.type(QUIT)
    terminal.type(CTRL_C)
    assert terminal.exit_code() == 130
    assert terminal.settings == before
    assert stage.states() == {"web-1": "exited"}


@pytest.mark.differs("shows no shortcuts before the first output")
def test_shortcuts_are_there_again_when_the_program_goes_on(stage: Stage) -> None:
    """As after Ctrl-Z and fg: the shell has set the terminal in its own way meanwhile."""
    stage.compose("services: {web: {<<: *idle}}")
    terminal = stage.terminal("up", menu=True)
    before = terminal.settings
    shown = terminal.until("Enable Watch").count("Detach")
    terminal.signal(signal.SIGSTOP)
    terminal.set(before)
    terminal.signal(signal.SIGCONT)
    terminal.read_on(2)
    assert terminal.text.count("Detach") > shown
    terminal.type("d")
    assert terminal.exit_code() == 0
    assert terminal.settings == before


@pytest.mark.parametrize("way", ["flag", "variable"])
def test_shortcuts_may_be_left_out(stage: Stage, way: str) -> None:
    """--menu=false, or COMPOSE_MENU."""
    stage.compose("services: {web: {<<: *idle, command: echo hi}}")
    flags = ["--menu=false"] if way == "flag" else []
    terminal = stage.terminal("up", *flags, menu=way == "flag")
    assert terminal.exit_code() == 0
    assert "Watch" not in terminal.text
