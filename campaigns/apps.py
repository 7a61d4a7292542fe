from trust import app_config


class CampaignsConfig(app_config.SendwellApp):
    name = "campaigns"
    verbose_name = "Content"
    default_auto_field = "django.db.models.BigAutoField"
