"""What can go wrong when somebody acts on a work item."""


class NotVisibleError(LookupError):
    """The item does not exist for this viewer: pages answer 404, whatever the reason."""


class RefusedError(ValueError):
    """The move is not legal: no such verb in this state, a guard said no, or the role may not."""


class ConflictError(RuntimeError):
    """Somebody else changed the item first; `current` is its version now and `changes` what they did."""

    def __init__(self, message: str, number: str, seen: int, current: int) -> None:
        super().__init__(message)
        self.number = number
        self.seen = seen
        self.current = current
