"""Every rule of the comparison by its name."""

from collections.abc import Callable, Mapping

from bench import betting, peers
from bench.said import Said
from bench.study import Stream

RULES: Mapping[str, Callable[[Stream], Said]] = {
    "this verdict": betting.ours,
    "mean > 0 after 200": peers.naive_mean,
    "every test at 5 %": peers.every_test,
    "paired t": peers.paired_t,
    "KS p < .05": peers.kolmogorov_smirnov,
    "Mann-Whitney (Kayenta)": peers.kayenta,
    "Evidently": peers.evidently,
    "GrowthBook sequential": peers.growthbook,
    "asymptotic sequence": peers.asymptotic,
}
