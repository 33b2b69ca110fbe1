"""Which arm serves a key."""

import math
import os
import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shadow.assignment import BUCKETS, assigned, bucket, key_hash, sampled
from shadow.pair import Arm


def test_a_key_keeps_its_bucket_for_ever() -> None:
    """The hash is stated and fixed: another release must not move anybody."""
    assert [bucket(key, "pro") for key in ("user-1", "user-2", "")] == [79, 5919, 498]


@given(st.text(), st.floats(0, 100), st.floats(0, 100))
def test_growing_traffic_moves_keys_only_to_the_candidate(key: str, one: float, other: float) -> None:
    """No key that had the candidate goes back while the percentage grows."""
    low, high = sorted((one, other))
    if assigned(key, "pro", low) is Arm.CANDIDATE:
        assert assigned(key, "pro", high) is Arm.CANDIDATE


def test_a_million_keys_are_spread_evenly() -> None:
    """Every bucket holds its share (chi square within five standard deviations), and so does every stage."""
    keys = 1_000_000
    found = np.bincount([bucket(f"user-{number}", "pro") for number in range(keys)], minlength=BUCKETS)
    expected = keys / BUCKETS
    chi_square = float(((found - expected) ** 2 / expected).sum())
    assert abs(chi_square - (BUCKETS - 1)) < 5 * math.sqrt(2 * (BUCKETS - 1))
    for percent in (1.0, 5.0, 25.0, 50.0):
        served = int(found[: round(percent / 100 * BUCKETS)].sum())
        share = percent / 100
        assert abs(served - keys * share) < 5 * math.sqrt(keys * share * (1 - share))


def test_who_is_served_grows_and_never_changes_places() -> None:
    """Stage after stage the earlier users are among the later ones; on the way back they leave in the same order."""
    keys = [f"user-{number}" for number in range(20_000)]
    before: set[str] = set()
    for percent in (0.0, 0.01, 1.0, 5.0, 25.0, 50.0, 99.99, 100.0):
        served = {key for key in keys if assigned(key, "pro", percent) is Arm.CANDIDATE}
        assert before <= served
        before = served
    assert len(before) == len(keys)


def test_every_process_agrees() -> None:
    """Another process, with another seed of Python's own hashes, gives every key the same arm."""
    code = (
        "from shadow.assignment import assigned; "
        "print(''.join(assigned(f'user-{n}', 'pro', 25.0)[0] for n in range(2000)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "".join(assigned(f"user-{n}", "pro", 25.0)[0] for n in range(2000))


def test_at_the_ends_everybody_is_on_one_arm() -> None:
    """0 % and 100 % leave nobody on the other side."""
    keys = [f"user-{number}" for number in range(1000)]
    assert {assigned(key, "pro", 0) for key in keys} == {Arm.INCUMBENT}
    assert {assigned(key, "pro", 100) for key in keys} == {Arm.CANDIDATE}


def test_migrations_are_independent() -> None:
    """Being early in one migration says nothing about another."""
    both = sum(bucket(f"user-{n}", "a") < 5000 and bucket(f"user-{n}", "b") < 5000 for n in range(20_000))
    assert abs(both / 20_000 - 0.25) < 0.02


def test_a_key_is_kept_only_as_a_hash() -> None:
    """Keys are often user ids."""
    assert "user" not in key_hash("user-1")
    assert key_hash("user-1") != key_hash("user-2")


def test_sampling_follows_the_brief_and_the_share() -> None:
    """A larger share contains every brief of a smaller one."""
    digests = [f"{number:08x}" + "0" * 56 for number in range(0, 2**32, 2**22)]
    small = {item for item in digests if sampled(item, 0.2)}
    large = {item for item in digests if sampled(item, 0.6)}
    assert small < large
    assert abs(len(small) / len(digests) - 0.2) < 0.01
    assert all(sampled(item, 1.0) for item in digests)
    assert not any(sampled(item, 0.0) for item in digests)
