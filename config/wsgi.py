import gc
import os

from django.core.wsgi import get_wsgi_application

# Hints sent from a request go to the application that was made first in the process.
from config.celery import app as celery_app

__all__ = ["application", "celery_app"]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
# What is loaded by now stays; it need not be walked over for garbage again and again.
gc.collect()
gc.freeze()
