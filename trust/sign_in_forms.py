from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm, ResetPasswordForm
from allauth.account.forms import ResetPasswordKeyForm as KeyForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext

from trust import lockout


def _plain(form: forms.Form, **labels: str) -> None:
    """Our words on the fields, and no placeholder, which goes when one begins to type."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label = label
        field.help_text = ""
        field.widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, login=gettext("Email address"), password=gettext("Password"))
        # Signing in ends with the browser's day; a box to tick would promise more.
        self.fields.pop("remember", None)


class PasswordAgainForm(ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password=gettext("Password"))


class ForgottenForm(ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, email=gettext("Email address"))


class NewPasswordForm(KeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(
            self, password1=gettext("New password"), password2=gettext("New password, once more")
        )
        self.fields["password1"].help_text = gettext(
            "At least 12 characters. Three or four words do well."
        )


class SetUpForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code=gettext("Six digits the app shows"))
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class CodeForm(AuthenticateForm):
    """A wrong code counts like a wrong password, and locks like one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code=gettext("Code"))

    def clean_code(self) -> str:
        if lockout.is_locked(context.request, self.user.email):
            lockout.refuse(context.request)
            raise forms.ValidationError(gettext("Too many wrong tries."))
        try:
            return str(super().clean_code())
        except forms.ValidationError:
            lockout.count_wrong_code(context.request, self.user)
            raise
