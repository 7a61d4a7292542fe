from django.db import migrations

# As `createcachetable` makes it, so that nobody has to know of that command.
_MAKE = """
CREATE TABLE trust_cache (
  cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX trust_cache_expires ON trust_cache (expires);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('trust', '0006_audit_seals'),
    ]

    operations = [
        migrations.RunSQL(_MAKE, "DROP TABLE trust_cache"),
    ]
