"""An upstream that answers every POST at once with a picture of a given size, no two alike, and waits where it is told.

python -m bench.canned_upstream PORT BYTES [SECONDS]
"""

import asyncio
import base64
import json
import os
import sys


class Upstream(asyncio.Protocol):
    """One connection: reads requests of known length, answers each."""

    first = last = b""
    number = 0
    seconds = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Nothing came yet."""
        self._transport = transport
        self._came = b""

    def data_received(self, data: bytes) -> None:
        """Answers every request that is whole."""
        self._came += data
        while (end := self._came.find(b"\r\n\r\n")) >= 0:
            head = self._came[:end].lower()
            length = next((int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:")), 0)
            if len(self._came) < end + 4 + length:
                return
            self._came = self._came[end + 4 + length :]
            asyncio.get_running_loop().call_later(self.seconds, self._answer)

    def _answer(self) -> None:
        Upstream.number += 1
        self._transport.writelines([self.first, b"%08d" % Upstream.number, self.last])  # type: ignore[attr-defined]


def prepare(size: int) -> None:
    """An answer whose body has so many bytes, eight of them to be filled in."""
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + os.urandom(max(96, size * 3 // 4))).decode()
    parts = [{"inlineData": {"mimeType": "image/png", "data": picture}}]
    body = json.dumps({"candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP"}]}).encode()
    middle = body.index(b"iVBOR") + 60
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    Upstream.first, Upstream.last = head + body[:middle], body[middle + 8 :]


async def serve(port: int) -> None:
    """Until it is killed."""
    server = await asyncio.get_running_loop().create_server(Upstream, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    prepare(int(sys.argv[2]))
    Upstream.seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 0.0
    asyncio.run(serve(int(sys.argv[1])))
