"""What is asked of whoever wants a bundle."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from research.exports import Asked
from trust.redaction import looks_personal

_OWN, _NEW, _OLD = "own", "new", "old:"


class BundleForm(forms.Form):
    """`names`: of the campaign's named keys. `may_read`: also the words of texts in; `blinds`: a
    blinded trial runs, and its arms may be taken along."""

    reason = forms.CharField(
        label=_("What it is for"),
        max_length=200,
        help_text=_(
            "A sentence for the audit: the study, the approval. No number, no address, no name of "
            "a participant."
        ),
    )
    key = forms.ChoiceField(
        label=_("Pseudonyms"),
        help_text=_(
            "Of their own: this bundle can be joined with no other. By a named key: it joins with "
            "every bundle made with that key."
        ),
    )
    key_name = forms.SlugField(
        label=_("Name of the new key"), max_length=40, required=False,
        help_text=_("Small letters, digits and hyphens; only for a new named key."),
    )  # fmt: skip
    with_texts = forms.BooleanField(
        label=_("The words people texted, scrubbed"),
        required=False,
        help_text=_(
            "Numbers, addresses, links, dates and known names are taken out. A story can still "
            "tell who somebody is: only where the reason above needs it."
        ),
    )
    with_arms = forms.BooleanField(
        label=_("Arms of the blinded trial"), required=False,
        help_text=_("The trial is running: whoever reads this bundle is unblinded."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, names: Sequence[str], may_read: bool, blinds: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = [  # type: ignore[attr-defined]
            (_OWN, _("of their own")),
            *((f"{_OLD}{name}", _("by the key %(name)s") % {"name": name}) for name in names),
            (_NEW, _("by a new named key")),
        ]
        if not may_read:
            del self.fields["with_texts"]
        if not blinds:
            del self.fields["with_arms"]

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if looks_personal(reason):
            raise forms.ValidationError(_("Leave out numbers and addresses."))
        return reason

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("key") == _NEW and not cleaned.get("key_name"):
            self.add_error("key_name", _("Give the new key a name."))
        return cleaned

    @property
    def asked(self) -> Asked:
        """Once it is valid."""
        values = self.cleaned_data
        key = values["key"]
        name = values["key_name"] if key == _NEW else key.removeprefix(_OLD)
        return Asked(
            reason=values["reason"],
            key_name="" if key == _OWN else name,
            with_texts=values.get("with_texts", False),
            with_arms=values.get("with_arms", False),
        )
