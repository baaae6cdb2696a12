/* The face: how the program's calls become meshes and worlds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/real.h"
#include "models/wasmtube/config.h"
#include "models/wasmtube/paper.h"
#include "models/wasmtube/real/fare.h"
#include "models/wasmtube/real/layers.h"
#include "models/wasmtube/real/restart.h"
#include "models/wasmtube/real/swap.h"
#include "models/wasmtube/results/charts.h"
#include "models/wasmtube/story.h"

extern const char wasmtube_ledger_tsv[]; /* results/ledger.tsv, which the build puts in */
extern const char wasmtube_views[];      /* views.sql, which the build puts in */

struct system {
    struct model_head head;
    struct mesh mesh;
    uint32_t columns; /* of a grid; 0: a graph's places */
    struct wasmtube_spec spec;
};

struct run {
    const struct system *system;
    const struct model_listener *listener;
    struct wasmtube_world world;
    int64_t *bin;
    struct energy_bins energy; /* the nodes', as it is spent */
    uint64_t histogram[BINS_COUNT];
};

static struct wasmtube_spec spec_of(const struct model_head *head, const struct wasmtube_config *c)
{
    return (struct wasmtube_spec){
        .duration_ns = head->duration_ns,
        .hop_delay_ns = c->hop_delay_ns,
        .bandwidth_bps = c->bandwidth_bps,
        .mtbf_ns = c->mtbf_ns,
        .mttr_ns = c->mttr_ns,
        .energy = c->energy,
        .interval = c->interval,
        .method = c->method,
        .fetch = c->fetch,
        .push = c->push,
        .source = c->source,
        .at_ns = c->at_ns,
        .swap_ns = c->swap_ns,
        .poll_ns = c->poll_ns,
        .reboot_ns = c->reboot_ns,
        .size_bytes = c->size_bytes,
        .header_bytes = c->header_bytes,
        .firmware_bytes = c->firmware_bytes,
    };
}

/* A graph has its own number of nodes: another grid beside it is a contradiction. */
static enum sim_status check_nodes(const struct mesh *mesh, const struct wasmtube_config *c,
                                   struct mesh_error *why)
{
    const uint32_t nodes = mesh->node_count - 1, places = c->columns * c->rows;
    if (nodes > WASMTUBE_NODES_MAX) {
        snprintf(why->text, sizeof why->text, "the graph has %u nodes; at most %d", nodes,
                 (int)WASMTUBE_NODES_MAX);
        return SIM_ERR_INVALID;
    }
    if (nodes != places && (c->columns != 4 || c->rows != 3)) {
        snprintf(why->text, sizeof why->text,
                 "the graph has %u nodes, but nodes.columns x nodes.rows gives %u", nodes, places);
        return SIM_ERR_INVALID;
    }
    return SIM_OK;
}

static enum sim_status make_mesh(struct mesh *mesh, const struct wasmtube_config *c,
                                 struct mesh_error *why)
{
    const struct scenario_file *links = &c->links;
    const struct mesh_registries registry = {.at = &(uint32_t){c->attached_to - 1}, .count = 1};
    if (links->word != NULL) {
        return mesh_init_grid(mesh, c->columns, c->rows, &registry, why);
    }
    if (links->bytes == NULL) {
        snprintf(why->text, sizeof why->text, "%s cannot be read", links->path);
        return SIM_ERR_NOTFOUND;
    }
    enum sim_status status = mesh_init_graphml(mesh, links->bytes, links->length, &registry, why);
    if (status == SIM_OK) {
        status = check_nodes(mesh, c, why);
        if (status != SIM_OK) {
            mesh_deinit(mesh);
        }
    }
    return status;
}

static enum sim_status open(void **system, const struct model_head *head, const void *config,
                            struct model_error *error)
{
    const struct wasmtube_config *c = config;
    struct mesh_error why = {0};
    if (c->at_ns >= head->duration_ns) {
        error->key = "update.at";
        snprintf(error->text, sizeof error->text, "the run ends before the update comes");
        return SIM_ERR_INVALID;
    }
    struct system *s = malloc(sizeof *s);
    if (s == NULL) {
        return SIM_ERR_NOMEM;
    }
    *s = (struct system){
        .head = *head, .columns = c->links.word != NULL ? c->columns : 0, .spec = spec_of(head, c)};
    const enum sim_status status = make_mesh(&s->mesh, c, &why);
    if (status != SIM_OK) {
        error->key = "mesh.links";
        snprintf(error->text, sizeof error->text, "%s", why.text);
        free(s);
        return status;
    }
    s->spec.mesh = &s->mesh;
    *system = s;
    return SIM_OK;
}

static void close(void *system)
{
    struct system *s = system;
    mesh_deinit(&s->mesh);
    free(s);
}

static uint32_t nodes_of(const struct system *s)
{
    return s->mesh.node_count - 1;
}

static uint64_t estimate(const void *system)
{
    const struct system *s = system;
    const double mean_ns = ((double)s->spec.interval.low + (double)s->spec.interval.high) / 2;
    const double calls = (double)s->head.duration_ns / (mean_ns > 1 ? mean_ns : 1);
    const double hops = s->mesh.mean_hops + 1;
    const double polls =
        s->spec.method == WASMTUBE_POLL ? (double)s->head.duration_ns / (double)s->spec.poll_ns : 0;
    return (uint64_t)(nodes_of(s) * (calls + polls * (1 + 2 * hops) + 2 * hops + 4));
}

static void describe(const void *system, char *text, size_t bytes)
{
    const struct system *s = system;
    snprintf(text, bytes, "%u node%s, the farthest %u hops from the registry", nodes_of(s),
             nodes_of(s) == 1 ? "" : "s", s->mesh.diameter_hops);
}

/* ---- of a run ---- */

static int64_t *bin_of(const struct run *r, sim_time at, uint32_t series)
{
    return &r->bin[at / r->system->head.bin_ns * WASMTUBE_SERIES + series];
}

static bool is_heard(const struct run *r)
{
    return r->listener->row != NULL && r->system->head.record >= 1;
}

static void on_call(void *context, const struct wasmtube_call *call, uint32_t node,
                    enum wasmtube_fate fate, sim_time delay_ns, sim_time now)
{
    struct run *r = context;
    if (fate == WASMTUBE_STALE) {
        (*bin_of(r, now, WASMTUBE_SERIES_STALE))++;
    } else if (fate == WASMTUBE_LOST) {
        (*bin_of(r, now, WASMTUBE_SERIES_LOST))++;
    } else if (delay_ns > 0) {
        r->histogram[bins_index(delay_ns)]++;
    }
    if (is_heard(r)) {
        wasmtube_tell_call(r->listener, call, node, fate, delay_ns);
    }
}

/* The registry's is not counted. */
static void spend(const struct run *r, uint32_t node, sim_time now, const struct energy_use *use)
{
    if (node < nodes_of(r->system)) {
        const struct energy e = energy_of(&r->system->spec.energy, use);
        energy_spend(&r->energy, now, now, energy_total(&e));
    }
}

static void on_sent(void *context, uint32_t node, sim_time now, int64_t bytes)
{
    *bin_of(context, now, WASMTUBE_SERIES_BYTES) += bytes;
    spend(context, node, now, &(struct energy_use){.sent_bytes = bytes});
}

static void on_received(void *context, uint32_t node, sim_time now, int64_t bytes)
{
    spend(context, node, now, &(struct energy_use){.received_bytes = bytes});
}

static void on_updated(void *context, uint32_t node, sim_time now)
{
    (void)node;
    (*bin_of(context, now, WASMTUBE_SERIES_UPDATED))++;
}

static void leave(struct run *r)
{
    wasmtube_world_deinit(&r->world);
    free(r->bin);
    free(r->energy.bin_j);
    free(r);
}

static enum sim_status begin(void **run, const void *system, const void *work, uint32_t replication,
                             const struct model_listener *listener, struct model_error *error)
{
    (void)work;
    (void)error;
    const struct system *s = system;
    struct run *r = calloc(1, sizeof *r);
    if (r == NULL) {
        return SIM_ERR_NOMEM;
    }
    r->system = s;
    r->listener = listener;
    r->bin = calloc((size_t)(s->head.duration_ns / s->head.bin_ns) + 1,
                    WASMTUBE_SERIES * sizeof *r->bin);
    const size_t bins = (size_t)((s->head.duration_ns - 1) / s->head.bin_ns) + 1;
    r->energy = (struct energy_bins){calloc(bins, sizeof(double)), bins, s->head.bin_ns};
    const struct wasmtube_observer observer = {r, on_call, on_sent, on_received, on_updated};
    enum sim_status status = r->bin != NULL && r->energy.bin_j != NULL ? SIM_OK : SIM_ERR_NOMEM;
    if (status == SIM_OK) {
        status = wasmtube_world_init(&r->world, &s->spec, s->head.seed, replication, &observer);
    }
    if (status != SIM_OK) {
        leave(r);
        return status;
    }
    *run = r;
    return SIM_OK;
}

static enum sim_status advance(void *run, uint64_t events, sim_time *now, bool *done)
{
    struct run *r = run;
    const enum sim_status status = wasmtube_world_run(&r->world, events, done);
    *now = *done ? r->system->head.duration_ns : r->world.engine.now;
    return status;
}

/* Being on, swaps and reboots are known at the end. */
static void fill_energy(const struct run *r, struct model_result *result)
{
    for (uint32_t i = 0; i < nodes_of(r->system); i++) {
        const struct energy e = wasmtube_node_energy(&r->world, i);
        sim_time from, until;
        wasmtube_node_busy(&r->world, i, &from, &until);
        energy_spend(&r->energy, from, until, e.compute_j);
        energy_spend(&r->energy, 0, r->system->head.duration_ns, e.idle_j);
    }
    for (size_t i = 0; i < result->bins && i < r->energy.bins; i++) {
        result->bin[i * WASMTUBE_SERIES + WASMTUBE_SERIES_ENERGY] = energy_nj(r->energy.bin_j[i]);
    }
}

static enum sim_status end(void *run, struct model_result *result)
{
    struct run *r = run;
    if (result != NULL) {
        wasmtube_measure(&r->world, result);
        if (r->listener->row != NULL) {
            wasmtube_tell_end(&r->world, r->listener, r->system->columns, r->system->head.record);
        }
        memcpy(result->bin, r->bin, result->bins * WASMTUBE_SERIES * sizeof *r->bin);
        fill_energy(r, result);
        memcpy(result->histogram, r->histogram, sizeof r->histogram);
        wasmtube_world_audit(&r->world, result->books, sizeof result->books);
        result->digest = digest_finish(r->world.digest);
        result->work_digest = wasmtube_world_work_digest(&r->world);
        result->engine = engine_report(&r->world.engine);
    }
    leave(r);
    return SIM_OK;
}

/* ---- for real ---- */

/* The same experiment with modules of another size. */
#define SWAP_OF(word, size, open_one)                                                              \
    {                                                                                              \
        .name = (word), .about = "code exchanged while it is called, modules of " size,            \
        .arm = swap_arm, .arms = SWAP_ARMS, .baseline = 0, .again = 1, .metric = swap_metric,      \
        .metrics = SWAP_METRICS, .blocks = SWAP_BLOCKS, .small_blocks = SWAP_BLOCKS_SMALL,         \
        .open = (open_one), .run = swap_run, .conclude = swap_conclude, .close = swap_close,       \
    }

static const struct model_trial trials[] = {
    {
        .name = "call",
        .about = "what a call into a sandbox costs a host application",
        .arm = fare_arm,
        .arms = FARE_ARMS,
        .baseline = 0,
        .again = 1,
        .metric = fare_metric,
        .metrics = FARE_METRICS,
        .blocks = FARE_BLOCKS,
        .small_blocks = FARE_BLOCKS_SMALL,
        .open = fare_open,
        .run = fare_run,
        .conclude = fare_conclude,
        .close = fare_close,
    },
    SWAP_OF("swap-2kb", "2 kB", swap_open_2kb),
    SWAP_OF("swap-2mb", "2 MB", swap_open_2mb),
    SWAP_OF("swap-20mb", "20 MB", swap_open_20mb),
    {
        .name = "layers",
        .about = "one binary in three layers, at the speeds of the paper's Table IV",
        .arm = layers_arm,
        .arms = LAYERS_ARMS,
        .baseline = 0,
        .again = 1,
        .metric = layers_metric,
        .metrics = LAYERS_METRICS,
        .blocks = LAYERS_BLOCKS,
        .small_blocks = LAYERS_BLOCKS_SMALL,
        .open = layers_open,
        .run = layers_run,
        .conclude = layers_conclude,
        .close = layers_close,
    },
};

static const struct model_real real = {
    .trial = trials,
    .trials = sizeof trials / sizeof trials[0],
    .serve = restart_serve,
};

const struct model wasmtube_model = {
    .schema = {.name = "wasmtube",
               .summary = "a new version of one tasklet spreads over a mesh: by a flooded word, by "
                          "polling, as a firmware image",
               .config_bytes = sizeof(struct wasmtube_config),
               .key = wasmtube_keys,
               .key_count = WASMTUBE_KEYS,
               .check = wasmtube_check,
               .preset = wasmtube_presets,
               .preset_count = WASMTUBE_PRESETS,
               .variants = "[flood, poll, firmware]",
               .bin = "10 s",
               .duration = "1300 s",
               .replications = "40"},
    .title = "what another way to update changes",
    .measure = wasmtube_measures,
    .measures = WASMTUBE_MEASURES,
    .contrast = wasmtube_contrasts,
    .contrasts = WASMTUBE_CONTRASTS,
    .series = wasmtube_series,
    .series_count = WASMTUBE_SERIES,
    .distribution = wasmtube_distributions,
    .distributions = 1,
    .table = wasmtube_tables,
    .tables = WASMTUBE_TABLES,
    .chart = wasmtube_charts,
    .charts = WASMTUBE_CHARTS,
    .views = wasmtube_views,
    .reading = wasmtube_readings,
    .readings = WASMTUBE_READINGS,
    .ledger_tsv = wasmtube_ledger_tsv,
    .headline = wasmtube_headlines,
    .headlines = WASMTUBE_HEADLINES,
    .paper = &wasmtube_paper,
    .open = open,
    .close = close,
    .estimate = estimate,
    .describe = describe,
    .begin = begin,
    .advance = advance,
    .end = end,
    .story = &wasmtube_story,
    .real = &real,
};
