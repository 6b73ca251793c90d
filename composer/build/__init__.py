"""Building images through the Engine API, without a client program.

image chooses between BuildKit and the classic builder. options, attributes and bake say what a
``build`` section comes to (pure); source where its files are.

BuildKit: buildkit (one build), solve (its calls), session (its calls back: filesync with
selection, agent), both over grpc, http2 and protobuf; trace (its progress, pure) and steps
(progress as people know it). The classic builder: classic, context (the files, as a compressed
tar). Other builders: buildx.

May import: build.
"""

from composer.build.bake import bake
from composer.build.image import build_image, check_image
from composer.build.options import for_one_platform, wants_buildkit, with_given

__all__ = ["bake", "build_image", "check_image", "for_one_platform", "wants_buildkit", "with_given"]
