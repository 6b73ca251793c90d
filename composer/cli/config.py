"""``composer config``: the resolved project, or parts of it.

May import: cli, load, identity, disk, source, ui, api, errors, spec.
"""

import sys
from collections.abc import Callable, Iterable
from typing import Any

import click

from composer.cli.choices import Known
from composer.cli.loading import loaded, request, warn
from composer.cli.settings import Settings
from composer.disk import Disk
from composer.errors import ComposerError, UsageError
from composer.load.request import Loaded
from composer.source import printable
from composer.spec.project import Project

_PARTS = (
    "only_services", "only_volumes", "only_networks", "only_models", "only_hash",
    "only_profiles", "only_images", "only_variables", "only_environment",
)  # fmt: skip
"""What can be printed instead of the model; of several the first one is."""
FORMS = ("yaml", "json")


def _part(name: str, text: str) -> Callable[[Any], Any]:
    """Return the option of one of _PARTS."""
    return click.option(f"--{name}", f"only_{name}", is_flag=True, help=text)


@click.command("config")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option(
    "--format",
    "form",
    type=Known(FORMS),
    default="",
    help="Output format (default: yaml).",
)
@click.option("-q", "--quiet", is_flag=True, help="Only check; print nothing.")
@click.option("-o", "--output", default="", metavar="FILE", help="Write to a file.")
@_part("services", "Print the names of services.")
@_part("volumes", "Print the names of volumes.")
@_part("networks", "Print the names of networks.")
@_part("models", "Print the names of models.")
@_part("images", "Print the names of images.")
@_part("profiles", "Print the names of profiles.")
@_part("environment", "Print the variables that are replaced.")
@click.option(
    "--hash",
    "only_hash",
    default="",
    metavar="SERVICES",
    help="Print configuration hashes (* for all).",
)
@click.option(
    "--resolve-image-digests", "pin", is_flag=True, help="Pin images to their registries' digests."
)
@click.option(
    "--lock-image-digests", "lock", is_flag=True, help="Print a file that pins the images only."
)
@click.option("--no-interpolate", is_flag=True, help="Leave variables as they are.")
@click.option("--no-normalize", is_flag=True, help="Do not write out what is implied.")
@click.option("--no-path-resolution", is_flag=True, help="Leave paths as they are.")
@click.option("--no-consistency", is_flag=True, help="Do not check references.")
@click.option("--no-env-resolution", is_flag=True, help="Do not read environment files.")
@_part("variables", "Print the variables that files refer to.")
@click.option(
    "--explain",
    is_flag=False,
    flag_value="",
    default=None,
    metavar="[PATH]",
    help="Print where each value comes from, or those below PATH (services.web.ports).",
)
@click.option("--dry-run", is_flag=True, hidden=True)
@click.pass_obj
def command(settings: Settings, /, services: tuple[str, ...], **options: Any) -> None:
    """Show the resolved Compose file.

    Example: composer config --format json | jq .services.web.ports
    """
    named = (one.removeprefix("only_") for one in _PARTS if options[one])
    what = options["what"] = next(named, None)
    if what is None and options["form"] not in {*FORMS, ""}:
        raise UsageError(f'unsupported format "{options["form"]}"', hint="yaml or json")
    options["no_interpolate"] |= what == "variables"
    found = loaded(
        settings,
        () if what in _WHOLE else services,
        bound=not options["no_interpolate"] or what not in {None, "services", "variables"},
        interpolate=not options["no_interpolate"],
        normalize=not options["no_normalize"],
        resolve_paths=not options["no_path_resolution"],
        consistency=not options["no_consistency"],
        resolve_environment=not options["no_env_resolution"] and not _lists(options),
        unique_names=what is None,
    )
    warn(settings, found.warnings)
    if options["quiet"] and not _lists(options):  # which are printed all the same
        return
    if not _lists(options) and (options["pin"] or options["lock"]):
        found = _pinned(settings, found, options)
    explained = options["explain"] is not None
    text = _explained(settings, found, options["explain"]) if explained else _text(found, options)
    if options["output"]:
        from composer.cli.output import written  # only where a file is written

        with written(options["output"]) as file:
            file.write(text.encode(errors="surrogateescape"))
    else:
        names = options["what"] or explained  # YAML and JSON have escapes of their own
        shown = printable(text) if names and sys.stdout.isatty() else text
        click.echo(shown, nl=False, color=True)  # nothing is taken out for a pipe


def _lists(options: dict[str, Any]) -> bool:
    """Tell whether only names or hashes are printed, for which no environment file is read."""
    return options["what"] not in {None, "environment"}


def _pinned(settings: Settings, found: Loaded, options: dict[str, Any]) -> Loaded:
    """Return *found* with the digests of its images; nothing else, to lock them."""
    from composer.api import digests
    from composer.cli.command import application

    with application(settings) as app:
        if options["no_interpolate"]:
            tree = digests.pinned_tree(lambda: app.engine, found.tree)
            return found.replace(tree=digests.locked_tree(tree) if options["lock"] else tree)
        project = digests.pinned(lambda: app.engine, found.project)
        return found.replace(project=digests.locked(project) if options["lock"] else project)


def _text(found: Loaded, options: dict[str, Any]) -> str:
    if options["what"]:
        return _part_text(found, options["what"], options)
    from composer.load import render

    if options["no_interpolate"]:
        from composer.load.uninterpolated import uninterpolated

        name, normalize = found.project.name, not (options["no_normalize"] or options["lock"])
        as_json = options["form"] == "json"
        raw = uninterpolated(found.tree, name, "json" if as_json else "yaml", normalize=normalize)
        return render.to_json(raw, "$") if as_json else render.to_yaml(raw, "$")
    if options["form"] == "json":
        return render.to_json(render.model(found.project, "json"))  # without a line end, as Compose
    model = render.model(found.project, "yaml")
    return render.to_yaml({key: model[key] for key in model if model[key] or key != "name"})


def _part_text(found: Loaded, what: str, options: dict[str, Any]) -> str:
    if what == "hash":
        return _lines(_hashes(found.project, options["only_hash"]))
    if what == "variables":
        return _variables(found, options["form"])
    if what == "services" and options["no_interpolate"]:
        named = found.tree.get("services")
        return _lines(sorted(named.value) if named else ())
    return _lines(_LISTS[what](found.project))


def _explained(settings: Settings, found: Loaded, path: str) -> str:
    from composer.load.explain import explain

    reader = Disk()
    origins = explain(found, request(settings, reader), reader, settings.environ, path)
    if not origins:
        message = f"the project has nothing at {path}"
        raise ComposerError(message, hint="composer config --explain prints every path")
    return _lines(map(str, origins))


def _variables(found: Loaded, form: str) -> str:
    """Return the variables as a table; as JSON or YAML where that was asked for."""
    from composer.load.variables import variables_of
    from composer.ui.formats import TABLE, list_form

    known = variables_of(found.tree).values()
    if form != "yaml" and list_form(form) == TABLE:
        from composer.ui.tables import table

        rows = [
            (one.name, str(one.required).lower(), one.default or "", one.alternative or "")
            for one in known
        ]
        header = ("NAME", "REQUIRED", "DEFAULT VALUE", "ALTERNATE VALUE")
        return table(rows, header, least=20)
    columns = ("Name", "DefaultValue", "PresenceValue", "Required")
    listed = {
        one.name: dict(
            zip(
                map(str.lower, columns) if form == "yaml" else columns,
                (one.name, one.default or "", one.alternative or "", one.required),
                strict=True,
            )
        )
        for one in known
    }
    if form == "yaml":
        from composer.load.render import to_yaml

        return to_yaml(listed, "$", step=4)
    import json

    return json.dumps(listed, indent=4, ensure_ascii=False) + "\n\n"


def _lines(words: Iterable[str]) -> str:
    return "".join(f"{word}\n" for word in words)


def _hashes(project: Project, wanted: str) -> list[str]:
    from composer.identity import config_hash
    from composer.load.select import only

    names = sorted(project.services if wanted == "*" else wanted.split(","))
    only(project, names)
    return [f"{name} {config_hash(project.services[name])}" for name in names]


def _images(project: Project) -> list[str]:
    from composer.identity import image_name

    return [image_name(project, name) for name in project.services]


def _profiles(project: Project) -> list[str]:
    everything = project.all_services
    return sorted({one for service in everything.values() for one in service.profiles})


def _environment(project: Project) -> list[str]:
    return [f"{key}={value}" for key, value in sorted(project.environment.items())]


_WHOLE = {"services", "volumes", "networks", "models", "hash"}
"""What is listed for the whole project, whichever services are named."""

_LISTS: dict[str, Callable[[Project], Iterable[str]]] = {
    "services": lambda project: project.services,
    "volumes": lambda project: project.volumes,
    "networks": lambda project: project.networks,
    "models": lambda project: (one.model for one in project.models.values()),
    "images": _images,
    "profiles": _profiles,
    "environment": _environment,
}
