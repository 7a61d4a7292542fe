"""What the next release might do to tables that are in use: only adding, as all of ours may.

All migrations of `messaging`, and two more: to be named by MIGRATION_MODULES.
"""

from pathlib import Path

from messaging import migrations

_OURS = Path(str(migrations.__file__)).parent
LAST_OF_OURS = max(path.stem for path in _OURS.glob("[0-9]*.py"))

__path__ = [str(_OURS), str(Path(__file__).parent)]
