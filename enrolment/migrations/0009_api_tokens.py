import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A token says what it may do; those there were were for readings."""

    dependencies = [
        ("campaigns", "0007_consents"),
        ("enrolment", "0008_paper_and_calls"),
    ]

    operations = [
        migrations.RenameModel("ReadingToken", "ApiToken"),
        migrations.AlterField(
            model_name="apitoken",
            name="campaign",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="api_tokens",
                to="campaigns.campaign",
            ),
        ),
        migrations.AlterField(
            model_name="apitoken",
            name="name",
            field=models.CharField(
                help_text="The device, app or system that uses it.", max_length=80
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="may",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[("readings", "send readings"), ("invitations", "invite people")],
                    max_length=16,
                ),
                default=["readings"],
                help_text="What it may do.",
                size=None,
            ),
            preserve_default=False,
        ),
    ]
