"""The one error of the room: a file that cannot be taken as it is, said in Chinese with what to do."""


class IntakeError(Exception):
    """A whole file is refused. `message` says why, `mend` what the clerk can do; both are for the screen."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(f"{message}{mend}")
        self.message = message
        self.mend = mend
