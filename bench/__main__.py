"""`python -m bench [NAME...]`: run every benchmark of this folder, or those that are named, and print their tables.

A benchmark is a module with `tables`, which gives them, or with `main`, which prints them.
"""

import importlib
import pkgutil
import sys
import time

import bench


def run(names: list[str]) -> None:
    """Run and print. An unknown name stops with the legal ones."""
    found = [info.name for info in pkgutil.iter_modules(bench.__path__) if info.name != "__main__"]
    modules = {name: importlib.import_module(f"bench.{name}") for name in found}
    benchmarks = {name: module for name, module in modules.items() if {"tables", "main"} & set(vars(module))}
    if unknown := sorted(set(names) - set(benchmarks)):
        sys.exit(f"No benchmark named {', '.join(unknown)}. Legal: {', '.join(sorted(benchmarks))}.")
    sys.argv = sys.argv[:1]  # what was asked of us is not asked of them
    for name in names or sorted(benchmarks):
        began = time.monotonic()
        if hasattr(benchmarks[name], "tables"):
            for table in benchmarks[name].tables():
                print(table, flush=True)
        else:
            benchmarks[name].main()
        print(f"({name}: {time.monotonic() - began:.0f} s)\n", flush=True)


if __name__ == "__main__":
    run(sys.argv[1:])
