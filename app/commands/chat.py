"""`laobing chat`: talk to the bot in the terminal, with the postings of the made-up county."""

import argparse
import tempfile
from datetime import datetime
from pathlib import Path

from app import demo_county
from app.commands.talk import chat
from app.stage import Stage
from sandbox import county
from services.runtime import CHINA


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments."""
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    """Talks until the input ends; nothing is kept."""
    with tempfile.TemporaryDirectory(prefix="laobing-chat-") as name:
        folder = Path(name)
        stage = Stage(folder, (), datetime.now(CHINA), county.profile().adcode)
        return chat(stage, prepare=lambda rt: demo_county.load_postings(rt, folder / "county"))
