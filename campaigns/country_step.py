"""One step of making a country's campaign: what it knows of those before, and how it refuses."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from unfold.widgets import UnfoldAdminTextInputWidget

from campaigns.calendar_needs import Need
from campaigns.faults import Fault
from campaigns.pack_values import Pack
from messaging.models import Sender
from trust.models import Organisation


@dataclass
class Draft:
    """What is known by a step: its organisation's rows, and the cleaned answers before it."""

    organisation: Organisation
    today: date
    packs: dict[str, Pack]
    senders: QuerySet[Sender]
    may_price: bool
    needs: Callable[[Pack, str], list[Need]]
    said: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def pack(self) -> Pack:
        return self.packs[self.said["programme"]["curriculum"]]

    @property
    def country(self) -> str:
        return str(self.said["programme"]["country"])


class StepForm(forms.Form):
    step: ClassVar[str]
    title: ClassVar[Any]

    def __init__(self, draft: Draft, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)
        self.draft = draft
        self.build()

    def build(self) -> None:
        """Fields that hang on the answers before."""

    def put(self, found: Iterable[Fault]) -> None:
        for fault in found:
            if fault.field in self.fields and not self.errors.get(fault.field):
                self.add_error(fault.field, fault.message)


def text_field(label: Any, told: Any = "", **more: Any) -> forms.CharField:
    """Emptiness is the rules' to tell, in their own words."""
    return forms.CharField(
        label=label,
        help_text=told,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", **more.pop("attrs", {})}),
        **more,
    )
