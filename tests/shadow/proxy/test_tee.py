"""Copies within a budget."""

from shadow.proxy.tee import Budget, Copy


def test_a_copy_holds_what_went_through_until_it_is_taken() -> None:
    """And the budget has its bytes back then."""
    budget = Budget(10)
    copy = Copy(budget)
    copy.add(b"abc")
    copy.add(b"de")
    assert (budget.held, copy.size) == (5, 5)
    assert copy.taken() == (b"abc", b"de")
    assert (budget.held, copy.taken()) == (0, ())


def test_what_does_not_fit_is_given_up_whole() -> None:
    """Half a body is no body; others have the room."""
    budget = Budget(10)
    copy, other = Copy(budget), Copy(budget)
    assert copy.fits(b"12345678")
    assert not copy.fits(b"901")
    copy.add(b"x")
    assert (copy.full, copy.size, budget.held) == (True, 0, 0)
    other.add(b"1234567890")
    assert not other.full
