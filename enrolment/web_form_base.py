"""What the forms of a person's own page have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.content import Content
from enrolment import consequences
from enrolment.own_page import OwnPage, Programme
from enrolment.talk import Change, Talk

#: No field of ours wants more; what is longer was pasted by mistake.
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class About:
    """What a form is about."""

    page: OwnPage
    programme: Programme
    now: datetime

    @property
    def today(self) -> date:
        return consequences.today_of(self.programme.talk, self.now)


class OwnForm(forms.Form):
    """`changes` is asked once the form is valid, with the state as it is under the locks."""

    what: ClassVar[str]
    title: ClassVar[Any]
    lead: ClassVar[Any] = ""
    button: ClassVar[Any] = _("Save")
    #: Of a programme that has ended, too.
    after_leaving: ClassVar[bool] = False

    def __init__(self, data: Any = None, *, about: About) -> None:
        self.about = about
        # Browsers' own bubbles cannot be read out everywhere, and speak the browser's language.
        super().__init__(data, initial=self.now_kept(about), use_required_attribute=False)
        self.fill(about)

    def now_kept(self, about: About) -> dict[str, Any]:
        return {}

    def fill(self, about: About) -> None:
        """Choices and words that depend on the person."""

    def changes(self, content: Content, talk: Talk) -> Sequence[Change]:
        raise NotImplementedError


def text_field(label: Any, hint: Any, missing: Any, **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=_LONGEST,
        error_messages={"required": missing, "max_length": _("This is too long.")},
        widget=forms.TextInput(attrs=attrs),
    )


def choice_field(label: Any, missing: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        widget=forms.RadioSelect,
        error_messages={"required": missing, "invalid_choice": missing},
    )
