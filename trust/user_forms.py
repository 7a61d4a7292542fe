from typing import Any

from django import forms
from django.utils.translation import gettext

from trust.models.user import User
from trust.roles import described
from trust.saying import said


class NewUserForm(forms.ModelForm):  # type: ignore[type-arg]
    """No password: the new user sets one by the link of an email, and nobody else knows it."""

    class Meta:
        model = User
        fields = ("email", "name", "organisation", "organisation_role")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = gettext(
            "An email with a link to set a password goes here."
        )
        explain(self)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def save(self, commit: bool = True) -> Any:
        self.instance.set_unusable_password()
        return super().save(commit)


class UserForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = (
            "email", "name", "organisation", "organisation_role", "is_active", "is_staff",
            "is_superuser",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        explain(self)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


def explain(form: forms.BaseForm, name: str = "organisation_role") -> None:
    """What each role may, in plain words, under the field in which one is chosen."""
    if name in form.fields:
        lines = " ".join(f"{said(label)}: {said(words)}" for label, words in described())
        form.fields[name].help_text = f"{form.fields[name].help_text} {lines}".strip()
