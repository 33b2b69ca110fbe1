"""Where models are asked. A provider is one file here and one line in `PROVIDERS`."""

from collections.abc import Callable, Mapping
from pathlib import Path

from shadow.providers.provider import Provider
from shadow.settings import WorkerSettings


def _gemini(settings: WorkerSettings, home: Path) -> Provider:
    # google-genai takes seconds to import; a verb that asks no model must not pay for it.
    from shadow.providers.gemini import GeminiProvider, connect, keys_of

    del home
    return GeminiProvider(connect(settings), keys=keys_of(settings))


def _replay(settings: WorkerSettings, home: Path) -> Provider:
    from shadow.providers.replay import ReplayProvider

    del settings
    return ReplayProvider.recorded(home / "replay.jsonl")


def _openai(settings: WorkerSettings, home: Path) -> Provider:
    from shadow.providers.openai import OpenAIProvider, connect

    del home
    return OpenAIProvider(connect(settings))


def _folder(settings: WorkerSettings, home: Path) -> Provider:
    from shadow.providers.folder import FolderProvider

    del settings
    return FolderProvider(home / "pictures")


PROVIDERS: Mapping[str, Callable[[WorkerSettings, Path], Provider]] = {
    "gemini": _gemini,
    "openai": _openai,
    "folder": _folder,
    "replay": _replay,
}
"""Every provider by name: what makes it from the worker's settings and the home."""
