"""Published content is immutable in the database itself, whoever writes: a row of a version that is
published or retired can't be added, changed or removed."""

from typing import ClassVar

from django.db import migrations

TABLES = ("stage", "step", "text", "question", "messagebank", "keyword")

FUNCTION = """
CREATE FUNCTION campaigns_refuse_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM campaigns_campaignversion v
                WHERE v.status IN ('published', 'retired')
                  AND v.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END,
                               CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END)) THEN
        RAISE EXCEPTION 'published content is immutable: make a new version'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION campaigns_refuse_frozen_bank() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM campaigns_messagebank b
                 JOIN campaigns_campaignversion v ON v.id = b.version_id
                WHERE v.status IN ('published', 'retired')
                  AND b.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.bank_id END,
                               CASE WHEN TG_OP <> 'DELETE' THEN NEW.bank_id END)) THEN
        RAISE EXCEPTION 'published content is immutable: make a new version'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION campaigns_refuse_frozen_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- What retiring writes is all that may still change.
    IF OLD.status IN ('published', 'retired')
       AND (to_jsonb(NEW) - 'status') IS DISTINCT FROM (to_jsonb(OLD) - 'status') THEN
        RAISE EXCEPTION 'a published version is immutable: make a new one'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

TRIGGERS = "\n".join(
    f"CREATE TRIGGER campaigns_{table}_frozen BEFORE INSERT OR UPDATE OR DELETE "
    f"ON campaigns_{table} FOR EACH ROW EXECUTE FUNCTION campaigns_refuse_frozen();"
    for table in TABLES
) + """
CREATE TRIGGER campaigns_banktext_frozen BEFORE INSERT OR UPDATE OR DELETE
    ON campaigns_banktext FOR EACH ROW EXECUTE FUNCTION campaigns_refuse_frozen_bank();
CREATE TRIGGER campaigns_version_frozen BEFORE UPDATE
    ON campaigns_campaignversion FOR EACH ROW EXECUTE FUNCTION campaigns_refuse_frozen_version();
"""

REVERSE = "\n".join(
    f"DROP TRIGGER campaigns_{table}_frozen ON campaigns_{table};" for table in TABLES
) + """
DROP TRIGGER campaigns_banktext_frozen ON campaigns_banktext;
DROP TRIGGER campaigns_version_frozen ON campaigns_campaignversion;
DROP FUNCTION campaigns_refuse_frozen();
DROP FUNCTION campaigns_refuse_frozen_bank();
DROP FUNCTION campaigns_refuse_frozen_version();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("campaigns", "0001_initial")]

    operations: ClassVar = [migrations.RunSQL(FUNCTION + TRIGGERS, REVERSE)]
