"""Takes the guards out of the product one at a time, in a copy, and looks whether the test of each attack fails.

    python -m bench.guards [NAME ...]

A test that passes with its guard and without it proves nothing. Prints a line a guard; ends with 1 when one could be
taken out unseen, or when what is to be taken out is not there any more.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.guards import doors, payloads, queue, record, takings
from bench.guards.guard import Guard

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "*.egg-info", "build")
GUARDS = {**doors.GUARDS, **payloads.GUARDS, **takings.GUARDS, **record.GUARDS, **queue.GUARDS}


def holds(guard: Guard) -> str:
    """What became of the tests with the guard taken out: "seen", or what is wrong."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        file = copy / guard.file
        text = file.read_text(encoding="utf-8")
        if guard.there not in text:
            return f"not in {guard.file} any more"
        file.write_text(text.replace(guard.there, guard.instead), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            "-m",
            guard.marks,
            *guard.tests,
        ]
        ran = subprocess.run(
            command, cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)}, capture_output=True, text=True, check=False
        )
        return "seen" if ran.returncode == 1 and "FAILED " in ran.stdout else f"NOT SEEN ({ran.stdout.strip()[-200:]})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(GUARDS)}; default: all")
    found = []
    for name in parser.parse_args().names or GUARDS:
        found.append(holds(GUARDS[name]))
        print(f"{name:20} {found[-1]}", flush=True)
    return 1 if set(found) != {"seen"} else 0


if __name__ == "__main__":
    sys.exit(main())
