"""Every setting, read once from the environment. docs/operators.md lists what can be set.

With DATABASE_URL or REDIS_URL unset, the embedded servers of config.servers are used.
"""

import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config import api_document, places, sms_providers
from config.demo_secrets import with_demo_secrets
from config.environment import Environment
from config.pages import POLICY, UNFOLD_SETTINGS
from config.sign_in import *  # noqa: F403
from trust.logs import configure

# openpyxl would read by lxml, where something has installed that, and unfold what defusedxml
# refuses; it asks once, when it is first imported.
os.environ["OPENPYXL_LXML"] = "False"

BASE_DIR = Path(__file__).resolve().parent.parent
CURRICULA_DIR = BASE_DIR / "curricula"

try:
    _place = places.find(places.var_dir(os.environ))
except places.PlaceTrouble as trouble:
    raise ImproperlyConfigured(str(trouble)) from trouble

_environment = Environment(os.environ)
DEMO = _environment.flag("DEMO")
VAR_DIR = _place.var
if DEMO:
    _environment = Environment(with_demo_secrets(os.environ, VAR_DIR))

DEBUG = False
SECRET_KEY = _environment.secret_key()
MASTER_KEYS = _environment.keys("MASTER_KEYS")
INDEX_KEYS = _environment.keys("INDEX_KEYS")
PUBLIC_BASE_URL = _environment.text("PUBLIC_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = _environment.names("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _environment.names("CSRF_TRUSTED_ORIGINS", "")

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "trust",
    "messaging",
    "campaigns",
    "enrolment",
    "research",
]
MIDDLEWARE = [
    "config.plain_http.PlainHttpMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.pages.AdminPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "trust.viewing.ViewerMiddleware",
    "campaigns.access.ReachMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "trust.nothing_kept.NothingKeptMiddleware",
    "trust.session_limits.SessionLimitsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.second_factor.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
UNFOLD = UNFOLD_SETTINGS
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# A minute, not for ever: a worker that forks, or a server that is restarted, must not meet a dead
# connection; the health check costs one round trip a request.
_database = _environment.database(_place.database_url)
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **_database,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": "5", **_database["OPTIONS"]},  # type: ignore[dict-item]
    }
}
REPLICA = "replica"
if _replica := _environment.replica():
    DATABASES[REPLICA] = {
        **DATABASES["default"],
        **_replica,
        "OPTIONS": {
            "connect_timeout": "2",
            "options": "-c default_transaction_read_only=on",
            **_replica["OPTIONS"],  # type: ignore[dict-item]
        },
        "TEST": {"MIRROR": "default"},
    }
# Rates of pages and the codes just used hold over all web processes, and without a broker.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "trust_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
REDIS_URL = _environment.redis(_place.redis_url)

AUTH_USER_MODEL = "trust.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 12}  # type: ignore[assignment]
AUTH_PASSWORD_VALIDATORS.append({"NAME": "trust.password_words.HouseWordsValidator"})
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
SECOND_FACTOR = _environment.flag("SECOND_FACTOR")
SESSION_IDLE_SECONDS = 60 * _environment.number("SESSION_IDLE_MINUTES", 30)
SESSION_LONGEST_SECONDS = 12 * 3600
SESSION_ENGINE = "trust.session_store"

_https = PUBLIC_BASE_URL.startswith("https://")
if not (_https or DEMO):
    raise ImproperlyConfigured("Set PUBLIC_BASE_URL to the https:// address people will use.")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
# By this name a browser takes a cookie over https and from this very host alone, for no other: a
# neighbour's page cannot plant one. The demo on one's own machine has no https.
COOKIE_PREFIX = "__Host-" if _https else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
MESSAGE_STORAGE = "trust.notice_store.NoticeStore"
SESSION_COOKIE_AGE = SESSION_LONGEST_SECONDS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# No script of ours reads it: forms carry their own token.
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = _https
# Asked from within, by whoever watches this process, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
# Neither the names below ours nor the browsers' own list are ours to speak for, unless told.
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https and _environment.flag("HSTS_SUBDOMAINS")
SECURE_HSTS_PRELOAD = False
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Only a proxy that strips the header from outside may be named here.
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if _environment.flag("BEHIND_PROXY") else None
)
X_FRAME_OPTIONS = "DENY"
# The doors say themselves who may enter; nothing of the framework's own pages is on.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = api_document.SETTINGS
CONTENT_SECURITY_POLICY = {"DIRECTIVES": POLICY}

LANGUAGE_CODE = "en-gb"
# Of the staff's pages, each by its own name; participants' pages have a list of their own.
LANGUAGES = [("en-gb", "English"), ("nb", "Norsk bokmål"), ("nn", "Norsk nynorsk")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
# A participant's page goes before; each app has the words of its own pages in APP/locale.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "config" / "locale"]

# Bundles for research until they are fetched; every process that makes or hands them out sees it.
EXPORT_DIR = Path(_environment.text("EXPORT_DIR", str(VAR_DIR / "exports")))

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
# The demo serves files from the checkout; a real installation runs collectstatic once a release.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEMO
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Mail pages people. The demo without a server writes it to the screen; elsewhere it must arrive.
EMAIL_HOST = _environment.text("EMAIL_HOST", "" if DEMO else "localhost")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = _environment.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = _environment.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = _environment.secret("EMAIL_HOST_PASSWORD")
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = not EMAIL_USE_SSL and not _environment.flag("EMAIL_PLAIN")
EMAIL_TIMEOUT = 10
PAGER_PRIVATE_HOSTS = _environment.names(
    "PAGER_PRIVATE_HOSTS", "127.0.0.1,localhost,::1" if DEMO else ""
)
DEFAULT_FROM_EMAIL = _environment.text("EMAIL_FROM", "sendwell@localhost")

# Who was erased, for a restored database: outside of it, and of its backups.
ERASURE_LOG = Path(_environment.text("ERASURE_LOG", str(VAR_DIR / "erasures.jsonl")))

#: Opens /metrics and /health/house/; unset, neither is there.
METRICS_TOKEN = _environment.token("METRICS_TOKEN")
SMS_PROVIDERS = sms_providers.read(_environment.text("SMS_PROVIDERS_FILE"))
# Told to the workers when a text has come in; the tick would find it a few seconds later.
INBOUND_HINT = "enrolment.tasks.answer_inbound"
# After a failover a house is held, as after a restore: an asynchronous standby may lack what was
# sent last. Not where each commit waits for the standby.
STANDBY_LOSES_NOTHING = _environment.flag("STANDBY_LOSES_NOTHING")
# So long after a text was made it may still be missing in its provider's list.
PROVIDER_LIST_LAG_SECONDS = 600
# Twice the hard limit of a task: an attempt this old has no caller any more.
ATTEMPT_LEASE_SECONDS = 120

LOGGING_CONFIG = None
configure(_environment.log_level())
