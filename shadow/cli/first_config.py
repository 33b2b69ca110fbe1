"""The config.toml that `shadow init` writes: every line it sets says what it means."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shadow.cli.proposal import Plan
from shadow.prices import FREE_PROVIDERS, PRICES, block
from shadow.settings import CutoverSettings

TEMPLATE = """\
# Written by `shadow init` on {today}. Unknown keys stop every verb: a typo never loosens a gate.
# Every other setting has a default: see docs/configuration.md, and copy here only what you change.

# One block for each migration; several may run side by side, then verbs take --migration NAME.
[migration.{name}]
incumbent = {incumbent}  # model id in production
candidate = {candidate}  # model id that may replace it
serving = true  # may move live traffic; false: compare only
sample = {sample}  # share of briefs to shadow: about {shadowed} of your {per_day} a day
provider = {provider}  # where both models are asked
{last_day}

[verdict]
# With these margins and an equal candidate GO takes about {days} (nine times in ten at most {days_at_most}){money}.
# Wider ones decide sooner and let more slip; a change starts the evidence anew.
{margins}
min_hours = 24.0  # hours of traffic the counted pairs must span before a GO
{segments}

[worker]
# Best the key of a project of its own: quota is counted per project, and shadow calls must not eat the live one's.
key_env = {key_env}  # environment variable with the key of the shadow calls; empty: the live key

{budget}
{cutover}[paths]
home = ".shadow"  # ledger, spool, pictures and cutover state; relative to this file
"""
MEANINGS = {
    "quality_margin": "points of quality (0-100) the candidate may lose on average",
    "tail_rate_margin": "share of briefs by which it may fall among the incumbent's worst more often: {share}",
    "gate_failures_margin": "share of briefs by which it may fail the gate more often: {share}",
    "errors_margin": "share of briefs by which it may refuse or fail more often: {share}",
    "similarity_margin": "cosine between brief and picture it may lose on average",
}
OPENAI = """
# Gemini's judge and embeddings are not served here: name a chat model that sees pictures, and its price.
# [gate]
# layers = ["properties", "judge"]
# [gate.judge]
# model = "..."
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the person said."""

    name: str
    incumbent: str
    candidate: str
    provider: str
    key_env: str
    per_day: int
    last_day: date | None
    money: float | None
    segments: tuple[str, ...]


def written(plan: Plan, answers: Answers, *, today: date) -> str:
    """The whole file."""
    text = TEMPLATE.format(
        today=today,
        name=answers.name,
        incumbent=json.dumps(answers.incumbent),
        candidate=json.dumps(answers.candidate),
        provider=json.dumps(answers.provider),
        key_env=json.dumps(answers.key_env),
        sample=float(plan.sample),
        shadowed=f"{round(answers.per_day * plan.sample):,}",
        per_day=f"{answers.per_day:,}",
        last_day=_last_day(answers.last_day),
        days=in_days(plan.days),
        days_at_most=in_days(plan.days_at_most),
        money=f" and ${plan.money:,.0f}" if plan.money is not None else "",
        margins="\n".join(_margin(key, plan.margins) for key in MEANINGS),
        segments=_segments(plan, answers.segments),
        budget=_budget(answers.money),
        cutover=_cutover(),
    )
    models = () if answers.provider in FREE_PROVIDERS else (answers.incumbent, answers.candidate)
    unpriced = [model for model in dict.fromkeys(models) if model not in PRICES]
    return (
        text + (OPENAI if answers.provider == "openai" else "") + "".join(_priced(model, today) for model in unpriced)
    )


def in_days(number: int) -> str:
    """ "9 days"."""
    return f"{number:,} day{'' if number == 1 else 's'}"


def percent(share: float) -> str:
    """ "1.5 %"."""
    return f"{100 * share:g} %"


def _last_day(day: date | None) -> str:
    if day is None:
        return "# last_day = 2026-06-25  # last day the incumbent answers; not known yet"
    return f"last_day = {day}  # last day the incumbent answers"


def _margin(key: str, margins: Mapping[str, float]) -> str:
    return f"{key} = {float(margins[key])}  # {MEANINGS[key].format(share=percent(margins[key]))}"


def _segments(plan: Plan, segments: tuple[str, ...]) -> str:
    margin = f"segment_margin = {float(plan.margins['segment_margin'])}  # points of quality that one segment may lose"
    if not segments:
        return (
            f"{margin}\n# Groups of briefs that must hold each by itself, as your code names them: "
            'shadow.labels(segment="portrait").\n# segments = ["portrait", "landscape"]'
        )
    named = json.dumps(list(segments), ensure_ascii=False)
    return f"{margin}\nsegments = {named}  # each must hold by itself, and the rest together"


def _budget(money: float | None) -> str:
    if money is None:
        return "# [budget]\n# usd_total = 200.0  # USD that the shadow calls may cost in total; not set: no limit\n"
    return (
        f"[budget]\nusd_total = {float(money)}  # USD that the shadow calls may cost in total; beyond it none is made\n"
    )


def _cutover() -> str:
    default = CutoverSettings()
    return (
        f"[cutover]\nstages = {json.dumps(list(default.stages))}  # % of live traffic on the candidate, step by step\n"
        f"stage_hours = {json.dumps(default.stage_hours)}  # hours that a stage lasts at least\n"
        f"stage_pairs = {json.dumps(default.stage_pairs)}  # counted pairs that a stage lasts at least\n"
        "# approve = [25]  # stages that a person must approve\n\n"
    )


def _priced(model: str, today: date) -> str:
    return (
        "\n# No price is known of this model: at 0 its pictures cost nothing in any count and no budget stops them. "
        f"Put it right.\n{block(model, today)}\n"
    )
