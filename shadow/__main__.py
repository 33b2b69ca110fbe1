"""`python -m shadow` is `shadow`."""

from shadow.cli import main

main()
