"""Which arm serves a key."""

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


def test_buckets_are_uniform_over_keys() -> None:
    """Over 200,000 keys each tenth holds a tenth, within five standard deviations."""
    tenths = [0] * 10
    keys = 200_000
    for number in range(keys):
        tenths[bucket(f"user-{number}", "pro") * 10 // BUCKETS] += 1
    deviation = (keys * 0.1 * 0.9) ** 0.5
    assert all(abs(count - keys / 10) < 5 * deviation for count in tenths)


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
