"""PLACEHOLDER by the lead so that tests can run; the config helper replaces it."""
import base64, os
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
CURRICULA_DIR = BASE_DIR / "curricula"
SECRET_KEY = "x" * 60
DEBUG = False
DEMO = True
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["unfold", "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles", "trust", "messaging", "campaigns", "enrolment"]
AUTH_USER_MODEL = "trust.User"
MASTER_KEYS = {1: b"m" * 32}
INDEX_KEYS = {1: b"i" * 32}
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ.get("PGDATABASE", "sendwell"), "HOST": os.environ.get("PGHOST", "/tmp/lead"), "PORT": os.environ.get("PGPORT", "5498"), "USER": os.environ.get("PGUSER", "postgres")}}
USE_TZ = True
TIME_ZONE = "UTC"
ROOT_URLCONF = "config.urls"
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
LOGIN_URL = "admin:login"
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware", "campaigns.access.ReachMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [BASE_DIR / "templates"], "APP_DIRS": True, "OPTIONS": {"context_processors": ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages"]}}]
SMS_PROVIDERS = {"fake": {"BACKEND": "messaging.providers.fake.Fake", "OPTIONS": {}}}
INBOUND_TASK = "enrolment.tasks.answer_inbound"
DISPATCH_TASK = "messaging.tasks.dispatch"
ATTEMPT_LEASE_SECONDS = 120
PUBLIC_BASE_URL = "http://127.0.0.1:8000"
