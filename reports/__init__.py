"""The report: a study in words and pictures, for a person. Sees `analysis.results` and nothing else of the harness."""
