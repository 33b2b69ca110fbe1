"""Benchmarks: what the product promises, measured."""
