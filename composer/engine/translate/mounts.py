"""What a container sees of the host's files, of volumes and of images: Binds and Mounts.

The older form, Binds, creates a missing host folder and knows SELinux labels; the newer one,
Mounts, knows everything else. Which is used follows Docker Compose.

May import: errors, spec, engine.translate.
"""

from composer.engine.translate.fields import Json, given
from composer.engine.translate.files import config_target, secret_target
from composer.engine.translate.instance import Instance
from composer.errors import PlanError
from composer.spec.files import has_content
from composer.spec.mounts import BindOptions, Mount
from composer.spec.project import Project
from composer.spec.service import Service

_KEPT = ("volume", "bind")
"""Types of mounts that a new container can have again from what the engine tells of them."""
_RECURSIVE = {
    "disabled": "NonRecursive",
    "writable": "ReadOnlyNonRecursive",
    "readonly": "ReadOnlyForceRecursive",
}


def binds_and_mounts(
    project: Project, service: Service, instance: Instance
) -> tuple[list[str], list[Json]]:
    """Return HostConfig.Binds and HostConfig.Mounts; the last of one target wins."""
    made = _inherited(instance)
    for mount in service.volumes:
        made[mount.target] = _mount(project, mount, instance)
    for target, file in _files(project, service).items():
        made.setdefault(target, file)
    binds = [one for one in made.values() if isinstance(one, str)]
    return binds, [one for one in made.values() if not isinstance(one, str)]


def _inherited(instance: Instance) -> dict[str, str | Json]:
    """Return what is mounted where the image declares volumes, as the replaced container had it."""
    return {
        target: _as_before(before, target)
        for target, before in instance.inherited.items()
        if target in instance.image_volumes and before["Type"] in _KEPT
    }


def _as_before(before: Json, target: str) -> Json:
    """Return a mount like that of the replaced container: another one would show other files."""
    source = before["Name"] if before["Type"] == "volume" else before["Source"]
    read_only = not before.get("RW", True)
    return {"Type": before["Type"], "Source": source, "Target": target} | given(ReadOnly=read_only)


def _anonymous(project: Project, mount: Mount, before: Json) -> str | Json:
    """Return what is mounted for a volume without a name, where something was mounted *before*.

    As with Docker Compose, whether an anonymous volume is read-only stays as it was, too.
    """
    made = _as_before(before, mount.target)
    named = made["Source"] in {one.name for one in project.volumes.values()}
    if made["Type"] == "bind" or (named and not _needs_mount(mount)):
        return _bind(made["Source"], mount)
    return made


def _mount(project: Project, mount: Mount, instance: Instance) -> str | Json:
    source = mount.source
    if mount.type == "volume":
        before = instance.inherited.get(mount.target.rstrip("/"))
        if not source and before and before["Type"] in _KEPT:
            return _anonymous(project, mount, before)
        if source in project.volumes:
            source = project.volumes[source].name
            if not _needs_mount(mount):
                return _bind(source, mount)
    elif mount.type == "bind" and not _needs_mount(mount):
        return _bind(source, mount)
    return given(
        Type=mount.type,
        Source=source,
        Target=mount.target,
        ReadOnly=mount.read_only,
        Consistency=mount.consistency,
    ) | _options(mount)


def _needs_mount(mount: Mount) -> bool:
    """Tell whether *mount* asks for what only the newer form has."""
    if mount.type == "volume":
        volume = mount.volume
        return bool(volume and (volume.nocopy or volume.subpath or volume.labels))
    bind = mount.bind
    return bool(bind and (not bind.create_host_path or bind.propagation or bind.recursive))


def _bind(source: str, mount: Mount) -> str:
    """Return ``SOURCE:TARGET:rw,z``."""
    options = ["ro" if mount.read_only else "rw"]
    if mount.bind and mount.bind.selinux:
        options.append(mount.bind.selinux)
    if mount.bind and mount.bind.propagation:  # the engine refuses it for a volume
        options.append(mount.bind.propagation)
    if mount.volume and mount.volume.nocopy:  # the engine refuses it for a path
        options.append("nocopy")
    return f"{source}:{mount.target}:{','.join(options)}"


def _options(mount: Mount) -> Json:
    if mount.type == "bind" and mount.bind:
        return {"BindOptions": _bind_options(mount.bind)}
    if mount.type == "volume" and mount.volume:
        options = given(
            NoCopy=mount.volume.nocopy,
            Subpath=mount.volume.subpath,
            Labels=dict(mount.volume.labels),
        )
        return {"VolumeOptions": options}
    if mount.type == "tmpfs" and mount.tmpfs:
        return {"TmpfsOptions": given(SizeBytes=mount.tmpfs.size, Mode=mount.tmpfs.mode)}
    if mount.type == "image" and mount.image:
        return {"ImageOptions": given(Subpath=mount.image.subpath)}
    return {}


def _bind_options(bind: BindOptions) -> Json:
    options = given(Propagation=bind.propagation, CreateMountpoint=bind.create_host_path)
    if bind.recursive in _RECURSIVE:
        options[_RECURSIVE[bind.recursive]] = True
    return options


def _files(project: Project, service: Service) -> dict[str, Json]:
    """Return the secrets and configs that are files of the host."""
    made: dict[str, Json] = {}
    for reference in service.secrets:
        secret = project.secrets[reference.source]
        if secret.external:
            raise PlanError(f"unsupported external secret {secret.name}: only a cluster has such")
        if not has_content(secret):
            mount = _file(secret.file, secret_target(reference))
            made[secret_target(reference)] = {**mount, "BindOptions": {}}  # as Compose sends it
    for reference in service.configs:
        config = project.configs[reference.source]
        if config.external:
            raise PlanError(f"unsupported external config {config.name}: only a cluster has such")
        if not has_content(config):
            made.setdefault(config_target(reference), _file(config.file, config_target(reference)))
    return made


def _file(source: str, target: str) -> Json:
    return {"Type": "bind", "Source": source, "Target": target, "ReadOnly": True}
