"""Everything the template may see: the parts of the report, already worded. Strings and our own SVG, nothing else."""

from dataclasses import dataclass

from analysis.results import Study
from reports.quantities import moment
from reports.sections.banner import Banner, banner
from reports.sections.costs import CostsPart, costs
from reports.sections.coverage import CoveragePart, coverage
from reports.sections.distributions import Distributions, distributions
from reports.sections.evidence import Evidence, evidence
from reports.sections.growth import Growth, growth
from reports.sections.history import BaselinePart, CutoverPart, baseline, cutover
from reports.sections.outcomes import Outcomes, outcomes
from reports.sections.pairs import Pairs, Picture, pairs
from reports.sections.provenance import Provenance, provenance
from reports.sections.segments import Segments, segments
from reports.text import line

NOT_SEEN = "no answer yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One report."""

    migration: str
    incumbent: str
    candidate: str
    made_at: str
    banner: Banner
    redacted: str
    """Empty, or what was left out on purpose."""
    evidence: Evidence
    growth: Growth
    distributions: Distributions
    segments: Segments
    coverage: CoveragePart
    pairs: Pairs
    outcomes: Outcomes
    costs: CostsPart
    baseline: BaselinePart
    cutover: CutoverPart
    provenance: Provenance


def context(study: Study, *, picture: Picture, redacted: str = "") -> Context:
    """The report of this study in words; `picture` gives the bytes under a digest, or None.

    `redacted` says what was left out on purpose.
    """
    return Context(
        migration=line(study.migration, 80),
        incumbent=line(study.incumbent.model, 80) or NOT_SEEN,
        candidate=line(study.candidate.model, 80) or NOT_SEEN,
        made_at=moment(study.made_at),
        banner=banner(study),
        redacted=redacted,
        evidence=evidence(study),
        growth=growth(study),
        distributions=distributions(study),
        segments=segments(study),
        coverage=coverage(study),
        pairs=pairs(study, picture),
        outcomes=outcomes(study),
        costs=costs(study),
        baseline=baseline(study),
        cutover=cutover(study),
        provenance=provenance(study),
    )
