"""Every file below a folder through the properties layer, in one process that may not take more than so much memory.

python gate_corpus.py FOLDER BYTES: prints one JSON object, path to finding.
"""

import json
import resource
import sys
from pathlib import Path

NO_PICTURES = frozenset({"LICENSE", "SOURCE.txt", "README.md", "PngSuite.README"})


def main(folder: Path, memory: int) -> None:
    """Look and print."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))  # the process apart inherits it
    from shadow.brief import Brief
    from shadow.gates.properties import PropertiesLayer
    from shadow.pair import Image
    from shadow.settings import PropertiesSettings

    layer = PropertiesLayer(PropertiesSettings())
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in NO_PICTURES):
        finding = layer.check(Brief(parts=()), Image.of(path.read_bytes()))
        found[str(path.relative_to(folder))] = finding.to_record()
    print(json.dumps(found))  # noqa: T201  its answer


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
