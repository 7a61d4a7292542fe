from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from campaigns.models import Campaign
from campaigns.pack_files import dump
from campaigns.pack_values import Pack
from campaigns.translation_po import write_po_file
from campaigns.translation_sheet import write_translation
from campaigns.unloading import as_pack
from campaigns.workbook_page import starter
from campaigns.workbook_writing import write_workbook


class Command(BaseCommand):
    help = (
        "Writes a campaign's newest version as a workbook or a content pack, or one language of it "
        "for a translator."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", help="the campaign's key")
        parser.add_argument("out", type=Path, help="OUT.xlsx; a folder for a pack; OUT.po")
        parser.add_argument("--number", type=int, help="of the version; the newest otherwise")
        parser.add_argument(
            "--languages", default="", help="of a new campaign, such as en,nb; else the country's"
        )
        parser.add_argument("--language", default="", help="only this one, for its translator")

    def handle(
        self,
        *,
        campaign: str,
        out: Path,
        number: int | None,
        language: str,
        languages: str,
        **options: object,
    ) -> None:
        found = Campaign.objects.filter(key=campaign)
        if found.count() != 1:
            known = ", ".join(Campaign.objects.values_list("key", flat=True)) or "none yet"
            raise CommandError(f"No one campaign has the key {campaign!r}. Known: {known}.")
        versions = found.get().versions.order_by("-number")
        version = (versions.filter(number=number) if number else versions).first()
        if number and version is None:
            raise CommandError(f"{campaign} has no version {number}.")
        if language and version is None:
            raise CommandError("There is no version to translate yet.")
        if version is None:
            chosen = [code.strip() for code in languages.split(",") if code.strip()]
            pack, told = starter(found.get(), settings.CURRICULA_DIR, chosen), "a new campaign"
        else:
            pack, told = as_pack(version), str(version)
        if language == pack.default_language:
            raise CommandError(f"{language} is the language that is translated from.")
        if out.suffix == ".po" and not language:
            raise CommandError("A PO file holds one language: name it with --language.")
        _write(pack, out, language)
        self.stdout.write(f"{out.name} holds {told}{f' for {language}' if language else ''}.")


def _write(pack: Pack, out: Path, language: str) -> None:
    if language and out.suffix == ".po":
        out.write_bytes(write_po_file(pack, language))
    elif language:
        out.write_bytes(write_translation(pack, language))
    elif out.suffix:
        out.write_bytes(write_workbook(pack))
    else:
        dump(pack, out)
