"""The engine port on the Docker SDK: the only package that imports it.

address (where the engine is), configuration (of Docker's own clients), transports (sockets and
ssh), logins (to registries), http (calls and what they raise), streams (logs, archives, events,
progress), adapter (the port's methods).

Importing this package is nearly free. The SDK is imported when an engine is first connected to and
costs about 90 ms, nearly all of it requests and urllib3; importing only `docker.api.client` costs
the same, because `docker/__init__` imports everything.

May import: engine.frames, engine.port, engine.docker, errors, value.
"""

from composer.engine.docker.address import Address, resolve
from composer.engine.docker.connect import connect

__all__ = ["Address", "connect", "resolve"]
