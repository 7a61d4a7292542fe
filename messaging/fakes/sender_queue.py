"""How fast a sender's texts leave: segments a second, each sender by itself."""


class SenderQueue:
    """`segments_per_second` 0: no limit. `now` in seconds, never going back."""

    def __init__(self, segments_per_second: float) -> None:
        self.rate = segments_per_second
        self._free_at: dict[str, float] = {}

    def wait(self, sender: str, now: float) -> float:
        """Seconds until a text handed over now would leave."""
        return max(0.0, self._free_at.get(sender, now) - now) if self.rate else 0.0

    def full(self, sender: str, segments: int, now: float) -> bool:
        """No room in this second's allowance: what an API without a queue answers 429 to. A text
        longer than the allowance passes when nothing waits."""
        wait = self.wait(sender, now)
        return wait > 0 and wait + segments / self.rate > 1.0

    def join(self, sender: str, segments: int, now: float) -> float:
        """Puts a text in the queue; returns its wait."""
        wait = self.wait(sender, now)
        if self.rate:
            self._free_at[sender] = now + wait + segments / self.rate
        return wait
