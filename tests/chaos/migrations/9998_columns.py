from django.db import migrations, models

from tests.chaos.migrations import LAST_OF_OURS


class Migration(migrations.Migration):
    dependencies = [("messaging", LAST_OF_OURS)]

    operations = [
        migrations.AddField("message", "next_release", models.IntegerField(null=True)),
        migrations.AddField(
            "inboundmessage", "next_release", models.BooleanField(default=False, db_default=False)
        ),
        migrations.CreateModel(
            "NextRelease",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("message", models.ForeignKey("messaging.message", models.PROTECT)),
                ("attempt", models.ForeignKey("messaging.attempt", models.PROTECT, null=True)),
            ],
        ),
    ]
