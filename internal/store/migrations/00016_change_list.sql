-- The record of changes is read in pages, and narrowed: by one record, by a kind, by a post, and by who may read it. What
-- was supplied with the program stands in an index of its own, since pages fold it.

-- +goose Up
CREATE INDEX changes_kind ON changes (record_kind, record_id, number);
DROP INDEX changes_record;
CREATE INDEX changes_supplied ON changes (number, at, record_kind, record_id, action, actor_post) WHERE actor_id = 'seed';
CREATE INDEX changes_post ON changes (actor_post, number);
-- What everybody or members may see, save a little that the program sorts out.
CREATE INDEX changes_open ON changes (number, at, record_kind, record_id, action, actor_post)
    WHERE actor_id <> 'seed' AND record_kind <> 'letter' AND record_kind <> 'account' AND record_kind <> 'post'
        AND after NOT LIKE '%"audience":"officers"%';
