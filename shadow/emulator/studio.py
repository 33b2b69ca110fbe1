"""The image models: a brief in, a picture or what happens instead of one out."""

from dataclasses import dataclass, field
from io import BytesIO
from types import MappingProxyType

from PIL import Image

from shadow.emulator.errors import ApiError, ConnectionDropped, invalid, overloaded, quota_exceeded
from shadow.emulator.models import Model, Size
from shadow.emulator.painter import Style, encode, paint
from shadow.emulator.replies import Reply, picture_part, text_part
from shadow.emulator.scenarios import INFRASTRUCTURE, Fault, Scenario, struck
from shadow.emulator.scene import read_scene
from shadow.emulator.seeds import chance_of, seed_of
from shadow.emulator.tally import Draws
from shadow.emulator.wire import Ask, Blob

_RETRY_SECONDS = 1
_CAPTION = "Here is the wallpaper you asked for."
_QUESTION = "I can help with that. Which colours and which time of day do you have in mind?"
_FAILED = MappingProxyType(
    {
        Fault.NO_IMAGE: Reply(finish="NO_IMAGE"),
        Fault.IMAGE_SAFETY: Reply(finish="IMAGE_SAFETY"),
        Fault.TEXT_ONLY: Reply(parts=(text_part(_QUESTION),), tokens=(("TEXT", len(_QUESTION) // 4),)),
        Fault.BLOCKED: Reply(blocked="PROHIBITED_CONTENT"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of a request: the draw that is painted, or the fault that happens instead."""

    draw: str
    fault: Fault | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """Paints for every image model; only for the candidates the scenario holds."""

    scenario: Scenario
    candidates: frozenset[str]
    seed: int
    draws: Draws = field(default_factory=Draws)

    def generate(self, ask: Ask, model: Model) -> Reply:
        """The answer to a generateContent request. Raises ApiError or ConnectionDropped."""
        if ask.modalities and "IMAGE" not in ask.modalities:
            return Reply(parts=(text_part(_QUESTION),), tokens=(("TEXT", len(_QUESTION) // 4),))
        size = _size(ask, model)
        fate = self.fate(ask, model)
        if fate.fault in INFRASTRUCTURE:
            raise _line_error(fate.fault, model)
        return self._picture(ask, model, size, fate.draw) if fate.fault is None else _FAILED[fate.fault]

    def fate(self, ask: Ask, model: Model) -> Fate:
        """Counts a request and says what becomes of it, before anything is painted."""
        brief = _identity(ask)
        visit = self.draws.enter(brief, model.name, lambda number: self._line(brief, model, number))
        draw = f"draw {visit.draw}" if ask.seed is None else f"seed {ask.seed}"
        return Fate(draw=draw, fault=visit.fault or self._fault(brief, model, draw))

    def _line(self, brief: str, model: Model, number: int) -> Fault | None:
        """How the line fails the number-th request for a brief, if it does."""
        if model.name not in self.candidates:
            return None
        chance = float(chance_of(self.seed, "line", brief, model.name, number).random())
        return struck(self.scenario.faults, INFRASTRUCTURE, chance)

    def _fault(self, brief: str, model: Model, draw: str) -> Fault | None:
        """What the model does to a draw instead of painting it, if anything."""
        if model.name not in self.candidates:
            return None
        chance = float(chance_of(self.seed, "outcome", brief, model.name, draw).random())
        return struck(self.scenario.faults, frozenset(_FAILED), chance)

    def _picture(self, ask: Ask, model: Model, size: Size, draw: str) -> Reply:
        brief = _identity(ask)
        seed = seed_of(self.seed, "paint", brief, model.name, draw)
        picture = paint(read_scene(ask.text), size, seed=seed, style=self._style(brief, model))
        parts = (picture_part("image/jpeg", encode(picture), signed_by=seed if model.thinks else None),)
        tokens = (("IMAGE", model.tokens[ask.image_size]),)
        thoughts = int(chance_of("thoughts", seed).integers(140, 320)) if model.thinks else 0
        if ask.modalities == {"IMAGE"}:
            return Reply(parts=parts, tokens=tokens, thoughts=thoughts)
        return Reply(
            parts=(text_part(_CAPTION), *parts), tokens=(("TEXT", len(_CAPTION) // 4), *tokens), thoughts=thoughts
        )

    def _style(self, brief: str, model: Model) -> Style:
        if model.name not in self.candidates:
            return Style()
        touched = float(chance_of(self.seed, "share", brief).random()) < self.scenario.share
        return self.scenario.style if touched else Style()


def _line_error(fault: Fault | None, model: Model) -> ApiError | ConnectionDropped:
    if fault is Fault.DROPPED:
        return ConnectionDropped()
    return overloaded() if fault is Fault.OVERLOADED else quota_exceeded(model.name, _RETRY_SECONDS)


def _identity(ask: Ask) -> str:
    """What makes two requests ask for the same brief: its words, its pictures, the picture asked for."""
    return f"{seed_of(ask.text, ask.aspect_ratio, ask.image_size, *(blob.data for blob in ask.blobs)):016x}"


def _size(ask: Ask, model: Model) -> Size:
    ratio = ask.aspect_ratio or (model.nearest_ratio(pixels_of(ask.blobs[-1])) if ask.blobs else "1:1")
    size = model.pixels(ratio, ask.image_size)
    if size is None:
        offers = f"aspect ratios {', '.join(model.ratios)} and image sizes {', '.join(model.tokens)}"
        raise invalid(why=f"{model.name} does not support {ratio} at {ask.image_size}. It supports {offers}.")
    return size


def pixels_of(blob: Blob) -> Size:
    """Width and height of a request's picture. Raises ApiError 400 where it is none."""
    try:
        with Image.open(BytesIO(blob.data)) as picture:
            return picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise invalid(
            why="Unable to process input image. Please retry or report in the troubleshooting guide."
        ) from error
