from composer.spec.network import Network
from composer.spec.record import RecordOf, filled, render_record
from composer.spec.service import Service
from composer.tree import build, plain

SERVICE = RecordOf(Service)


def test_only_what_was_written_is_set() -> None:
    service = SERVICE.bind(build({"image": "x", "hostname": None}))
    assert service.has("image")
    assert not service.has("hostname")
    assert service.hostname == ""


def test_empty_values_are_left_out_but_for_those_that_mean_something() -> None:
    service = Service(image="x", labels={}, init=False, privileged=False)
    assert render_record(service, "yaml") == {"image": "x", "init": False}
    assert render_record(service, "json") == {
        "command": None, "entrypoint": None, "image": "x", "init": False,
    }  # fmt: skip


def test_extensions_are_printed_in_yaml_only() -> None:
    network = RecordOf(Network).bind(build({"driver": "d", "x-b": 1, "x-a": [2]}))
    assert render_record(network, "yaml") == {"driver": "d", "x-a": [2], "x-b": 1}
    assert render_record(network, "json") == {"driver": "d", "ipam": {}}


def test_defaults_do_not_replace() -> None:
    assert plain(filled(build({"a": None}), a=1, b=2)) == {"a": None, "b": 2}


def test_rendering_and_binding_again_is_the_identity() -> None:
    service = Service(image="x", command=("a", "b c"), mem_limit=2**20, expose=("80",))
    assert SERVICE.bind(build(render_record(service, "yaml"))) == service
