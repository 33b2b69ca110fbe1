"""Stored pictures scored again under the present settings: nothing is generated, old scores stay beside the new."""
