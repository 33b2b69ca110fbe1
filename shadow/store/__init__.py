"""Where pairs and pictures are kept."""
