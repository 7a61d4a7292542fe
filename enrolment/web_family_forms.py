"""The forms of a person's own page about her number and the manner of her texts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.content import Content
from campaigns.manners import DISCREET
from enrolment import renumbering
from enrolment.talk import Change, SetAttribute, Talk
from enrolment.web_form_base import About, OwnForm, choice_field, text_field


class DiscreetForm(OwnForm):
    what = "discreet"
    title = _("Discreet texts")
    lead = _(
        "Discreet texts don't say what they are about. Some texts can't be written so; they won't "
        "come."
    )
    discreet = choice_field(_("How should our texts be?"), _("Choose one of the two."))

    def now_kept(self, about: About) -> dict[str, Any]:
        return {"discreet": "yes" if about.page.participant.is_discreet else "no"}

    def fill(self, about: About) -> None:
        named = [("no", _("As usual")), ("yes", _("Discreet"))]
        self.fields["discreet"].choices = named  # type: ignore[attr-defined]

    def changes(self, content: Content, talk: Talk) -> Sequence[Change]:
        return [SetAttribute(DISCREET, self.cleaned_data["discreet"])]


class NumberForm(OwnForm):
    """The change itself is `changing.ask_number`."""

    what = "number"
    title = _("Another telephone number")
    lead = _(
        "We text that number a code. When the code comes back from it, our texts go there. Until "
        "then nothing changes."
    )
    button = _("Ask that number")
    number = text_field(
        _("The new number"),
        _("With its + and the country's figures."),
        _("Write the number with its +."),
        autocomplete="tel",
        inputmode="tel",
    )

    def clean_number(self) -> str:
        enrolment = self.about.programme.enrolment
        try:
            return renumbering.read_number(enrolment=enrolment, said=self.cleaned_data["number"])
        except renumbering.NotANumber:
            raise forms.ValidationError(
                _("We can't text this number. Write it with its + and the country's figures.")
            ) from None

    def changes(self, content: Content, talk: Talk) -> Sequence[Change]:
        return []
