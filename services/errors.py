"""The root of what a use case refuses. Each service declares its own; the way in turns the key into a text."""


class ServiceError(Exception):
    """A use case that cannot be done. `key` names the reason and its text, `status` the HTTP answer.

    `message`: the words for the clerk (Chinese, what to do) where they depend on the case; empty = those of `key`.
    """

    def __init__(self, key: str, status: int = 400, message: str = "") -> None:
        super().__init__(key)
        self.key = key
        self.status = status
        self.message = message
