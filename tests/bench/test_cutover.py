"""The benchmark of the cutover runs and says what it found."""

from bench.cutover import DAYS, RULES, row, simulated


def test_every_rule_is_held_against_the_same_migrations() -> None:
    """A row for each; the product exposes nobody to a bad candidate and brings good ones home."""
    ramps = simulated(18, seed=5)
    assert set(ramps) == set(RULES)
    assert all(len(found) == 18 for found in ramps.values())
    assert all(len(ramp.percents) == DAYS for found in ramps.values() for ramp in found)
    bad = [ramp for ramp in ramps["this product"] if any(ramp.bad)]
    assert max(ramp.exposed for ramp in bad) < 0.05
    assert row("ours", ramps["this product"]).startswith("| ours | 0.0% |")
