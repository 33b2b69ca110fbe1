"""The comment for a pull request."""

from dataclasses import replace

import pytest
from report_parts import worst
from report_studies import empty, go, hold, hostile, rollback, uncalibrated

from analysis.results import Study
from reports.markdown import MOST_CHARACTERS, escaped, markdown
from reports.wording import verdict_sentence


@pytest.mark.parametrize(
    "study", [go(), hold(), rollback(), uncalibrated(), empty()], ids=lambda study: study.verdict.decision
)
def test_the_comment_begins_with_the_answer_and_ends_with_what_to_do(study: Study) -> None:
    """Decision as a heading, the sentence, the guards as a table, the next step with its command."""
    text = markdown(study)
    assert text.splitlines()[0].startswith("## ")
    assert study.verdict.decision.value in text.splitlines()[0]
    assert text.splitlines()[2] == verdict_sentence(study)
    assert text.index("| Guard |") < text.index("**Next**")
    assert "`shadow " in text.partition("**Next**")[2]


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    """A bar in a stranger's text makes no cell."""
    pair = replace(worst(1)[0], prompt="a | b || c\n| d |")
    lines = markdown(replace(hold(), worst=(pair,))).splitlines()
    tables = [line.replace("\\|", "") for line in lines if line.startswith("|")]
    assert {line.count("|") for line in tables} == {4, 9}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>", "&lt;script&gt;"),
        ("&amp;", "&amp;amp;"),
        ("@everyone", "@\u200beveryone"),
        ("see #12", "see #\u200b12"),
        ("https://evil.example", "https:\u200b//evil.example"),
        ("www.evil.example", "www\u200b.evil.example"),
        ("![x](y) `z` **b** _i_ ~s~", r"!\[x\](y) \`z\` \*\*b\*\* \_i\_ \~s\~"),
        ("two\nlines\u202e", "two lines⟨U+202E⟩"),
    ],
)
def test_a_strangers_text_is_shown_as_it_is(text: str, shown: str) -> None:
    """No element, no link, no mention, no reference, no code, one line."""
    assert escaped(text) == shown


def test_a_hostile_study_makes_no_markup() -> None:
    """The only angle brackets and links are our own."""
    text = markdown(hostile())
    ours = ("<details>", "<summary>", "</summary>", "</details>", "<sub>", "</sub>")
    for tag in ours:
        text = text.replace(tag, "")
    outside = "".join(part for place, part in enumerate(text.split("`")) if place % 2 == 0)
    assert "<" not in outside.replace("\\<", "")
    assert "](" not in outside.replace("\\](", "")
    assert "https://" not in outside


def test_a_comment_fits_however_much_there_is_to_say() -> None:
    """A hundred guards and long prompts stay under what a forge takes."""
    study = replace(hold(), guards=hold().guards * 60, worst=worst(40, prompt="word " * 20_000))
    assert len(markdown(study)) <= MOST_CHARACTERS
