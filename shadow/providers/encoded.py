"""Base64 taken apart a little at a time: a whole picture at once would hold Python's lock for ten milliseconds."""

import binascii
import time
from collections.abc import Callable

SLICE = 64 * 1024
"""Characters at a time, a multiple of four: about 0.2 ms."""
URL_SAFE = str.maketrans("-_", "+/")


def decoded(text: str, *, pause: Callable[[float], object] = time.sleep) -> bytes:
    """The bytes that base64 text stands for, in either alphabet, padded or not.

    Lets other threads run after every slice. Raises `ValueError` for what is no base64.
    """
    clean = text.rstrip("=").translate(URL_SAFE) if text[-1:] == "=" or "-" in text or "_" in text else text
    out = bytearray()
    for at in range(0, len(clean), SLICE):
        piece = clean[at : at + SLICE]
        out += binascii.a2b_base64(piece + "=" * (-len(piece) % 4), strict_mode=True)
        pause(0)
    return bytes(out)
