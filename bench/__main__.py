"""`python -m bench [NAME...]`: run every benchmark of this folder, or those that are named, and print their tables."""

import importlib
import pkgutil
import sys
import time

import bench


def main(names: list[str]) -> None:
    """Run and print. An unknown name stops with the legal ones."""
    modules = {info.name: info.name for info in pkgutil.iter_modules(bench.__path__) if info.name != "__main__"}
    benchmarks = {name: importlib.import_module(f"bench.{name}") for name in modules}
    legal = sorted(name for name, module in benchmarks.items() if hasattr(module, "tables"))
    if unknown := sorted(set(names) - set(legal)):
        sys.exit(f"No benchmark named {', '.join(unknown)}. Legal: {', '.join(legal)}.")
    for name in names or legal:
        began = time.monotonic()
        for table in benchmarks[name].tables():
            print(table, flush=True)
        print(f"({name}: {time.monotonic() - began:.0f} s)\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
