from django.db import migrations

FORWARD = """
CREATE FUNCTION trust_auditevent_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events are append-only: % refused', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER trust_auditevent_append_only
    BEFORE UPDATE OR DELETE ON trust_auditevent
    FOR EACH ROW EXECUTE FUNCTION trust_auditevent_refuse();
CREATE TRIGGER trust_auditevent_no_truncate
    BEFORE TRUNCATE ON trust_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION trust_auditevent_refuse();
"""

BACK = """
DROP TRIGGER trust_auditevent_no_truncate ON trust_auditevent;
DROP TRIGGER trust_auditevent_append_only ON trust_auditevent;
DROP FUNCTION trust_auditevent_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("trust", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
