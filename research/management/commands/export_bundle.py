"""Writes a bundle to a place of the operator's; the page does the same by a worker."""

from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns.access import reach_of
from campaigns.models import Campaign
from messaging import clock
from research import exports
from research.bundle.packing import pack
from research.bundle.snapshot import SnapshotLost
from research.bundle.writing import Made, write
from research.export_work import wanted_of
from research.models import Export
from trust.models import User


class Command(BaseCommand):
    help = (
        "Writes the data of CAMPAIGN, de-identified, to the new folder OUT, or to the file "
        "OUT.zip. Who it is for must hold the right to export; who, why and what is in the audit."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", help="its key, or organisation/key where two have it")
        parser.add_argument("out", type=Path)
        parser.add_argument("--by", required=True, help="the email of whom it is for")
        parser.add_argument("--reason", required=True, help="why, in a sentence")
        parser.add_argument("--key", default="", help="a named key: later exports with it join")
        parser.add_argument("--texts", action="store_true", help="words of texts in, scrubbed")
        parser.add_argument("--arms", action="store_true", help="arms of a blinded running trial")
        parser.add_argument(
            "--go-on", action="store_true", help="although fewer than five people look alike"
        )

    def handle(self, *, campaign: str, out: Path, by: str, **options: Any) -> None:
        asked = exports.Asked(options["reason"], options["key"], options["texts"], options["arms"])
        found, actor = _campaign(campaign), _user(by)
        lacking = exports.lacking(reach_of(actor), found, asked)
        if lacking:
            exports.refused(campaign=found, actor=actor, what=lacking)
            raise CommandError(f"{by} may not do that here: it needs {lacking}. It was noted.")
        if out.exists() and (out.is_file() or any(out.iterdir())):
            raise CommandError(f"{out} is there already. Name a new one.")
        crowding = exports.look(campaign=found, now=clock.calendar_now())
        self.stdout.write(
            f"k = {crowding.k}; {crowding.unique} of {crowding.people} people are alone by "
            f"language, sex, age, region and channel, {crowding.few} among fewer than five."
        )
        if crowding.is_thin and not options["go_on"]:
            raise CommandError("That is few. Look whether it must be; --go-on writes it anyway.")
        try:
            export = exports.ask(
                campaign=found, asked=asked, crowding=crowding, actor=actor, in_worker=False
            )
            made = self._write(export, out)
        except (exports.ExportRefused, SnapshotLost) as refused:
            raise CommandError(str(refused) or "The database was lost on the way.") from refused
        for name, rows in made.rows.items():
            self.stdout.write(f"{name}: {rows} rows")
        self.stdout.write(f"{out}: SHA-256 of SHA256SUMS {made.sha256}")

    def _write(self, export: Export, out: Path) -> Made:
        wanted = wanted_of(export)
        if out.suffix == ".zip":
            with TemporaryDirectory(dir=out.parent) as folder:
                made = write(wanted=wanted, folder=Path(folder), told=self._told)
                pack(Path(folder), out, lambda: None)
        else:
            out.mkdir(parents=True, exist_ok=True)
            made = write(wanted=wanted, folder=out, told=self._told)
        exports.book(export=export, as_of=wanted.scope.now, made=made)
        return made

    def _told(self, done: int, total: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done} of about {total} rows", ending="")


def _campaign(name: str) -> Campaign:
    slug, _, key = name.rpartition("/")
    rows = Campaign.objects.select_related("organisation", "sender").filter(key=key)
    found = list(rows.filter(organisation__slug=slug) if slug else rows)
    if len(found) != 1:
        raise CommandError(f"{len(found)} campaigns are named {name}; say organisation/key.")
    return found[0]


def _user(email: str) -> User:
    found = User.objects.filter(email__iexact=email, is_active=True).first()
    if found is None:
        raise CommandError(f"Nobody has the address {email}.")
    return found
