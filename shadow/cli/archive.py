"""Rows of a manifest as captures: pictures that were made earlier, each under a name that follows from its content."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shadow.brief import Brief, canonical
from shadow.cli.brief_rows import BriefLine, Columns
from shadow.cli.pictures import UNREADABLE, read_picture
from shadow.errors import InputError
from shadow.gates.gate import Layer
from shadow.pair import IMPORTED, Arm, Capture, Examined, Image, Outcome, OutcomeKind, Role
from shadow.providers.request import brief_of
from shadow.providers.way import NotComparedError

INCUMBENT, CANDIDATE = (str(arm) for arm in Arm)
MANIFEST = Columns(
    further=(INCUMBENT, CANDIDATE),
    aliases={
        "brief": "prompt",
        "settings": "config",
        "references": "pictures",
        "incumbent_picture": INCUMBENT,
        "candidate_picture": CANDIDATE,
    },
)
"""The columns of a manifest: those of a file of briefs, and a picture for each arm."""
PREFIX = "import-"
ID_LENGTH = 32
NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """One row, read: the capture, the outcomes that are there already, all its pictures and their files."""

    capture: Capture
    progress: tuple[Examined, ...]
    images: tuple[Image, ...]
    names: Mapping[str, str]
    """Arm to the file that the row names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Makes captures of rows."""

    migration: str
    models: Mapping[Arm, str]
    folder: Path
    """Pictures are named relative to it."""
    layer: Layer
    """The layer that says whether a file holds a picture at all."""
    ask_candidate: bool
    """Leave a candidate that has no picture to the worker, who asks for one; else nobody asks for it."""
    at: float
    """Unix time of the import."""

    def brought(self, line: BriefLine) -> Brought:
        """The capture of this row. Raises `InputError` naming the column."""
        brief, references = _brief(line)
        pictures = {arm: self._picture(line, arm) for arm in Arm}
        incumbent, candidate = pictures[Arm.INCUMBENT], pictures[Arm.CANDIDATE]
        if incumbent is None:
            msg = f"column {INCUMBENT}: needs the file of the incumbent's picture."
            raise InputError(msg)
        asks = candidate is None and self.ask_candidate
        capture = Capture(
            capture_id=self._name(brief, incumbent, candidate, asks=asks),
            migration=self.migration,
            brief=brief,
            arm=Arm.INCUMBENT,
            outcome=Outcome(kind=OutcomeKind.IMAGE, model=self.models[Arm.INCUMBENT], image=incumbent),
            dispatched_at=self.at,
            segment=line.segment,
            cluster=line.cluster,
            tags=dict(line.tags),
            source=IMPORTED,
        )
        images = tuple(image for image in (*references.values(), incumbent, candidate) if image is not None)
        return Brought(
            capture=capture, progress=() if asks else (self._other(candidate),), images=images, names=line.more
        )

    def _other(self, picture: Image | None) -> Examined:
        """The candidate's picture, or the words for why it has none: no quality of it is known then."""
        model = self.models[Arm.CANDIDATE]
        if picture is not None:
            outcome = Outcome(kind=OutcomeKind.IMAGE, model=model, image=picture)
        else:
            detail = "Imported without a picture of the candidate."
            outcome = Outcome(kind=OutcomeKind.INFRASTRUCTURE, model=model, label=NOT_ASKED, detail=detail)
        return Examined(arm=Arm.CANDIDATE, role=Role.SHADOW, outcome=outcome)

    def check(self, brought: Brought) -> None:
        """Look into the pictures of both arms. Raises `InputError` naming the column of one that cannot be decoded.

        What an archive has damaged is no failure of the model that made it.
        """
        shown = [(brought.capture.arm, brought.capture.outcome.image)]
        shown += [(item.arm, item.outcome.image) for item in brought.progress]
        for arm, image in shown:
            if image is None:
                continue
            found = self.layer.check(brought.capture.brief, image)
            if found.hard_failure in UNREADABLE:
                msg = f"column {arm}: {self.folder / brought.names[arm].strip()}: {found.reason}"
                raise InputError(msg)

    def _picture(self, line: BriefLine, arm: Arm) -> Image | None:
        name = line.more.get(arm, "").strip()
        if not name:
            return None
        try:
            return read_picture(self.folder / name)
        except InputError as error:
            msg = f"column {arm}: {error}"
            raise InputError(msg) from error

    def _name(self, brief: Brief, incumbent: Image, candidate: Image | None, *, asks: bool) -> str:
        """The same row is the same capture, in whichever manifest it stands."""
        content = [
            self.migration,
            brief.to_record(),
            incumbent.digest,
            candidate.digest if candidate else None,
            asks,
        ]
        return PREFIX + hashlib.sha256(canonical(content).encode("utf-8", "surrogatepass")).hexdigest()[:ID_LENGTH]


def _brief(line: BriefLine) -> tuple[Brief, dict[str, Image]]:
    """The brief as the live path would have read it, so that both have one digest; and its reference pictures."""
    try:
        return brief_of(line.contents(), line.settings())
    except NotComparedError as error:
        msg = f"column config: {error.reason}."
        raise InputError(msg) from error
    except OSError as error:
        msg = f"column pictures: {error.filename}: cannot be read: {error.strerror}."
        raise InputError(msg) from error
