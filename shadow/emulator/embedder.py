"""One space for words and pixels: each becomes the attributes of a look, thrown through one fixed projection.

A vector is the sum of four parts at right angles (nearly): what every text or every picture shares with its kind, what
words and pictures share with each other, the attributes, and what is this content's own. Their weights set the cosines.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from shadow.emulator.look import Look, imagine, look_at
from shadow.emulator.scene import read_scene
from shadow.emulator.seeds import chance_of

DIMENSIONS = 3072
SMALLEST = 128
_SHARED, _KIND, _MEANING, _OWN = 0.40, 0.45, 0.60, 0.53

Floats = NDArray[np.float64]


# The prefixes that the documentation asks for instead of a task type; they are no part of what is meant.
_PREFIX = re.compile(r"^\s*(?:task: [^|]*\| (?:query|content): |title: [^|]*\| text: )")


def embed_words(text: str) -> Floats:
    """The vector of a text, of unit length and 3072 long."""
    text = _PREFIX.sub("", text)
    return _vector(_attributes(imagine(read_scene(text))), "words", text)


def embed_picture(image: bytes) -> Floats:
    """The vector of encoded picture bytes. Raises OSError where they are no picture."""
    return _vector(_attributes(look_at(image)), "picture", image)


def joined(vectors: Sequence[Floats], dimensions: int = DIMENSIONS) -> Floats:
    """One vector for several parts of one content: their mean, cut to `dimensions` and of unit length again."""
    return _unit(np.add.reduce(list(vectors))[:dimensions])


def _attributes(look: Look) -> Floats:
    """A look as 53 numbers of comparable size: layout of light and colour, mean colour, then the strengths."""
    mean = look.cells.mean(axis=0)
    layout = (look.cells - mean) * (3.0, 4.0, 4.0)
    strengths = (
        1.4 * np.log((look.saturation + 0.02) / 0.15),
        1.2 * np.log((look.contrast + 0.02) / 0.11),
        0.6 * np.log((look.sharpness + 0.02) / 0.12),
        1.5 * (look.horizon - 0.5),
        2.0 * (look.emptiness - 0.5),
    )
    return np.concatenate([layout.ravel(), (mean - (0.42, 0.0, 0.0)) * (6.0, 9.0, 9.0), strengths])


def _vector(attributes: Floats, kind: str, content: object) -> Floats:
    # einsum keeps the product off BLAS, whose second thread would spin beside the server's own.
    meaning = _unit(np.einsum("ij,j->i", _projection(len(attributes)), attributes))
    own = _direction("own", kind, content)
    return _unit(_SHARED * _fixed("all") + _KIND * _fixed(kind) + _MEANING * meaning + _OWN * own)


@lru_cache(maxsize=1)
def _projection(columns: int) -> Floats:
    return chance_of("projection").normal(size=(DIMENSIONS, columns))


@lru_cache(maxsize=8)
def _fixed(name: str) -> Floats:
    return _direction("fixed", name)


def _direction(*parts: object) -> Floats:
    return _unit(chance_of(*parts).normal(size=DIMENSIONS))


def _unit(vector: Floats) -> Floats:
    length = float(np.sqrt((vector**2).sum()))
    return vector / length if length else vector
