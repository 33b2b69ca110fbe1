"""A judgement outside any pair, paid for all the same."""

from shadow.brief import Brief
from shadow.finding import Finding
from shadow.pair import Arm, Capture, Image, Outcome, OutcomeKind
from shadow.purse.account import Account
from shadow.purse.metered import Metered
from shadow.purse.purse import Purse
from shadow.worker.bench import Bench
from shadow.worker.extras import JUDGE
from shadow.worker.hand import MAY_PASS, REPEATS


def judged_alone(bench: Bench, purse: Purse, brief: Brief, image: Image, *, name: str) -> Finding | None:
    """What the judge finds about this picture; None where the gate has no judge. Raises `Unavailable`.

    Paid from the purse under `name`, each call within the caps. An answer of no use is asked for again at once.
    """
    outcome = Outcome(kind=OutcomeKind.IMAGE, model=bench.models[Arm.INCUMBENT], image=image)
    paid_as = Capture(
        capture_id=name, migration="", brief=brief, arm=Arm.INCUMBENT, outcome=outcome, dispatched_at=purse.now()
    )
    account = Account(purse, bench.tariff, paid_as)
    layers = bench.layers(Metered(bench.provider, account))
    judge = next((layer for layer in layers if layer.name == JUDGE), None)
    if judge is None:
        return None
    try:
        finding = judge.check(brief, image)
        for _ in range(REPEATS):
            if finding.missing in MAY_PASS:
                account.kept()
                finding = judge.check(brief, image)
        return finding
    finally:
        account.finish()
