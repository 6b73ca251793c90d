"""Records as Engine API JSON: what Docker Compose 2.40 sends for the same project. Pure.

instance (what a container needs beside its service), container (the body of a create call),
host (HostConfig), security, resources, mounts, networks, files (contents that are copied in),
objects (networks and volumes themselves), support (what an older engine cannot do), fields.

May import: engine.port, engine.translate, errors, identity, spec, tree, value (no clock, no files,
no SDK).
"""

from composer.engine.translate.container import container_body
from composer.engine.translate.files import file_archive
from composer.engine.translate.instance import Instance
from composer.engine.translate.networks import connect_body, endpoint, in_order, later_networks
from composer.engine.translate.objects import network_body, volume_body
from composer.engine.translate.security import check_security
from composer.engine.translate.support import Unsupported, unsupported

__all__ = [
    "Instance",
    "Unsupported",
    "check_security",
    "connect_body",
    "container_body",
    "endpoint",
    "file_archive",
    "in_order",
    "later_networks",
    "network_body",
    "unsupported",
    "volume_body",
]
