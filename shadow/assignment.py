"""Which arm serves a key: a stable hash bucket against the candidate's current percentage.

Bucket = the first 8 bytes of BLAKE2b(migration, 0x00, key), big endian, modulo 10,000 (RFC 7693). A key keeps its
bucket for the life of a migration, and every process agrees; as the percentage grows, keys only move to the candidate.
"""

import hashlib
from enum import StrEnum

from shadow.pair import Arm

BUCKETS = 10_000
KEY_HASH_LENGTH = 16


class Again(StrEnum):
    """What is done a second time for a brief, to know the noise."""

    DRAW = "draw"
    """The incumbent is asked once more."""
    JUDGEMENT = "judgement"
    """The incumbent's picture is judged once more."""


def bucket(key: str, migration: str) -> int:
    """The bucket of a key in [0, 10000). Uniform over keys, independent between migrations."""
    digest = hashlib.blake2b(f"{migration}\0{key}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) % BUCKETS


def assigned(key: str, migration: str, percent: float) -> Arm:
    """The arm that serves this key while the candidate has `percent` of the traffic.

    At 0 % and 100 % nothing is hashed.
    """
    if percent <= 0:
        return Arm.INCUMBENT
    if percent >= 100 or bucket(key, migration) < percent / 100 * BUCKETS:
        return Arm.CANDIDATE
    return Arm.INCUMBENT


def key_hash(key: str) -> str:
    """What is kept of an assignment key: a hash, since keys are often user ids."""
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=KEY_HASH_LENGTH).hexdigest()


def sampled(brief_digest: str, share: float) -> bool:
    """Whether a brief is among the `share` that is shadowed: by its digest, so the same in every process."""
    return share >= 1 or int(brief_digest[:8], 16) < share * 2**32


def repeated(brief_digest: str, *, draws: float, judgements: float) -> Again | None:
    """What is done again for this brief: two slices side by side, so that no brief is in both.

    Other digits of the digest than `sampled` and the budget's shedding look at, so that both are sliced evenly.
    """
    place = _place(brief_digest, 16)
    if place < draws:
        return Again.DRAW
    return Again.JUDGEMENT if place < draws + judgements else None


def beside(brief_digest: str, share: float) -> bool:
    """Whether a brief is among the `share` whose two pictures are judged side by side."""
    return _place(brief_digest, 24) < share


def _place(brief_digest: str, digit: int) -> float:
    """Where eight digits of a digest lie in [0, 1)."""
    return int(brief_digest[digit : digit + 8], 16) / 2**32
