"""The signature of a Standard Webhooks message (github.com/standard-webhooks, "spec/standard-webhooks.md")."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

PREFIX = "whsec_"


def headers(secret: str, *, event_id: str, at: int, body: bytes) -> Mapping[str, str]:
    """The three headers: id, Unix time in seconds, and v1 HMAC-SHA256 of "id.time.body" in base64.

    `secret` is base64, with or without the prefix "whsec_". Raises ValueError where it is not.
    """
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        message = "the signing secret is not base64"
        raise ValueError(message) from error
    if not key:
        message = "the signing secret is empty"
        raise ValueError(message)
    signed = hmac.new(key, f"{event_id}.{at}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }
