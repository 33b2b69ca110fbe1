"""A process apart in which pictures are developed: bytes go in, findings come out.

Decoders are C code that reads what a stranger wrote. A loop without end, a crash or a flood of memory there ends this
process and nothing else. It holds no key, and it ends by itself when the worker that started it is gone.
"""

from shadow.gates.darkroom.room import Answer, Darkrooms, End, Ended, darkrooms

__all__ = ["Answer", "Darkrooms", "End", "Ended", "darkrooms"]
