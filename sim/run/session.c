#include "sim/run/session.h"

#include <stdlib.h>
#include <string.h>

#include "models/sim.h"
#include "sim/lesson/expect.h"
#include "sim/run/header.h"
#include "sim/run/session_internal.h"

#define CHECKPOINT_BYTES                                                                                     \
    ((uint64_t)64 << 20) /* all snapshots of a session together; the first is always kept */

/* No run goes on for long without one of these. */
#define WATCH_KINDS (UINT64_C(1) << REC_SEND | UINT64_C(1) << REC_TIMER | UINT64_C(1) << REC_CALL)
/* How a run ended is wanted whatever else is. */
#define LAST_KINDS (UINT64_C(1) << REC_END | UINT64_C(1) << REC_INVARIANT)

#ifdef TCPLAB_FULL_CHECKS
#define FULL_CHECKS true
#else
#define FULL_CHECKS false
#endif

/* ---------------------------------------------------------------- sinks of the session's own */

static void put_watch(void *ctx, const struct rec_head *r)
{
    struct session *s = ((struct watch *)ctx)->session;

    (void)r;
    if (s->stop && *s->stop)
        world_stop(&s->world, RUN_STOPPED);
    else if (s->log.full)
        world_stop(&s->world, RUN_LIMIT_MEMORY);
}

static void add_sinks(struct session *s)
{
    trace_add_sink(&s->world.trace, log_sink(&s->log));
    if (s->interactive)
        trace_add_sink(&s->world.trace, trace_writer_sink(s->fingerprint));
    if (s->stop || s->log.max_bytes)
        trace_add_sink(&s->world.trace, (struct trace_sink){WATCH_KINDS, put_watch, &s->watch});
}

/* What is in the log already, for a writer that begins in the middle of a run. */
static void fingerprint_log(struct session *s)
{
    for (size_t i = 0; i < log_count(&s->log); i++)
        trace_writer_put(s->fingerprint, log_at(&s->log, i));
}

/* ---------------------------------------------------------------- opening and closing */

static uint64_t lower_limit(uint64_t a, uint64_t b)
{
    return !a ? b : !b || a < b ? a : b;
}

static struct session *fail(struct session *s)
{
    session_close(s);
    return NULL;
}

static struct session *new_session(const struct lesson *l, uint64_t seed, bool interactive)
{
    struct session *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    s->lesson = l;
    s->watch.session = s;
    s->interactive = interactive;
    if (!header_make(&s->made, l, seed))
        return fail(s);
    if (interactive)
        s->fingerprint = trace_writer_fingerprint_only(&s->made.header);
    s->scenario = l->scenario;
    s->scenario.seed = seed;
    s->scenario.full_checks = s->scenario.full_checks || FULL_CHECKS;
    return s;
}

struct session *session_open(const struct lesson *l, const struct session_options *o)
{
    struct session *s =
        new_session(l, o->has_seed ? o->seed : l->scenario.seed, o->interactive || l->n_acts > 0);

    if (!s)
        return NULL;
    if (!session_take_acts(s))
        return fail(s);
    s->scenario.limits.memory_bytes = lower_limit(s->scenario.limits.memory_bytes, o->memory_bytes);
    s->until = o->has_until ? o->until : l->until;
    s->stop = o->stop;
    log_init(&s->log, o->kinds && !o->interactive ? o->kinds | LAST_KINDS : TRACE_ALL_KINDS,
             trace_record_size);
    s->log.max_bytes = o->memory_bytes;
    if (!sim_init(&s->world, &s->scenario))
        return fail(s);
    s->has_world = true;
    add_sinks(s);
    if (s->interactive && !session_checkpoint(s))
        return fail(s);
    return s;
}

void session_close(struct session *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n_checkpoints; i++)
        arena_snapshot_free(&s->checkpoint[i].snapshot);
    free(s->checkpoint);
    free(s->post);
    free(s->undone);
    if (s->has_world)
        world_free(&s->world);
    if (s->log.size)
        log_free(&s->log);
    header_unmake(&s->made);
    trace_writer_discard(s->fingerprint);
    free(s);
}

struct session *session_fork(const struct session *from)
{
    struct session *s = new_session(from->lesson, from->scenario.seed, from->interactive);

    if (!s)
        return NULL;
    s->scenario = from->scenario;
    s->until = from->until;
    s->stop = from->stop;
    log_init(&s->log, from->log.kinds, trace_record_size);
    s->log.max_bytes = from->log.max_bytes;
    for (size_t i = 0; i < log_count(&from->log); i++)
        log_put(&s->log, log_at(&from->log, i));
    if (s->interactive)
        fingerprint_log(s);
    if (!world_fork(&from->world, &s->world))
        return fail(s);
    s->has_world = true;
    s->world.config = &s->scenario; /* the original may be closed first */
    add_sinks(s);
    s->over = from->over;
    s->end = from->end;
    s->position = from->position;
    s->n_posts = from->n_posts;
    s->posted = from->posted;
    s->next_post = from->next_post;
    if (s->n_posts) {
        s->post = calloc(s->n_posts, sizeof *s->post);
        if (!s->post)
            return fail(s);
        memcpy(s->post, from->post, s->n_posts * sizeof *s->post);
    }
    for (size_t i = 0; i < from->n_checkpoints; i++)
        if (!session_copy_checkpoint(s, &from->checkpoint[i]))
            return fail(s);
    return s;
}

void session_add_sink(struct session *s, struct trace_sink sink)
{
    s->has_foreign_sink = true;
    trace_add_sink(&s->world.trace, sink);
}

/* ---------------------------------------------------------------- looking */

vtime session_now(const struct session *s)
{
    return s->position;
}

bool session_over(const struct session *s)
{
    return s->over;
}

enum run_end session_end(const struct session *s)
{
    return s->end;
}

const struct lesson *session_lesson(const struct session *s)
{
    return s->lesson;
}

const struct trace_header *session_header(const struct session *s)
{
    return &s->made.header;
}

const struct log *session_log(const struct session *s)
{
    return &s->log;
}

struct world *session_world(struct session *s)
{
    return &s->world;
}

uint64_t session_fingerprint(const struct session *s)
{
    return s->interactive ? trace_writer_footer(s->fingerprint).fingerprint : 0;
}

/* ---------------------------------------------------------------- running */

static void end(struct session *s, enum run_end why)
{
    s->over = true;
    s->end = why;
    s->position = world_now(&s->world);
}

/* Everything up to `bound` happens, instant by instant, so that time stands still behind the last of it: when
 * a run ends must not depend on when somebody looked. False: the run is over. */
static bool drain(struct session *s, vtime bound)
{
    vtime next;

    while ((next = world_next_at(&s->world)) <= bound && next != VTIME_NEVER) {
        enum run_end why = sim_run(&s->world, next);

        if (why != RUN_UNTIL && why != RUN_IDLE) {
            end(s, why);
            return false;
        }
    }
    return true;
}

/* Runs the world itself; no intervention lies before `at`. */
static void advance(struct session *s, vtime at)
{
    vtime bound = min_i64(at, s->until);

    if (s->over)
        return;
    if (s->stop && *s->stop) {
        world_stop(&s->world, RUN_STOPPED);
        end(s, sim_run(&s->world, VTIME_NEVER));
        return;
    }
    if (bound == VTIME_NEVER) {
        end(s, sim_run(&s->world, VTIME_NEVER));
        return;
    }
    if (!drain(s, bound))
        return;
    if (at < s->until) {
        s->position = max_i64(s->position, bound);
    } else if (world_next_at(&s->world) == VTIME_NEVER) {
        end(s, sim_run(&s->world, VTIME_NEVER)); /* the END record stands where the last thing happened */
    } else {
        session_move_to(s, s->until);
        if (s->over)
            return;
        sim_finish(&s->world, RUN_UNTIL);
        end(s, RUN_UNTIL);
    }
}

void session_move_to(struct session *s, vtime at)
{
    if (at > world_now(&s->world)) {
        enum run_end why =
            sim_run(&s->world, at); /* nothing happens on the way, but a limit of time may lie there */

        if (why != RUN_UNTIL && why != RUN_IDLE) {
            end(s, why);
            return;
        }
    }
    s->position = max_i64(s->position, at);
}

void session_run_until(struct session *s, vtime at)
{
    while (s->next_post < s->n_posts && s->post[s->next_post].act.at <= at && !s->over) {
        advance(s, s->post[s->next_post].act.at);
        session_apply_next(s);
    }
    advance(s, at);
}

void session_find_notes(struct session *s)
{
    header_note(&s->made, s->lesson, &s->log);
}

void session_finish(struct session *s, struct grade *g)
{
    session_run_until(s, VTIME_NEVER);
    session_find_notes(s);
    lesson_grade(s->lesson, &s->log, g);
}

/* ---------------------------------------------------------------- checkpoints */

static struct checkpoint *new_checkpoint(struct session *s)
{
    struct checkpoint *grown = realloc(s->checkpoint, (s->n_checkpoints + 1) * sizeof *grown);

    if (!grown)
        return NULL;
    s->checkpoint = grown;
    memset(&grown[s->n_checkpoints], 0, sizeof *grown);
    return &grown[s->n_checkpoints];
}

static void forget_checkpoint(struct session *s, size_t i)
{
    arena_snapshot_free(&s->checkpoint[i].snapshot);
    s->n_checkpoints--;
    memmove(&s->checkpoint[i], &s->checkpoint[i + 1], (s->n_checkpoints - i) * sizeof *s->checkpoint);
}

bool session_checkpoint(struct session *s)
{
    struct checkpoint *c;
    uint64_t bytes = 0;

    /* One for each place is enough. */
    if (s->n_checkpoints && s->checkpoint[s->n_checkpoints - 1].at == session_now(s) &&
        s->checkpoint[s->n_checkpoints - 1].next_post == s->next_post)
        return true;
    c = new_checkpoint(s);
    if (!c || !world_save(&s->world, &c->snapshot))
        return false;
    c->at = session_now(s);
    c->next_post = s->next_post;
    s->n_checkpoints++;
    for (size_t i = 1; i < s->n_checkpoints; i++)
        bytes += s->checkpoint[i].snapshot.n;
    while (bytes > CHECKPOINT_BYTES && s->n_checkpoints > 1) { /* the oldest but the first goes */
        bytes -= s->checkpoint[1].snapshot.n;
        forget_checkpoint(s, 1);
    }
    return true;
}

bool session_copy_checkpoint(struct session *s, const struct checkpoint *from)
{
    struct checkpoint *c = new_checkpoint(s);

    if (!c)
        return false;
    *c = *from;
    c->snapshot.bytes = malloc(from->snapshot.n);
    if (!c->snapshot.bytes)
        return false;
    memcpy(c->snapshot.bytes, from->snapshot.bytes, from->snapshot.n);
    s->n_checkpoints++;
    return true;
}

void session_forget_after(struct session *s, size_t post)
{
    while (s->n_checkpoints > 1 && s->checkpoint[s->n_checkpoints - 1].next_post > post)
        forget_checkpoint(s, s->n_checkpoints - 1);
}

void session_rewind(struct session *s, vtime at)
{
    size_t i = s->n_checkpoints;
    const struct checkpoint *c;

    CHECK(s->interactive && !s->has_foreign_sink && s->n_checkpoints);
    while (i > 1 && s->checkpoint[i - 1].at > at)
        i--;
    c = &s->checkpoint[i - 1];
    world_restore(&s->world, &c->snapshot);
    log_truncate(&s->log, s->world.core->last_record);
    trace_remove_sink(&s->world.trace, s->fingerprint);
    trace_writer_discard(s->fingerprint);
    s->fingerprint = trace_writer_fingerprint_only(&s->made.header);
    fingerprint_log(s);
    trace_add_sink(&s->world.trace, trace_writer_sink(s->fingerprint));
    s->next_post = c->next_post;
    s->over = false;
    s->position = c->at;
    for (size_t p = s->next_post; p < s->n_posts; p++)
        s->post[p].state = ACT_WAITING;
    session_run_until(s, at);
}
