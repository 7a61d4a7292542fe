"""What a content pack holds, as frozen values. Pure; the files are told of in docs/content-pack.md.

A pack, its rows and its workbook are one content in three forms: these values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from campaigns.rules import IfUnknown
from campaigns.scales import ScaleRule
from campaigns.trial_values import PackTrial

FORMAT = 1


@dataclass(frozen=True, slots=True)
class PackSlot:
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class PackProfile:
    """A dose, and where LESS and MORE lead from it."""

    less: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class PackAttribute:
    kind: str
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class PackReader:
    """Whoever has a language from childhood and has read every text of it; `on` is YYYY-MM-DD."""

    by: str
    on: str


@dataclass(frozen=True, slots=True)
class PackVariant:
    name: str
    when: str = ""


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
    bank: str = ""
    every_days: int | None = None
    times: int = 1
    profiles: tuple[str, ...] = ()
    when: str = ""
    variants: tuple[PackVariant, ...] = ()
    avoid: tuple[str, ...] = ()
    if_unknown: str = IfUnknown.LEAVE.value


@dataclass(frozen=True, slots=True)
class PackStage:
    key: str
    name: str
    anchor: str
    track: str
    late: str
    shelf_hours: int
    steps: tuple[PackStep, ...]
    profiles: tuple[str, ...] = ()
    when: str = ""
    then_after_days: int | None = None
    then_enter: str = ""
    pool: str = ""
    avoid: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackChoice:
    value: str
    number: int
    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PackOutcome:
    reply: str = ""
    then: str = ""
    stage: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class PackBand:
    """What is said to a reading; see campaigns.measures.BandRule."""

    reply: str = ""
    lowest: float | None = None
    below: float | None = None
    second_lowest: float | None = None
    second_below: float | None = None
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class PackQuestion:
    key: str
    kind: str
    attribute: str = ""
    choices: tuple[PackChoice, ...] = ()
    earliest_day: int = 0
    latest_day: int = 30
    lowest: float | None = None
    highest: float | None = None
    unit: str = ""
    outcomes: Mapping[str, PackOutcome] = field(default_factory=dict)
    expires_hours: int = 0
    reminder_hours: int = 0
    measure: str = ""
    bands: tuple[PackBand, ...] = ()
    consent: str = ""


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
    question: str = ""
    stage: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """`texts` is language -> text key -> wording, `defaults` language -> field -> value.
    `native_readers` by language; one that is not there was read by no native reader."""

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
    profiles: Mapping[str, PackProfile] = field(default_factory=dict)
    default_profile: str = ""
    min_gap_minutes: int = 0
    cap_day: int | None = None
    cap_week: int | None = None
    silent_days: int | None = None
    attributes: Mapping[str, PackAttribute] = field(default_factory=dict)
    scales: Mapping[str, ScaleRule] = field(default_factory=dict)
    native_readers: Mapping[str, PackReader] = field(default_factory=dict)
    trials: tuple[PackTrial, ...] = ()
