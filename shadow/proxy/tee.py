"""A copy of what goes through, bounded: pieces by reference, so that a copy costs an append."""


class Budget:
    """Bytes that all copies under way may hold together. Used by one thread alone."""

    def __init__(self, most: float) -> None:
        """`most` bytes."""
        self._most = most
        self.held = 0

    def take(self, size: int) -> bool:
        """Hold so many bytes more, if there is room."""
        if self.held + size > self._most:
            return False
        self.held += size
        return True

    def give_back(self, size: int) -> None:
        """Hold them no longer."""
        self.held -= size


class Copy:
    """The bytes of one body as they went through. What does not fit is given up whole: half a body is no body."""

    __slots__ = ("_budget", "_pieces", "full", "size")

    def __init__(self, budget: Budget) -> None:
        """Empty."""
        self._budget = budget
        self._pieces: list[bytes] = []
        self.size = 0
        self.full = False
        """Whether there was no room."""

    def add(self, piece: bytes) -> None:
        """One more piece."""
        if self.full:
            return
        if self._budget.take(len(piece)):
            self._pieces.append(piece)
            self.size += len(piece)
        else:
            self.let_go()
            self.full = True

    def fits(self, piece: bytes) -> bool:
        """One more piece; whether there was room for all so far."""
        self.add(piece)
        return not self.full

    def taken(self) -> tuple[bytes, ...]:
        """The pieces, which are the caller's from now on: the budget has its bytes back."""
        pieces = tuple(self._pieces)
        self.let_go()
        return pieces

    def let_go(self) -> None:
        """Hold nothing any more."""
        self._budget.give_back(self.size)
        self._pieces.clear()
        self.size = 0
