"""Reads the table files of matching/data once each; every table says its version, source and licence in its head."""

import tomllib
from functools import cache
from typing import Any

from matching.taxonomy.codes import DATA


@cache
def table(name: str) -> dict[str, Any]:
    """The parsed file `matching/data/<name>.toml`."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))
