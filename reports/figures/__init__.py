"""Charts as static SVG: one file per kind of chart, and the drawing they share."""

from reports.figures.distribution import Histogram, Percentile, distribution, small_distribution
from reports.figures.forest import ForestRow, forest
from reports.figures.growth import FunnelPoint, Line, funnel, strength_over_pairs
from reports.figures.intervals import IntervalRow, intervals

__all__ = [
    "ForestRow",
    "FunnelPoint",
    "Histogram",
    "IntervalRow",
    "Line",
    "Percentile",
    "distribution",
    "forest",
    "funnel",
    "intervals",
    "small_distribution",
    "strength_over_pairs",
]
