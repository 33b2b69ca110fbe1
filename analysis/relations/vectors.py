"""The pictures' embeddings of the few pairs that are compared in the embedding space."""

from collections.abc import Sequence

import numpy as np
from duckdb import DuckDBPyConnection

from analysis.arrays import Singles
from analysis.relations.arms import ARMS
from analysis.relations.fetching import rows
from analysis.relations.sql import VECTORS


def read_vectors(
    connection: DuckDBPyConnection, capture_ids: Sequence[str], *, space: str
) -> tuple[Singles, Singles] | None:
    """The incumbent's and the candidate's vectors, shapes (n, length), of those pairs that have both in this space.

    Pairs stand in the order asked; None where there is none.
    """
    found: dict[tuple[str, str], bytes] = {}
    for capture, arm, vector in rows(connection, VECTORS, {"captures": list(capture_ids), "space": space}):
        found[capture, arm] = bytes(vector)
    both = [capture for capture in capture_ids if all((capture, arm) in found for arm in ARMS)]
    if not both:
        return None
    incumbent, candidate = (_unpacked([found[capture, arm] for capture in both]) for arm in ARMS)
    return incumbent, candidate


def _unpacked(blobs: Sequence[bytes]) -> Singles:
    """Rows of unit length: what half precision rounded off is made good."""
    vectors = np.stack([np.frombuffer(blob, dtype="<f2") for blob in blobs]).astype(np.float32)
    unit: Singles = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit
