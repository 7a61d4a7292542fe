from django.db import migrations

# The application's role may not delete a line of the audit, so old ones go by the owner's hand. The
# trigger of migration 0003 stands behind it still: none younger than three years goes, whoever asks.
FORWARD = """
CREATE FUNCTION trust_auditevent_forget(of_organisation bigint, years integer, most integer)
    RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (
        DELETE FROM public.trust_auditevent
         WHERE id IN (SELECT id FROM public.trust_auditevent
                       WHERE organisation_id = of_organisation
                         AND at < clock_timestamp() - make_interval(years => years)
                       ORDER BY at LIMIT most)
        RETURNING 1)
    SELECT count(*) FROM gone
$$;
REVOKE EXECUTE ON FUNCTION trust_auditevent_forget(bigint, integer, integer) FROM PUBLIC;
"""
BACK = "DROP FUNCTION trust_auditevent_forget(bigint, integer, integer)"


class Migration(migrations.Migration):
    dependencies = [('trust', '0008_audit_keys')]

    operations = [migrations.RunSQL(FORWARD, BACK)]
