"""HTTP passed through untouched on its way to the Gemini API, image generations captured, the assigned arm asked.

docs/proxy.md describes it. Its libraries come with the extra `shadow-harness[proxy]`: nothing but the verb imports this
room, so a live process never gains them.
"""
