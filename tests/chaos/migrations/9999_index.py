from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# It waits for whoever is at work, and nobody waits for it.
UNHURRIED = "SET lock_timeout = 0"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("messaging", "9998_columns")]

    operations = [
        migrations.RunSQL(UNHURRIED, UNHURRIED),
        AddIndexConcurrently("message", models.Index(fields=["next_release"], name="message_next")),
    ]
