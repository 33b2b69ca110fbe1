"""Whether the shadow calls have a key and a quota of their own, as far as that can be known. No key is shown."""

import os
from collections.abc import Iterator
from hashlib import sha256

from shadow.cli.check import ATTENTION, BROKEN, FINE, Check
from shadow.harness import Harness

LIVE_KEYS = ("GOOGLE_API_KEY", "GEMINI_API_KEY")
"""Where google-genai looks for the key of the live calls, the one that wins first."""
TWO_PROJECTS = "Make a key in another project and name its variable in [worker] key_env: quota is counted per project."


def keys(harness: Harness) -> Iterator[Check]:
    """The live key, the key of the shadow calls, and whether they are one."""
    if not any(item.provider == "gemini" for item in harness.config.migration.values()):
        yield from _own(harness.config.worker.key_env)
        return
    live = [name for name in LIVE_KEYS if os.environ.get(name)]
    yield _live(live, harness.config.worker.key_env)
    yield from _own(harness.config.worker.key_env)
    if live:
        yield from _quota(live[0], harness.config.worker.key_env)


def _live(live: list[str], own: str) -> Check:
    if not live and not own:
        advice = "Set GEMINI_API_KEY to the key of the live calls (https://aistudio.google.com/apikey)."
        return Check(name="key", state=BROKEN, found="GEMINI_API_KEY is not set", advice=advice)
    if not live:
        found = f"no live key in this shell, so it was not held against the one in {own}"
        return Check(name="key", state=FINE, found=found)
    if len({_digest(name) for name in live}) > 1:
        found = f"{' and '.join(live)} hold different keys; google-genai takes {live[0]}"
        return Check(name="key", state=ATTENTION, found=found, advice="Unset the one that is not meant.")
    return Check(name="key", state=FINE, found=f"{live[0]} is set")


def _own(own: str) -> Iterator[Check]:
    if own and not os.environ.get(own):
        advice = f"Set {own}, or empty [worker] key_env to use the live key."
        yield Check(name="shadow key", state=BROKEN, found=f"{own} is not set", advice=advice)


def _quota(live: str, own: str) -> Iterator[Check]:
    if not own or own == live:
        found = f"shadow calls use {live}, the live key, and so the live quota"
        yield Check(name="quota", state=ATTENTION, found=found, advice=TWO_PROJECTS)
    elif os.environ.get(own) and _digest(own) == _digest(live):
        found = f"{own} and {live} hold the same key, and so share the live quota"
        yield Check(name="quota", state=ATTENTION, found=found, advice=TWO_PROJECTS)
    elif os.environ.get(own):
        found = (
            f"{own} holds another key than {live}; that it is of another project cannot be asked: "
            "AI Studio names the project beside each key"
        )
        yield Check(name="quota", state=FINE, found=found)


def _digest(name: str) -> bytes:
    """What two keys are compared by, so that neither is held or shown."""
    return sha256(os.environ[name].strip().encode(errors="surrogateescape")).digest()
