"""Find a Chromium for the browser journeys and the benchmark of the desk, and say how it is started."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
MAC = Path("/Applications")
MAC_NAMES = ("Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome")
FLAGS = (
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
"""How it is started where there is no screen and no graphics card, asking nothing of the outside."""
ADVICE = (
    "no Chromium found, so the browser journeys are skipped. Debian/Ubuntu: `sudo apt install chromium "
    "fonts-noto-cjk`; macOS: `brew install --cask chromium`; or set ANNING_CHROMIUM to the program's path."
)


def find() -> str | None:
    """Return the path of a Chromium: `ANNING_CHROMIUM` if set, else one on the path or in macOS's folder."""
    named = os.environ.get("ANNING_CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    return next((str(MAC / name) for name in MAC_NAMES if (MAC / name).is_file()), None)
