"""What a pair costs, for the plan of `shadow init`: dated list prices, to be checked before money depends on them.

Source: the price list of https://github.com/pydantic/genai-prices (google.yml) as of 2026-07-22.
"""

from collections.abc import Mapping

AS_OF = "2026-07-22"
PICTURE: Mapping[str, float] = {
    "gemini-3-pro-image": 0.134,
    "gemini-3.1-flash-image": 0.067,
    "gemini-3.1-flash-lite-image": 0.0336,
    "gemini-2.5-flash-image": 0.039,
}
"""USD for one picture of 1K. A preview costs what the model costs that it previews."""
PREVIEW = "-preview"
WORDS: Mapping[str, tuple[float, float]] = {"gemini-3.5-flash": (1.50, 9.00)}
"""USD for a million tokens asked, and answered or thought."""
EMBEDDED: Mapping[str, tuple[float, float]] = {"gemini-embedding-2": (0.20, 0.00012)}
"""USD for a million tokens of words, and for one picture."""

JUDGE_ASKED, JUDGE_SAID, BRIEF_TOKENS = 1000, 500, 100
"""Tokens of one judgement (rubric, brief and a picture at medium resolution; reason and thoughts) and of one brief."""


def price_of_pair(*, candidate: str, judge: str, embedder: str) -> float | None:
    """USD that shadowing one brief costs: the candidate's picture, and judging and embedding both pictures.

    None where the candidate's price is not known; a judge or embedder that is not known costs nothing here.
    """
    picture = PICTURE.get(candidate.removesuffix(PREVIEW))
    if picture is None:
        return None
    asked, said = WORDS.get(judge, (0.0, 0.0))
    words, seen = EMBEDDED.get(embedder, (0.0, 0.0))
    judged = (JUDGE_ASKED * asked + JUDGE_SAID * said) / 1e6
    return picture + 2 * (judged + BRIEF_TOKENS * words / 1e6 + seen)
