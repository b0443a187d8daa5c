"""Pictures as cells of a terminal, and pictures made small enough to be sent.

A file that somebody sent may be made to exhaust or to take over whatever decodes it, so nothing here decodes
in the program itself: a child process does, within limits of memory and time, and it answers with pixels or
with a word. `asking` says what is wanted, `worker` runs the child, `child` is what runs there and the only
module that knows Pillow. `blocks` turns pixels into cells.
"""

from watui.pictures.asking import code, preview, shrink
from watui.pictures.blocks import Run, half_blocks, shades
from watui.pictures.picture import Picture, PictureError, Shrunk

__all__ = ["Picture", "PictureError", "Run", "Shrunk", "code", "half_blocks", "preview", "shades", "shrink"]
