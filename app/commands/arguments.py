"""What the commands take: the number of a row, as the ledger shows it."""

import argparse


def row_number(text: str) -> int:
    """A number that some row may have; no database is asked for more digits than it can hold."""
    from handlers.current import whole

    try:
        return whole(text)
    except ValueError:
        raise argparse.ArgumentTypeError("编号要照台账上的数字填，比如 12") from None
