import time
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from trust import key_standing, keys, master, resealing

#: What other processes sealed with a key they remembered is there by then.
_SETTLED_SECONDS = keys.FRESH_SECONDS + 1
_TRIES = 20


class Command(BaseCommand):
    help = (
        "Seals everything anew under the newest of MASTER_KEYS, while the house runs, and says "
        "which older ones may be taken away. Safe at any time and twice; broken off, it goes on "
        "where it was. Restart every process with the new key before."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anew", action="store_true", help="new data keys, though the master key is the same"
        )
        parser.add_argument("--report", action="store_true", help="change nothing, only count")

    def handle(self, *, anew: bool, report: bool, **options: object) -> None:
        self._refuse_missing()
        if not report:
            self._reseal(anew=anew)
        self._tell()

    def _refuse_missing(self) -> None:
        found = key_standing.standing(now=timezone.now())
        for version in found.missing:
            raise CommandError(
                f"MASTER_KEYS holds no version {version}, which {_told(found.needed[version])} "
                "need: put it back"
            )

    def _reseal(self, *, anew: bool) -> None:
        self.stdout.write(f"{resealing.renew(anew=anew)} new data keys")
        began = time.monotonic()
        for _ in range(_TRIES):
            for place, count in sorted(resealing.move().items()):
                self.stdout.write(f"{place}: {count} sealed anew")
            rest = _SETTLED_SECONDS - (time.monotonic() - began)
            if rest <= 0 and not resealing.left():
                break
            # Rows that others hold, and what was just sealed by a process that knew no better.
            time.sleep(min(max(rest, 0.5), _SETTLED_SECONDS))
        if gone := resealing.finish(now=timezone.now()):
            self.stdout.write(f"{gone} old data keys were empty for a day and are gone")

    def _tell(self) -> None:
        """What is left, and what may go."""
        left = resealing.left()
        for place, count in sorted(left.items()):
            self.stdout.write(f"{place}: {count} still under an old data key")
        broken = resealing.damaged() if left else {}
        for place, count in sorted(broken.items()):
            self.stdout.write(f"{place}: {count} of these open by no key; docs/operate.md")
        for version, count in sorted(key_standing.index_versions().items()):
            self.stdout.write(f"index key {version} finds {count} numbers and is needed")
        found = key_standing.standing(now=timezone.now())
        for version in found.behind:
            told = _told(found.needed[version])
            self.stdout.write(f"master key {version} is still needed: {told}")
        for version in sorted(set(settings.MASTER_KEYS) - set(found.needed) - {master.newest()}):
            self.stdout.write(f"master key {version} is safe to remove")
        if left or found.behind:
            raise CommandError("not everything is under the newest key: run it again")


def _told(needed: "dict[str, int]") -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(needed.items()))
