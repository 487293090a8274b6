/* To a moment that is named: a state ("TIME-WAIT", "server CLOSED"), a segment's number, a time ("1.5s"). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gui/ask.h"
#include "sim/lesson/units.h"
#include "sim/report/i18n.h"
#include "sim/report/names.h"

/* The same letters, whatever the case, spaces and hyphens: "time wait" is TIME-WAIT. n: bytes of text. */
static bool same(const char *text, size_t n, const char *name)
{
    const char *end = text + n;

    for (;;) {
        char c, d;

        while (text < end && (*text == '-' || *text == ' ' || *text == '_'))
            text++;
        while (*name == '-' || *name == ' ')
            name++;
        if (text == end || !*name)
            return text == end && !*name;
        c = *text++;
        d = *name++;
        if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != (d >= 'A' && d <= 'Z' ? d + 32 : d))
            return false;
    }
}

/* The state of this name in either language; ST_COUNT: there is none. */
static enum report_state state_of(struct app *a, const char *text)
{
    for (int i = 0; i < ST_COUNT; i++) {
        struct trace_text word = scene_word(a, report_states[i]);

        if (same(text, strlen(text), report_states[i]) || (word.zh && same(text, strlen(text), word.zh)))
            return (enum report_state)i;
    }
    return ST_COUNT;
}

static bool is_lane(const struct model_lane *l, const char *host, const char *text, size_t n)
{
    return same(text, n, host) || (l->name.en && same(text, n, l->name.en)) ||
           (l->name.zh && same(text, n, l->name.zh));
}

/* Takes a host's name off the beginning; -1: there is none. */
static int lane_of(const struct model *m, const char **text)
{
    size_t n = strcspn(*text, " ");

    for (unsigned i = 0; (*text)[n] && i < m->n_lanes; i++)
        if (m->lane[i].host && is_lane(&m->lane[i], m->header->host[m->lane[i].host - 1].name, *text, n)) {
            *text += n + strspn(*text + n, " ");
            return (int)i;
        }
    return -1;
}

/* The next time that the state is entered, or, if it is no more, the first. */
static bool to_state(struct app *a, const char *text)
{
    const struct model *m = app_model(a);
    const struct model_span *first = NULL, *next = NULL;
    int lane = lane_of(m, &text);
    enum report_state state = state_of(a, text);

    for (size_t i = 0; state != ST_COUNT && i < m->n_spans; i++) {
        const struct model_span *s = &m->span[i];

        if (s->state != state || s->down || (lane >= 0 && s->lane != lane))
            continue;
        if (!first || s->from < first->from)
            first = s;
        if (s->from > a->at && (!next || s->from < next->from))
            next = s;
    }
    if (!next)
        next = first;
    if (!next)
        return false;
    app_seek(a, next->from);
    app_select(a, next->record, false);
    return true;
}

static bool to_segment(struct app *a, const char *text)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    const struct model_flight *f =
        *end || number > UINT32_MAX ? NULL : document_numbered(a->doc, (unsigned)number);

    if (!f)
        return false;
    app_seek(a, f->leave);
    app_select(a, f->pkt, false);
    return true;
}

static bool to_time(struct app *a, const char *text)
{
    vtime at;

    if (units_time(text, &at) || at > app_model(a)->end)
        return false;
    app_seek(a, at);
    return true;
}

static void go(struct app *a, const char *text, int64_t arg)
{
    bool digits;

    text += strspn(text, " ");
    if (!a->doc || !*text)
        return;
    a->playing = false;
    digits = *text >= '0' && *text <= '9';
    if (digits ? to_segment(a, text) || to_time(a, text) : to_state(a, text))
        return;
    ask_open(a, TR_MARK("Until when? A state, a segment's number, or a time"), text, go, arg);
    app_say(a, TR_MARK("No state, segment or time of this run: %s"), text);
}

void command_until(struct app *a, int64_t arg)
{
    if (a->doc)
        ask_open(a, TR_MARK("Until when? A state, a segment's number, or a time"), "", go, arg);
}
