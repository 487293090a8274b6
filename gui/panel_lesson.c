/* The lesson's questions: predict, then see. */
#include "gui/app.h"
#include "sim/report/i18n.h"

static bool wants(const struct app *a)
{
    return a->doc != NULL;
}

/* The question of this moment: the last one that has come. NULL: none so far. */
static const struct source_question *question(const struct app *a)
{
    const struct source_question *q, *last = NULL;
    size_t n;

    q = source_questions(a->doc->source, &n);
    for (size_t i = 0; i < n && q[i].at <= a->at; i++)
        last = &q[i];
    return last;
}

static uint64_t stamp(const struct app *a)
{
    return question(a) ? question(a)->record : 0;
}

static void draw(struct app *a, struct paint *p, struct rect r)
{
    const struct theme *t = app_theme(a);
    const struct source_question *q = question(a);
    double u = a->scene.u;

    draw_card(p, r, u, q ? t->phase[PHASE_WAITING].bar : 0);
    if (q)
        draw_both(p, a->lang, q->question, 24 * u, 20 * u, r.x + 28 * u, r.y + 14 * u, r.w - 48 * u);
}

const struct panel panel_lesson = {
    .name = "lesson",
    .title = TR_MARK("Question"),
    .area = AREA_BOTTOM,
    .wants = wants,
    .stamp = stamp,
    .draw = draw,
};
