"""The picture store: whole under their digest, or not there at all."""

import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from shadow.errors import StoreBroken
from shadow.pair import Image
from shadow.store.images import Images

ROOT = Path(__file__).parents[3]
PNG = Image.of(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))

WRITES = """
import os, sys
from pathlib import Path
from shadow.pair import Image
from shadow.store.images import Images

images = Images(Path(sys.argv[1]))
print("ready", flush=True)
while True:
    images.write(Image.of(os.urandom(2_000_000)))
"""

FULL = """
import resource, signal, sys
from pathlib import Path
from shadow.errors import StoreBroken
from shadow.pair import Image
from shadow.store.images import Images

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
try:
    Images(Path(sys.argv[1])).write(Image.of(bytes(200_000)))
except StoreBroken as error:
    print(error)
"""


@pytest.fixture
def images(tmp_path: Path) -> Images:
    """An empty store."""
    return Images(tmp_path / "home" / "images")


def everything(images: Images) -> list[Path]:
    """All files of the store."""
    return sorted(path for path in images.folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("sync", [False, True])
@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (PNG.data, ".png"),
        (b"\xff\xd8\xff\xe0 jpeg", ".jpg"),
        (b"RIFF\x00\x00\x00\x00WEBP", ".webp"),
        (b"GIF89a", ".gif"),
        (b"BM...", ".bmp"),
        (b"II*\x00", ".tif"),
        (b"\x00\x00\x00\x20ftypavif", ".avif"),
        (b"no picture", ".bin"),
        (b"", ".bin"),
    ],
)
def test_a_picture_is_kept_under_its_digest(tmp_path: Path, data: bytes, suffix: str, *, sync: bool) -> None:
    """What was written is read back, from a file named by digest and kind."""
    images, image = Images(tmp_path / "images", sync=sync), Image.of(data)
    images.write(image)
    assert images.read(image.digest) == image
    assert images.path(image.digest) == tmp_path / "images" / image.digest[:2] / f"{image.digest}{suffix}"
    assert everything(images) == [images.path(image.digest)]


def test_only_the_owner_may_look(tmp_path: Path) -> None:
    """Pictures are 0600 and their folders 0700, the home among them."""
    images = Images(tmp_path / "home" / "images")
    images.write(PNG)
    path = images.path(PNG.digest)
    private = [path, path.parent, images.folder, images.folder.parent]
    assert [item.stat().st_mode & 0o777 for item in private] == [0o600, 0o700, 0o700, 0o700]


def test_a_picture_that_is_there_is_not_written_again(images: Images) -> None:
    """Writing the same picture twice touches its file once."""
    images.write(PNG)
    before = images.path(PNG.digest).stat()
    images.write(PNG)
    after = images.path(PNG.digest).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_writers_of_the_same_picture_do_not_meet(images: Images) -> None:
    """Many threads writing the same few pictures leave each once, whole, and nothing beside it."""
    pictures = [Image.of(b"\xff\xd8\xff" + bytes([number]) * 100_000) for number in range(5)]
    start = threading.Barrier(8)

    def write() -> None:
        start.wait()
        for picture in pictures:
            images.write(picture)

    threads = [threading.Thread(target=write, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert everything(images) == sorted(images.path(picture.digest) for picture in pictures)
    assert [images.read(picture.digest) for picture in pictures] == pictures


@pytest.mark.parametrize(
    "digest",
    ["", "../../../../etc/passwd", "a" * 63, "a" * 65, "A" * 64, "a" * 64 + "\n", "../" + "a" * 61, "a" * 63 + "\x00"],
)
def test_what_is_no_digest_leads_nowhere(images: Images, digest: str) -> None:
    """Only 64 small hexadecimal digits name a picture, for reading, finding and writing alike."""
    with pytest.raises(StoreBroken, match="names no picture"):
        images.read(digest)
    with pytest.raises(StoreBroken, match="names no picture"):
        images.path(digest)
    with pytest.raises(StoreBroken, match="names no picture"):
        images.write(Image(data=b"x", digest=digest, mime="image/png"))


def test_an_altered_picture_is_refused(images: Images) -> None:
    """A file whose bytes are not those of its name is never taken for the picture."""
    images.write(PNG)
    images.path(PNG.digest).write_bytes(PNG.data[:-1] + b"\x00")
    with pytest.raises(StoreBroken, match=rf"{PNG.digest}.*altered"):
        images.read(PNG.digest)


def test_a_cut_off_picture_is_mended_by_writing_it_again(images: Images) -> None:
    """A file that lost its end, as after a power cut, is replaced at the next write of the same picture."""
    images.write(PNG)
    images.path(PNG.digest).write_bytes(PNG.data[:10])
    images.write(PNG)
    assert images.read(PNG.digest) == PNG


def test_a_picture_that_is_gone_is_named(images: Images) -> None:
    """A picture that was never written, or was deleted, is named in the error."""
    with pytest.raises(StoreBroken, match=rf"{PNG.digest} is gone"):
        images.read(PNG.digest)


def test_the_sweep_takes_only_old_leftovers(tmp_path: Path) -> None:
    """Half-written files older than the bound are deleted; younger ones and pictures stay."""
    images = Images(tmp_path / "images", clock=lambda: 1_700_000_000.0)
    images.write(PNG)
    folder = images.path(PNG.digest).parent
    for name, age in (("old", 3600.0), ("young", 3599.0)):
        (folder / f"{name}.tmp").write_bytes(b"half")
        set_age(folder / f"{name}.tmp", 1_700_000_000.0 - age)
    set_age(images.path(PNG.digest), 0.0)
    assert images.sweep(older_than=3600.0) == 1
    assert [path.name for path in everything(images)] == sorted([f"{PNG.digest}.png", "young.tmp"])
    assert Images(tmp_path / "nowhere").sweep() == 0


def set_age(path: Path, modified_at: float) -> None:
    """Pretend that the file was last written at this Unix time."""
    os.utime(path, (modified_at, modified_at))


def test_a_store_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """Where a file stands in the way of the folder, the error names the place."""
    (tmp_path / "images").write_text("in the way")
    with pytest.raises(StoreBroken, match=r"images.*cannot be written"):
        Images(tmp_path / "images").write(PNG)


def test_a_full_disk_leaves_nothing_half(tmp_path: Path) -> None:
    """Where the bytes do not fit on the disk, the error names the place and no leftover takes up room."""
    command = [sys.executable, "-c", FULL, str(tmp_path / "images")]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "the picture cannot be written" in found.stdout
    assert everything(Images(tmp_path / "images")) == []


def test_a_killed_writer_leaves_no_half_picture(tmp_path: Path) -> None:
    """After kills at random moments every picture under its name is whole; halves are only leftovers to sweep."""
    dice = random.Random(3)  # noqa: S311  chooses moments, keeps no secret
    folder = tmp_path / "images"
    for _ in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", WRITES, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            while not any(path.is_file() for path in folder.rglob("*")):
                time.sleep(0.001)
            time.sleep(dice.uniform(0.0, 0.06))
            process.kill()
    images = Images(folder, clock=lambda: time.time() + 7200)
    images.sweep()
    assert everything(images)
    assert all(images.read(path.stem).digest == path.stem for path in everything(images))
