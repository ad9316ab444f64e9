from django.db import migrations, models

# Whom and what the events of before tell of, as they are called now.
NAMES = """
UPDATE accounts_auditevent event SET
    team_name = COALESCE((SELECT name FROM accounts_team WHERE id = event.team_id), ''),
    actor_email = COALESCE((SELECT email FROM accounts_user WHERE id = event.actor_id), '')
"""

# An event may forget its team or its person, whose rows go, and nothing else. It may be deleted
# when it is older than its team keeps events, and never before it is 30 days old.
GUARD = """
CREATE FUNCTION accounts_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_go constant text[] := ARRAY['team_id', 'actor_id'];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - may_go = to_jsonb(OLD) - may_go
            AND (NEW.team_id IS NULL OR NEW.team_id IS NOT DISTINCT FROM OLD.team_id)
            AND (NEW.actor_id IS NULL OR NEW.actor_id IS NOT DISTINCT FROM OLD.actor_id)
        THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        IF EXISTS (
            SELECT FROM accounts_team
            WHERE id = OLD.team_id AND audit_days IS NOT NULL AND OLD.created_at
                < statement_timestamp() - make_interval(days => GREATEST(audit_days, 30))
        ) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'The audit trail is append-only: % is refused.', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER accounts_audit_rows BEFORE UPDATE OR DELETE ON accounts_auditevent
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_guard();
CREATE TRIGGER accounts_audit_table BEFORE TRUNCATE ON accounts_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_guard();
"""

# At the end of the transaction: a team or a person that an event forgot must be gone by then.
GONE = """
CREATE FUNCTION accounts_audit_forgot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.team_id IS NULL AND EXISTS (SELECT FROM accounts_team WHERE id = OLD.team_id)
        OR NEW.actor_id IS NULL AND EXISTS (SELECT FROM accounts_user WHERE id = OLD.actor_id)
    THEN
        RAISE EXCEPTION 'The audit trail is append-only: it forgets nobody who is there.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER accounts_audit_keys AFTER UPDATE ON accounts_auditevent
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounts_audit_forgot();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_mail'),
    ]

    operations = [
        migrations.AddField(
            model_name='auditevent',
            name='actor_email',
            field=models.CharField(blank=True, db_default='', max_length=254),
        ),
        migrations.AddField(
            model_name='auditevent',
            name='team_name',
            field=models.CharField(blank=True, db_default='', max_length=100),
        ),
        migrations.RunSQL(NAMES, migrations.RunSQL.noop),
        migrations.RunSQL(
            GUARD,
            'DROP TRIGGER accounts_audit_table ON accounts_auditevent;'
            'DROP TRIGGER accounts_audit_rows ON accounts_auditevent;'
            'DROP FUNCTION accounts_audit_guard();',
        ),
        migrations.RunSQL(
            GONE,
            'DROP TRIGGER accounts_audit_keys ON accounts_auditevent;'
            'DROP FUNCTION accounts_audit_forgot();',
        ),
    ]
