"""The signature of a webhook."""

import pytest

from shadow.hooks.signing import headers


def test_the_signature_of_the_published_example() -> None:
    """The test vector of the Standard Webhooks reference libraries."""
    found = headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        event_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=1614265330,
        body=b'{"test": 2432232314}',
    )
    assert found == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize("secret", ["whsec_not base64!", "whsec_"])
def test_a_secret_that_is_none_is_refused(secret: str) -> None:
    """In words that do not hold it."""
    with pytest.raises(ValueError, match="signing secret is") as refused:
        headers(secret, event_id="e", at=1, body=b"")
    assert "base64!" not in str(refused.value).removeprefix("the signing secret is not base64")
