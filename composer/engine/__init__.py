"""The Docker Engine: a port in our own types, and what stands behind it.

port (the Protocol), translate (Record → Engine API JSON, pure), observe (JSON → state, pure),
docker (the only module that imports the Docker SDK).
"""
