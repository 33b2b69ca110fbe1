"""Wallpaper briefs from a grammar of our own: ten categories, each a sentence pattern over its own words."""

from dataclasses import dataclass
from math import gcd, prod

_TIMES = (
    "at dawn", "at sunrise", "on a bright morning", "at noon", "in the late afternoon", "at golden hour", "at sunset",
    "at dusk", "by moonlight", "on a starry night",
)  # fmt: skip
_AIRS = (
    "under a clear sky",
    "in drifting mist",
    "in soft rain",
    "in falling snow",
    "under scattered clouds",
    "after a storm",
)
_TONES = (
    "teal and amber", "indigo and rose", "emerald and gold", "cobalt and ivory", "crimson and charcoal",
    "turquoise and copper", "violet and silver", "olive and beige", "navy and orange", "pink and azure",
)  # fmt: skip
_STYLES = (
    "cinematic photograph", "oil painting", "flat vector illustration", "watercolour", "soft 3d render",
    "vintage print",
)  # fmt: skip
_MOODS = ("serene", "dramatic", "dreamy", "moody", "vibrant", "muted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A pattern whose named places are filled from the lists of the same name, in every combination."""

    pattern: str
    words: tuple[tuple[str, tuple[str, ...]], ...]
    ratios: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many different briefs the pattern gives."""
        return prod(len(choices) for _, choices in self.words)

    def brief(self, number: int) -> str:
        """The number-th combination, counted in mixed radix."""
        chosen = {}
        for name, choices in self.words:
            number, choice = divmod(number, len(choices))
            chosen[name] = choices[choice]
        return self.pattern.format(**chosen)


def _category(pattern: str, ratios: str, **words: tuple[str, ...]) -> Category:
    return Category(pattern=pattern, words=tuple(words.items()), ratios=tuple(ratios.split()))


CATEGORIES: dict[str, Category] = {
    "landscapes": _category(
        "A {mood} {place} with {subject} {time}, in {tones}, {style}",
        "16:9 21:9 9:16 3:2",
        mood=_MOODS,
        place=("mountain valley", "range of rolling hills", "pine forest", "field of dunes", "fjord", "meadow"),
        subject=("a lone tree", "a small cabin", "a grazing deer", "a hiker", "a red balloon", "a flock of birds"),
        time=_TIMES,
        tones=_TONES,
        style=_STYLES,
    ),
    "cityscapes": _category(
        "{style}, {mood} {place} {time} {air}, lights in {tones}",
        "16:9 9:16 21:9 4:3",
        style=_STYLES,
        mood=_MOODS,
        place=("city skyline", "downtown street", "harbour town", "village square", "skyscraper district"),
        time=_TIMES,
        air=_AIRS,
        tones=_TONES,
    ),
    "abstract": _category(
        "Abstract {shape} in {tones}, {mood}, {finish}, {amount}",
        "16:9 1:1 9:16 21:9",
        shape=("fluid waves", "geometric ribbons", "marble swirls", "fractal petals", "mosaic tiles", "light trails"),
        tones=_TONES,
        mood=_MOODS,
        finish=("matte", "glossy", "grainy like old film", "like an oil painting", "smooth render", "ink on paper"),
        amount=(
            "intricate",
            "sparse",
            "with much empty room at the top",
            "dense",
            "calm at the edges",
            "flowing to the right",
        ),
    ),
    "space": _category(
        "{mood} {place} with {subject}, {tones}, {style}, {amount}",
        "16:9 21:9 1:1 9:16",
        mood=_MOODS,
        place=(
            "nebula",
            "spiral galaxy",
            "planet surface seen from orbit",
            "asteroid belt",
            "open cosmos",
        ),
        subject=("a ringed planet", "a lone astronaut", "two moons", "a distant comet", "a space station"),
        tones=_TONES,
        style=_STYLES,
        amount=("vast and empty", "detailed", "crowded with stars", "simple"),
    ),
    "underwater": _category(
        "Underwater {place} with {subject}, {light}, {tones}, {mood} {style}",
        "16:9 9:16 3:2 1:1",
        place=("coral reef", "kelp forest", "sunken ship", "deep abyss", "lagoon"),
        subject=("a sea turtle", "a school of fish", "glowing jellyfish", "a passing whale", "nobody in sight"),
        light=("shafts of morning light", "moonlit water", "golden light from above", "dim dusk light"),
        tones=_TONES,
        mood=_MOODS,
        style=_STYLES,
    ),
    "minimal": _category(
        "Minimalist composition, {subject} on {ground}, {tones}, {mood}, {style}, {room}",
        "16:9 9:16 1:1 4:3",
        subject=("one orb", "a single stone", "three circles", "a paper moon", "a ceramic bowl", "one quiet line"),
        ground=("a plain wall", "warm sand", "brushed paper", "still water", "a soft gradient"),
        tones=_TONES,
        mood=_MOODS,
        style=_STYLES,
        room=("room for icons on the left", "room for a clock above", "centred", "off centre"),
    ),
    "botanical": _category(
        "{mood} botanical {style} of {plant} in {tones}, {air}, {amount}",
        "9:16 16:9 3:4 1:1",
        mood=_MOODS,
        style=_STYLES,
        plant=(
            "fern leaves",
            "pink orchids",
            "monstera leaves",
            "wild roses",
            "tulips",
            "cherry blossom",
            "succulents",
        ),
        tones=_TONES,
        air=("wet with dew", "backlit", "after rain", "in morning haze", "on a dark ground"),
        amount=("lush", "sparse", "delicate", "crowding in from the edges"),
    ),
    "weather": _category(
        "{air} over {place} {time}, {mood}, {tones}, {style}",
        "16:9 21:9 9:16 3:2",
        air=("Thunderstorm", "Morning fog", "First snow", "Monsoon rain", "Aurora", "Towering clouds", "Blizzard"),
        place=("the open sea", "a rocky coast", "a mountain lake", "the prairie", "a desert road", "a fishing harbour"),
        time=_TIMES,
        mood=_MOODS,
        tones=_TONES,
        style=_STYLES,
    ),
    "architecture": _category(
        "{place} with {subject}, {light}, {tones}, {mood} {style}",
        "9:16 16:9 2:3 4:5",
        place=(
            "Cathedral nave",
            "Colonnade",
            "Spiral staircase",
            "Temple courtyard",
            "Museum corridor",
            "Stone bridge vault",
        ),
        subject=("a lone figure", "a sleeping cat", "long shadows", "a reflecting floor", "hanging lanterns"),
        light=("warm evening light", "cold morning light", "noon light from above", "lit at night"),
        tones=_TONES,
        mood=_MOODS,
        style=_STYLES,
    ),
    "fantasy": _category(
        "{mood} fantasy {place} {time} with {subject}, {tones}, {style}",
        "16:9 21:9 9:16 1:1",
        mood=_MOODS,
        place=("floating islands", "dragon citadel", "enchanted kingdom", "castle in the clouds", "elf harbour"),
        time=_TIMES,
        subject=("a dragon overhead", "a wizard", "glowing lanterns", "an airship", "a white wolf"),
        tones=_TONES,
        style=_STYLES,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefLine:
    """One line of a brief file: the prompt, its category as a tag, and the picture asked for."""

    prompt: str
    tag: str
    aspect_ratio: str
    image_size: str = "1K"


def briefs(count: int, seed: int = 0) -> list[BriefLine]:
    """`count` briefs, no two prompts alike, the ten categories taking turns; another seed gives another order.

    Raises ValueError beyond what the smallest category can give without repeating itself.
    """
    most = min(category.size for category in CATEGORIES.values()) * len(CATEGORIES)
    if not 0 <= count <= most:
        message = f"the grammar has {most} distinct briefs in equal shares, {count} were asked for"
        raise ValueError(message)
    names = tuple(CATEGORIES)
    return [_line(names[index % len(names)], index // len(names), seed) for index in range(count)]


def _line(tag: str, turn: int, seed: int) -> BriefLine:
    """The turn-th brief of a category: a stride coprime to its size visits every combination once."""
    category = CATEGORIES[tag]
    number = (_stride(category.size) * turn + 7919 * seed) % category.size
    return BriefLine(prompt=category.brief(number), tag=tag, aspect_ratio=category.ratios[turn % len(category.ratios)])


def _stride(size: int) -> int:
    """The first number from the golden section of `size` upwards that shares no factor with it."""
    return next(step for step in range(int(size * 0.6180339887), size * 2) if gcd(step, size) == 1)
