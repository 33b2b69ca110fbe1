"""The outcomes of one lease as they grow."""

from shadow.pair import Arm, Examined
from shadow.purse.account import Account
from shadow.spool.spool import Lease, Spool


class Job:
    """One lease with everything that was obtained for it so far. Used by one thread."""

    def __init__(self, *, spool: Spool, lease: Lease, account: Account, last: bool) -> None:
        """`last` says that this is the last attempt."""
        self._spool = spool
        self.lease = lease
        self.capture = lease.capture
        self.account = account
        self.last = last
        self._examined = {(item.arm, item.draw): item for item in lease.progress}

    def of(self, arm: Arm, draw: int = 1) -> Examined | None:
        """The outcome of this draw, where there is one already."""
        return self._examined.get((arm, draw))

    def note(self, examined: Examined) -> None:
        """This is what is known of its draw now."""
        self._examined[examined.arm, examined.draw] = examined

    def keep(self) -> None:
        """Everything noted is safe in the spool: nobody pays for it again. Raises `StaleLease`."""
        self._spool.keep(self.lease, self.examined())
        self.account.kept()

    def examined(self) -> tuple[Examined, ...]:
        """Everything noted."""
        return tuple(self._examined.values())
