"""Runs a benchmark on an embedded PostgreSQL of its own, durable as in production.

python -m benchmarks.run tick [its options]
"""

import os
import subprocess
import sys
from pathlib import Path

from config.servers import held

VAR = Path(__file__).resolve().parent.parent / "var" / "bench"


def main() -> int:
    name, *options = sys.argv[1:] or ["tick"]
    with held(VAR) as place:
        environment = {
            **os.environ,
            "DEMO": "1",
            "VAR_DIR": str(VAR),
            "DATABASE_URL": place.database_url,
            "REDIS_URL": place.redis_url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "LOG_LEVEL": "WARNING",
        }
        command = [sys.executable, "-m", f"benchmarks.{name}", *options]
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
