"""Sign-in. The names are those by which allauth asks for its pages, so they have no namespace."""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from django.urls import path, re_path

from trust import sign_in_views as own
from trust.session_views import my_sessions
from trust.settings_views import my_settings

urlpatterns = [
    path("my-settings/", my_settings, name="my_settings"),
    path("my-sessions/", my_sessions, name="my_sessions"),
    path("sign-in/", account.login, name="account_login"),
    path("sign-in/code/", factor.authenticate, name="mfa_authenticate"),
    path("sign-in/again/", account.reauthenticate, name="account_reauthenticate"),
    path("sign-in/closed/", account.account_inactive, name="account_inactive"),
    path("sign-out/", account.logout, name="account_logout"),
    path("password/forgotten/", account.password_reset, name="account_reset_password"),
    path(
        "password/forgotten/sent/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/kept/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("second-factor/", factor.index, name="mfa_index"),
    path("second-factor/set-up/", own.SetUp.as_view(), name="mfa_activate_totp"),
    path("second-factor/set-up/picture.svg", own.picture, name="second_factor_picture"),
    path("second-factor/off/", own.TurnOff.as_view(), name="mfa_deactivate_totp"),
    path("second-factor/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", own.NewCodes.as_view(), name="mfa_generate_recovery_codes"),
    path(
        "second-factor/codes/file/",
        codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
