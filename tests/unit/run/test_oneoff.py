"""How a service is changed by the options of ``run``."""

from composer.identity import config_hash
from composer.run.oneoff import OneOff, one_off_service
from composer.spec.mounts import Mount
from composer.spec.service import Service


def test_a_capability_is_turned_round_by_its_opposite() -> None:
    service = Service(cap_add=("NET_ADMIN", "SYS_TIME"), cap_drop=("MKNOD", "CHOWN"))
    made = one_off_service(service, OneOff(cap_add=("MKNOD",), cap_drop=("NET_ADMIN",)))
    assert made.cap_add == ("SYS_TIME", "MKNOD")
    assert made.cap_drop == ("CHOWN", "NET_ADMIN")


def test_a_capability_that_is_added_and_dropped_at_once_is_dropped() -> None:
    made = one_off_service(Service(), OneOff(cap_add=("CHOWN", "MKNOD"), cap_drop=("CHOWN",)))
    assert (made.cap_add, made.cap_drop) == (("MKNOD",), ("CHOWN",))


def test_a_variable_that_the_shell_does_not_have_keeps_the_services_value() -> None:
    """As with Docker Compose: ``-e NAME`` takes what is there, and takes nothing away."""
    service = Service(environment={"A": "file", "B": "file"})
    made = one_off_service(service, OneOff(environment={"A": None, "B": "shell", "C": None}))
    assert made.environment == {"A": "file", "B": "shell"}


def test_a_mount_over_another_one_is_added_to_it_in_the_hash() -> None:
    """As with Docker Compose: which of them is mounted is decided later."""
    own, other = (Mount(type="volume", source=one, target="/d") for one in ("own", "other"))
    made = one_off_service(Service(volumes=(own,)), OneOff(volumes=(other,)))
    alone = one_off_service(Service(), OneOff(volumes=(other,)))
    assert made.volumes == (own, other)
    assert config_hash(made) != config_hash(alone)
