"""What can be wrong with the harness itself. What a model does is data (an `Outcome`), never an exception.

ShadowError                 base; `exit_code` is what a verb ends with
├── ConfigError        (2)  config.toml cannot be used as it stands
├── InputError         (2)  a file or an argument of the user cannot be used
├── StoreBusy          (1)  the ledger is held by another process
├── StoreBroken        (1)  the ledger or a picture cannot be read or written
├── SpoolBroken        (1)  the spool cannot be read or written
├── StaleLease         (1)  a lease that came back to somebody else was used
└── Unavailable        (1)  a provider could not be asked now: quota, outage, timeout, lost connection
"""


class ShadowError(Exception):
    """Base of every error of the harness; the text says what to do about it."""

    exit_code = 1


class ConfigError(ShadowError):
    """config.toml cannot be used: unknown key, unknown name, a value out of range."""

    exit_code = 2


class InputError(ShadowError):
    """A file or an argument of the user cannot be used."""

    exit_code = 2


class StoreBusy(ShadowError):  # noqa: N818  the noun says what is wrong; "Error" would add nothing
    """Another process holds the ledger and did not let go in time."""


class StoreBroken(ShadowError):  # noqa: N818
    """The ledger or a stored picture cannot be read or written."""


class SpoolBroken(ShadowError):  # noqa: N818
    """The spool cannot be read or written."""


class StaleLease(ShadowError):  # noqa: N818
    """The lease ran out and the capture went to somebody else; the work of this holder must not be filed."""


class Unavailable(ShadowError):  # noqa: N818
    """A provider could not be asked now (429, 5xx, timeout, lost connection). Infrastructure: wait and ask again."""

    def __init__(
        self, label: str, detail: str, retry_after: float | None = None, *, asked: bool = True, model: str = ""
    ) -> None:
        """`label` is short and countable ("429 RESOURCE_EXHAUSTED"); `retry_after` in seconds where the API said so.

        `asked` is False where we ourselves did not ask (a pause, a limit, the budget): such a wait is no attempt.
        `model` is who was asked, where the one who raises knows.
        """
        super().__init__(f"{label}: {detail}" if detail else label)
        self.label = label
        self.detail = detail
        self.retry_after = retry_after
        self.asked = asked
        self.model = model
