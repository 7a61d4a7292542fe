"""What allauth and axes are told; settings take it over whole."""

from datetime import timedelta

AUTHENTICATION_BACKENDS = [
    # First, so that a locked account's right password is not looked at.
    "axes.backends.AxesStandaloneBackend",
    "trust.user_backend.UserBackend",
]

ACCOUNT_ADAPTER = "trust.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
# An address without an account gets no email, and the page says the same.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
# Nobody is kept signed in beyond the browser's own session.
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_METHODS = ["password"]
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# axes counts wrong tries.
ACCOUNT_RATE_LIMITS = {"login_failed": None}
ACCOUNT_FORMS = {
    "login": "trust.sign_in_forms.SignInForm",
    "reauthenticate": "trust.sign_in_forms.PasswordAgainForm",
    "reset_password": "trust.sign_in_forms.ForgottenForm",
    "reset_password_from_key": "trust.sign_in_forms.NewPasswordForm",
}

MFA_ADAPTER = "trust.sign_in.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# Addresses are written by an organisation's admin; there is nothing to verify them by.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# One step of thirty seconds to either side: phones' clocks are seldom right to the second.
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "trust.sign_in_forms.CodeForm",
    "activate_totp": "trust.sign_in_forms.SetUpForm",
}

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "trust.lockout.digest_of"
AXES_CLIENT_IP_CALLABLE = "trust.lockout.address_of"
AXES_LOCKOUT_CALLABLE = "trust.lockout.answer"
# The audit is ours, and keeps ids alone.
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["login", "email", "username", "code", "next", "csrfmiddlewaretoken"]
