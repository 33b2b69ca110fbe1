"""Functions on arrays and relations that turn paired scores into a verdict. Knows nothing of `shadow`."""
