"""Money and quota of a home, shared by all its workers: what is spent, promised, paused and whose turn it is."""
