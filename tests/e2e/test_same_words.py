"""What scripts built for Docker Compose rely on: its key words, and which containers it means.

Each scenario holds for both programs (`COMPOSER='docker compose' make e2e`).
"""

import pytest

from tests.e2e.stage import IMAGE, Stage

pytestmark = pytest.mark.engine

TWO = "services: {web: {<<: *idle}, old: {<<: *idle}}"
ONE = "services: {web: {<<: *idle}}"


def test_a_project_name_without_files_means_the_containers(stage: Stage) -> None:
    """-p from another project's folder: its files say nothing about the named one."""
    stage.compose(TWO)
    stage.up()
    stage.write("other/compose.yaml", "services: {stranger: {image: none}}")
    other = stage.folder / "other"
    listed = stage.run("-p", stage.name, "ps", "--services", folder=other).ok()
    assert sorted(listed.stdout.split()) == ["old", "web"]
    stage.run("-p", stage.name, "stop", "old", folder=other).ok().says("old-1", "Stopped")
    for command in ("stop", "kill", "pause", "rm -f", "down"):
        stage.run("-p", stage.name, *command.split(), "nobody", folder=other).ok()
    stage.run("-p", stage.name, "restart", "nobody", folder=other).ended(1)
    assert stage.states() == {"web-1": "running", "old-1": "exited"}
    stage.run("-p", stage.name, "exec", "-T", "web", "true", folder=other).ok()
    stage.run("-p", stage.name, "down", folder=other).ok().says("Network", "Removed")
    assert (stage.names(), stage.networks()) == ([], {})
    stage.run("-p", stage.name, "down", folder=other).ok().says("No resource found to remove")
    stage.run("-p", stage.name, "start", folder=other).ended(1).says(
        f'no container found for project "{stage.name}": not found'
    )


def test_orphans_are_left_alone_unless_asked_for(stage: Stage) -> None:
    """`stop` means the services of the files; `kill --remove-orphans` only kills."""
    stage.compose(TWO)
    stage.up()
    stage.compose(ONE)
    stage.run("stop").ok()
    assert stage.states() == {"old-1": "running", "web-1": "exited"}
    stage.run("down").ok().says("Resource is still in use")
    stage.run("kill", "--remove-orphans").ok().says("old-1", "Killed")
    assert stage.states() == {"old-1": "exited"}


def test_freezing_twice_is_refused_by_the_engine(stage: Stage) -> None:
    """So a script notices that somebody else froze the container."""
    stage.compose(ONE)
    stage.up()
    stage.run("unpause").ended(1).says("Error response from daemon", "is not paused")
    stage.run("pause").ok().says("Paused")
    stage.run("pause").ended(1).says("is already paused")
    stage.run("unpause").ok().says("Unpaused")


def test_waiting_says_that_all_is_healthy(stage: Stage) -> None:
    """A container without a health check too, once it runs."""
    stage.compose("services: {web: {<<: *idle, scale: 2}}")
    stage.run("up", "--wait").ok().says("web-1  Healthy", "web-2  Healthy")


def test_renewed_volumes_want_new_containers(stage: Stage) -> None:
    """-V recreates what has not changed."""
    stage.compose("services: {web: {<<: *idle, volumes: [/data]}}")
    stage.up()
    before = stage.container("web")
    stage.up("-V").says("Recreated")
    after = stage.container("web")
    assert before["Id"] != after["Id"]
    assert before["Mounts"][0]["Name"] != after["Mounts"][0]["Name"]


def test_one_off_containers_are_listed_only_among_all(stage: Stage) -> None:
    """`ps` shows the replicas of services; `kill` reaches one-off containers too."""
    stage.compose(ONE)
    stage.up()
    stage.run("run", "-d", "web", "sleep", "600").ok()
    assert len(stage.run("ps", "-q").ok().stdout.split()) == 1
    assert len(stage.run("ps", "-a", "-q").ok().stdout.split()) == 2
    stage.run("kill").ok()
    assert set(stage.states().values()) == {"exited"}
    stage.run("run", "-P", "-p", "80", "web").ended(1).says("--service-ports and --publish are")


def test_profiles_of_dependencies_must_be_active(stage: Stage) -> None:
    """Naming a service activates its own profile, not those of what it needs."""
    stage.compose("""
        services:
          db: {<<: *idle, profiles: [data]}
          web: {<<: *idle, profiles: [front], depends_on: [db]}
    """)
    stage.run("up", "-d").ended(1).says("no service selected")
    stage.run("up", "-d", "web").ended(1).says("no such service: db")
    stage.run("run", "--rm", "web", "true").ended(1).says("no such service: db")
    stage.run("--profile", "data", "up", "-d", "web").ok()
    assert stage.names() == ["db-1", "web-1"]


def test_naming_a_service_activates_its_profiles(stage: Stage) -> None:
    """What it needs may be of one of them; what it does not need stays out."""
    stage.compose("""
        services:
          db: {<<: *idle, profiles: [data]}
          web: {<<: *idle, profiles: [data, front], depends_on: [db]}
          old: {<<: *idle, profiles: [front]}
    """)
    stage.up("web")
    assert stage.names() == ["db-1", "web-1"]
    stage.run("run", "--rm", "web", "true").ok()
    stage.run("--profile", "front", "up", "-d").ended(1).says("db")


def test_local_images_are_those_that_were_built(stage: Stage) -> None:
    """`down --rmi local` removes them whatever they are called; what was only tagged stays.

    So do further names that a build gives: they are for somebody else's use.
    """
    build = f"build: {{dockerfile_inline: FROM {IMAGE}, tags: ['{stage.name}-z:1']}}"
    stage.compose(f"""
        services:
          web: {{command: sleep 600, {build}}}
          own: {{<<: *idle, image: "{stage.name}-own:1", {build}}}
          other: {{<<: *idle, image: "{stage.name}-other:1", {build}}}
    """)
    stage.engine.tag(IMAGE, f"{stage.name}-other", "1")
    stage.run("build", "web", "own").ok()
    stage.run("create").ok()
    stage.run("down", "--rmi", "local").ok().says(f"Image {stage.name}-web:latest  Removed")
    assert stage.images() == [f"{stage.name}-other:1", f"{stage.name}-z:1"]


def test_every_command_warns_of_the_files(stage: Stage) -> None:
    """Also those that only look, or take away."""
    stage.compose("services: {web: {<<: *idle, environment: {A: $NOWHERE}}}")
    for command in (["up", "-d"], ["ps"], ["down"]):
        stage.run(*command).ok().says("NOWHERE", "variable is not set")


def test_a_failed_hook_is_told_with_its_service(stage: Stage) -> None:
    """The container is left as it is."""
    stage.compose("services: {web: {<<: *idle, post_start: [{command: ['false']}]}}")
    stage.run("up", "-d").ended(1).says("web hook exited with status 1")


def test_what_describes_files_in_labels(stage: Stage) -> None:
    """A named environment file is noted on the container; a .env that was found is not."""
    stage.compose("services: {web: {<<: *idle}}")
    stage.write(".env", "A=1")
    stage.write("other.env", "A=2")
    label = "com.docker.compose.project.environment_file"
    stage.run("create").ok()
    assert label not in stage.container("web")["Config"]["Labels"]
    stage.run("--env-file", "other.env", "create", "--force-recreate").ok()
    assert stage.container("web")["Config"]["Labels"][label].endswith("/other.env")
    stage.run("--env-file", "none.env", "ps").ended(1).says("couldn't find env file", "/none.env")
    stage.run("-p", "Wrong", "create").ended(1).says("invalid project name", "must consist only of")
    stage.run("images", "nobody").ok()
    stage.run("port", "nobody", "80").ended(1).says('service "nobody" is not running')


def test_links_name_containers_that_are_made_in_the_same_run(stage: Stage) -> None:
    """On a network that is not the default one too."""
    stage.compose("""
        services:
          web: {<<: *idle, networks: [own], links: ["db:store"]}
          db: {<<: *idle, networks: [own], scale: 2}
        networks: {own: {}}
    """)
    stage.up()
    (joined,) = stage.container("web")["NetworkSettings"]["Networks"].values()
    assert {f"{stage.name}-db-{number}:store" for number in (1, 2)} <= set(joined["Links"])
    assert "1 packets received" in stage.inside("web", "ping", "-c1", "store")


def test_a_network_is_removed_though_stopped_containers_were_on_it(stage: Stage) -> None:
    """An orphan that does not run is no user of it."""
    stage.compose(TWO)
    stage.up()
    stage.run("stop", "old").ok()
    stage.compose(ONE)
    stage.run("down").ok()
    assert (stage.names(), stage.networks()) == (["old-1"], {})


def test_a_question_can_be_answered_through_a_pipe(stage: Stage) -> None:
    """Whether a volume with another definition is made anew."""
    volume = "volumes: {{data: {{labels: {{v: '{}'}}}}}}\n"
    web = "services: {web: {<<: *idle, volumes: ['data:/data']}}\n"
    stage.compose(web + volume.format(1))
    stage.up()
    stage.compose(web + volume.format(2))
    asked = stage.up(stdin="n\n").stdout
    assert "Recreate (data will be lost)?" in asked
    assert stage.volumes()[f"{stage.name}_data"]["Labels"]["v"] == "1"
    stage.up(stdin="y\n")
    assert stage.volumes()[f"{stage.name}_data"]["Labels"]["v"] == "2"


def test_pulls_are_told_by_service(stage: Stage) -> None:
    """Also why a service's image is not pulled."""
    stage.compose("""
        services:
          web: {image: "127.0.0.1:1/none"}
          same: {image: "127.0.0.1:1/none"}
          own: {build: .}
    """)
    result = stage.run("pull").ended(1)
    result.says("Error response from daemon", "Skipped - Image is already being pulled by")
    result.says(" own Skipped - No image to be pulled")
    assert " web Pulling" in result.stderr or " same Pulling" in result.stderr


def test_a_linked_folder_goes_by_the_name_that_leads_to_it(stage: Stage) -> None:
    """As the shell shows it; a second file with a name that counts is told of."""
    stage.write("real/compose.yaml", ONE.replace("<<: *idle", "image: none"))
    stage.write("real/docker-compose.yaml", "services: {}")
    (stage.folder / "linked").symlink_to("real")
    folder = stage.folder / "linked"
    shown = stage.run("config", folder=folder, env={"PWD": str(folder)}).ok()
    assert shown.stdout.startswith("name: linked\n")
    shown.says("Found multiple config files with supported names", "linked/compose.yaml")


def test_what_has_ended_is_stopped_all_the_same(stage: Stage) -> None:
    """Stopping twice says the same twice; so does taking down what has ended."""
    stage.compose(TWO)
    stage.up()
    for _ in range(2):
        stage.run("stop").ok().says("web-1  Stopped", "old-1  Stopped")
    stage.run("rm", "-fs", "old").ok().says("old-1  Stopped", "old-1  Removed")
    stage.run("start").ok().says("web-1  Started")
    stage.run("start", "old").ok()
    assert stage.states() == {"web-1": "running"}
    stage.run("stop").ok()
    stage.run("down").ok().says("web-1  Stopped", "web-1  Removed")
    stage.run("start").ended(1).says("has no container to start")


def test_a_service_of_a_profile_goes_down_with_its_network(stage: Stage) -> None:
    stage.compose(
        "services: {web: {<<: *idle}, tool: {<<: *idle, profiles: [x], networks: [own]}}\n"
        "networks: {own: {}}"
    )
    stage.run("--profile", "x", "up", "-d").ok()
    stage.run("down", "tool").ok().says("tool-1  Removed", "_own  Removed")
    assert stage.states() == {"web-1": "running"}
    assert not any(name.endswith("_own") for name in stage.networks())


def test_creating_stops_what_depends_on_the_new_container(stage: Stage) -> None:
    """So that the next start brings dependents with `restart: true` up with it."""
    text = "services: {web: {<<: *idle, environment: {A: %s}}, old: {<<: *idle, depends_on: %s}}"
    needs = "{web: {condition: service_started, restart: true}}"
    stage.compose(text % (1, needs))
    stage.up()
    stage.compose(text % (2, needs))
    stage.run("create").ok().says("old-1  Stopped")
    assert stage.states() == {"web-1": "created", "old-1": "exited"}


def test_a_name_in_the_environment_is_enough_where_the_file_is_wrong(stage: Stage) -> None:
    """What runs can be looked at and taken down before the file is mended."""
    stage.compose(ONE)
    stage.up()
    stage.write("compose.yaml", "services: [")
    stage.env["COMPOSE_PROJECT_NAME"] = stage.name.upper()
    assert stage.run("ps", "--services").ok().stdout.split() == ["web"]
    stage.run("up", "-d").ended(1)
    stage.run("down").ok().says("web-1  Removed")
    assert (stage.names(), stage.networks()) == ([], {})


def test_a_doubled_container_name_hinders_only_what_creates(stage: Stage) -> None:
    named = '{<<: *idle, container_name: "${COMPOSE_PROJECT_NAME}-own"}'
    stage.compose(f"services: {{web: {named}}}")
    stage.up()
    stage.compose(f"services: {{web: {named}, old: {named}}}")
    stage.run("ps").ok()
    stage.run("config", "--services").ok()
    for command in (["config", "-q"], ["create"], ["up", "-d"]):
        stage.run(*command).ended(1).says(f"{stage.name}-own", "already")
    stage.run("down").ok().says("Removed")
    assert stage.names() == []


def test_images_may_be_built_where_they_are_pulled(stage: Stage) -> None:
    """`--pull build` says so for all that can be built."""
    stage.compose(
        f"services: {{web: {{command: sleep 600, build: {{dockerfile_inline: FROM {IMAGE}}}}}}}"
    )
    stage.run("create", "--pull", "build").ok()
    stage.up("--pull", "build")
    stage.run("run", "--rm", "--pull", "build", "web", "true").ok()
    stage.up("--pull", "if_not_present")  # the specification's word
    stage.run("up", "--pull", "else").ended(1).says('invalid --pull option "else"')
