"""[proxy]: the HTTP way in, for any language."""

from pydantic import Field

from shadow.settings.block import Name, Settings


class ProxySettings(Settings):
    """[proxy]: where it listens, whom it asks, what it bears."""

    listen: Name = Field(
        "127.0.0.1:8788", description="HOST:PORT. Any host but loopback needs `token_env`, or `shadow proxy --open`."
    )
    upstreams: tuple[Name, ...] = Field(
        ("https://generativelanguage.googleapis.com",),
        min_length=1,
        strict=False,
        description="Addresses it may ask, the first where a request names none with `X-Shadow-Upstream`.",
    )
    token_env: str = Field(
        "", description="Environment variable with a token that callers must send as `X-Shadow-Token`; empty: none."
    )
    body_megabytes: float = Field(128.0, gt=0, description="MB of the largest request body; a larger one gets 413.")
    head_kilobytes: float = Field(
        64.0, ge=1, le=1024, description="kB of the longest request line or header; a longer one gets 400."
    )
    head_seconds: float = Field(30.0, gt=0, description="Seconds a new connection has for its first request.")
    connect_seconds: float = Field(10.0, gt=0, description="Seconds to reach the upstream; then 504.")
    idle_seconds: float = Field(
        600.0, gt=0, description="Seconds without a byte from caller or upstream after which the call is given up."
    )
    drain_seconds: float = Field(60.0, ge=0, description="Seconds that calls under way have to end after SIGTERM.")
    copy_megabytes: float = Field(
        256.0, gt=0, description="MB of calls under way held for their capture; beyond it they are only counted."
    )
    log_requests: bool = Field(True, description="Whether to log a line for each request.")
