"""What a container needs that is not in its service.

May import: spec, value, errors, engine.translate.fields.
"""

from collections.abc import Callable, Mapping

from composer.engine.translate.fields import Json
from composer.errors import PlanError
from composer.spec.shapes import EMPTY
from composer.value import Value

Api = tuple[int, int]
MANY_NETWORKS: Api = (1, 44)
"""Since here a container can be created on several networks, each with an address of its own."""


def _no_files(path: str) -> bytes:
    raise PlanError(f"{path} cannot be read here")


class Instance(Value):
    """One container to make.

    *name* is the one that it will finally bear, also where it is created under another first.
    *image* is the reference to create from. *joins* maps the services whose namespaces or volumes
    it shares to container ids, *links* those that it links to to the names of their containers.
    *inherited* maps destinations to the mounts that the container it replaces has there, as the
    engine tells them, and *image_volumes* are the destinations that its image declares. *proxies*
    are the variables that Docker's configuration gives to each container. *read* returns the
    content of a file. *aliases*, *attach_stdin* and *auto_remove* are for one-off containers.
    """

    name: str
    number: int = 1
    image: str = ""
    api: Api = (1, 41)
    labels: Mapping[str, str] = EMPTY
    joins: Mapping[str, str] = EMPTY
    links: Mapping[str, tuple[str, ...]] = EMPTY
    inherited: Mapping[str, Json] = EMPTY
    image_volumes: frozenset[str] = frozenset()
    proxies: Mapping[str, str] = EMPTY
    read: Callable[[str], bytes] = staticmethod(_no_files)
    aliases: bool = True
    attach_stdin: bool = False
    auto_remove: bool = False
