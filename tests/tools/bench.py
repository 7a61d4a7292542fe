"""Run every program in benchmarks/; each prints one JSON line a figure."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent.parent / "benchmarks"


def main() -> int:
    programs = sorted(path for path in FOLDER.glob("*.py") if not path.name.startswith("_"))
    if not programs:
        print("No benchmarks yet.")
        return 0
    codes = [
        subprocess.run([sys.executable, "-m", f"benchmarks.{path.stem}"]).returncode
        for path in programs
    ]
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
