from django.core import checks

from trust import app_config
from trust.telling import pages_speak_by


class TrustConfig(app_config.SendwellApp):
    name = "trust"
    verbose_name = "House"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from trust.checks import keys_are_there, scoped_pages, sealed_models  # noqa: PLC0415
        from trust.saying import written  # noqa: PLC0415

        pages_speak_by(written)
        checks.register(sealed_models, checks.Tags.models)
        checks.register(scoped_pages, checks.Tags.admin)
        checks.register(keys_are_there, checks.Tags.database)
