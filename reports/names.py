"""What the harness calls things, and what a person should read instead: guards, metrics, layers, labels, reasons.

A name that is not listed is shown as it is, made readable, so a new metric needs no line here to appear.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reports.text import line


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name to read, and one sentence that says what it means."""

    label: str
    about: str = ""


GUARDS: Mapping[str, Name] = {
    "quality": Name(
        label="Quality",
        about="The judge's score from 0 to 100, and 0 for what the model made unusable: refused, no picture, broken.",
    ),
    "gate_failures": Name(
        label="Gate failures",
        about="How often an outcome fails the gate. A minus means that the candidate fails more often.",
    ),
    "tail_rate": Name(
        label="Tail rate",
        about="How often quality falls below the worst tenth of the incumbent. A minus means: more often.",
    ),
    "errors": Name(
        label="Refusals and failures",
        about="How often the model itself refuses or fails at the first attempt. A minus means more often.",
    ),
    "similarity": Name(
        label="Similarity",
        about="Mean cosine between brief and picture, where both pictures were embedded.",
    ),
    "latency": Name(
        label="Too slow",
        about="How often a call takes longer than the limit. Advisory until both models have answered live.",
    ),
    "output_tokens": Name(
        label="Too costly",
        about="How often a call takes more output tokens than the limit.",
    ),
}

METRICS: Mapping[str, Name] = {
    "quality": Name(label="Quality", about="0 to 100: the judge's score, and 0 for an unusable outcome."),
    "similarity": Name(
        label="Similarity",
        about="How close picture and brief lie when both are turned into vectors: 1 is the same direction.",
    ),
    "judge": Name(label="Judge", about="0 to 100: the judge model's score of the pictures it saw."),
    "saturation": Name(label="Saturation", about="How strong the colours are."),
    "contrast": Name(label="Contrast", about="How far light and dark lie apart."),
    "sharpness": Name(label="Sharpness", about="How crisp the fine detail is."),
    "negative_space": Name(label="Negative space", about="How much of the picture is left calm and empty."),
    "brightness": Name(label="Brightness", about="How light the picture is on the whole."),
    "colourfulness": Name(label="Colourfulness", about="How varied and strong the colours are together."),
    "edge_density": Name(label="Edge density", about="How much of the picture is outlines."),
    "entropy": Name(label="Entropy", about="How unpredictable the tones are from spot to spot."),
}

LAYERS: Mapping[str, Name] = {
    "properties": Name(label="Properties", about="Does the file decode, and has it the size and shape asked for?"),
    "similarity": Name(label="Similarity", about="Does the picture show what the brief asked?"),
    "judge": Name(label="Judge", about="How good is the answer, in the eyes of a judge model?"),
}

KINDS: Mapping[str, Name] = {
    "image": Name(label="Picture"),
    "refusal": Name(label="Refusal", about="The model declined. It counts as quality 0."),
    "failure": Name(label="Failure", about="The model answered without a usable picture. It counts as quality 0."),
    "infrastructure": Name(label="Could not be asked", about="Quota, outage or timeout. Never scored."),
}

ROLES: Mapping[str, Name] = {
    "live": Name(label="Asked by your callers"),
    "shadow": Name(label="Asked by the harness"),
}

STEPS: Mapping[str, Name] = {
    "image": Name(label="Pictures of the other model"),
    "embedding": Name(label="Embeddings"),
    "judgement": Name(label="Judgements"),
}

LOSSES: Mapping[str, Name] = {
    "sampled out": Name(label="Sampled out", about="Left out on purpose: only a share of briefs is compared."),
    "waiting": Name(label="Waiting", about="Recorded and still in the queue; they will be compared."),
    "dead letter": Name(label="Set aside", about="Tried several times without success; listed and can be revived."),
    "shed": Name(label="Shed", about="Given up because quota, budget or time ran out."),
    "lost": Name(label="Lost", about="Recorded, but not finished before its deadline."),
    "memory full": Name(label="Memory full", about="Not recorded, because recording would have slowed a live call."),
    "not drained at exit": Name(label="Not saved at exit", about="The live process ended before it could record them."),
    "served by another migration's candidate": Name(
        label="Served by another candidate", about="Neither of these two models gave the live answer."
    ),
    "multi-turn": Name(label="Multi-turn", about="Carries earlier turns of one model, so the other cannot answer it."),
    "no image asked": Name(label="No picture asked", about="The call asked for words only."),
    "tools that cannot be replayed": Name(label="Own tools", about="The call ran code that cannot be run twice."),
    "unreadable request": Name(label="Unreadable", about="The call was of a shape that the harness cannot ask again."),
}

CAUSES: Mapping[str, str] = {
    "NO_IMAGE": "answered without a picture",
    "IMAGE_SAFETY": "picture withheld as unsafe",
    "IMAGE_PROHIBITED_CONTENT": "picture withheld as prohibited",
    "IMAGE_RECITATION": "picture withheld as too close to known work",
    "IMAGE_OTHER": "picture withheld, no reason given",
    "PROHIBITED_CONTENT": "brief or answer judged prohibited",
    "MODEL_ARMOR": "blocked by a filter in front of the model",
    "JAILBREAK": "brief taken for an attack",
    "BLOCKLIST": "brief or answer holds a listed word",
    "SAFETY": "brief or answer judged unsafe",
    "SPII": "answer holds personal data",
    "RECITATION": "answer too close to known work",
    "LANGUAGE": "language not supported",
    "MAX_TOKENS": "cut off at the length limit",
    "MALFORMED_RESPONSE": "answer could not be read",
    "RESOURCE_EXHAUSTED": "over quota",
    "UNAVAILABLE": "service overloaded",
    "DEADLINE_EXCEEDED": "took too long",
    "INVALID_ARGUMENT": "request rejected as invalid",
    "OUT_OF_RANGE": "request asks for more than the model offers",
    "TEXT_ONLY": "answered in words only",
    "EMPTY": "answered nothing",
    "MALFORMED_ANSWER": "answer could not be read",
    "OTHER": "no reason given",
}
"""Finish and block reasons of the Gemini API (`FinishReason`, `BlockedReason`) and status names, in words."""


def named(names: Mapping[str, Name], name: str) -> Name:
    """The name to read for this one; an unlisted name is made readable."""
    return names.get(name) or Name(label=readable(name))


def readable(name: str) -> str:
    """An unlisted name on one line, its underscores as spaces, its first letter large."""
    text = line(name.replace("_", " "), 60)
    return text[:1].upper() + text[1:] if text else "(no name)"


def cause(label: str) -> str:
    """A countable label with what it means beside it, where that is known: "NO_IMAGE: answered without a picture"."""
    text = line(label, 80) or "(no label)"
    words = next((CAUSES[token] for token in re.findall(r"[A-Z_]+", text) if token in CAUSES), "")
    return f"{text}: {words}" if words else text
