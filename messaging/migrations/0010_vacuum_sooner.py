from django.db import migrations

# Each text is written three times (queued, on its way, settled) and each call twice, and none of it
# in place: states are in indexes. By the usual rule a table of a hundred million would be vacuumed
# after twenty million dead rows, and a claim walks past those at the left end of its index.
FORWARD = """
ALTER TABLE messaging_message SET (
    autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE messaging_attempt SET (
    autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE messaging_report SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
"""
BACK = """
ALTER TABLE messaging_message RESET (
    autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor);
ALTER TABLE messaging_attempt RESET (
    autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor);
ALTER TABLE messaging_report RESET (
    autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
"""


class Migration(migrations.Migration):
    dependencies = [('messaging', '0009_house')]

    operations = [migrations.RunSQL(FORWARD, BACK)]
