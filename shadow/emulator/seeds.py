"""Seeds for everything that looks random: the same parts, the same chance, in any process."""

from hashlib import sha256

import numpy as np


def seed_of(*parts: object) -> int:
    """A 64-bit seed from the parts' text (bytes as they are); the order matters."""
    digest = sha256()
    for part in parts:
        raw = part if isinstance(part, bytes) else str(part).encode(errors="surrogatepass")
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return int.from_bytes(digest.digest()[:8], "big")


def chance_of(*parts: object) -> np.random.Generator:
    """A generator seeded by the parts."""
    return np.random.default_rng(seed_of(*parts))
