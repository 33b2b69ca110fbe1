"""A pipeline of asyncio tasks: briefs in, pictures out, so many under way at once.

python async_pipeline.py briefs.txt pictures/
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from google import genai

import shadow

MODEL = "gemini-3-pro-image-preview"
AT_ONCE = 8


async def painter(client: Any, briefs: "asyncio.Queue[tuple[int, str]]", folder: Path) -> int:
    """Paint until no brief is left. Returns how many pictures were made."""
    made = 0
    while not briefs.empty():
        number, prompt = briefs.get_nowait()
        # Labels hold for this task alone, and travel into the thread with it.
        with shadow.labels(key=f"job-{number}", segment="pipeline"):
            answer = await asyncio.to_thread(client.models.generate_content, model=MODEL, contents=prompt)
        pictures = [part.inline_data.data for part in answer.parts or () if part.inline_data]
        if pictures:
            await asyncio.to_thread((folder / f"{number:04}.jpg").write_bytes, pictures[-1])
            made += 1
    return made


async def main(path: Path, folder: Path) -> None:
    """Paint every brief of the file."""
    client = shadow.wrap(genai.Client())  # was: genai.Client()
    folder.mkdir(parents=True, exist_ok=True)
    briefs: asyncio.Queue[tuple[int, str]] = asyncio.Queue()
    for numbered in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        briefs.put_nowait(numbered)
    async with asyncio.TaskGroup() as group:
        painters = [group.create_task(painter(client, briefs, folder)) for _ in range(AT_ONCE)]
    print(f"{sum(task.result() for task in painters)} pictures in {folder}")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
