"""A small disk of its own for a database, which can be filled to the last byte and emptied again. Needs root."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MEGABYTES = 400
PIECE = b"\0" * (1 << 20)


@dataclass(frozen=True)
class Disk:
    """Where it is mounted; the ballast lies beside the database."""

    folder: Path

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    def fill(self) -> None:
        """Until not one more byte goes onto it."""
        with self._ballast.open("ab", buffering=0) as out:
            for size in (len(PIECE), 4096, 1):
                with contextlib.suppress(OSError):
                    while out.write(PIECE[:size]):
                        pass

    def make_room(self) -> None:
        self._ballast.unlink()


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """A file system in memory of a few hundred megabytes, mounted for the block."""
    where = folder / "disk"
    where.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=755", "tmpfs", where], check=True)
    try:
        yield Disk(where)
    finally:
        subprocess.run(["umount", where], check=True)


def missing() -> str:
    """Why there can be no disk of our own here, or ""."""
    return "" if os.geteuid() == 0 else "a disk of its own needs root"
