"""THROWAWAY by the lead to unblock the browser tests: the pack helper replaces it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass
class Pack:
    campaign: dict[str, Any]
    stages: list[Any]
    questions: list[Any]
    banks: list[Any]
    keywords: list[Any]
    texts: dict[str, Any]
    defaults: dict[str, Any]


def read_pack(folder: Path) -> Pack:
    def read(name):
        return yaml.safe_load((folder / name).read_text())

    c = read("campaign.yaml")
    langs = {l: read(f"texts.{l}.yaml") for l in c["languages"]}
    return Pack(
        c,
        read("stages.yaml"),
        read("questions.yaml"),
        read("banks.yaml"),
        read("keywords.yaml"),
        {l: t["texts"] for l, t in langs.items()},
        {l: t["defaults"] for l, t in langs.items()},
    )
