"""The image models: a brief in, a picture or what happens instead of one out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from types import MappingProxyType

from PIL import Image

from shadow.emulator.album import Album, Gap, Leaf
from shadow.emulator.errors import ConnectionDropped, Garbled, internal, invalid, late, overloaded, quota_exceeded
from shadow.emulator.models import Model, Size
from shadow.emulator.painter import Style, encode, paint
from shadow.emulator.replies import Reply, picture_part, text_part
from shadow.emulator.scenarios import INFRASTRUCTURE, SCENARIOS, Fault, Scenario, struck
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
        Fault.EMPTY: Reply(finish=""),
    }
)


_SAME = SCENARIOS["same"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of a request: the draw that is made, under which scenario, or the fault that happens instead.

    `number` counts the draws of a brief from 0; a request with a seed of its own is the first.
    """

    draw: str
    number: int
    scenario: Scenario
    fault: Fault | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """Paints for every image model, or takes the picture from an album; each candidate has its scenario."""

    scenarios: Mapping[str, Scenario]
    seed: int
    album: Album | None = None
    draws: Draws = field(default_factory=Draws)

    def generate(self, ask: Ask, model: Model) -> Reply:
        """The answer to a generateContent request. Raises ApiError, ConnectionDropped or Garbled."""
        if ask.modalities and "IMAGE" not in ask.modalities:
            return Reply(parts=(text_part(_QUESTION),), tokens=(("TEXT", len(_QUESTION) // 4),))
        size = _size(ask, model)
        fate = self.fate(ask, model)
        if fate.fault in INFRASTRUCTURE:
            raise _line_error(fate.fault, model)
        reply = self._picture(ask, model, size, fate) if fate.fault is None else _FAILED[fate.fault]
        return replace(reply, slowness=fate.scenario.slowness)

    def fate(self, ask: Ask, model: Model) -> Fate:
        """Counts a request and says what becomes of it, before anything is painted."""
        brief = _identity(ask)
        visit = self.draws.enter(
            brief, model.name, lambda number, served: self._line(self._scenario(model, served), brief, model, number)
        )
        draw = f"draw {visit.draw}" if ask.seed is None else f"seed {ask.seed}"
        scenario = self._scenario(model, visit.served)
        return Fate(
            draw=draw,
            number=visit.draw if ask.seed is None else 0,
            scenario=scenario,
            fault=visit.fault or self._fault(scenario, brief, model, draw),
        )

    def touches(self, ask: Ask, model: Model) -> bool:
        """Whether the style of the model's scenario is meant for this brief."""
        return self._meant_for(self.scenarios.get(model.name, _SAME), ask)

    def _scenario(self, model: Model, served: int) -> Scenario:
        """What holds for a model that served that many requests before."""
        scenario = self.scenarios.get(model.name, _SAME)
        return scenario if served >= scenario.after else _SAME

    def _line(self, scenario: Scenario, brief: str, model: Model, number: int) -> Fault | None:
        """How the line fails the number-th request for a brief, if it does."""
        chance = float(chance_of(self.seed, "line", brief, model.name, number).random())
        return struck(scenario.faults, INFRASTRUCTURE, chance)

    def _fault(self, scenario: Scenario, brief: str, model: Model, draw: str) -> Fault | None:
        """What the model does to a draw instead of painting it, if anything."""
        chance = float(chance_of(self.seed, "outcome", brief, model.name, draw).random())
        return struck(scenario.faults, frozenset(_FAILED), chance)

    def _meant_for(self, scenario: Scenario, ask: Ask) -> bool:
        chance = float(chance_of(self.seed, "share", _identity(ask)).random())
        return scenario.concerns(ask.text) and chance < scenario.share

    def _picture(self, ask: Ask, model: Model, size: Size, fate: Fate) -> Reply:
        seed = seed_of(self.seed, "paint", _identity(ask), model.name, fate.draw)
        leaf = self.album.leaf(ask.text, model.name, fate.number) if self.album else None
        if leaf is None and self.album and self.album.gap is Gap.NO_IMAGE:
            return _FAILED[Fault.NO_IMAGE]
        if leaf is None:
            shape = model.pixels(fate.scenario.ratio, ask.image_size) or size
            style = fate.scenario.style if self._meant_for(fate.scenario, ask) else Style()
            picture = paint(read_scene(ask.text), shape, seed=seed, style=style)
            leaf = Leaf(mime_type="image/jpeg", data=encode(picture))
        return _shown(leaf, ask, model, seed, fate.scenario)


def _shown(leaf: Leaf, ask: Ask, model: Model, seed: int, scenario: Scenario) -> Reply:
    """The picture, with a caption unless only a picture was wanted."""
    final = picture_part(leaf.mime_type, leaf.data, signed_by=seed if model.thinks else None, size=scenario.signature)
    thought = picture_part(leaf.mime_type, leaf.data, signed_by=None) | {"thought": True}
    parts = (*[thought] * scenario.interim, final)
    tokens = (("IMAGE", model.tokens[ask.image_size]),)
    thoughts = int(chance_of("thoughts", seed).integers(140, 320)) if model.thinks else 0
    if ask.modalities == {"IMAGE"}:
        return Reply(parts=parts, tokens=tokens, thoughts=thoughts)
    return Reply(parts=(text_part(_CAPTION), *parts), tokens=(("TEXT", len(_CAPTION) // 4), *tokens), thoughts=thoughts)


def _line_error(fault: Fault | None, model: Model) -> Exception:
    match fault:
        case Fault.DROPPED:
            return ConnectionDropped()
        case Fault.GARBLED:
            return Garbled()
        case Fault.QUOTA:
            return quota_exceeded(model.name, _RETRY_SECONDS)
        case Fault.INTERNAL:
            return internal()
        case Fault.LATE:
            return late()
        case _:
            return overloaded()


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
