from django.apps import AppConfig
from django.core import checks


class TrustConfig(AppConfig):
    name = "trust"
    verbose_name = "House"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from trust.checks import scoped_pages, sealed_models  # noqa: PLC0415

        checks.register(sealed_models, checks.Tags.models)
        checks.register(scoped_pages, checks.Tags.admin)
