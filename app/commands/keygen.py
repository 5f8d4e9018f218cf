"""`laobing keygen`: fresh secrets, ready to be pasted into .env."""

import argparse
import base64
import secrets


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments."""
    parser.set_defaults(run=run)


def fresh() -> dict[str, str]:
    """A new value for every secret that is ours to choose."""
    return {
        "LAOBING_SECRET_KEY": secrets.token_urlsafe(36),
        "LAOBING_DATA_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
    }


def run(_args: argparse.Namespace) -> int:
    """Prints them as `NAME=value` lines."""
    for name, value in fresh().items():
        print(f"{name}={value}")
    return 0
