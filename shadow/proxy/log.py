"""One line of JSON for each thing that is said: never a header, a query, a body or a key."""

import json
import logging
import sys
from datetime import UTC, datetime

from shadow.providers.failure import without_keys

EXTRA = "shadow_facts"


class Lines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        facts = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": without_keys(record.getMessage()),
            **getattr(record, EXTRA, {}),
        }
        if record.exc_info:
            facts["error"] = without_keys(self.formatException(record.exc_info)[-2000:])
        return json.dumps(facts)


def follow(level: int = logging.INFO) -> None:
    """Everything that is logged in this process, as lines on stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("google_genai", "asyncio"):
        logging.getLogger(name).setLevel(logging.ERROR)


def facts(**said: object) -> dict[str, dict[str, object]]:
    """What a line says beside its message, for `extra`."""
    return {EXTRA: said}
