"""A folder as one file, the same bytes for the same files. Pure."""

from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_MEGABYTES = 4 * 1024 * 1024
#: The first moment a ZIP can tell: when it was packed is nobody's business.
_WHENEVER = (1980, 1, 1, 0, 0, 0)
_UNIX, _READABLE = 3, 0o100644 << 16


def pack(folder: Path, target: Path, alive: Callable[[], None]) -> None:
    """`alive` is called between two pieces, and may raise."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    with ZipFile(target, "w") as packed:
        for path in paths:
            info = _info(path.relative_to(folder).as_posix(), path.stat().st_size)
            with path.open("rb") as source, packed.open(info, "w") as into:
                while piece := source.read(_MEGABYTES):
                    into.write(piece)
                    alive()


def _info(name: str, size: int) -> ZipInfo:
    """Parquet is compressed already."""
    info = ZipInfo(name, date_time=_WHENEVER)
    info.create_system, info.external_attr = _UNIX, _READABLE
    info.compress_type = ZIP_STORED if name.endswith(".parquet") else ZIP_DEFLATED
    info.file_size = size
    return info
