"""What a picture of each arm costs at list prices, and what the comparison has cost: for the report."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.results import ArmCost, Costs, Spending
from shadow.cli.money import usd
from shadow.errors import Unavailable
from shadow.harness import Harness
from shadow.prices import DEFAULT_SIZE, FREE_PROVIDERS, Usage, cost, price_list
from shadow.settings import PriceSettings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TOKENS = """
    select arm, model, coalesce(image_size, '') as size, count(*), sum(coalesce(prompt_tokens, 0)),
           sum(coalesce(thought_tokens, 0))
    from outcomes join pairs using (capture_id) left join briefs using (brief_digest)
    where migration = $migration and draw = 1 and kind = 'image'
    group by all order by arm desc, model, size"""
Row = tuple[str, str, str, int, int, int]


def costs_of(harness: Harness, name: str, connection: "DuckDBPyConnection") -> Costs:
    """The costs of one migration; empty where nobody bills it, without spending where the purse cannot be read."""
    if harness.config.migration[name].provider in FREE_PROVIDERS:
        return Costs()
    rows: list[Row] = connection.execute(TOKENS, {"migration": name}).fetchall()
    return Costs(arms=tuple(_arms(rows, price_list(harness.config.prices))), spending=_spending(harness))


def _arms(rows: list[Row], prices: dict[str, PriceSettings]) -> Iterator[ArmCost]:
    for arm, model in dict.fromkeys((row[0], row[1]) for row in rows):
        price = prices.get(model)
        if price is None:
            continue
        own = [row for row in rows if row[:2] == (arm, model)]
        pictures = sum(row[3] for row in own)
        nano = sum(
            cost(price, Usage(input_tokens=words, output_tokens=thoughts, images=count), size=size or DEFAULT_SIZE)
            for _, _, size, count, words, thoughts in own
        )
        yield ArmCost(
            arm=arm,
            model=model,
            pictures=pictures,
            usd=usd(nano / pictures),
            as_of=price.as_of.isoformat(),
            uncertain=price.uncertain,
        )


def _spending(harness: Harness) -> tuple[Spending, ...]:
    try:
        ever = harness.purse.standing().ever
    except Unavailable:  # a report without this table is still a report
        return ()
    return tuple(Spending(model=model, step=step, calls=calls, usd=usd(nano)) for model, step, calls, nano in ever)
