"""What makes the study reproducible."""

from dataclasses import replace

from report_studies import empty, hold

from reports.sections.provenance import ENTRIES_SHOWN, provenance


def test_everything_that_identifies_the_study_is_listed() -> None:
    """Models, times, epoch and the question's hash."""
    told = {entry.name: entry.value for entry in provenance(hold()).study}
    assert told["Epoch"] == "2, opened 20 Nov 2026, 06:45 UTC"
    assert told["Question (sha256)"] == "ab" * 32
    assert (told["Incumbent"], told["Candidate"]) == ("gemini-3-pro-image-preview", "gemini-3-pro-image")


def test_settings_and_versions_are_sorted_and_bounded() -> None:
    """Two reports can be laid side by side, and a thousand settings do not fill the page."""
    part = provenance(replace(hold(), settings={f"key {number:04}": "x" * 900 for number in range(1000)}))
    assert [entry.name for entry in part.versions] == ["python", "shadow"]
    assert len(part.settings) == ENTRIES_SHOWN
    assert len(part.settings[0].value) == 301


def test_an_empty_study_says_what_is_missing() -> None:
    """No pair yet, no epoch opened."""
    told = {entry.name: entry.value for entry in provenance(empty()).study}
    assert (told["First pair"], told["Last pair"], told["Epoch"]) == ("none yet", "none yet", "0")
