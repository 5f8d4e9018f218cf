"""What a log may say of an exception: its kind and place, never its text, which can hold what people wrote."""

import traceback
from pathlib import Path
from typing import Final

FRAMES: Final = 6


class Fixed(str):
    """Words of ours that are the same for everybody: the only ones outside ASCII that a log takes as an argument."""

    __slots__ = ()


def described(error: BaseException) -> str:
    """E.g. `ValueError at step engine.py:71 > merge merging.py:40`."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = " > ".join(f"{frame.name} {Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__} at {places}"
