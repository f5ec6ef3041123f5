-- +goose Up

-- Links that let their holder choose a password. What is kept of one cannot be
-- used in its place.
CREATE TABLE account_tokens (
    token      text PRIMARY KEY, -- SHA-256 of what the link carries
    person_id  uuid NOT NULL REFERENCES people,
    purpose    text NOT NULL CHECK (purpose IN ('invitation', 'reset')),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz -- when it served, or when a password was set without it
);
CREATE INDEX account_tokens_person ON account_tokens (person_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON account_tokens TO copil_system;

-- What a person is invited to, and by whom: shown to who holds an invitation,
-- before anybody has signed in.
-- +goose StatementBegin
CREATE FUNCTION invitations_of(person uuid, on_day date)
RETURNS TABLE (convention_name text, role text, organisation_name text, name text, ends_on date,
               inviter text, inviter_organisation text, words jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT c.name, m.role, o.name, m.name, m.ends_on, coalesce(i.name, ''), coalesce(io.name, ''), c.words
    FROM members m
    JOIN conventions c USING (convention_id)
    JOIN organisations o USING (convention_id, organisation_id)
    LEFT JOIN members i ON i.convention_id = m.convention_id AND i.member_id = m.invited_by
    LEFT JOIN organisations io ON io.convention_id = i.convention_id AND io.organisation_id = i.organisation_id
    WHERE m.person_id = person AND on_day >= m.starts_on AND (m.ends_on IS NULL OR on_day <= m.ends_on)
    ORDER BY c.name, m.role;
END;
-- +goose StatementEnd
GRANT CREATE ON SCHEMA public TO copil_directory;
ALTER FUNCTION invitations_of OWNER TO copil_directory;
REVOKE CREATE ON SCHEMA public FROM copil_directory;
REVOKE EXECUTE ON FUNCTION invitations_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION invitations_of TO copil_system;

-- +goose Down
DROP FUNCTION invitations_of;
DROP TABLE account_tokens;
