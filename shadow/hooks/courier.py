"""The courier: tries each letter, again later where it fails. Nothing that moves traffic ever waits for it."""

import contextlib
import fcntl
import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from shadow.hooks.outbox import Letter, Outbox
from shadow.hooks.signing import headers

COMMAND, URL = "command", "url"
PAUSES = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
"""Seconds after each failed attempt, as the specification of Standard Webhooks proposes."""
NEVER = float("inf")


class DeliveryError(Exception):
    """One attempt failed; the text says why, in words that hold no secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where letters go."""

    command: tuple[str, ...] = ()
    url: str = ""
    secret_env: str = ""
    timeout_seconds: float = 10.0
    attempts: int = 8

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways there are."""
        return tuple(way for way, given in ((COMMAND, self.command), (URL, self.url)) if given)


class Courier:
    """Empties one outbox; two couriers never carry at the same time."""

    def __init__(
        self,
        outbox: Outbox,
        target: Target,
        *,
        environment: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`environment` holds the signing secret under the name that the target says."""
        self._outbox = outbox
        self._target = target
        self._environment = environment
        self._clock = clock
        self._ways: Mapping[str, Callable[[Letter], None]] = {COMMAND: self._run, URL: self._post}

    def due(self) -> bool:
        """Whether anything is to be tried now."""
        return any(letter.next_at <= self._clock() for letter in self._outbox.letters())

    def deliver(self) -> int:
        """Try every letter that is due, once. Returns how many were sent. Raises `OSError` where the disk fails."""
        if not self._outbox.folder.is_dir():
            return 0
        descriptor = os.open(self._outbox.folder, os.O_RDONLY)
        try:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return sum(self._try(letter) for letter in list(self._outbox.letters()))
        finally:
            os.close(descriptor)
        return 0

    def _try(self, letter: Letter) -> bool:
        if letter.next_at > self._clock():
            return False
        troubles = {way: self._trouble(way, letter) for way in letter.left}
        left = tuple(way for way, trouble in troubles.items() if trouble)
        attempts = letter.attempts + 1
        given_up = attempts >= self._target.attempts
        pause = NEVER if given_up else PAUSES[min(attempts, len(PAUSES)) - 1]
        words = "; ".join(f"{way}: {trouble}" for way, trouble in troubles.items() if trouble)
        self._outbox.keep(replace(letter, left=left, attempts=attempts, next_at=self._clock() + pause, trouble=words))
        self._outbox.forget(self._clock())
        return not left

    def _trouble(self, way: str, letter: Letter) -> str:
        try:
            self._ways[way](letter)
        except DeliveryError as error:
            return str(error)
        return ""

    def _run(self, letter: Letter) -> None:
        if not self._target.command:
            return  # no longer configured: there is nobody to tell
        try:
            done = subprocess.run(  # noqa: S603  the user's own command, not through a shell
                list(self._target.command),
                input=letter.body.encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=self._target.timeout_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            message = f"took longer than {self._target.timeout_seconds:g} s"
            raise DeliveryError(message) from error
        except OSError as error:
            raise DeliveryError(error.strerror or type(error).__name__) from error
        if done.returncode:
            message = f"ended with {done.returncode}"
            raise DeliveryError(message)

    def _post(self, letter: Letter) -> None:
        if not self._target.url:
            return
        import httpx2

        secret = self._environment.get(self._target.secret_env, "")
        if not secret:
            message = f"the environment variable {self._target.secret_env} with the signing secret is not set"
            raise DeliveryError(message)
        body = letter.body.encode()
        try:
            signed = headers(secret, event_id=letter.event_id, at=int(self._clock()), body=body)
            answer = httpx2.post(
                self._target.url,
                content=body,
                headers={"content-type": "application/json", **signed},
                timeout=self._target.timeout_seconds,
            )
        except ValueError as error:
            raise DeliveryError(str(error)) from error
        except httpx2.HTTPError as error:
            raise DeliveryError(type(error).__name__) from error
        if not answer.is_success:
            message = f"answered {answer.status_code}"
            raise DeliveryError(message)


def undelivered(letters: Sequence[Letter]) -> int:
    """How many were given up."""
    return sum(letter.next_at == NEVER for letter in letters)
