"""The purse's tables and every statement on them. Money is whole nano-USD, times are Unix seconds."""

# Step n takes a purse from version n - 1 to n. Steps are never edited.
STEP_1 = (
    """create table spend (
        day text not null,                  -- UTC day
        model text not null,
        step text not null,
        calls integer not null,
        nano integer not null,
        primary key (day, model, step)
    )""",
    # One row for each capture that was decided about lately: what is still reserved for it, and whether it was shed.
    """create table captures (
        capture_id text primary key,
        nano integer not null,
        shed integer not null,
        expires real not null
    )""",
    "create index captures_promised on captures (nano) where nano > 0",
    "create index captures_expiring on captures (expires)",
    # Calls that were begun and whose answer is not yet kept in the spool.
    """create table calls (
        call_id integer primary key autoincrement,
        capture_id text not null,
        model text not null,
        step text not null,
        nano integer not null,              -- promised; 0 once it is booked
        state integer not null,             -- 0 under way, 1 answered, 2 booked without an answer
        begun real not null
    )""",
    "create index calls_of_capture on calls (capture_id)",
    """create table arrivals (
        hour integer primary key,           -- hours since 1970 at which the captures were dispatched
        nano integer not null               -- what they may cost
    )""",
    "create table slots (model text primary key, at real not null)",
    "create table pauses (scope text primary key, until real not null, reason text not null)",
    # By how much the dearest call so far was dearer than was thought.
    "create table overruns (model text, step text, factor real not null, primary key (model, step))",
    "create table counts (day text, name text, count integer not null, primary key (day, name))",
)
STEPS = (STEP_1,)

BOOKS = """select coalesce(sum(case when day = ? then nano end), 0), coalesce(sum(nano), 0),
           (select coalesce(sum(nano), 0) from captures where nano > 0) + (select coalesce(sum(nano), 0) from calls)
           from spend"""
BOOK = """insert into spend (day, model, step, calls, nano) values (?, ?, ?, 1, ?)
          on conflict do update set calls = calls + 1, nano = nano + excluded.nano"""
COUNT = """insert into counts (day, name, count) values (?, ?, ?)
           on conflict do update set count = count + excluded.count"""
COUNTS = "select name, sum(case when day = ? then count else 0 end), sum(count) from counts group by name"
SPEND_EVER = (
    "select model, step, sum(calls), sum(nano) as nano from spend group by model, step order by nano desc, model"
)
SPEND = "select model, step, calls, nano from spend where day = ? order by nano desc, model, step"

CAPTURE = "select nano, shed from captures where capture_id = ?"
DECIDE = """insert into captures (capture_id, nano, shed, expires) values (?, ?, ?, ?)
            on conflict do update set nano = excluded.nano, shed = excluded.shed, expires = excluded.expires"""
DRAW = """insert into captures (capture_id, nano, shed, expires) values (?, 0, 0, ?)
          on conflict do update set nano = max(0, nano - ?), expires = excluded.expires"""
GIVE_BACK = "update captures set nano = 0 where capture_id = ?"
FORGET = "delete from captures where capture_id = ?"
EXPIRE = "delete from captures where expires < ?"

ARRIVE = """insert into arrivals (hour, nano) values (?, ?)
            on conflict do update set nano = nano + excluded.nano"""
LAST_DAY = "select coalesce(sum(nano), 0) from arrivals where hour > ? - 24 and hour <= ?"
FORGET_ARRIVALS = "delete from arrivals where hour < ? - 24"

BEGIN = "insert into calls (capture_id, model, step, nano, state, begun) values (?, ?, ?, ?, 0, ?)"
UNDER_WAY = "select call_id, model, step, nano, state from calls where call_id = ? and state = 0"
CALLS_OF = "select call_id, model, step, nano, state from calls where capture_id = ?"
CALLS_BEFORE = "select call_id, model, step, nano, state from calls where begun < ?"
END_CALL = "update calls set nano = 0, state = ? where call_id = ?"
DROP_CALL = "delete from calls where call_id = ?"
KEPT = "delete from calls where capture_id = ? and state = 1"

FACTOR = "select factor from overruns where model = ? and step = ?"
OVERRUN = """insert into overruns (model, step, factor) values (?, ?, ?)
             on conflict do update set factor = max(factor, excluded.factor)"""
SLOT = "select at from slots where model = ?"
TAKE_SLOT = "insert into slots (model, at) values (?, ?) on conflict do update set at = excluded.at"
PAUSED = """select until, reason from pauses where until > ? and (scope = ? or (scope = '*' and ?))
            order by until desc limit 1"""
PAUSE = """insert into pauses (scope, until, reason) values (?, ?, ?)
           on conflict do update set until = excluded.until, reason = excluded.reason where excluded.until > until"""
PAUSES = "select scope, until, reason from pauses where until > ? order by until, scope"
FORGET_PAUSES = "delete from pauses where until <= ?"
