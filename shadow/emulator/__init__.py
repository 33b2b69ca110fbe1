"""An offline server that speaks the Gemini REST API and paints, embeds and judges: for the demo and the tests.

It imports nothing of the rest of the harness. `docs/emulator.md` describes it.
"""

from shadow.emulator.album import Album, Gap, is_named_by_a_brief, name_of, painting_models
from shadow.emulator.briefs import BriefLine, briefs
from shadow.emulator.models import MODELS, Model
from shadow.emulator.scenarios import SCENARIOS, Fault, Scenario, Truth
from shadow.emulator.server import Emulator, serve

__all__ = [
    "MODELS",
    "SCENARIOS",
    "Album",
    "BriefLine",
    "Emulator",
    "Fault",
    "Gap",
    "Model",
    "Scenario",
    "Truth",
    "briefs",
    "is_named_by_a_brief",
    "name_of",
    "painting_models",
    "serve",
]
