#define _GNU_SOURCE /* fork, pipe, kill, prctl, strsignal */
#include "sim/run/batch.h"

#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "sim/core/utf8.h"

/* A sanitizer's shadow memory is larger than any limit, so there only the watch over resident memory holds.
 */
#if defined(__SANITIZE_ADDRESS__)
#define BATCH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BATCH_ASAN 1
#endif
#endif
#ifndef BATCH_ASAN
#define BATCH_ASAN 0
#endif

#define WATCH_EVERY 0.05              /* seconds between two looks at a worker's memory */
#define STDERR_MAX ((size_t)8 * 1024) /* kept of what a worker says on standard error */
#define WORKERS_MAX 256

struct wire_reply { /* head of what a worker writes to its pipe; the text follows */
    uint32_t magic, outcome;
    int64_t time;
    uint64_t text_n;
};
#define WIRE_MAGIC 0x7c91ab05u

struct supervisor;

struct stream { /* one pipe from a worker */
    ev_io io;
    int fd; /* -1: closed */
    struct sbuf bytes;
    size_t max;
};

struct worker {
    struct supervisor *s;
    size_t job;
    pid_t pid; /* 0: idle */
    bool reaped;
    int status;
    enum batch_outcome verdict; /* TIME_OUT, MEMORY, NOT_RUN: why it was killed; else PASSED */
    struct stream reply, said;
    ev_child child;
    ev_timer deadline, watch;
};

struct slot { /* a result that waits for its turn */
    bool known;
    enum batch_outcome outcome;
    vtime time;
    char *text;
    size_t text_n;
};

struct supervisor {
    struct ev_loop *loop;
    const struct batch_options *o;
    struct batch_summary *summary;
    size_t n, next, ended, told;
    struct slot *slot;
    struct worker *worker;
    unsigned n_workers, busy;
    ev_signal on_int, on_term;
    int error; /* errno of what the machine refused */
};

const char *batch_outcome_name(enum batch_outcome o)
{
    static const char *const name[BATCH_OUTCOMES] = {
        [BATCH_NOT_RUN] = "not run",    [BATCH_PASSED] = "passed",        [BATCH_FAILED] = "failed",
        [BATCH_REFUSED] = "refused",    [BATCH_SKIPPED] = "skipped",      [BATCH_CRASHED] = "crashed",
        [BATCH_TIME_OUT] = "timed out", [BATCH_MEMORY] = "out of memory",
    };

    return o < BATCH_OUTCOMES ? name[o] : "?";
}

int batch_exit_status(const struct batch_summary *s)
{
    bool failed = s->count[BATCH_FAILED] || s->count[BATCH_CRASHED] || s->count[BATCH_TIME_OUT] ||
                  s->count[BATCH_MEMORY];

    if (s->interrupted)
        return 130;
    if (s->count[BATCH_REFUSED] || (s->count[BATCH_SKIPPED] && !s->count[BATCH_PASSED] && !failed))
        return 2;
    return failed;
}

/* ---------------------------------------------------------------- the worker's side */

static bool write_all(int fd, const void *bytes, size_t n)
{
    const char *p = bytes;

    while (n) {
        ssize_t done = write(fd, p, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

/* Limits what this process may still take; a job that runs into it fails a check or an allocation. */
static void limit_memory(uint64_t bytes)
{
    struct rlimit r;
    unsigned long pages = 0;
    FILE *f;

    if (!bytes || BATCH_ASAN)
        return;
    f = fopen("/proc/self/statm", "r");
    if (f) {
        /* size resident shared text lib data */
        if (fscanf(f, "%*u %*u %*u %*u %*u %lu", &pages) != 1)
            pages = 0;
        fclose(f);
    }
    bytes += pages * (uint64_t)sysconf(_SC_PAGESIZE);
    if (getrlimit(RLIMIT_DATA, &r) == 0 && bytes < r.rlim_cur) {
        r.rlim_cur = (rlim_t)bytes;
        (void)setrlimit(RLIMIT_DATA, &r);
    }
}

static void restore_signals(void)
{
    static const int signals[] = {SIGCHLD, SIGPIPE, SIGTERM, SIGQUIT, SIGABRT};
    struct rlimit no_core = {0, 0};
    sigset_t none;

    for (size_t i = 0; i < ARRAY_LEN(signals); i++)
        signal(signals[i], SIG_DFL);
    signal(SIGINT, SIG_IGN); /* a terminal sends it to all; the supervisor decides what becomes of us */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    (void)setrlimit(RLIMIT_CORE, &no_core); /* a crash is expected to happen here and is reported */
}

_Noreturn static void work(const struct batch_options *o, size_t job, int reply_fd, int said_fd, pid_t parent)
{
    struct batch_reply reply = {.outcome = BATCH_CRASHED};
    struct wire_reply head = {.magic = WIRE_MAGIC};
    int nowhere;

    restore_signals();
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* no worker outlives a supervisor that was killed */
    if (getppid() != parent)
        _exit(1);
#else
    (void)parent;
#endif
    nowhere = open("/dev/null", O_WRONLY);
    if (nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0 || dup2(said_fd, STDERR_FILENO) < 0)
        _exit(1);
    limit_memory(o->memory_bytes);
    o->job(o->ctx, job, &reply);
    head.outcome = (uint32_t)reply.outcome;
    head.time = reply.time;
    if (reply.text.len > BATCH_TEXT_MAX) {
        reply.text.len = utf8_cut(reply.text.s, BATCH_TEXT_MAX);
        sbuf_lit(&reply.text, " ...\n");
    }
    if (reply.text.len && reply.text.s[reply.text.len - 1] != '\n')
        sbuf_putc(&reply.text, '\n');
    head.text_n = reply.text.len;
    /* No exit handlers, no flushing of what the supervisor had buffered: this process is only a copy. */
    _exit(write_all(reply_fd, &head, sizeof head) && write_all(reply_fd, reply.text.s, reply.text.len) ? 0
                                                                                                       : 1);
}

/* ---------------------------------------------------------------- the supervisor's side */

static void start_next(struct worker *w);

static void tell_in_order(struct supervisor *s)
{
    while (s->told < s->n && s->slot[s->told].known) {
        struct slot *slot = &s->slot[s->told];
        struct batch_result r = {slot->outcome, slot->time, slot->text ? slot->text : "", slot->text_n};

        s->summary->count[slot->outcome]++;
        s->o->result(s->o->ctx, s->told, &r);
        free(slot->text);
        slot->text = NULL;
        s->told++;
    }
}

static void add_said(const struct worker *w, struct sbuf *text)
{
    for (size_t i = 0; i < w->said.bytes.len; i++) {
        char c = w->said.bytes.s[i];

        sbuf_putc(text, ((unsigned char)c < 0x20 && c != '\n' && c != '\t') || c == 0x7f ? '?' : c);
    }
    if (text->len && text->s[text->len - 1] != '\n')
        sbuf_putc(text, '\n');
}

static bool said_out_of_memory(struct worker *w)
{
    return strstr(sbuf_str(&w->said.bytes), "out of memory") != NULL;
}

/* Sets the slot from a report the worker has made; false if it made none that is whole. */
static bool take_reply(struct worker *w, struct slot *slot)
{
    struct sbuf *b = &w->reply.bytes;
    struct wire_reply head;

    if (!WIFEXITED(w->status) || WEXITSTATUS(w->status) != 0 || b->len < sizeof head)
        return false;
    memcpy(&head, b->s, sizeof head);
    if (head.magic != WIRE_MAGIC || head.outcome > BATCH_SKIPPED || b->len - sizeof head != head.text_n)
        return false;
    slot->outcome = (enum batch_outcome)head.outcome;
    slot->time = head.time;
    slot->text_n = b->len - sizeof head;
    memmove(b->s, b->s + sizeof head, slot->text_n);
    b->len = slot->text_n;
    slot->text = sbuf_detach(b);
    return true;
}

/* What the supervisor itself has to say of a worker that did not report. */
static void describe(struct worker *w, struct slot *slot)
{
    const struct batch_options *o = w->s->o;
    struct sbuf text = SBUF_INIT;

    slot->outcome = w->verdict == BATCH_PASSED ? BATCH_CRASHED : w->verdict;
    if (slot->outcome == BATCH_CRASHED && o->memory_bytes && said_out_of_memory(w))
        slot->outcome = BATCH_MEMORY;
    if (slot->outcome == BATCH_TIME_OUT) {
        sbuf_printf(&text, "no end after %u.%03u s\n", o->time_limit_ms / 1000, o->time_limit_ms % 1000);
    } else if (slot->outcome == BATCH_MEMORY) {
        sbuf_printf(&text, "needed more than %llu MB of memory\n",
                    (unsigned long long)(o->memory_bytes >> 20));
    } else if (slot->outcome == BATCH_CRASHED) {
        if (WIFSIGNALED(w->status))
            sbuf_printf(&text, "ended by signal %d (%s)\n", WTERMSIG(w->status),
                        strsignal(WTERMSIG(w->status)));
        else
            sbuf_printf(&text, "ended without a report (exit status %d)\n", WEXITSTATUS(w->status));
        add_said(w, &text);
    }
    slot->text_n = text.len;
    slot->text = sbuf_detach(&text);
}

/* A worker is done when it has been reaped and both pipes have ended: then all it had to say is here. */
static void maybe_done(struct worker *w)
{
    struct supervisor *s = w->s;
    struct slot *slot = &s->slot[w->job];

    if (!w->pid || !w->reaped || w->reply.fd >= 0 || w->said.fd >= 0)
        return;
    ev_timer_stop(s->loop, &w->deadline);
    ev_timer_stop(s->loop, &w->watch);
    if (w->verdict == BATCH_NOT_RUN || !take_reply(w, slot))
        describe(w, slot);
    slot->known = true;
    w->pid = 0;
    s->busy--;
    s->ended++;
    if (s->o->progress)
        s->o->progress(s->o->ctx, s->ended, s->n);
    tell_in_order(s);
    start_next(w);
}

static void close_stream(struct supervisor *s, struct stream *st)
{
    if (st->fd < 0)
        return;
    ev_io_stop(s->loop, &st->io);
    close(st->fd);
    st->fd = -1;
}

static void on_readable(struct ev_loop *loop, ev_io *io, int events)
{
    struct worker *w = io->data;
    struct stream *st = io == &w->reply.io ? &w->reply : &w->said;
    char bytes[16 * 1024];
    ssize_t n = read(st->fd, bytes, sizeof bytes);

    (void)loop;
    (void)events;
    if (n > 0) {
        size_t keep = (size_t)n;

        if (st->bytes.len + keep > st->max)
            keep = st->max -
                   st->bytes.len; /* the rest is read, so that the worker does not wait, and forgotten */
        sbuf_put(&st->bytes, bytes, keep);
    } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
        close_stream(w->s, st);
        maybe_done(w);
    }
}

static void on_child(struct ev_loop *loop, ev_child *child, int events)
{
    struct worker *w = child->data;

    (void)events;
    ev_child_stop(loop, child);
    w->reaped = true;
    w->status = child->rstatus;
    maybe_done(w);
}

static void put_down(struct worker *w, enum batch_outcome verdict)
{
    if (w->pid && !w->reaped) {
        w->verdict = verdict;
        kill(w->pid, SIGKILL);
    }
}

static void on_deadline(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    put_down(timer->data, BATCH_TIME_OUT);
}

/* Resident memory says what a limit on allocation cannot: it also works under a sanitizer. */
static void on_watch(struct ev_loop *loop, ev_timer *timer, int events)
{
    struct worker *w = timer->data;
    unsigned long resident, shared;
    char path[64];
    FILE *f;

    (void)loop;
    (void)events;
    if (!w->pid || w->reaped)
        return;
    snprintf(path, sizeof path, "/proc/%ld/statm", (long)w->pid);
    f = fopen(path, "r");
    if (!f)
        return;
    if (fscanf(f, "%*u %lu %lu", &resident, &shared) == 2 && resident > shared &&
        (uint64_t)(resident - shared) * (uint64_t)sysconf(_SC_PAGESIZE) > w->s->o->memory_bytes)
        put_down(w, BATCH_MEMORY);
    fclose(f);
}

static void on_interrupt(struct ev_loop *loop, ev_signal *signal_watcher, int events)
{
    struct supervisor *s = signal_watcher->data;

    (void)loop;
    (void)events;
    s->summary->interrupted = true;
    for (unsigned i = 0; i < s->n_workers; i++)
        put_down(&s->worker[i], BATCH_NOT_RUN);
}

static void open_stream(struct worker *w, struct stream *st, int fd, size_t max)
{
    st->fd = fd;
    st->max = max;
    sbuf_clear(&st->bytes);
    ev_io_init(&st->io, on_readable, fd, EV_READ);
    st->io.data = w;
    ev_io_start(w->s->loop, &st->io);
}

/* Gives an idle worker the next job. */
static void start_next(struct worker *w)
{
    struct supervisor *s = w->s;
    const struct batch_options *o = s->o;
    pid_t parent = getpid(), pid;
    int reply[2], said[2];

    if (s->next == s->n || s->summary->interrupted || s->error)
        return;
    if (pipe2(reply, O_CLOEXEC) != 0) {
        s->error = errno;
        return;
    }
    if (pipe2(said, O_CLOEXEC) != 0) {
        s->error = errno;
        close(reply[0]);
        close(reply[1]);
        return;
    }
    pid = fork();
    if (pid == 0) /* the other workers' pipes are only for reading here: their ends are not kept open by us */
        work(o, s->next, reply[1], said[1], parent);
    if (pid < 0)
        s->error = errno;
    close(reply[1]);
    close(said[1]);
    if (pid < 0) {
        close(reply[0]);
        close(said[0]);
        return;
    }
    w->job = s->next++;
    w->pid = pid;
    w->reaped = false;
    w->verdict = BATCH_PASSED;
    s->busy++;
    ev_child_init(&w->child, on_child, pid, 0);
    w->child.data = w;
    ev_child_start(s->loop, &w->child);
    open_stream(w, &w->reply, reply[0], sizeof(struct wire_reply) + BATCH_TEXT_MAX + 64);
    open_stream(w, &w->said, said[0], STDERR_MAX);
    if (o->time_limit_ms) {
        ev_now_update(s->loop);
        ev_timer_init(&w->deadline, on_deadline, o->time_limit_ms / 1000.0, 0);
        w->deadline.data = w;
        ev_timer_start(s->loop, &w->deadline);
    }
    if (o->memory_bytes) {
        ev_timer_init(&w->watch, on_watch, WATCH_EVERY, WATCH_EVERY);
        w->watch.data = w;
        ev_timer_start(s->loop, &w->watch);
    }
}

static bool supervise(struct supervisor *s)
{
    ev_signal_init(&s->on_int, on_interrupt, SIGINT);
    ev_signal_init(&s->on_term, on_interrupt, SIGTERM);
    s->on_int.data = s->on_term.data = s;
    ev_signal_start(s->loop, &s->on_int);
    ev_signal_start(s->loop, &s->on_term);
    for (unsigned i = 0; i < s->n_workers; i++) {
        s->worker[i].s = s;
        s->worker[i].reply.fd = s->worker[i].said.fd = -1;
        ev_init(&s->worker[i].deadline, on_deadline);
        ev_init(&s->worker[i].watch, on_watch);
        start_next(&s->worker[i]);
    }
    while (s->busy)
        ev_run(s->loop, EVRUN_ONCE);
    ev_signal_stop(s->loop, &s->on_int);
    ev_signal_stop(s->loop, &s->on_term);
    if (s->error && !s->summary->interrupted) {
        errno = s->error;
        return false;
    }
    for (size_t i = s->told; i < s->n; i++)
        s->slot[i].known = true; /* BATCH_NOT_RUN where nothing else is known */
    tell_in_order(s);
    return true;
}

bool batch_run(size_t n, const struct batch_options *o, struct batch_summary *summary)
{
    struct supervisor s = {.o = o, .summary = summary, .n = n};
    bool well = false;

    memset(summary, 0, sizeof *summary);
    s.n_workers = o->workers ? min_u32(o->workers, WORKERS_MAX) : 1;
    if (s.n_workers > n)
        s.n_workers = (unsigned)n;
    if (!n)
        return true;
    s.slot = calloc(n, sizeof *s.slot);
    s.worker = calloc(s.n_workers, sizeof *s.worker);
    s.loop = ev_default_loop(EVFLAG_AUTO); /* the default loop alone hears of children */
    if (s.slot && s.worker && s.loop)
        well = supervise(&s);
    else
        errno = ENOMEM;
    for (unsigned i = 0; s.worker && i < s.n_workers; i++) {
        sbuf_free(&s.worker[i].reply.bytes);
        sbuf_free(&s.worker[i].said.bytes);
    }
    for (size_t i = 0; s.slot && i < n; i++)
        free(s.slot[i].text);
    free(s.slot);
    free(s.worker);
    if (s.loop)
        ev_loop_destroy(s.loop);
    return well;
}
