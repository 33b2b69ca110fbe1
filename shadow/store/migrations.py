"""The ledger's schema, as numbered steps: step n takes a ledger from version n - 1 to n. Steps are never edited."""

STEP_1 = (
    # One row per distinct brief: the unit of evidence.
    """create table briefs (
        brief_digest varchar primary key,
        prompt varchar not null,
        record varchar not null,          -- canonical JSON of parts and settings
        aspect_ratio varchar,
        image_size varchar,
        first_seen timestamp not null
    )""",
    # One row per capture that was settled as a pair. Times are UTC.
    """create table pairs (
        capture_id varchar primary key,
        migration varchar not null,
        sequence bigint not null,         -- the order in which the spool accepted the captures
        brief_digest varchar not null,
        dispatched_at timestamp not null, -- when the caller asked
        filed_at timestamp not null,
        serving_arm varchar not null,     -- 'incumbent' | 'candidate'
        key_hash varchar,
        segment varchar,
        cluster varchar,
        tags varchar                      -- JSON object
    )""",
    """create table outcomes (
        capture_id varchar not null,
        arm varchar not null,
        draw integer not null,            -- 1 is the compared outcome; 2 of the incumbent measures noise
        role varchar not null,            -- 'live' | 'shadow'
        kind varchar not null,            -- 'image' | 'refusal' | 'failure' | 'infrastructure'
        label varchar,
        detail varchar,
        model varchar not null,
        model_version varchar,
        response_id varchar,
        picture varchar,                  -- sha256 of the bytes, or null
        mime varchar,
        bytes bigint,
        latency double,                   -- seconds
        started_at timestamp,
        prompt_tokens bigint,
        output_tokens bigint,
        thought_tokens bigint,
        attempts integer not null
    )""",
    """create table findings (
        capture_id varchar not null,
        arm varchar not null,
        draw integer not null,
        layer varchar not null,           -- 'properties' | 'similarity' | 'judge' | ...
        score double,
        hard_failure varchar,
        missing varchar,                  -- the layer itself failed: nothing is known
        reason varchar
    )""",
    """create table features (
        capture_id varchar not null,
        arm varchar not null,
        draw integer not null,
        layer varchar not null,
        name varchar not null,
        value double not null
    )""",
    # The frozen cuts; one row per baseline version and layer.
    """create table baselines (
        migration varchar not null,
        version integer not null,
        frozen_at timestamp not null,
        layer varchar not null,
        cut double not null,              -- a score strictly below it fails the gate when read
        outcomes bigint not null,         -- incumbent outcomes the cut was made from
        failing double not null,          -- share of them below this cut
        budget double not null
    )""",
    # A stretch of evidence under one question; only pairs dispatched at or after opened_at count.
    """create table epochs (
        migration varchar not null,
        epoch integer not null,
        opened_at timestamp not null,
        reason varchar not null,
        question varchar not null,        -- sha256 of everything the verdict is asked under
        baseline integer                  -- version, or null while uncalibrated
    )""",
    """create table verdicts (
        verdict_id varchar primary key,
        migration varchar not null,
        epoch integer not null,
        said_at timestamp not null,
        decision varchar not null,        -- 'GO' | 'HOLD' | 'ROLLBACK'
        pairs bigint not null,
        question varchar not null,
        reasons varchar not null          -- JSON list
    )""",
    """create table cutover_events (
        event_id varchar primary key,
        migration varchar not null,
        "at" timestamp not null,
        actor varchar not null,
        verb varchar not null,
        from_percent double not null,
        to_percent double not null,
        reason varchar not null,
        verdict_id varchar,
        evidence varchar                  -- the decision and its reasons at that moment, JSON
    )""",
    # What was not compared, and why.
    """create table losses (
        loss_id varchar primary key,
        migration varchar not null,
        minute timestamp not null,
        process varchar not null,
        reason varchar not null,
        count bigint not null
    )""",
)

STEP_2 = (
    # A shift of style that a person looked at and accepted, for as long as the same question is asked.
    """create table acceptances (
        acceptance_id varchar primary key,
        migration varchar not null,
        accepted_at timestamp not null,
        actor varchar not null,
        question varchar not null,        -- sha256 of everything the verdict was asked under
        feature varchar not null,
        reason varchar not null
    )""",
)

STEP_3 = (
    # What the judge said of both pictures side by side, one row for each order.
    """create table comparisons (
        capture_id varchar not null,
        first_arm varchar not null,       -- whose picture was shown first
        preferred varchar,                -- 'incumbent' | 'candidate' | 'tie', or null where nothing is known
        missing varchar,                  -- why nothing is known
        reason varchar
    )""",
    # Frozen pictures of the calibration, judged again each day.
    """create table anchors (
        anchor_id varchar primary key,
        migration varchar not null,
        baseline integer not null,        -- version of the baseline that they come from
        judge varchar not null,           -- sha256 of everything the judge was told, and by what name it was asked
        day timestamp not null,           -- UTC day
        judged_at timestamp not null,
        picture varchar not null,
        score double,
        missing varchar,
        reason varchar
    )""",
)

STEPS: tuple[tuple[str, ...], ...] = (STEP_1, STEP_2, STEP_3)
