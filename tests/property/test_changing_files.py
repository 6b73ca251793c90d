"""Files that change while a command reads them: one error that names a file, or a whole project."""

from collections.abc import Callable

import pytest

from composer.api import Composer
from composer.errors import ComposerError
from composer.load.reader import MemoryReader
from tests.memory_engine import IMAGE, MemoryEngine

FOLDER = "/shop/conf/x"
"""Is there for its folder, which is looked at, not read."""
FILES = {
    "/shop/compose.yaml": """
include: [more/part.yaml]
services:
  web:
    extends: {file: base.yaml, service: base}
    image: "${IMAGE}"
    command: sleep 1000
    env_file: [web.env, {path: may.env, required: false}]
    label_file: labels
    configs: [inline, file]
    secrets: [token]
    volumes: [{type: bind, source: ./conf, target: /c, bind: {create_host_path: false}}]
    depends_on: [db]
configs: {inline: {content: "x"}, file: {file: app.conf}}
secrets: {token: {file: token.txt}}
""",
    "/shop/compose.override.yaml": "services: {web: {labels: {a: b}}}\n",
    "/shop/base.yaml": "services: {base: {env_file: [base.env], labels: {b: c}}}\n",
    "/shop/more/part.yaml": f"services: {{db: {{image: '{IMAGE}', command: sleep 1000}}}}\n",
    "/shop/more/.env": "PART=1\n",
    "/shop/.env": f"IMAGE={IMAGE}\n",
    "/shop/web.env": "WEB='one\ntwo'\n",
    "/shop/may.env": "MAY=1\n",
    "/shop/base.env": "BASE=1\n",
    "/shop/labels": "from=file\n",
    "/shop/app.conf": "conf\n",
    "/shop/token.txt": "secret\n",
    FOLDER: "x\n",
}
Change = Callable[[dict[str, bytes], str], None]


def vanishes(files: dict[str, bytes], path: str) -> None:
    """Let the file go."""
    files.pop(path, None)


def is_cut(files: dict[str, bytes], path: str) -> None:
    """Leave the first half of it."""
    if path in files:
        files[path] = files[path][: len(files[path]) // 2]


def becomes_a_folder(files: dict[str, bytes], path: str) -> None:
    """Put a folder in its place."""
    if files.pop(path, None) is not None:
        files[f"{path}/in"] = b""


class Changing(MemoryReader):
    """Files of which one is changed after it was looked at so many times, of any kind."""

    def __init__(self, path: str, looks: int, change: Change) -> None:
        super().__init__(FILES)
        self._path, self._left, self._change = path, looks, change
        self.changed = False

    def _look(self, path: str) -> None:
        if path == self._path:
            self._left -= 1
            if self._left < 0 and not self.changed:
                self.changed = True
                self._change(self._files, path)

    def read(self, path: str) -> bytes:
        self._look(path)
        return super().read(path)

    def is_file(self, path: str) -> bool:
        self._look(path)
        return super().is_file(path)

    def is_dir(self, path: str) -> bool:
        self._look(path)
        return super().is_dir(path)

    def exists(self, path: str) -> bool:
        self._look(path)
        return super().exists(path)


def outcome(path: str, looks: int, change: Change) -> tuple[bool, str, int]:
    """Return whether the change came about, what was said, and how many containers there are."""
    reader, engine, said = Changing(path, looks, change), MemoryEngine(), ""
    app = Composer(reader=reader, cwd="/shop", environ={}, engine=engine)
    try:
        app.up()
    except ComposerError as error:
        said = str(error)
    return reader.changed, said, len(engine.list_containers({}))


@pytest.mark.parametrize("change", [vanishes, is_cut, becomes_a_folder])
@pytest.mark.parametrize("path", [path for path in FILES if path != FOLDER])
def test_a_file_that_changes_at_any_look_ends_in_an_error_or_in_a_whole_project(
    path: str, change: Change
) -> None:
    """An error comes before the first container; half a file may be a smaller project."""
    for looks in range(50):
        changed, said, containers = outcome(path, looks, change)
        assert bool(said) != bool(containers), (looks, said)
        assert said or change is is_cut or containers == 2, looks
        if not changed:
            assert not said
            return
    pytest.fail("it is looked at for ever")
