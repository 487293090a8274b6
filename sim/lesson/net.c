#include "sim/lesson/internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/lesson/units.h"

#define ADDRESSES_MAX 60000u

/* --- addresses --- */

static uint16_t find_address(const struct load *ld, const struct ip_addr *a)
{
    for (uint32_t i = 1; i < ld->n_addresses; i++) {
        if (ip_equal(&ld->address[i].ip, a))
            return (uint16_t)i;
    }
    return 0;
}

static uint16_t add_address(struct load *ld, const struct ip_addr *a, uint16_t host)
{
    struct sc_address *row;

    if (ld->n_addresses == ld->address_cap) {
        struct sc_address *more = NEW(ld->m, ld->address_cap * 2u, struct sc_address);

        memcpy(more, ld->address, ld->n_addresses * sizeof *more);
        ld->address = more;
        ld->address_cap *= 2;
    }
    row = &ld->address[ld->n_addresses];
    row->ip = *a;
    row->host = host;
    ip_format(a, row->text);
    return (uint16_t)ld->n_addresses++;
}

/* Host i from 0: 10.0.0.1 and 2001:db8::1 and so on; no last octet is 0 or 255. */
static void generated_address(uint32_t i, uint8_t family, struct ip_addr *a)
{
    char text[IP_TEXT_MAX];

    if (family == 4)
        snprintf(text, sizeof text, "10.0.%" PRIu32 ".%" PRIu32, i / 254, i % 254 + 1);
    else
        snprintf(text, sizeof text, "2001:db8::%" PRIx32, i + 1);
    CHECK(ip_parse(text, a));
}

bool load_family(struct load *ld, const struct json_value *obj, int *out)
{
    const struct json_value *v = json_get(obj, "family");
    int64_t n = 0;

    *out = 0;
    if (!v)
        return true;
    if (!json_int(v, &n) || (n != 4 && n != 6))
        return json_error(ld->d, v, "expected 4 or 6, the address family");
    *out = (int)n;
    return true;
}

bool load_address(struct load *ld, const struct json_value *v, int family, uint16_t *out)
{
    struct ip_addr a;
    const char *text;
    uint16_t host;

    if (!json_want_string(v, &text, ld->d))
        return false;
    if (ip_parse(text, &a)) {
        if (family && family != a.family)
            return json_error(ld->d, v, "\"%.60s\" is no address of IPv%d", text, family);
        *out = find_address(ld, &a);
        if (!*out && ld->n_addresses >= ADDRESSES_MAX)
            return json_error(ld->d, v, "too many addresses in one lesson");
        if (!*out)
            *out = add_address(ld, &a, SC_ANY);
        return true;
    }
    if (strpbrk(text, ":/") || (text[0] >= '0' && text[0] <= '9'))
        return json_error(
            ld->d, v,
            "expected a host or an address such as \"10.0.0.2\" or \"2001:db8::2\", found \"%.60s\"", text);
    if (!read_host(ld, v, &host))
        return false;
    *out = family == 6 ? ld->host[host].address6 : ld->host[host].address4;
    return true;
}

static bool own_address(struct load *ld, const struct json_value *v, uint16_t host)
{
    struct sc_host *h = &ld->host[host];
    const char *text;
    struct ip_addr a;
    uint16_t *field, taken;

    if (!json_want_string(v, &text, ld->d))
        return false;
    if (!ip_parse(text, &a))
        return json_error(
            ld->d, v, "expected an address such as \"10.0.0.1\" or \"2001:db8::1\", found \"%.60s\"", text);
    if (ip_is_multicast(&a) || ip_is_broadcast(&a) || ip_is_unspecified(&a))
        return json_error(ld->d, v, "%s cannot be a host's own address", text);
    field = a.family == 4 ? &h->address4 : &h->address6;
    if (*field)
        return json_error(ld->d, v, "this host has an IPv%d address already", a.family);
    taken = find_address(ld, &a);
    if (taken)
        return json_error(ld->d, v, "%s belongs to host \"%s\" already", text,
                          ld->host[ld->address[taken].host].name);
    *field = add_address(ld, &a, host);
    return true;
}

/* "address" of one host: one address, or one of each family. What is not given is generated afterwards. */
static bool host_address(struct load *ld, const struct json_value *v, uint16_t host)
{
    if (!v)
        return true;
    if (json_type(v) == JSON_STRING)
        return own_address(ld, v, host);
    if (json_type(v) != JSON_ARRAY)
        return json_error(ld->d, v, "expected an address or an array of addresses, found %s",
                          json_type_name(json_type(v)));
    if (!read_array(ld, v, 1, 2, "addresses"))
        return false;
    JSON_EACH(a, v)
    {
        if (!own_address(ld, a, host))
            return false;
    }
    return true;
}

static bool fill_addresses(struct load *ld, const struct json_value *hosts)
{
    static const uint8_t family[] = {4, 6};

    for (uint32_t i = 0; i < ld->hosts.n; i++) {
        for (size_t f = 0; f < ARRAY_LEN(family); f++) {
            struct ip_addr a;
            uint16_t *field = family[f] == 4 ? &ld->host[i].address4 : &ld->host[i].address6, taken;

            if (*field)
                continue;
            generated_address(i, family[f], &a);
            taken = find_address(ld, &a);
            if (taken)
                return json_error(
                    ld->d, json_at(hosts, i),
                    "this host needs an \"address\": %s, which it would get, belongs to host \"%s\"",
                    ld->address[taken].text, ld->host[ld->address[taken].host].name);
            *field = add_address(ld, &a, (uint16_t)i);
        }
    }
    return true;
}

/* --- hosts --- */

static bool unique_name(struct load *ld, const struct json_value *v, const char *what, struct names *names,
                        const char *name)
{
    for (size_t i = 0; i < names->n; i++) {
        if (strcmp(names->name[i], name) == 0)
            return json_error(ld->d, v, "another %s is named \"%s\"", what, name);
    }
    names->name[names->n++] = name;
    return true;
}

static bool load_host(struct load *ld, const struct json_value *v, struct sc_host *h)
{
    const struct json_value *name, *tcp;
    struct lesson_text label = {{NULL}};

    if (!READ_KEYS(ld, v, "name", "label", "address", "router", "processing_delay", "tcp", "comment"))
        return false;
    if (!(name = json_need(v, "name", ld->d)) || !read_name(ld, name, &h->name) ||
        !unique_name(ld, name, "host", &ld->hosts, h->name))
        return false;
    if (!read_text(ld, v, "label", &label) || !read_bool(ld, v, "router", &h->router) ||
        !read_time(ld, v, "processing_delay", 0, 3600 * NS_PER_S, &h->processing_delay))
        return false;
    h->label = label.in[LESSON_EN];
    h->label_zh = label.in[LESSON_ZH_HANT];
    tcp = json_get(v, "tcp");
    return !tcp || load_tcp(ld, tcp, &h->tcp);
}

static bool load_defaults(struct load *ld, const struct json_value *v, struct sc_host *h)
{
    const struct json_value *tcp = json_get(v, "tcp");

    tcp_options_default(&h->tcp);
    if (!v)
        return true;
    return READ_KEYS(ld, v, "processing_delay", "tcp", "comment") &&
           read_time(ld, v, "processing_delay", 0, 3600 * NS_PER_S, &h->processing_delay) &&
           (!tcp || load_tcp(ld, tcp, &h->tcp));
}

bool load_hosts(struct load *ld, const struct json_value *root)
{
    const struct json_value *v = json_need(root, "hosts", ld->d);
    struct sc_host all = {0};
    uint32_t i = 0;

    if (!v || !load_defaults(ld, json_get(root, "defaults"), &all) ||
        !read_array(ld, v, 1, SC_HOSTS_MAX, "hosts"))
        return false;
    ld->host = NEW(ld->m, json_length(v), struct sc_host);
    ld->hosts.name = NEW(ld->m, json_length(v), const char *);
    ld->address_cap = 8;
    ld->address = NEW(ld->m, ld->address_cap, struct sc_address);
    ld->n_addresses = 1; /* index 0 means "none" */
    JSON_EACH(host, v)
    {
        ld->host[i] = all;
        if (!load_host(ld, host, &ld->host[i++]))
            return false;
    }
    i = 0;
    JSON_EACH(host, v)
    {
        if (!host_address(ld, json_get(host, "address"), (uint16_t)i++))
            return false;
    }
    ld->l->scenario.host = ld->host;
    ld->l->scenario.n_hosts = (uint32_t)ld->hosts.n;
    return fill_addresses(ld, v);
}

/* --- links --- */

static bool queue_limit(struct load *ld, const struct json_value *v, uint32_t *packets, uint32_t *most)
{
    const char *text;
    uint64_t bytes;

    if (!json_want_string(v, &text, ld->d))
        return false;
    if (!units_packets(text, packets))
        return true;
    if (!units_size(text, &bytes) && bytes > 0 && bytes <= UINT32_MAX) {
        *most = (uint32_t)bytes;
        return true;
    }
    return json_error(
        ld->d, v, "expected a queue limit above zero such as \"100 packets\" or \"64kB\", found \"%.60s\"",
        text);
}

static bool read_queue(struct load *ld, const struct json_value *v, uint32_t *packets, uint32_t *bytes)
{
    if (!v)
        return true;
    *packets = *bytes = 0;
    if (json_type(v) != JSON_ARRAY)
        return queue_limit(ld, v, packets, bytes);
    if (!read_array(ld, v, 1, 2, "limits"))
        return false;
    JSON_EACH(limit, v)
    {
        if (!queue_limit(ld, limit, packets, bytes))
            return false;
    }
    return true;
}

static bool read_rate(struct load *ld, const struct json_value *v, uint64_t *bps)
{
    const char *text, *wrong;

    if (!v)
        return true;
    if (!json_want_string(v, &text, ld->d))
        return false;
    if (strcmp(text, "unlimited") == 0) {
        *bps = 0;
        return true;
    }
    wrong = units_rate(text, bps);
    if (!wrong)
        return true;
    if (strncmp(wrong, "expected", 8) == 0)
        return json_error(ld->d, v, "%s or \"unlimited\", found \"%.60s\"", wrong, text);
    return json_error(ld->d, v, "\"%.60s\" %s", text, wrong);
}

bool load_path(struct load *ld, const struct json_value *obj, struct sc_path *p)
{
    return read_rate(ld, json_get(obj, "rate"), &p->rate_bps) &&
           read_time(ld, obj, "delay", 0, 3600 * NS_PER_S, &p->delay) &&
           read_time(ld, obj, "jitter", 0, 3600 * NS_PER_S, &p->jitter) &&
           read_queue(ld, json_get(obj, "queue"), &p->queue_packets, &p->queue_bytes) &&
           read_queue(ld, json_get(obj, "mark"), &p->mark_packets, &p->mark_bytes) &&
           read_share(ld, obj, "loss", &p->loss_ppm) && read_share(ld, obj, "duplicate", &p->duplicate_ppm) &&
           read_share(ld, obj, "corrupt", &p->corrupt_ppm) &&
           read_share(ld, obj, "reorder", &p->reorder_ppm) &&
           read_time(ld, obj, "reorder_delay", 0, 3600 * NS_PER_S, &p->reorder_delay);
}

static bool link_name(struct load *ld, const struct json_value *v, const struct sc_link *k)
{
    const struct json_value *given = json_get(v, "name");
    const char *name;
    struct sbuf b = SBUF_INIT;

    if (given)
        return read_name(ld, given, &name) && unique_name(ld, given, "link", &ld->links, name);
    sbuf_printf(&b, "%s-%s", ld->hosts.name[k->host[0]], ld->hosts.name[k->host[1]]);
    name = lesson_strdup(ld->m, sbuf_str(&b));
    sbuf_free(&b);
    for (size_t i = 0; i < ld->links.n; i++) {
        if (strcmp(ld->links.name[i], name) == 0)
            return json_error(ld->d, v, "another link is named \"%s\" already; give this one a \"name\"",
                              name);
    }
    ld->links.name[ld->links.n++] = name;
    return true;
}

static bool link_ends(struct load *ld, const struct json_value *v, struct sc_link *k)
{
    const struct json_value *between = json_need(v, "between", ld->d);

    if (!between || !json_want(between, JSON_ARRAY, ld->d))
        return false;
    if (json_length(between) != 2)
        return json_error(ld->d, between, "expected the names of two hosts, found %zu values",
                          json_length(between));
    if (!read_host(ld, json_at(between, 0), &k->host[0]) || !read_host(ld, json_at(between, 1), &k->host[1]))
        return false;
    if (k->host[0] == k->host[1])
        return json_error(ld->d, json_at(between, 1), "a link joins two different hosts");
    return true;
}

static bool load_link(struct load *ld, const struct json_value *v, struct sc_link *k)
{
    static const char *const way[2] = {"forward", "backward"};

    if (!READ_KEYS(ld, v, "name", "between", PATH_KEYS, "mtu", "forward", "backward", "comment") ||
        !link_ends(ld, v, k) || !link_name(ld, v, k) || !json_need(v, "delay", ld->d) ||
        !load_path(ld, v, &k->path[0]) || !read_u32(ld, v, "mtu", 68, 65575, &k->mtu))
        return false;
    k->path[1] = k->path[0];
    for (int i = 0; i < 2; i++) {
        const struct json_value *one = json_get(v, way[i]);

        if (one && (!READ_KEYS(ld, one, PATH_KEYS, "comment") || !load_path(ld, one, &k->path[i])))
            return false;
    }
    return true;
}

bool load_links(struct load *ld, const struct json_value *v)
{
    uint32_t i = 0;

    if (!v)
        return true;
    if (!read_array(ld, v, 0, SC_LINKS_MAX, "links"))
        return false;
    ld->link = NEW(ld->m, json_length(v), struct sc_link);
    ld->links.name = NEW(ld->m, json_length(v), const char *);
    JSON_EACH(link, v)
    {
        if (!load_link(ld, link, &ld->link[i++]))
            return false;
    }
    ld->l->scenario.link = ld->link;
    ld->l->scenario.n_links = i;
    return true;
}
