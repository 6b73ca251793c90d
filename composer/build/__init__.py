"""Building images through the Engine API, without a client program.

context (the files, as a compressed tar), query (the options,
pure), trace (BuildKit's progress, pure), steps (progress as people know it), image (the protocol).
"""

from composer.build.image import build_image

__all__ = ["build_image"]
