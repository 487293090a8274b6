#include "gui/acts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/report/i18n.h"

bool acts_possible(const struct app *a)
{
    return a->doc && source_session(a->doc->source);
}

const struct session_intervention *acts_list(const struct app *a, size_t *n)
{
    *n = 0;
    return acts_possible(a) ? session_interventions(source_session(a->doc->source), n) : NULL;
}

size_t acts_newest(const struct app *a)
{
    size_t n, newest = 0;
    const struct session_intervention *list = acts_list(a, &n);

    for (size_t i = 1; i < n; i++)
        if (list[i].order > list[newest].order)
            newest = i;
    return newest;
}

/* ---- doing ---- */

/* When a packet can be acted upon: at `at` if it is on its way then, else when it left. */
static vtime moment_of(const struct app *a, uint64_t pkt, vtime at)
{
    const struct model_flight *f = document_flight(a->doc, pkt);

    return !f || (at >= f->leave && at < f->end) ? at : f->leave;
}

/* The run to its end, and everything that is made from it. */
static void go_on(struct app *a, struct session *s, vtime at)
{
    session_run_until(s, VTIME_NEVER);
    app_renew(a);
    app_seek(a, at);
}

bool acts_do(struct app *a, struct session_act act, vtime at)
{
    struct session *s = acts_possible(a) ? source_session(a->doc->source) : NULL;
    bool done;

    if (!s)
        return false;
    a->playing = false;
    if (act_upon(act.kind) == UPON_PACKET && act.kind != ACT_RELEASE)
        at = moment_of(a, act.target, at);
    session_rewind(s, at);
    done = session_post(s, act);
    go_on(a, s, at);
    if (!done)
        diag_set(
            &a->diag, NULL, 0, 0, "%s",
            app_first(a,
                      scene_word(a, TR_MARK("At this moment there is nothing that this could be done to."))));
    return done;
}

void acts_undo(struct app *a, size_t i)
{
    struct session *s = acts_possible(a) ? source_session(a->doc->source) : NULL;

    if (s && session_undo(s, i))
        go_on(a, s, a->at);
}

void acts_note(struct app *a, size_t i, const char *text)
{
    size_t n;

    if (acts_list(a, &n) && i < n)
        session_note(source_session(a->doc->source), i, text);
}

void command_undo(struct app *a, int64_t arg)
{
    (void)arg;
    acts_undo(a, acts_newest(a));
}

void command_redo(struct app *a, int64_t arg)
{
    struct session *s = acts_possible(a) ? source_session(a->doc->source) : NULL;

    (void)arg;
    if (s && session_redo(s))
        go_on(a, s, a->at);
}

uint32_t acts_connection(const struct app *a, uint32_t host)
{
    const struct model *m = app_model(a);
    uint32_t conn = 0;

    for (size_t i = 0; m && i < m->n_spans; i++) {
        const struct model_span *s = &m->span[i];

        if (m->lane[s->lane].host != host + 1 || !s->conn || s->from > a->at)
            continue;
        if (s->state == ST_CLOSED || s->down)
            conn = conn == s->conn ? 0 : conn;
        else if (s->to > a->at || s->to >= m->end)
            conn = s->conn;
    }
    return conn;
}

/* ---- in words ---- */

static const char *pattern_of(enum act_kind kind)
{
    switch (kind) {
    case ACT_DROP: return TR_MARK("Drop segment %s");
    case ACT_DELAY: return TR_MARK("Delay segment %s");
    case ACT_DUPLICATE: return TR_MARK("Duplicate segment %s");
    case ACT_CORRUPT: return TR_MARK("Corrupt segment %s");
    case ACT_HOLD: return TR_MARK("Hold segment %s");
    case ACT_RELEASE: return TR_MARK("Let segment %s go");
    case ACT_SEND: return TR_MARK("%s: SEND");
    case ACT_RECEIVE: return TR_MARK("%s: RECEIVE");
    case ACT_STOP_READING: return TR_MARK("%s stops reading");
    case ACT_RESUME_READING: return TR_MARK("%s reads again");
    case ACT_CLOSE: return TR_MARK("%s: CLOSE");
    case ACT_ABORT: return TR_MARK("%s: ABORT");
    case ACT_CRASH: return TR_MARK("%s crashes");
    case ACT_REBOOT: return TR_MARK("%s starts again");
    case ACT_CUT: return TR_MARK("%s is cut off");
    case ACT_JOIN: return TR_MARK("%s joins again");
    case ACT_LINK_DOWN: return TR_MARK("Link %s goes down");
    case ACT_LINK_UP: return TR_MARK("Link %s comes up");
    case ACT_LINK_LOSS: return TR_MARK("Loss on link %s");
    case ACT_LINK_DELAY: return TR_MARK("Delay on link %s");
    case ACT_KINDS: break;
    }
    return "%s";
}

/* The label of a host (its index), in a language. */
static const char *host_label(const struct app *a, uint64_t host, bool zh)
{
    struct trace_text t = document_host(a->doc, host + 1);

    return zh && t.zh ? t.zh : t.en ? t.en : "?";
}

/* What an act is done to, in words. */
static void target_of(const struct app *a, const struct lesson_act *act, bool zh, char *out, size_t size)
{
    const struct model *m = app_model(a);
    const struct trace_header *h = a->doc->header;
    const struct trace_link *l = act->target < h->n_links ? &h->link[act->target] : NULL;
    unsigned number = document_number(a->doc, act->target);

    switch (act_upon(act->kind)) {
    case UPON_PACKET:
        if (number)
            snprintf(out, size, "%u", number);
        else
            snprintf(out, size, "#%" PRIu64, act->target);
        break;
    case UPON_CONNECTION:
        snprintf(out, size, "#%" PRIu64, act->target);
        for (size_t i = 0; i < m->n_spans; i++)
            if (m->span[i].conn == act->target) {
                snprintf(out, size, "%s", host_label(a, m->lane[m->span[i].lane].host - 1u, zh));
                break;
            }
        break;
    case UPON_HOST: snprintf(out, size, "%s", host_label(a, act->target, zh)); break;
    case UPON_LINK:
        snprintf(out, size, "%s–%s", l ? host_label(a, l->host[0], zh) : "?",
                 l ? host_label(a, l->host[1], zh) : "?");
        break;
    }
}

static void amount_of(const struct lesson_act *act, char *out, size_t size)
{
    *out = '\0';
    switch (act->kind) {
    case ACT_DELAY:
    case ACT_LINK_DELAY: snprintf(out, size, ": %" PRId64 " ms", act->amount / NS_PER_MS); break;
    case ACT_LINK_LOSS: snprintf(out, size, ": %" PRId64 " %%", act->amount / 10000); break;
    case ACT_SEND:
    case ACT_RECEIVE: snprintf(out, size, " %" PRId64, act->amount); break;
    case ACT_DROP:
    case ACT_DUPLICATE:
    case ACT_CORRUPT:
    case ACT_HOLD:
    case ACT_RELEASE:
    case ACT_STOP_READING:
    case ACT_RESUME_READING:
    case ACT_CLOSE:
    case ACT_ABORT:
    case ACT_CRASH:
    case ACT_REBOOT:
    case ACT_CUT:
    case ACT_JOIN:
    case ACT_LINK_DOWN:
    case ACT_LINK_UP:
    case ACT_KINDS: break;
    }
}

void acts_say(struct app *a, const struct lesson_act *act, char en[ACTS_TEXT], char zh[ACTS_TEXT])
{
    struct trace_text pattern = scene_word(a, pattern_of(act->kind));
    char target[96], amount[32];

    amount_of(act, amount, sizeof amount);
    target_of(a, act, false, target, sizeof target);
    app_fill(en, ACTS_TEXT, pattern.en, target);
    strncat(en, amount, ACTS_TEXT - strlen(en) - 1);
    target_of(a, act, true, target, sizeof target);
    app_fill(zh, ACTS_TEXT, pattern.zh ? pattern.zh : pattern.en, target);
    strncat(zh, amount, ACTS_TEXT - strlen(zh) - 1);
}
