"""A provider that answers from local picture files: pictures made elsewhere, compared offline and for nothing.

`pictures/MODEL/NAME.png` (or .jpg, .jpeg, .webp) answers the brief whose words give NAME (`name_of`). Further draws are
`NAME.2.png`, `NAME.3.png`...; asked once more it answers the last one for ever. Beside a picture `NAME.json` may hold
what a judge said of it, `{"score": 87, "reason": "..."}`, or `"marks"` by criterion where the rubric has some; without
it the picture stays unjudged. A picture's vector is that of the words it is filed under, so `similarity` tells whether
it is filed under the brief it answers.
"""

import hashlib
import math
import re
import threading
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from shadow.brief import Brief
from shadow.errors import InputError, Unavailable
from shadow.pair import Image, Outcome, OutcomeKind
from shadow.prices import Usage
from shadow.providers.provider import Choice, Judgement, OnUsage, Vector, preferred, unmetered
from shadow.providers.reading import Said, read_judgement
from shadow.providers.rubric import Rubric

NO_PICTURE = "NO_PICTURE_FILE"
ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".webp"})
NAME_LENGTH = 80
"""Characters of a name; a longer one is cut and told apart by a digest of the words."""
GAP = re.compile(r"[\W_]+")
DRAW = re.compile(r"(?P<name>.+?)(\.(?P<draw>[0-9]{1,6}))?")


def name_of(words: str) -> str:
    """The file name of a brief's words: letters and digits in lower case, everything else one dash."""
    name = GAP.sub("-", words.lower()).strip("-")
    if len(name) <= NAME_LENGTH:
        return name
    return f"{name[:NAME_LENGTH].rstrip('-')}-{hashlib.sha256(words.encode()).hexdigest()[:8]}"


class FolderProvider:
    """Answers from the pictures in a folder as they lay there at the start. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """`folder` has one folder for each model. Raises `InputError` where it holds no picture."""
        self._folder = folder
        self._draws = _draws(folder)
        if not self._draws:
            msg = f"{folder}: no pictures. The folder provider answers from {folder.name}/MODEL/WORDS-OF-THE-BRIEF.png."
            raise InputError(msg)
        self._asked: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def missing(self, model: str) -> str | None:
        """Why `model` cannot be asked, or None."""
        if any(model == name for name, _ in self._draws):
            return None
        return f"there is no picture in {self._folder / model}"

    def generate(
        self, brief: Brief, *, model: str, pictures: Mapping[str, Image], on_usage: OnUsage = unmetered
    ) -> Outcome:
        """The next draw of this model for this brief; a failure `NO_PICTURE_FILE` where there is none."""
        del pictures
        on_usage(Usage())
        key = (model, name_of(brief.prompt))
        draws = self._draws.get(key)
        if not draws:
            wanted = self._folder / model / f"{key[1]}.png"
            return Outcome(kind=OutcomeKind.FAILURE, model=model, label=NO_PICTURE, detail=f"{wanted} is not there")
        with self._lock:
            draw = self._asked[key]
            self._asked[key] += 1
        try:
            image = Image.of(draws[min(draw, len(draws) - 1)].read_bytes())
        except OSError as error:
            return Outcome(kind=OutcomeKind.FAILURE, model=model, label=NO_PICTURE, detail=str(error))
        return Outcome(kind=OutcomeKind.IMAGE, model=model, image=image)

    def embed(
        self, contents: Sequence[str | Image], *, model: str, dimensions: int, on_usage: OnUsage = unmetered
    ) -> tuple[Vector, ...]:
        """Counts of words, hashed; a picture counts the words it is filed under. `Unavailable` for one that is not."""
        del model
        on_usage(Usage())
        return tuple(_vector(self._words(content), dimensions) for content in contents)

    def judge(
        self, brief: Brief, image: Image, *, model: str, rubric: Rubric, on_usage: OnUsage = unmetered
    ) -> Judgement:
        """What stands in the JSON file beside the picture; missing, "empty", where there is none."""
        del brief, model
        on_usage(Usage())
        path = self._paths.get(image.digest)
        said = path.with_suffix(".json") if path else None
        text = said.read_text(encoding="utf-8") if said and said.is_file() else None
        return read_judgement(Said(text), rubric)

    def choose(
        self, brief: Brief, images: tuple[Image, Image], *, model: str, rubric: Rubric, on_usage: OnUsage = unmetered
    ) -> Choice:
        """The one whose JSON file says the higher score; missing, "empty", where one has none."""
        first, second = (
            self.judge(brief, image, model=model, rubric=rubric, on_usage=on_usage).score for image in images
        )
        return Choice(preferred=None, missing="empty") if first is None or second is None else preferred(first, second)

    def _words(self, content: str | Image) -> str:
        if isinstance(content, str):
            return name_of(content)
        path = self._paths.get(content.digest)
        if path is None:
            label = "picture not in the folder"
            raise Unavailable(label, f"only pictures in {self._folder} have vectors; leave similarity out of the gate")
        return _name_and_draw(path)[0]

    @cached_property
    def _paths(self) -> dict[str, Path]:
        """Every picture by its digest. Read at the first use: generating alone needs no look at all of them."""
        return {Image.of(path.read_bytes()).digest: path for draws in self._draws.values() for path in draws}


def _draws(folder: Path) -> dict[tuple[str, str], list[Path]]:
    """Model and name of a brief to its pictures, in the order of their draws."""
    found: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for path in sorted(folder.glob("*/*"), key=lambda path: _name_and_draw(path)[1]):
        if path.suffix.lower() in ENDINGS:
            found[path.parent.name, _name_and_draw(path)[0]].append(path)
    return dict(found)


def _name_and_draw(path: Path) -> tuple[str, int]:
    match = DRAW.fullmatch(path.stem)
    return (match["name"], int(match["draw"] or 1)) if match else (path.stem, 1)


def _vector(name: str, dimensions: int) -> Vector:
    values = [0.0] * dimensions
    for word in name.split("-"):
        number = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
        values[number % dimensions] += 1.0
    length = math.sqrt(math.fsum(value * value for value in values))
    return tuple(value / length for value in values)
