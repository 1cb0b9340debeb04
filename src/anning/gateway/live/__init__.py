"""The live feed: a small ASGI application that tells browsers what was committed, within their scope."""
