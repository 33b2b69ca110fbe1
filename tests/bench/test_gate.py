"""The benchmark of the gate measures peers that do the same work, and says which goals it met."""

import io

import numpy as np
import pytest
from PIL import Image as Pillow

from bench import gate, pictures
from bench.gate_peers import PEERS, full_features
from shadow.gates.properties import examined


def test_every_peer_measures_the_same() -> None:
    """A peer that measured something else would be no alternative; those not installed are left out."""
    stream = io.BytesIO()
    pictures.corpus(1, 512)[0].save(stream, "PNG")
    data = stream.getvalue()
    ours = examined(data).features
    # scikit-image weighs the channels by BT.709, the others by BT.601: its luma is another one.
    tolerance = {"naive": 0.1, "opencv": 0.1, "scikit-image": 0.4}
    compared = {name: peer(data) for name, peer in PEERS.items() if peer is not None and name in tolerance}
    assert "naive" in compared
    for peer, features in compared.items():
        assert isinstance(features, dict)
        for name, value in features.items():
            assert ours[name] == pytest.approx(value, rel=tolerance[peer], abs=0.02), (peer, name)


def test_the_naive_way_is_the_definition() -> None:
    """A step of known height has the features that can be worked out by hand."""
    pixels = np.full((64, 64, 3), 60, dtype=np.uint8)
    pixels[:, 32:] = 160
    found = full_features(pixels)
    assert (found["brightness"], found["contrast"], found["entropy"]) == pytest.approx((110, 50, 1))
    assert (found["saturation"], found["colourfulness"]) == pytest.approx((0, 0), abs=1e-9)
    assert found["edge_density"] == pytest.approx(2 / 62)


def test_rounds_are_interleaved_and_warmed() -> None:
    """Each way runs once in each round, in changing order, and the first round does not count."""
    ran: list[str] = []
    ticks = iter(range(1000))
    found = gate.interleaved(
        {name: lambda name=name: ran.append(name) for name in "abc"}, rounds=4, clock=lambda: float(next(ticks))
    )
    assert found == {"a": 1.0, "b": 1.0, "c": 1.0}
    rounds = [ran[at : at + 3] for at in range(0, 15, 3)]
    assert all(sorted(names) == ["a", "b", "c"] for names in rounds)
    assert len({tuple(names) for names in rounds}) > 1


def test_pictures_are_the_same_every_time() -> None:
    """Another run measures the same pictures, each unlike the others."""
    once, again = (pictures.corpus(3, 64) for _ in range(2))
    assert [image.tobytes() for image in once] == [image.tobytes() for image in again]
    assert len({image.tobytes() for image in once}) == 3
    assert {image.size for image in once} == {(64, 64)}
    assert isinstance(once[0], Pillow.Image)
