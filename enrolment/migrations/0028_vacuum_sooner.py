from django.db import migrations

# Every text and every look moves `next_due_at`, never in place. After a backlog the dead entries at
# the left end of its index make an idle tick five to ten times slower until a vacuum.
FORWARD = """
ALTER TABLE enrolment_enrolment SET (
    autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02)
"""
BACK = """
ALTER TABLE enrolment_enrolment RESET (
    autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor)
"""


class Migration(migrations.Migration):
    dependencies = [('enrolment', '0027_key_trouble')]

    operations = [migrations.RunSQL(FORWARD, BACK)]
