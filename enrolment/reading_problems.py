"""What a device is told when its reading is refused. Pure."""


class Unreadable(Exception):
    """`pointer` is the field (RFC 6901, empty: the whole); `detail` says what was expected. Neither
    repeats a value."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(detail)
        self.pointer = pointer
        self.detail = detail


class Refused(Exception):
    """A reading that was understood and can't be taken: an HTTP status, and why."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
