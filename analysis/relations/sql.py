"""The queries of the ledger. Words become small codes inside the database, rows become numbers.

`compared` is a temporary table that gives each pair of the migration its row number.
"""

COMPARED = """
    create or replace temp table compared as
    select capture_id, row_number() over (order by sequence, capture_id) - 1 as row
    from pairs where migration = $migration"""

PAIRS = """
    select capture_id, brief_digest, dense_rank() over (order by brief_digest) - 1 as brief,
           sequence, dispatched_at, filed_at,
           list_position($segments, coalesce(segment, '')) - 1 as segment,
           serving_arm = 'candidate' as candidate_served,
           if(key_hash is null, -1, dense_rank() over (order by key_hash)) as key,
           if(cluster is null, -1, dense_rank() over (order by cluster)) as cluster
    from pairs join compared using (capture_id) order by row"""

SEGMENTS = "select list(distinct segment) from pairs join compared using (capture_id)"

OUTCOME_WORDS = """
    select list(distinct kind), list(distinct role), list(distinct label), list(distinct model)
    from outcomes join compared using (capture_id)"""

OUTCOMES = """
    select row,
           list_position($arms, arm) - 1 as arm,
           list_position($kinds, kind) - 1 as kind,
           list_position($roles, role) - 1 as role,
           list_position($labels, coalesce(label, '')) - 1 as label,
           list_position($models, model) - 1 as model,
           coalesce(latency, 'nan'::double) as latency,
           coalesce(output_tokens, 0) as output_tokens,
           attempts
    from outcomes join compared using (capture_id) where draw = $draw and list_contains($arms, arm)"""

FINDING_WORDS = """
    select list(distinct hard_failure), list(distinct missing)
    from findings join compared using (capture_id)"""

# Findings are filed in the order of the walk, so the first row of a layer tells its place.
LAYERS = """
    select layer from findings join compared using (capture_id) where draw = 1
    group by layer order by min(findings.rowid)"""

FINDINGS = """
    select row,
           list_position($arms, arm) - 1 as arm,
           list_position($layers, layer) - 1 as layer,
           coalesce(score, 'nan'::double) as score,
           list_position($hard, coalesce(hard_failure, '')) - 1 as hard,
           list_position($missing, coalesce(missing, '')) - 1 as missing
    from findings join compared using (capture_id) where draw = $draw and list_contains($arms, arm)"""

FEATURE_NAMES = """
    select layer, name from features join compared using (capture_id) where draw = 1
    group by layer, name order by min(features.rowid)"""

FEATURES = """
    select row, list_position($arms, arm) - 1 as arm,
           list_position($names, {'layer': layer, 'name': name}) - 1 as feature, value
    from features join compared using (capture_id) where draw = $draw and list_contains($arms, arm)"""

EPOCH = """
    select epoch, opened_at, reason, question, baseline from epochs
    where migration = $migration order by epoch desc limit 1"""

BASELINE = """
    select layer, cut, frozen_at, outcomes, budget from baselines
    where migration = $migration and version = $version order by layer"""

CUTOVER = """
    select e."at", e.actor, e.verb, e.from_percent, e.to_percent, e.reason, v.decision
    from cutover_events e left join verdicts v using (verdict_id)
    where e.migration = $migration order by e."at", e.event_id"""

LATCH = """
    select said_at, pairs from verdicts
    where migration = $migration and epoch = $epoch and decision = 'ROLLBACK' order by said_at limit 1"""

ACCEPTED = """
    select feature, arg_max(reason, accepted_at) from acceptances
    where migration = $migration and question = $question group by feature order by feature"""

# Draw 2 of the incumbent with the digest of draw 1 is the same picture, looked at once more.
SAME_PICTURE = """
    select row, second.picture is not null and second.picture = first.picture as same
    from outcomes second join outcomes first using (capture_id, arm) join compared using (capture_id)
    where second.draw = 2 and first.draw = 1 and arm = 'incumbent'"""

SIDES = """
    select row, (first_arm = 'candidate')::integer as front,
           case preferred when 'candidate' then 1.0 when 'incumbent' then -1.0 else 0.0 end as preferred
    from comparisons join compared using (capture_id) where preferred is not null"""

# Only under the judge of the last judgement: another judge's scores are other scores.
ANCHORS = """
    select day, picture, score from anchors
    where migration = $migration and baseline = $version and score is not null
      and judge = (select arg_max(judge, judged_at) from anchors where migration = $migration and baseline = $version)
    order by day, picture"""

LOSSES = "select reason, sum(count) from losses where migration = $migration group by reason order by reason"

DROPPED = """
    select coalesce(sum(count), 0) from losses
    where migration = $migration and list_contains($reasons, reason) and minute + interval 1 minute > $since"""

PROMPTS = """
    select capture_id, coalesce(prompt, '') from pairs left join briefs using (brief_digest)
    where list_contains($captures, capture_id)"""

PICTURES = "select capture_id, arm, picture from outcomes where draw = 1 and list_contains($captures, capture_id)"

REASONS = """
    select capture_id, arm, layer, coalesce(reason, '') from findings
    where draw = 1 and list_contains($captures, capture_id)"""
