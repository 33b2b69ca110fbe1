"""The words the emulator knows: what each says about a picture.

Every table maps a lower-case singular word to its meaning; `scene.py` reads a brief with them. A new word is one entry.
"""

from dataclasses import dataclass
from types import MappingProxyType

from shadow.emulator.colour import Colour


def _by_word(lists: dict[str, str]) -> MappingProxyType[str, str]:
    return MappingProxyType({word: meaning for meaning, words in lists.items() for word in words.split()})


PLACE_WORDS = _by_word(
    {
        "mountains": "mountain peak alp summit cliff glacier volcano valley ridge fjord landscape waterfall rock",
        "hills": "hill meadow field prairie countryside vineyard farm pasture lavender grassland savanna tundra park",
        "desert": "desert dune canyon sahara mesa sand oasis badland",
        "forest": "forest wood jungle pine grove rainforest birch redwood woodland bamboo",
        "sea": "sea ocean beach coast lake harbour harbor bay shore island wave lagoon river pier",
        "underwater": "underwater reef coral jellyfish kelp seabed fish turtle abyss submarine aquarium octopus",
        "city": "city skyline street downtown tokyo manhattan skyscraper metropolis alley urban town village neon-lit",
        "architecture": "architecture cathedral arch column staircase temple facade corridor palace museum dome bridge"
        " courtyard colonnade vault room hall library",
        "space": "space galaxy nebula planet cosmos asteroid orbit comet universe saturn mars supernova astronaut",
        "abstract": "abstract geometric fractal fluid gradient swirl marble pattern shape texture ribbon mosaic"
        " wallpaper background",
        "minimal": "minimal minimalist minimalism simple plain negative",
        "botanical": "botanical flower leaf leave fern garden rose blossom orchid petal tulip succulent monstera plant"
        " bouquet mushroom fruit food",
        "fantasy": "fantasy dragon castle wizard magic enchanted elf mythical floating citadel unicorn kingdom",
    }
)

TIME_WORDS = _by_word(
    {
        "dawn": "dawn sunrise daybreak",
        "morning": "morning early spring",
        "day": "noon midday day afternoon summer sunny daylight",
        "golden": "golden autumn fall amber-lit",
        "sunset": "sunset sundown evening",
        "dusk": "dusk twilight gloaming",
        "night": "night midnight starry moonlit nocturnal dark starlit",
        "overcast": "overcast winter grey-sky stormy",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """A time of day: the backdrop's upper and lower colour, how high the sun or moon stands (0-1), and its colour."""

    top: Colour
    low: Colour
    height: float
    glow: Colour
    brightness: float
    stars: bool = False


LIGHTS = MappingProxyType(
    {
        "dawn": Light(top=(74, 92, 150), low=(250, 192, 170), height=0.15, glow=(255, 226, 190), brightness=0.98),
        "morning": Light(top=(96, 158, 216), low=(226, 236, 238), height=0.5, glow=(255, 250, 225), brightness=1.06),
        "day": Light(top=(44, 116, 200), low=(186, 220, 240), height=0.75, glow=(255, 255, 240), brightness=1.08),
        "golden": Light(top=(98, 124, 166), low=(252, 204, 128), height=0.3, glow=(255, 232, 170), brightness=1.0),
        "sunset": Light(top=(66, 52, 116), low=(252, 132, 78), height=0.1, glow=(255, 206, 128), brightness=0.94),
        "dusk": Light(top=(40, 42, 96), low=(204, 118, 138), height=0.05, glow=(255, 176, 160), brightness=0.86),
        "night": Light(top=(8, 12, 36), low=(38, 54, 96), height=0.7, glow=(226, 232, 250), brightness=0.8, stars=True),
        "overcast": Light(top=(120, 130, 142), low=(206, 210, 212), height=0.6, glow=(236, 238, 240), brightness=0.98),
    }
)

GROUNDS: MappingProxyType[str, Colour] = MappingProxyType(
    {
        "mountains": (52, 70, 92),
        "hills": (92, 138, 58),
        "desert": (206, 146, 84),
        "forest": (30, 74, 48),
        "sea": (22, 84, 116),
        "underwater": (6, 66, 104),
        "city": (44, 46, 64),
        "architecture": (202, 188, 168),
        "space": (20, 14, 44),
        "abstract": (52, 74, 150),
        "minimal": (226, 218, 204),
        "botanical": (36, 104, 66),
        "fantasy": (86, 66, 118),
    }
)

COLOUR_WORDS: MappingProxyType[str, Colour] = MappingProxyType(
    {
        "red": (200, 36, 40),
        "crimson": (168, 20, 48),
        "scarlet": (220, 40, 30),
        "orange": (238, 126, 36),
        "amber": (240, 168, 40),
        "gold": (222, 178, 62),
        "yellow": (244, 214, 60),
        "lime": (160, 214, 50),
        "green": (52, 150, 72),
        "emerald": (20, 140, 98),
        "olive": (122, 128, 54),
        "teal": (14, 128, 128),
        "turquoise": (54, 196, 186),
        "cyan": (56, 204, 224),
        "blue": (40, 92, 204),
        "azure": (64, 144, 230),
        "navy": (18, 32, 92),
        "cobalt": (20, 70, 180),
        "indigo": (66, 40, 148),
        "violet": (126, 66, 196),
        "purple": (118, 44, 150),
        "magenta": (212, 44, 150),
        "pink": (240, 140, 176),
        "rose": (226, 92, 120),
        "brown": (118, 76, 48),
        "copper": (184, 104, 62),
        "beige": (222, 204, 172),
        "ivory": (244, 238, 220),
        "white": (240, 240, 238),
        "silver": (188, 194, 202),
        "grey": (128, 132, 138),
        "gray": (128, 132, 138),
        "charcoal": (54, 58, 64),
        "black": (24, 24, 28),
    }
)
# What stands out in a picture when the brief names no colour.
ACCENTS = (
    "amber",
    "gold",
    "orange",
    "scarlet",
    "rose",
    "pink",
    "magenta",
    "violet",
    "azure",
    "turquoise",
    "teal",
    "ivory",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """What is in the air: cover of clouds and depth of fog (0-1) and what falls."""

    clouds: float = 0.0
    fog: float = 0.0
    fall: str = ""


_MIST = Weather(clouds=0.2, fog=0.5)
_RAIN = Weather(clouds=0.7, fog=0.2, fall="rain")
_STORM = Weather(clouds=0.95, fog=0.1, fall="rain")
_SNOW = Weather(clouds=0.4, fog=0.15, fall="snow")
_CLOUDS = Weather(clouds=0.7)
WEATHER_WORDS: MappingProxyType[str, Weather] = MappingProxyType(
    {
        **dict.fromkeys(("fog", "foggy", "mist", "misty", "haze", "hazy", "smoke", "steam"), _MIST),
        **dict.fromkeys(("rain", "rainy", "drizzle", "monsoon", "wet"), _RAIN),
        **dict.fromkeys(("storm", "thunderstorm", "lightning", "tempest", "stormy"), _STORM),
        **dict.fromkeys(("snow", "snowy", "snowfall", "blizzard", "winter", "frost"), _SNOW),
        **dict.fromkeys(("cloud", "cloudy", "overcast", "aurora", "sky"), _CLOUDS),
        **dict.fromkeys(("clear", "cloudless", "crisp"), Weather()),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """How the paint lies: the weave of the texture and its strength (1 is a photograph's grain)."""

    weave: str
    texture: float


_PHOTO = Hand(weave="fine", texture=1.0)
_BRUSH = Hand(weave="brush", texture=1.5)
_WASH = Hand(weave="mottled", texture=1.2)
_FLAT = Hand(weave="fine", texture=0.55)
STYLE_WORDS: MappingProxyType[str, Hand] = MappingProxyType(
    {
        **dict.fromkeys(
            ("photo", "photograph", "photography", "photorealistic", "cinematic", "realistic", "film"), _PHOTO
        ),
        **dict.fromkeys(("oil", "painting", "impressionist", "brush", "acrylic", "impasto"), _BRUSH),
        **dict.fromkeys(("watercolour", "watercolor", "ink", "pastel", "sketch", "pencil", "vintage"), _WASH),
        **dict.fromkeys(("vector", "flat", "illustration", "render", "poly", "cartoon", "anime", "smooth"), _FLAT),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """Factors on the whole picture; `density` is how much stands in it."""

    saturation: float = 1.0
    contrast: float = 1.0
    brightness: float = 1.0
    density: float = 1.0


_CALM = Mood(saturation=0.9, contrast=0.92, density=0.7)
_BOLD = Mood(saturation=1.2, contrast=1.12, density=1.15)
_DARK = Mood(saturation=0.9, contrast=1.1, brightness=0.82)
_SOFT = Mood(saturation=0.72, contrast=0.86, brightness=1.06)
_EMPTY = Mood(density=0.45)
_FULL = Mood(density=1.35)
MOOD_WORDS: MappingProxyType[str, Mood] = MappingProxyType(
    {
        **dict.fromkeys(("calm", "serene", "quiet", "peaceful", "tranquil", "gentle", "still"), _CALM),
        **dict.fromkeys(
            ("vibrant", "vivid", "dramatic", "bold", "neon", "energetic", "epic", "colourful", "colorful"), _BOLD
        ),
        **dict.fromkeys(("moody", "gloomy", "dark", "brooding", "mysterious", "noir"), _DARK),
        **dict.fromkeys(("muted", "pastel", "soft", "dreamy", "faded", "delicate", "pale"), _SOFT),
        **dict.fromkeys(("empty", "sparse", "minimalist", "minimal", "simple", "lone", "lonely", "vast"), _EMPTY),
        **dict.fromkeys(("lush", "crowded", "dense", "intricate", "detailed", "busy", "ornate"), _FULL),
    }
)

SUBJECT_WORDS = _by_word(
    {
        "tree": "tree oak pine willow palm cherry",
        "boat": "boat sailboat ship yacht canoe sail kayak",
        "lighthouse": "lighthouse tower windmill minaret spire",
        "house": "house cabin cottage hut barn chalet car truck train bus",
        "bird": "bird crane seagull eagle heron raven swallow butterfly bee dragon",
        "figure": "figure man woman person girl boy traveller hiker monk wizard robot knight people child player",
        "moon": "moon sun orb planet ball globe",
        "animal": "deer horse cat dog fox wolf bear elephant panda lion cow sheep rabbit",
        "fish": "fish whale dolphin turtle shark jellyfish octopus ray",
        "balloon": "balloon lantern kite umbrella airship cup bottle vase bowl",
    }
)

SUBJECTS = ("tree", "boat", "lighthouse", "house", "bird", "figure", "moon", "animal", "balloon")
