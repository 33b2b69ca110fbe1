"""Charts as static SVG: one file per kind of chart, and the drawing they share."""

from reports.figures.distribution import Histogram, Percentile, distribution, small_distribution
from reports.figures.forest import ForestRow, forest

__all__ = ["ForestRow", "Histogram", "Percentile", "distribution", "forest", "small_distribution"]
