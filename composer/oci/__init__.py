"""Compose files in registries: artefacts of the Open Container Initiative.

names (what an image's name says, pure), artifact (what an artefact is made of, pure), registry
(the protocol), remote (reading an artefact into a folder).
"""
