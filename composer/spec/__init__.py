"""What a Compose attribute is: the registry.

Each attribute of the Compose Specification is one row of a Record (service, build, deploy,
network, volume, files, develop, project). A row names its shape; the loader's stages, the JSON
Schema and the renderer are generic interpreters of these rows.
"""
