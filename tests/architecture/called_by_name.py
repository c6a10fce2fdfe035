"""Names that our Python never mentions but that are used, for `vulture`.

Never imported. `make lint` reads it with the code; `test_called_by_name.py` keeps it true.
"""

from typing import Any

# Frameworks call these: SQLAlchemy's types and elements, WTForms' validators, geopy, twilio,
# gunicorn's settings, hooks and worker, Alembic's environment, Enum, APScheduler's triggers, OR-
# Tools' parameters, Flask's responses, click. Migrations call the guards.
framework: Any = ...
_: Any = (
    framework.impl,
    framework.cache_ok,
    framework.inherit_cache,
    framework.self_group,
    framework.load_dialect_impl,
    framework.process_bind_param,
    framework.process_result_value,
    framework.isolation_level,
    framework.validate_date,
    framework.validate_lat,
    framework.validate_lon,
    framework.validate_place,
    framework.validate_visited_name,
    framework.description,
    framework.api,
    framework.exactly_one,
    framework.log_request,
    framework.log_response,
    framework.web,
    framework.HealthWorker,
    framework.enqueue_req,
    framework.run_alone,
    framework._value_,
    framework.post_fork,
    framework.worker_class,
    framework.preload_app,
    framework.graceful_timeout,
    framework.keepalive,
    framework.max_requests,
    framework.max_requests_jitter,
    framework.limit_request_line,
    framework.limit_request_fields,
    framework.accesslog,
    framework.errorlog,
    framework.loglevel,
    framework.forwarded_allow_ips,
    framework.get_next_fire_time,
    framework.convert,
    framework.num_workers,
    framework.random_seed,
    framework.max_time_in_seconds,
    framework.mimetype,
    framework.guard_statements,
    framework.drop_statements,
)

# Templates show these.
template: Any = ...
_ = (
    template.state_reason,
    template.weekend_hours,
    template.last_at,
    template.may_come,
    template.doubles,
    template.lacks_skill,
    template.familiar_volunteers,
    template.duplicates,
    template.ratings,
    template.minutes_month,
    template.minutes_all,
    template.is_volunteer,
    template.is_coordinator,
    template.is_administrator,
    template.trigger_words,
    template.hours_words,
    template.people_words,
    template.whole_day,
    template.slots,
    template.LACKS,
    template.CHANGES,
    template.SWAPS,
    template.against_words,
    template.step_words,
    template.nought,
    template.FOREMOST,
    template.VERDICTS,
    template.is_gain,
    template.policy_name,
    template.brier_words,
    template.policy_words,
    template.MOST_GAPS,
    template.gap_rows,
    template.idle_rows,
    template.pair_words,
    template.period_words,
    template.quality_words,
    template.share_rows,
    template.range_words,
    template.day_rows,
    template.PERSON_STATES,
    template.MESSAGE_STATES,
    template.FAULTS,
)

# Enum members that are used by value: from the database, from a form, as a plain string.
member: Any = ...
_ = (
    member.SUBDISTRICT,
    member.PERSON,
    member.OVER_LIMIT,
    member.OVERDUE_VERIFY,
    member.OVERDUE_DISPATCH,
    member.OVERDUE_ARRIVE,
    member.OVERDUE_FINISH,
    member.NOT_THERE,
    member.NO_COVER,
    member.NOT_MOVED,
    member.SWAP_WAITS,
    member.LEFT_EARLY,
    member.CANNOT,
    member.FIXED,
    member.PUBLISHED,
    member.DISCARDED,
)

# Read by a computed or stored name: deadlines, moves of the demo, a report in JSON.
by_text: Any = ...
_ = (
    by_text.dispatch,
    by_text.accept,
    by_text.arrive,
    by_text.finish,
    by_text.feedback,
    by_text.approve,
    by_text.reject,
    by_text.cancel,
    by_text.rate_well,
    by_text.rate_badly,
    by_text.reliability,
)

# Columns written for people who examine the database, and shown on no page.
column: Any = ...
_ = (
    column.on_the_way_at,
    column.arrived_off_m,
    column.changed_by,
    column.phone_confirmed_by,
    column.entered_by,
    column.basis,
    column.confirmed_by,
    column.voided_by,
    column.void_reason,
    column.sender_lookup,
    column.granted_by,
    column.verified_by,
    column.started_by,
    column.ended_by,
    column.rounds,
    column.expires,
    column.created_at,
)
