"""What every app of ours does when its models are there: their names are said in the viewer's
language.

Django takes a field's name for its label, so most labels stand nowhere in the source. They are
wrapped here, for all fields and before any form is made of one; the migrations see no change, and
a field that is added tomorrow is missed by the test of the catalogues until it is translated.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


class SendwellApp(AppConfig):
    def import_models(self) -> None:
        super().import_models()
        if isinstance(self.verbose_name, str):
            self.verbose_name = gettext_lazy(self.verbose_name)
        for model in (self.models or {}).values():
            _name_model(model)


def _name_model(model: type[models.Model]) -> None:
    options: Any = model._meta
    options.verbose_name = _lazy(options.verbose_name)
    # Django makes it of the one above, in English: "texts" of "text".
    options.verbose_name_plural = _lazy(str(options.verbose_name_plural))
    for field in (*options.local_fields, *options.local_many_to_many):
        field.verbose_name = _lazy(field.verbose_name)
        field.help_text = _lazy(field.help_text)
        # A callable is asked anew each time, and wraps its own.
        if isinstance(field.choices, list):
            field.choices = list(_lazy_choices(field.choices))


def _lazy_choices(choices: Iterable[tuple[Any, Any]]) -> Iterable[tuple[Any, Any]]:
    for value, label in choices:
        yield value, list(_lazy_choices(label)) if isinstance(label, list) else _lazy(label)


def _lazy(words: Any) -> Any:
    return words if isinstance(words, Promise) or not words else gettext_lazy(str(words))
