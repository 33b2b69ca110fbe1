"""The pictures of the day: reads briefs, one a line, writes pictures. One line differs from a batch without Shadow.

python daily_batch.py briefs.txt pictures/
"""

import sys
from pathlib import Path

from google import genai

import shadow

MODEL = "gemini-3-pro-image-preview"
ENDINGS = {"image/png": ".png", "image/webp": ".webp"}


def main(briefs: Path, folder: Path) -> int:
    """Make a picture for every brief. Returns how many could not be made."""
    client = shadow.wrap(genai.Client())  # was: genai.Client()
    folder.mkdir(parents=True, exist_ok=True)
    prompts = [line for line in briefs.read_text(encoding="utf-8").splitlines() if line.strip()]
    missing = 0
    for number, prompt in enumerate(prompts, start=1):
        with shadow.labels(key=f"{briefs.stem}-{number}", segment="daily", cluster=briefs.stem):
            response = client.models.generate_content(model=MODEL, contents=prompt)
        made = [part.inline_data for part in response.parts or () if part.inline_data]
        if not made:
            missing += 1
            print(f"{number}: no picture for {prompt!r}", file=sys.stderr)
            continue
        (folder / f"{number:04}{ENDINGS.get(made[-1].mime_type, '.jpg')}").write_bytes(made[-1].data)
    print(f"{len(prompts) - missing} pictures in {folder}")
    return missing


if __name__ == "__main__":
    sys.exit(1 if main(Path(sys.argv[1]), Path(sys.argv[2])) else 0)
