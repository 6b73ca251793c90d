"""What ``bridge`` asks of an engine: images to have, and the containers of transformers.

May import: identity, plan.draft, plan.ops, spec.project.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from composer.identity import image_name
from composer.plan.draft import Draft
from composer.plan.ops import Plan, PullImage
from composer.spec.project import Project

TRANSFORMER = "docker/compose-bridge-kubernetes"
"""The image that transforms where none is named."""
FILTERS = {"label": ["com.docker.compose.bridge=transformation"]}
"""What the images of transformers have in common."""
TEMPLATES = "/templates"
DOCKERFILE = f"""\
FROM docker/compose-bridge-transformer
LABEL {FILTERS["label"][0]}
COPY templates {TEMPLATES}
"""


def wanted_images(project: Project, transformers: Iterable[str]) -> dict[str, str]:
    """Return the images that a conversion looks at or runs, each with its platform."""
    services = {
        image_name(project, name): project.platform(one)
        for name, one in project.services.items()
        if not one.provider
    }
    return {**services, **dict.fromkeys(transformers, "")}


def fetch(images: Mapping[str, str]) -> Plan:
    """Return the plan that pulls *images*, each for its platform."""
    draft = Draft()
    for image, platform in images.items():
        resource = f"Image {image}"
        draft.add(PullImage(f"pull {image}", resource, image=image, platform=platform))
    return draft.plan()


def transformer_body(image: str, user: str, places: Mapping[str, str]) -> dict[str, Any]:
    """Return the body of the call that creates a transformer's container.

    *places* are folders of the host, by where the container has them.
    """
    mounts = [
        {"Type": "bind", "Source": source, "Target": target} for target, source in places.items()
    ]
    return {
        "Image": image,
        "User": user,
        "Env": ["LICENSE_AGREEMENT=true"],
        "HostConfig": {"AutoRemove": True, "Mounts": mounts},
    }
