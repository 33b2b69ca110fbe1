"""What the proxy tells Prometheus. Names of models, routes and reasons only: no path, no key, no words of a brief."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

ADDED = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0)
TOOK = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0)
Depth = Mapping[str, Mapping[str, int]]


class Metrics:
    """The counters of one proxy, in a registry of its own."""

    def __init__(self) -> None:
        """Everything at zero."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "shadow_proxy_requests",
            "Requests by what they are to us, arm that served (empty where no migration is concerned) and outcome.",
            ("route", "arm", "outcome"),
            registry=self.registry,
        )
        self.added = Histogram(
            "shadow_proxy_added_seconds",
            "Time on our side: from the request's head to asking the upstream, and from its last byte to the caller's.",
            buckets=ADDED,
            registry=self.registry,
        )
        self.took = Histogram(
            "shadow_proxy_request_seconds", "Whole requests.", ("route",), buckets=TOOK, registry=self.registry
        )

    def show(self, standing: "Standing") -> None:
        """Ask this at every look for what is kept elsewhere."""
        self.registry.register(standing)

    def page(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self.registry)


class Standing(Collector):
    """What other rooms know, asked at each look."""

    def __init__(
        self,
        *,
        captured: Callable[[], int],
        lost: Callable[[], Mapping[str, int]],
        waiting: Callable[[], int],
        held: Callable[[], int],
        under_way: Callable[[], int],
        percent: Callable[[], Mapping[str, float]],
    ) -> None:
        """`held` in bytes; `percent` by migration, 0 to 100."""
        self.captured, self.lost, self.waiting = captured, lost, waiting
        self.held, self.under_way, self.percent = held, under_way, percent
        self.depth: Depth | None = None
        """The spool as it was last seen; None where it did not answer in time."""

    def collect(self) -> Iterator[Metric]:
        """The families of metrics."""
        yield CounterMetricFamily("shadow_proxy_captures", "Captures put into the spool.", value=self.captured())
        drops = CounterMetricFamily("shadow_proxy_drops", "Live calls that are not compared.", labels=("reason",))
        for reason, count in sorted(self.lost().items()):
            drops.add_metric((reason,), count)
        yield drops
        yield GaugeMetricFamily(
            "shadow_proxy_waiting", "Calls that wait in memory for the spool.", value=self.waiting()
        )
        yield GaugeMetricFamily(
            "shadow_proxy_held_bytes", "Bytes of calls under way held in memory.", value=self.held()
        )
        yield GaugeMetricFamily("shadow_proxy_under_way", "Watched calls under way.", value=self.under_way())
        percent = GaugeMetricFamily(
            "shadow_proxy_candidate_percent", "The candidate's share of live traffic, 0 to 100.", labels=("migration",)
        )
        for name, value in sorted(self.percent().items()):
            percent.add_metric((name,), value)
        yield percent
        yield GaugeMetricFamily(
            "shadow_proxy_spool_up", "1 where the spool answered.", value=int(self.depth is not None)
        )
        depth = GaugeMetricFamily("shadow_proxy_spool_depth", "Captures in the spool.", labels=("migration", "state"))
        for name, states in sorted((self.depth or {}).items()):
            for state, count in sorted(states.items()):
                depth.add_metric((name, state), count)
        yield depth


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)
