"""An OpenFeature provider: whoever routes by feature flags reads the same assignment as the wrapped clients.

    pip install 'shadow-harness[openfeature]'

    from openfeature import api
    from shadow.openfeature import ShadowProvider

    api.set_provider_and_wait(ShadowProvider())
    api.get_client().get_boolean_value("pro", False, EvaluationContext(targeting_key="user-1"))

A flag is a migration's name. As a boolean it is true where the candidate serves the targeting key, as a string it is
the model that does, as a number the candidate's share. Specification: openfeature.dev, "Providers".
"""

import os
from collections.abc import Mapping, Sequence
from typing import TypeVar

from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode
from openfeature.flag_evaluation import FlagResolutionDetails, FlagValueType, Reason
from openfeature.provider import AbstractProvider, Metadata

from shadow.assignment import assigned
from shadow.config import load
from shadow.live import sunsets
from shadow.pair import Arm
from shadow.percentages import Percentages
from shadow.settings import legal
from shadow.store.state import CutoverFile

Value = TypeVar("Value")


class ShadowProvider(AbstractProvider):
    """Reads the assignment of one config.toml. Follows the state file from a thread, as every live process does."""

    def __init__(self, config: str | os.PathLike[str] | None = None) -> None:
        """`config` is the path of config.toml; without it `SHADOW_CONFIG`, else the current folder's.

        Raises `ConfigError`.
        """
        super().__init__()
        self._config = load(config)
        self._percentages = Percentages(
            CutoverFile(self._config.home),
            poll_seconds=self._config.cutover.poll_seconds,
            sunsets=sunsets(self._config),
        )

    def get_metadata(self) -> Metadata:
        """The provider's name."""
        return Metadata(name="shadow")

    def initialize(self, evaluation_context: EvaluationContext) -> None:
        """Begin to follow."""
        del evaluation_context
        self._percentages.follow()

    def shutdown(self) -> None:
        """Follow no longer."""
        self._percentages.stop()

    def resolve_boolean_details(
        self, flag_key: str, default_value: bool, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[bool]:
        """Whether the candidate serves the targeting key."""
        arm = self._arm(flag_key, evaluation_context)
        if not isinstance(arm, Arm):
            return _failed(default_value, *arm)
        return FlagResolutionDetails(arm is Arm.CANDIDATE, reason=Reason.SPLIT, variant=arm.value)

    def resolve_string_details(
        self, flag_key: str, default_value: str, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[str]:
        """The id of the model that serves the targeting key."""
        arm = self._arm(flag_key, evaluation_context)
        if not isinstance(arm, Arm):
            return _failed(default_value, *arm)
        item = self._config.migration[flag_key]
        model = item.candidate if arm is Arm.CANDIDATE else item.incumbent
        return FlagResolutionDetails(model, reason=Reason.SPLIT, variant=arm.value)

    def resolve_float_details(
        self, flag_key: str, default_value: float, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[float]:
        """The candidate's share of live traffic, in per cent."""
        del evaluation_context
        if flag_key not in self._config.migration:
            return _failed(default_value, *self._unknown(flag_key))
        return FlagResolutionDetails(self._percentages.of(flag_key), reason=Reason.STATIC)

    def resolve_integer_details(
        self, flag_key: str, default_value: int, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[int]:
        """The same in whole per cent, rounded down."""
        found = self.resolve_float_details(flag_key, default_value, evaluation_context)
        return FlagResolutionDetails(
            int(found.value), error_code=found.error_code, error_message=found.error_message, reason=found.reason
        )

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Sequence[FlagValueType] | Mapping[str, FlagValueType]]:
        """A migration is no object."""
        del evaluation_context
        return _failed(default_value, ErrorCode.TYPE_MISMATCH, f"{flag_key} is a boolean, a string or a number")

    def _arm(self, flag_key: str, context: EvaluationContext | None) -> Arm | tuple[ErrorCode, str]:
        if flag_key not in self._config.migration:
            return self._unknown(flag_key)
        percent = self._percentages.of(flag_key)
        key = (context.targeting_key if context else None) or ""
        if not key and 0 < percent < 100:
            return ErrorCode.TARGETING_KEY_MISSING, "the assignment needs a targeting key"
        return assigned(key, flag_key, percent)

    def _unknown(self, flag_key: str) -> tuple[ErrorCode, str]:
        return ErrorCode.FLAG_NOT_FOUND, f"no migration. {legal(flag_key, sorted(self._config.migration))}"


def _failed(default: Value, code: ErrorCode, message: str) -> FlagResolutionDetails[Value]:
    return FlagResolutionDetails(default, error_code=code, error_message=message, reason=Reason.ERROR)
