CREATE TABLE alembic_version ( version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num) )

CREATE TABLE contents ( digest VARCHAR(64) NOT NULL, size BIGINT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (digest) )

CREATE TABLE people ( id INTEGER NOT NULL, name TEXT NOT NULL, spelled TEXT NOT NULL, email TEXT NOT NULL, section TEXT NOT NULL, merged_into INTEGER, purged_at VARCHAR(20) NOT NULL, enrolled BOOLEAN DEFAULT 0 NOT NULL, PRIMARY KEY (id), FOREIGN KEY(merged_into) REFERENCES people (id) )

CREATE INDEX ix_people_spelled ON people (spelled)

CREATE TABLE runs ( id INTEGER NOT NULL, command VARCHAR(32) NOT NULL, began_at VARCHAR(20) NOT NULL, ended_at VARCHAR(20) NOT NULL, course_digest VARCHAR(64) NOT NULL, grader_version VARCHAR(32) NOT NULL, isolation VARCHAR(16) NOT NULL, PRIMARY KEY (id) )

CREATE TABLE submissions ( id INTEGER NOT NULL, content_key VARCHAR(64) NOT NULL, digest VARCHAR(64) NOT NULL, said BLOB NOT NULL, files BLOB, PRIMARY KEY (id), UNIQUE (content_key) )

CREATE TABLE adjustments ( id INTEGER NOT NULL, person_id INTEGER NOT NULL, origin BIGINT NOT NULL, exercise VARCHAR(200) NOT NULL, check_id VARCHAR(300) NOT NULL, question TEXT NOT NULL, kind VARCHAR(16) NOT NULL, points BIGINT, value TEXT NOT NULL, reason TEXT NOT NULL, author TEXT NOT NULL, made_at VARCHAR(20) NOT NULL, seen_digest VARCHAR(64) NOT NULL, revoked_at VARCHAR(20) NOT NULL, PRIMARY KEY (id), FOREIGN KEY(person_id) REFERENCES people (id) )

CREATE INDEX ix_adjustments_person_id ON adjustments (person_id)

CREATE INDEX ix_adjustments_origin ON adjustments (origin)

CREATE TABLE bank_comments ( id INTEGER NOT NULL, question TEXT NOT NULL, comment TEXT NOT NULL, points BIGINT, author TEXT NOT NULL, made_at VARCHAR(20) NOT NULL, PRIMARY KEY (id) )

CREATE TABLE attempts ( id INTEGER NOT NULL, holder TEXT NOT NULL, fingerprint VARCHAR(64) NOT NULL, submission_id INTEGER, delivery TEXT NOT NULL, PRIMARY KEY (id), FOREIGN KEY(submission_id) REFERENCES submissions (id), UNIQUE (holder, fingerprint) )

CREATE INDEX ix_attempts_submission_id ON attempts (submission_id)

CREATE TABLE exercise_grades ( id INTEGER NOT NULL, submission_id INTEGER NOT NULL, exercise VARCHAR(200) NOT NULL, stamp VARCHAR(64) NOT NULL, exercise_digest VARCHAR(64) NOT NULL, settled BOOLEAN NOT NULL, score BIGINT NOT NULL, withheld BIGINT NOT NULL, max_score BIGINT NOT NULL, body BLOB NOT NULL, wording_id INTEGER REFERENCES wordings, verdicts TEXT DEFAULT '[]' NOT NULL, PRIMARY KEY (id), FOREIGN KEY(submission_id) REFERENCES submissions (id) )

CREATE INDEX ix_exercise_grades_submission_id ON exercise_grades (submission_id)

CREATE UNIQUE INDEX one_settled_grade ON exercise_grades (submission_id, exercise, stamp) WHERE settled

CREATE TABLE history ( id INTEGER NOT NULL, at VARCHAR(20) NOT NULL, who TEXT NOT NULL, what VARCHAR(32) NOT NULL, person_id INTEGER, why TEXT NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (id), FOREIGN KEY(person_id) REFERENCES people (id) )

CREATE INDEX ix_history_person_id ON history (person_id)

CREATE TABLE identities ( id INTEGER NOT NULL, person_id INTEGER NOT NULL, kind VARCHAR(64) NOT NULL, value TEXT NOT NULL, PRIMARY KEY (id), FOREIGN KEY(person_id) REFERENCES people (id), UNIQUE (kind, value) )

CREATE INDEX ix_identities_person_id ON identities (person_id)

CREATE TABLE submission_files ( submission_id INTEGER NOT NULL, path TEXT NOT NULL, digest VARCHAR(64) NOT NULL, PRIMARY KEY (submission_id, path), FOREIGN KEY(digest) REFERENCES contents (digest), FOREIGN KEY(submission_id) REFERENCES submissions (id) ) WITHOUT ROWID

CREATE TABLE attempt_people ( attempt_id INTEGER NOT NULL, person_id INTEGER NOT NULL, PRIMARY KEY (attempt_id, person_id), FOREIGN KEY(attempt_id) REFERENCES attempts (id), FOREIGN KEY(person_id) REFERENCES people (id) ) WITHOUT ROWID

CREATE INDEX ix_attempt_people_person_id ON attempt_people (person_id)

CREATE TABLE checks ( id INTEGER NOT NULL, check_id VARCHAR(300) NOT NULL, PRIMARY KEY (id), UNIQUE (check_id) )

CREATE TABLE results ( id INTEGER NOT NULL, attempt_id INTEGER NOT NULL, run_id INTEGER NOT NULL, fingerprint VARCHAR(64) NOT NULL, student TEXT NOT NULL, state VARCHAR(16) NOT NULL, score BIGINT NOT NULL, withheld BIGINT NOT NULL, max_score BIGINT NOT NULL, graded_at VARCHAR(20) NOT NULL, counts BOOLEAN NOT NULL, body BLOB NOT NULL, PRIMARY KEY (id), FOREIGN KEY(attempt_id) REFERENCES attempts (id), FOREIGN KEY(run_id) REFERENCES runs (id) )

CREATE INDEX ix_results_attempt_id ON results (attempt_id)

CREATE TABLE result_exercises ( result_id INTEGER NOT NULL, position INTEGER NOT NULL, grade_id INTEGER NOT NULL, PRIMARY KEY (result_id, position), FOREIGN KEY(grade_id) REFERENCES exercise_grades (id), FOREIGN KEY(result_id) REFERENCES results (id) ) WITHOUT ROWID

CREATE INDEX ix_result_exercises_grade_id ON result_exercises (grade_id)

CREATE TABLE purging ( person_id INTEGER NOT NULL, PRIMARY KEY (person_id) )

CREATE TRIGGER history_update BEFORE update ON history WHEN NOT EXISTS (SELECT 1 FROM purging) BEGIN SELECT RAISE(ABORT, 'the history of a gradebook is never changed'); END

CREATE TRIGGER history_delete BEFORE delete ON history WHEN NOT EXISTS (SELECT 1 FROM purging) BEGIN SELECT RAISE(ABORT, 'the history of a gradebook is never changed'); END

CREATE TABLE wordings ( id INTEGER NOT NULL, digest VARCHAR(64) NOT NULL, data BLOB NOT NULL, PRIMARY KEY (id), UNIQUE (digest) )

CREATE TABLE hand_ins ( id INTEGER NOT NULL, once VARCHAR(64) NOT NULL, person_id INTEGER NOT NULL, exercise VARCHAR(200) NOT NULL, submission_id INTEGER NOT NULL, handed_in_at VARCHAR(20) NOT NULL, state VARCHAR(16) NOT NULL, claim VARCHAR(32) NOT NULL, tries INTEGER NOT NULL, began_at VARCHAR(20) NOT NULL, ended_at VARCHAR(20) NOT NULL, result_id INTEGER, said BLOB NOT NULL, PRIMARY KEY (id), UNIQUE (once), FOREIGN KEY(person_id) REFERENCES people (id), FOREIGN KEY(submission_id) REFERENCES submissions (id), FOREIGN KEY(result_id) REFERENCES results (id) )

CREATE INDEX ix_hand_ins_person_id ON hand_ins (person_id)

CREATE INDEX ix_hand_ins_submission_id ON hand_ins (submission_id)

CREATE INDEX ix_hand_ins_result_id ON hand_ins (result_id)

CREATE INDEX hand_ins_by_state ON hand_ins (state, id)

CREATE TABLE personal_tokens ( id INTEGER NOT NULL, person_id INTEGER NOT NULL, digest VARCHAR(64) NOT NULL, label TEXT NOT NULL, made_at VARCHAR(20) NOT NULL, expires_at VARCHAR(20) NOT NULL, used_at VARCHAR(20) NOT NULL, revoked_at VARCHAR(20) NOT NULL, PRIMARY KEY (id), UNIQUE (digest), FOREIGN KEY(person_id) REFERENCES people (id) )

CREATE INDEX ix_personal_tokens_person_id ON personal_tokens (person_id)

CREATE TABLE exercise_rules ( exercise VARCHAR(200) NOT NULL, name VARCHAR(40) NOT NULL, value TEXT NOT NULL, author TEXT NOT NULL, made_at VARCHAR(20) NOT NULL, PRIMARY KEY (exercise, name) ) WITHOUT ROWID

CREATE TABLE role_grants ( person_id INTEGER NOT NULL, role VARCHAR(16) NOT NULL, granted_by TEXT NOT NULL, granted_at BIGINT NOT NULL, PRIMARY KEY (person_id), FOREIGN KEY(person_id) REFERENCES people (id) )

CREATE TABLE signed_in ( "key" VARCHAR(64) NOT NULL, person_id INTEGER NOT NULL, how VARCHAR(16) NOT NULL, began_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, PRIMARY KEY ("key"), FOREIGN KEY(person_id) REFERENCES people (id) )

CREATE INDEX ix_signed_in_person_id ON signed_in (person_id)

CREATE TABLE invitations ( id INTEGER NOT NULL, "key" VARCHAR(64) NOT NULL, person_id INTEGER, role VARCHAR(16) NOT NULL, made_by TEXT NOT NULL, made_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, used_at BIGINT NOT NULL, PRIMARY KEY (id), UNIQUE ("key"), FOREIGN KEY(person_id) REFERENCES people (id) )

CREATE INDEX ix_invitations_person_id ON invitations (person_id)

CREATE TABLE mailed_codes ( id INTEGER NOT NULL, browser VARCHAR(64) NOT NULL, address VARCHAR(64) NOT NULL, person_id INTEGER, code VARCHAR(64) NOT NULL, made_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, tries INTEGER NOT NULL, used_at BIGINT NOT NULL, PRIMARY KEY (id), FOREIGN KEY(person_id) REFERENCES people (id) )

CREATE INDEX ix_mailed_codes_browser ON mailed_codes (browser)

CREATE INDEX ix_mailed_codes_address ON mailed_codes (address)

CREATE INDEX ix_mailed_codes_person_id ON mailed_codes (person_id)

CREATE TABLE sign_in_starts ( state VARCHAR(64) NOT NULL, way VARCHAR(16) NOT NULL, platform VARCHAR(200) NOT NULL, detail TEXT NOT NULL, ends_at BIGINT NOT NULL, used_at BIGINT NOT NULL, PRIMARY KEY (state) )

CREATE INDEX ix_sign_in_starts_ends_at ON sign_in_starts (ends_at)

CREATE TABLE signing_keys ( kid VARCHAR(64) NOT NULL, private TEXT NOT NULL, made_at BIGINT NOT NULL, retired_at BIGINT NOT NULL, PRIMARY KEY (kid) )

CREATE TABLE platform_links ( id INTEGER NOT NULL, platform VARCHAR(200) NOT NULL, deployment TEXT NOT NULL, resource_link TEXT NOT NULL, context TEXT NOT NULL, exercise VARCHAR(200) NOT NULL, lineitem TEXT NOT NULL, lineitems TEXT NOT NULL, memberships TEXT NOT NULL, scopes TEXT NOT NULL, seen_at BIGINT NOT NULL, PRIMARY KEY (id), UNIQUE (platform, deployment, resource_link) )

CREATE TABLE outgoing_scores ( id INTEGER NOT NULL, link_id INTEGER NOT NULL, person_id INTEGER NOT NULL, user TEXT NOT NULL, score BIGINT NOT NULL, max_score BIGINT NOT NULL, meant VARCHAR(64) NOT NULL, stated_at VARCHAR(32) NOT NULL, state VARCHAR(16) NOT NULL, tries INTEGER NOT NULL, next_at BIGINT NOT NULL, told TEXT NOT NULL, PRIMARY KEY (id), UNIQUE (link_id, person_id, meant), FOREIGN KEY(link_id) REFERENCES platform_links (id), FOREIGN KEY(person_id) REFERENCES people (id) )

CREATE INDEX ix_outgoing_scores_person_id ON outgoing_scores (person_id)

CREATE INDEX ix_outgoing_scores_state ON outgoing_scores (state)

CREATE TABLE departed ( digest VARCHAR(64) NOT NULL, token VARCHAR(32) NOT NULL, purged_at VARCHAR(20) NOT NULL, PRIMARY KEY (digest) )

CREATE INDEX ix_people_merged_into ON people (merged_into) WHERE merged_into IS NOT NULL

CREATE VIEW check_outcomes AS SELECT grade.id AS grade_id, json_extract(verdict.value, '$[0]') AS check_row, json_extract(verdict.value, '$[1]') AS outcome, json_extract(verdict.value, '$[2]') AS points, json_extract(verdict.value, '$[3]') AS max_points FROM exercise_grades AS grade, json_each(grade.verdicts) AS verdict

INSERT INTO alembic_version VALUES ('0008')
