"""The part of the engine in memory that talks with processes: no process, so no talk."""

import io
import tarfile
from collections.abc import Iterator, Mapping

from composer.engine.port import ByteStream, Duplex, Engine, Json
from composer.errors import EngineError, EngineNotFound
from tests.memory_parts import frame


class Ended:
    """A wait that is over. Implements the port's Waiting."""

    def __init__(self, code: int) -> None:
        self._code = code

    def result(self) -> int:
        return self._code

    def close(self) -> None:
        pass


class Said:
    """What a command printed, to whom nothing can be said. Implements the port's Duplex."""

    def __init__(self, printed: bytes) -> None:
        self._left = io.BytesIO(frame(printed))

    def read(self, size: int) -> bytes:
        return self._left.read(size)

    def write(self, data: bytes) -> None:
        pass

    def finish(self) -> None:
        pass

    def close(self) -> None:
        pass


class NoStats:
    """No statistics. Implements the port's JsonStream."""

    def __iter__(self) -> Iterator[Json]:
        return iter(())

    def close(self) -> None:
        pass


class MemoryTalking:
    """Methods of MemoryEngine."""

    def attach_container(
        self,
        container: str,  # noqa: ARG002
        *,
        stdin: bool = False,  # noqa: ARG002
        detach_keys: str = "",  # noqa: ARG002
    ) -> Duplex:
        raise EngineError("nobody to talk with in memory")

    def exec_attach(
        self: Engine,
        exec_id: str,
        *,
        tty: bool,  # noqa: ARG002
        size: tuple[int, int] | None,  # noqa: ARG002
    ) -> Duplex:
        return Said(self.exec_run(exec_id)[1])

    def exec_detach(self: Engine, exec_id: str, *, tty: bool = False) -> None:  # noqa: ARG002
        self.exec_run(exec_id)

    def exec_inspect(self: Engine, exec_id: str) -> Json:
        return {"ID": exec_id, "Running": False, "ExitCode": self.exec_run(exec_id)[0]}

    def exec_resize(self, exec_id: str, rows: int, columns: int) -> None:
        pass

    def resize_container(self, container: str, rows: int, columns: int) -> None:
        pass

    def wait_container(self: Engine, container: str, condition: str = "not-running") -> Ended:  # noqa: ARG002
        return Ended(int(self.inspect_container(container)["State"]["ExitCode"]))

    def export_container(self: Engine, container: str) -> ByteStream:
        return self.get_archive(container, "/")

    def commit_container(self: Engine, container: str, query: Mapping[str, str | bool]) -> str:
        image = str(self.inspect_container(container)["Image"])
        self.tag_image(image, str(query["repo"]), str(query.get("tag") or "latest"))
        return image

    def container_stats(self, container: str, *, follow: bool = False) -> NoStats:  # noqa: ARG002
        return NoStats()

    def stat_path(self: Engine, container: str, path: str) -> Json:
        stream = self.get_archive(container, path)
        with tarfile.open(fileobj=io.BytesIO(stream.read(1 << 30))) as files:
            for entry in files:
                return {"name": entry.name, "size": entry.size, "mode": 0o644, "linkTarget": ""}
        raise EngineNotFound(path)
