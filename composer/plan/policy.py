"""What the user asked for with the command's flags, as far as the plan depends on it.

May import: asked, spec.
"""

from collections.abc import Mapping
from typing import Literal

from composer.asked import Asked
from composer.spec.shapes import EMPTY

Recreate = Literal["diverged", "force", "never"]
Pull = Literal["", "always", "missing", "if_not_present", "never", "build"]
Removal = Literal["", "all", "local"]


class UpPolicy(Asked):
    """Flags of ``up`` and ``create``.

    *services* are the selected ones with their dependencies, already reduced in the project;
    *scale* overrides replicas; *timeout* (seconds) is for stopping; *wait* adds the final wait
    with *wait_timeout* (seconds).
    """

    recreate: Recreate = "diverged"
    recreate_dependencies: Recreate = "diverged"
    targets: tuple[str, ...] = ()
    """Services named on the command line, empty for all; dependencies are not among them."""
    scale: Mapping[str, int] = EMPTY
    start: bool = True
    renew_volumes: bool = False
    remove_orphans: bool = False
    ignore_orphans: bool = False
    build: bool = False
    no_build: bool = False
    pull: Pull = ""
    """``--pull``, or empty for each service's own pull_policy."""
    timeout: int | None = None
    wait: bool = False
    wait_timeout: float | None = None
    now: float = 0.0
    """The time in Unix seconds; by it, images are due to be pulled again."""
    images_settled: bool = False
    """Whether a first plan has pulled and built already: what is present now is good."""
    answers: Mapping[str, bool] = EMPTY
    """Answers to a plan's questions, by the key of the operation."""
    provided: Mapping[str, Mapping[str, str]] = EMPTY
    """What providers and the model runner answered, by the key of the operation."""
    stuck: frozenset[str] = frozenset()
    """Containers (by id) that the engine was seen not to be able to start any more."""
    present: frozenset[str] | None = None
    """The containers (by id) that were there when the command began, None where it begins now.
    Only these are replaced by force: what has been made since then is new already.
    """
    assume_yes: bool = False
    """``-y``: every question is answered with yes."""

    def _check(self) -> None:
        if any(number < 0 for number in self.scale.values()):
            self._refuse("scale", "numbers of containers, 0 or more")

    def recreation(self, service: str, container: str = "") -> Recreate:
        """Return when containers of *service* are recreated: a target's, or a dependency's.

        With the id of a *container*, when this one is.
        """
        asked = self.recreate
        if self.targets and service not in self.targets:
            asked = self.recreate_dependencies
        is_new = container and self.present is not None and container not in self.present
        return "diverged" if asked == "force" and is_new else asked


class DownPolicy(Asked):
    """Flags of ``down``; *images* is ``all``, ``local`` or empty; *services* empty for all.

    *unused* also takes the networks and volumes that no service uses (``--all-resources``).
    *everything* goes by the labels alone, as where there are no files.
    """

    volumes: bool = False
    everything: bool = False
    images: Removal = ""
    remove_orphans: bool = False
    ignore_orphans: bool = False
    timeout: int | None = None
    services: tuple[str, ...] = ()
    unused: bool = False
