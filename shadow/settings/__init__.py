"""The blocks of config.toml as frozen typed settings. Every field says its unit and its default."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from shadow.errors import ConfigError
from shadow.settings.block import Name, Settings
from shadow.settings.cutover import CutoverSettings
from shadow.settings.gate import (
    RUBRIC,
    CriterionSettings,
    GateSettings,
    JudgeSettings,
    PropertiesSettings,
    SimilaritySettings,
    TargetSettings,
)
from shadow.settings.migration import MigrationSettings
from shadow.settings.money import BudgetSettings, PriceSettings
from shadow.settings.names import legal
from shadow.settings.noise import NoiseSettings
from shadow.settings.proxy import ProxySettings
from shadow.settings.verdict import VerdictSettings
from shadow.settings.worker import SpoolSettings, WorkerSettings

__all__ = [
    "RUBRIC",
    "BudgetSettings",
    "Config",
    "CriterionSettings",
    "CutoverSettings",
    "GateSettings",
    "JudgeSettings",
    "MigrationSettings",
    "NoiseSettings",
    "PathsSettings",
    "PriceSettings",
    "PropertiesSettings",
    "ProxySettings",
    "Settings",
    "SimilaritySettings",
    "SpoolSettings",
    "TargetSettings",
    "VerdictSettings",
    "WorkerSettings",
    "legal",
]


class PathsSettings(Settings):
    """[paths]: where everything is kept."""

    home: Name = Field(".shadow", description="Folder of ledger, spool, pictures and cutover state.")


class Config(Settings):
    """Everything config.toml says, with the file it was read from."""

    migration: Mapping[str, MigrationSettings] = Field(default_factory=dict)
    gate: GateSettings = GateSettings()
    worker: WorkerSettings = WorkerSettings()
    noise: NoiseSettings = NoiseSettings()
    budget: BudgetSettings = BudgetSettings()
    prices: Mapping[str, PriceSettings] = Field(default_factory=dict)
    spool: SpoolSettings = SpoolSettings()
    paths: PathsSettings = PathsSettings()
    verdict: VerdictSettings = VerdictSettings()
    cutover: CutoverSettings = CutoverSettings()
    proxy: ProxySettings = ProxySettings()
    folder: Path = Field(Path(), exclude=True, strict=False)

    @property
    def home(self) -> Path:
        """Absolute folder of ledger, spool, pictures and cutover state."""
        return (self.folder / self.paths.home).resolve()

    def named(self, migration: str | None) -> str:
        """The migration a verb is about: the one named, or the only one there is."""
        names = sorted(self.migration)
        if migration is None and len(names) == 1:
            return names[0]
        if migration is None:
            msg = f"There are several migrations; say which: --migration {' | '.join(names)}"
            raise ConfigError(msg)
        if migration not in self.migration:
            msg = f"No migration named {migration!r}. {legal(migration, names)}"
            raise ConfigError(msg)
        return migration

    def of_model(self, model: str) -> tuple[str, ...]:
        """Names of the migrations whose incumbent is this model, the serving one first."""
        found = [name for name, item in self.migration.items() if item.incumbent == model]
        return tuple(sorted(found, key=lambda name: (not self.migration[name].serving, name)))
