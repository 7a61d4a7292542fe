from django.core import checks

from trust import app_config


class EnrolmentConfig(app_config.SendwellApp):
    name = "enrolment"
    verbose_name = "People"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from enrolment.checks import links_fit_a_text  # noqa: PLC0415

        checks.register(links_fit_a_text)
