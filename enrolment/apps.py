from django.apps import AppConfig
from django.core import checks


class EnrolmentConfig(AppConfig):
    name = "enrolment"
    verbose_name = "People"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from enrolment.checks import links_fit_a_text  # noqa: PLC0415

        checks.register(links_fit_a_text)
