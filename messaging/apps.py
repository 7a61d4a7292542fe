from django.core import checks

from trust import app_config


class MessagingConfig(app_config.SendwellApp):
    name = "messaging"
    verbose_name = "Transport"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from messaging.checks import (  # noqa: PLC0415
            calendar_is_honest,
            providers_can_be_made,
        )

        checks.register(providers_can_be_made)
        checks.register(calendar_is_honest, checks.Tags.database)
