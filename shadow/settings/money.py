"""[budget] and [prices]: what the shadow calls may cost."""

import math
from collections.abc import Mapping
from datetime import date
from typing import Self

from pydantic import Field, model_validator

from shadow.settings.block import Money, Name, Settings


class BudgetSettings(Settings):
    """[budget]: what the shadow calls may cost, all workers of a home together. `inf` is no limit."""

    usd_per_day: Money = Field(math.inf, description="USD per UTC day; beyond it captures are shed by brief, counted.")
    usd_total: Money = Field(math.inf, description="USD in total, as long as this home's purse exists.")


class PriceSettings(Settings):
    """[prices.MODEL]: what a model costs, when that was read and where."""

    as_of: date = Field(description="Day on which the price was read (YYYY-MM-DD).")
    source: Name = Field(description="Where it was read.")
    input: Money | None = Field(None, description="USD per million tokens of words that go in; else the dearest here.")
    input_image: Money | None = Field(None, description="USD per million tokens of pictures that go in; else `input`.")
    output: Money | None = Field(
        None, description="USD per million tokens of words and thoughts that come out; else the dearest here."
    )
    image: Money | None = Field(None, description="USD per million tokens of pictures that come out; else `per_image`.")
    per_image: Mapping[str, Money] = Field(
        default_factory=dict, description='USD per picture that comes out, by image size ("1K").'
    )
    uncertain: bool = Field(False, description="The sources disagree, or it is not the provider's own page.")

    @property
    def rates(self) -> tuple[float, ...]:
        """Every price per million tokens that is said."""
        return tuple(rate for rate in (self.input, self.input_image, self.output, self.image) if rate is not None)

    @model_validator(mode="after")
    def _says_a_price(self) -> Self:
        if not self.rates and not self.per_image:
            msg = "says no price: give input, output, image or per_image; 0 where it is free"
            raise ValueError(msg)
        return self
