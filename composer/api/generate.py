"""``alpha generate``: a project that describes containers which are there.

May import: all but cli and ui.
"""

from collections.abc import Collection

from composer.api.session import Session
from composer.engine.generate import Found, described
from composer.errors import ComposerError
from composer.spec.project import Project


def generate(session: Session, containers: Collection[str], name: str) -> Project:
    """Return the project *name* of *containers*, which are names, parts of names, or ids."""
    if not containers:
        raise ComposerError("at least one container must be specified")
    engine = session.engine
    wanted = list(containers)
    listed = [one for kind in ("name", "id") for one in engine.list_containers({kind: wanted})]
    if not listed:
        told = ",".join(wanted)
        raise ComposerError(f"no container(s) found with the following name(s): {told}")
    images = {one["Id"]: str(one.get("Image", "")) for one in listed}
    found = [Found(image, engine.inspect_container(key)) for key, image in images.items()]
    return described(name, session.cwd, found, engine.list_networks({}))
