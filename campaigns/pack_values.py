"""What a content pack holds, as frozen values. Pure; the files are told of in docs/content-pack.md.

A pack, its rows and the workbook to come are one content in three forms: these values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

FORMAT = 1


@dataclass(frozen=True, slots=True)
class PackSlot:
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class PackStep:
    key: str
    day: int | None = None
    slot: str = ""
    after_minutes: int | None = None
    question: str = ""
    late: str = ""
    shelf_hours: int = 0
    priority: str = "core"
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackStage:
    key: str
    name: str
    anchor: str
    track: str
    late: str
    shelf_hours: int
    steps: tuple[PackStep, ...]


@dataclass(frozen=True, slots=True)
class PackChoice:
    value: str
    number: int
    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PackOutcome:
    reply: str = ""
    then: str = ""


@dataclass(frozen=True, slots=True)
class PackQuestion:
    key: str
    kind: str
    attribute: str = ""
    choices: tuple[PackChoice, ...] = ()
    earliest_day: int = 0
    latest_day: int = 30
    outcomes: Mapping[str, PackOutcome] = field(default_factory=dict)
    expires_hours: int = 0


@dataclass(frozen=True, slots=True)
class PackBankText:
    key: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackBank:
    key: str
    name: str
    texts: tuple[PackBankText, ...]


@dataclass(frozen=True, slots=True)
class PackKeyword:
    action: str
    bank: str
    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Pack:
    """`texts` is language -> text key -> wording, `defaults` language -> field -> value."""

    key: str
    name: str
    about: str
    review: str
    author: str
    languages: tuple[str, ...]
    default_language: str
    hours: PackSlot
    slots: Mapping[str, PackSlot]
    default_slot: str
    variables: Mapping[str, str]
    onboarding: tuple[str, ...]
    stages: tuple[PackStage, ...]
    questions: tuple[PackQuestion, ...]
    banks: tuple[PackBank, ...]
    keywords: tuple[PackKeyword, ...]
    texts: Mapping[str, Mapping[str, str]]
    defaults: Mapping[str, Mapping[str, str]]
