"""What happens to a running service while its files are edited, hooks, providers and models.

Compose Specification: "Compose Develop Specification", services "post_start", "provider", "models".
May import: spec.
"""

from collections.abc import Mapping

from composer.spec.containers import Many, one_or_many, variable_map, words_open
from composer.spec.record import Record, RecordOf, attr
from composer.spec.shapes import EMPTY, Integer, Text, command_line, strict_flag, text
from composer.spec.special import ProviderOptions, late_flag


class Hook(Record):
    """A command that runs inside a service's container."""

    command: tuple[str, ...] | None = attr(
        command_line, engine="ExecConfig.Cmd", required=True, always=True
    )
    user: str = attr(text, "", engine="ExecConfig.User")
    privileged: bool = attr(late_flag, default=False, engine="ExecConfig.Privileged")
    working_dir: str = attr(text, "", engine="ExecConfig.WorkingDir")
    environment: Mapping[str, str | None] = attr(
        variable_map, EMPTY, merge="by_key", engine="ExecConfig.Env"
    )


hook = RecordOf(Hook)


class Trigger(Record):
    """A path to watch, and what a change of it does."""

    path: str = attr(text, "", path="watched", required=True, engine="client")
    action: str = attr(
        Text(choices=("rebuild", "sync", "restart", "sync+restart", "sync+exec")),
        "",
        required=True,
        engine="client",
    )
    target: str = attr(text, "", engine="client")
    exec: Hook = attr(hook, Hook(), engine="client")
    include: tuple[str, ...] = attr(one_or_many, (), engine="client")
    ignore: tuple[str, ...] = attr(one_or_many, (), engine="client")
    initial_sync: bool = attr(strict_flag, default=False, engine="client")


class Develop(Record):
    """The triggers of a service."""

    watch: tuple[Trigger, ...] = attr(Many(RecordOf(Trigger)), (), engine="client")


class Provider(Record):
    """A program that provides the service instead of a container."""

    type: str = attr(text, "", required=True, engine="client")
    options: Mapping[str, tuple[str, ...]] = attr(ProviderOptions(), EMPTY, engine="client")


class ServiceModel(Record):
    """The variables through which a service finds a model."""

    endpoint_var: str = attr(text, "", engine="Env")
    model_var: str = attr(text, "", engine="Env")


class Model(Record):
    """A language model of the project."""

    name: str = attr(text, "", engine="client")
    model: str = attr(text, "", required=True, engine="client")
    context_size: int = attr(Integer(text=False), 0, engine="client")
    runtime_flags: tuple[str, ...] = attr(words_open, (), engine="client")
