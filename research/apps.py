from trust import app_config


class ResearchConfig(app_config.SendwellApp):
    name = "research"
    verbose_name = "Research"
    default_auto_field = "django.db.models.BigAutoField"
