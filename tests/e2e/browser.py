"""Find a browser for the screens' tests, and fetch one where that is possible.

Playwright's own download is often unreachable, so whatever Chromium the machine has comes first.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# Nothing may call home during a test, and QUIC would pass by the closed network unseen.
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)


def find() -> str | None:
    """The path of a Chromium: $CHROMIUM, one on PATH, or the one Playwright downloaded."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or "~/.cache/ms-playwright")
    downloaded = sorted(cache.expanduser().glob("chromium-*/chrome-*/chrome"))
    return str(downloaded[-1]) if downloaded else None


def arguments() -> list[str]:
    """Chromium refuses its sandbox to root."""
    return [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def main() -> int:
    if find():
        return 0
    print("No browser found; trying Playwright's download.", flush=True)
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    subprocess.run(command, timeout=600, check=False)
    if not find() and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Not to be had; trying apt-get.", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", "-q", *words], env=environment, check=False)
    if find():
        return 0
    print("Install Chromium (on Debian: apt-get install chromium), or set CHROMIUM to its path.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
