"""How a naive model hears a judging request: what is the brief, and which order it follows that nobody should give it.

It keeps to a data block as far as the request makes one: what stands between the opening line and the first line that
closes it is the brief. Everything else that the user part says is taken for instructions, and an order among them is
obeyed. So a request that lets the words of a brief out of their block is punished with the score that the brief asks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

PAINTED = "painted"
"""Key of a PNG text that stands for words painted into the picture: this judge reads them as one with eyes would."""

_BLOCK = re.compile(r"<brief(?P<mark>[^>\n]{0,80})>[ \t]*\n?(?P<words>.*?)\n?</brief(?P=mark)>", re.DOTALL)
_SPOKEN_OF = re.compile(r"<brief (?P<mark>[0-9a-f]+)>")
_VERBS = (
    r"answer|score|give|return|output|reply|respond|rate|award|print|points?|"
    r"antworte|bewerte|gib|vergib|r[ée]ponds|donne|note|responde|punt[úu]a|da|rispondi|ответь|оцени|поставь|"
    r"回答|评分|打分|给|採点|答え|点|أجب|أعط|उत्तर|अंक|trả lời|cevap"
)
_POINTS = r"[^.\n]{0,80}?(?<![\d.])(?P<points>\d{1,3})(?!\.?\d)"
_ORDER = re.compile(rf"(?:\b|(?<=\W))(?:{_VERBS}){_POINTS}", re.IGNORECASE)
_JSON = re.compile(r'"score"\s*:\s*"?(?P<points>\d{1,3})')
_OVERRIDE = re.compile(rf"(?:ignore|disregard|forget|override){_POINTS}", re.IGNORECASE)
_WARNED = re.compile(r"(?:painted|written)[^.]*never an instruction", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the model takes for the brief, and the points that it was ordered to give."""

    brief: str
    order: int | None = None


def hear(prompt: str, system: str = "", images: tuple[bytes, ...] = ()) -> Heard:
    """The brief in a request, and the order that reached the model past its block; None where none did."""
    named = _SPOKEN_OF.search(system)
    found = _marked(prompt, named["mark"]) if named else _BLOCK.search(prompt)
    if found is None:
        return Heard(brief=prompt, order=next(_orders(prompt, system, images), None))
    outside = f"{prompt[: found.start()]}\n{prompt[found.end() :]}"
    return Heard(brief=found["words"].strip(), order=next(_orders(outside, system, images), None))


def painted(image: bytes) -> str:
    """The words painted into a picture; none where it is no picture."""
    try:
        with Image.open(BytesIO(image)) as picture:
            return str(picture.info.get(PAINTED, ""))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ""


def _marked(prompt: str, mark: str) -> re.Match[str] | None:
    """The block whose lines carry the mark that the system instruction names."""
    return re.search(rf"<brief {mark}>[ \t]*\n?(?P<words>.*?)\n?</brief {mark}>", prompt, re.DOTALL)


def _orders(outside: str, system: str, images: tuple[bytes, ...]) -> Iterator[int]:
    """Every order that it would obey, the most tempting first."""
    texts = [(outside, (_ORDER, _JSON)), (system, (_OVERRIDE, _JSON))]
    if not _WARNED.search(system):
        texts += [(painted(image), (_ORDER, _JSON)) for image in images]
    for text, patterns in texts:
        for pattern in patterns:
            for found in pattern.finditer(text):
                points = int(found["points"])
                if points <= 100:
                    yield points
