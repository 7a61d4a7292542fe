from django.db import migrations


# Besides erasure, one change is let through: the same words sealed anew in a rotation, from a
# retired data key of the organisation to its present one. They are sealed with the row's id, so the
# database need not read them; of another length they are other words.
RESEALED = """
CREATE OR REPLACE FUNCTION enrolment_refuse_consent_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - 'exact_text') = (to_jsonb(OLD) - 'exact_text') THEN
        IF NEW.exact_text IS NULL THEN
            RETURN NEW;
        END IF;
        IF octet_length(NEW.exact_text) = octet_length(OLD.exact_text) AND EXISTS (
            SELECT 1 FROM trust_datakey before
              JOIN trust_datakey now ON now.organisation_id = before.organisation_id
             WHERE before.retired_at IS NOT NULL AND now.retired_at IS NULL
               AND int4send(before.id) = substring(OLD.exact_text FROM 2 FOR 4)
               AND int4send(now.id) = substring(NEW.exact_text FROM 2 FOR 4)) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the ledger of consent is append-only' USING ERRCODE = 'restrict_violation';
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION enrolment_refuse_consent_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.exact_text IS NULL
       AND (to_jsonb(NEW) - 'exact_text') = (to_jsonb(OLD) - 'exact_text') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the ledger of consent is append-only' USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("enrolment", "0025_held_trouble"),
        ("trust", "0008_audit_keys"),
    ]

    operations = [migrations.RunSQL(RESEALED, BEFORE)]
