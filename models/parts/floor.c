#include "models/parts/floor.h"

#include <stdlib.h>
#include <string.h>

#define CELLS_PER_NODE_MAX 4.0 /* a tiny radius on a wide floor must not ask for endless cells */

static uint32_t clamp_cell(double position, double cell_m, uint32_t cells)
{
    const double cell = position / cell_m;
    return cell <= 0 ? 0 : cell >= (double)cells ? cells - 1 : (uint32_t)cell;
}

static uint32_t cell_of(const struct floor_plan *f, struct floor_point p)
{
    return clamp_cell(p.y_m, f->cell_m, f->cells_y) * f->cells_x +
           clamp_cell(p.x_m, f->cell_m, f->cells_x);
}

static void choose_cells(struct floor_plan *f)
{
    f->cell_m = f->radius_m > 0 ? f->radius_m : f->width_m + f->height_m;
    const double most = CELLS_PER_NODE_MAX * f->node_count + 64;
    while ((f->width_m / f->cell_m + 1) * (f->height_m / f->cell_m + 1) > most) {
        f->cell_m *= 2;
    }
    f->cells_x = (uint32_t)(f->width_m / f->cell_m) + 1;
    f->cells_y = (uint32_t)(f->height_m / f->cell_m) + 1;
}

/* A counting sort of the nodes by cell; within a cell they stay in rising order. */
static void fill_cells(struct floor_plan *f)
{
    const uint32_t cells = f->cells_x * f->cells_y;
    for (uint32_t i = 0; i < f->node_count; i++) {
        f->first[cell_of(f, f->node[i]) + 1]++;
    }
    for (uint32_t c = 0; c < cells; c++) {
        f->first[c + 1] += f->first[c];
    }
    for (uint32_t i = f->node_count; i-- > 0;) {
        const uint32_t c = cell_of(f, f->node[i]);
        f->member[--f->first[c + 1]] = i;
    }
    /* Each end has moved down to its own cell's start: shift back by one cell. */
    memmove(f->first, f->first + 1, cells * sizeof *f->first);
    f->first[cells] = f->node_count;
}

enum sim_status floor_init(struct floor_plan *f, double width_m, double height_m, double radius_m,
                           const struct floor_point *node, uint32_t node_count)
{
    ASSERT(width_m > 0 && height_m > 0 && radius_m >= 0 && node_count > 0);
    *f = (struct floor_plan){
        .width_m = width_m, .height_m = height_m, .radius_m = radius_m, .node_count = node_count};
    choose_cells(f);
    f->node = calloc(node_count, sizeof *f->node);
    f->member = calloc(node_count, sizeof *f->member);
    f->first = calloc((size_t)f->cells_x * f->cells_y + 1, sizeof *f->first);
    if (f->node == NULL || f->member == NULL || f->first == NULL) {
        floor_deinit(f);
        return SIM_ERR_NOMEM;
    }
    memcpy(f->node, node, node_count * sizeof *node);
    fill_cells(f);
    return SIM_OK;
}

void floor_deinit(struct floor_plan *f)
{
    free(f->node);
    free(f->member);
    free(f->first);
    *f = (struct floor_plan){0};
}

/* What a look around has found so far. */
struct look {
    uint32_t node;
    double distance2;
    uint32_t in_reach;
};

static void look_at(const struct floor_plan *f, uint32_t i, struct floor_point p,
                    enum floor_choice choice, struct rng *r, struct look *found)
{
    const double dx = f->node[i].x_m - p.x_m;
    const double dy = f->node[i].y_m - p.y_m;
    const double distance2 = dx * dx + dy * dy;
    if (distance2 > f->radius_m * f->radius_m) {
        return;
    }
    found->in_reach++;
    bool take = false;
    switch (choice) {
    case FLOOR_NEAREST:
        take = found->node == FLOOR_NOBODY || distance2 < found->distance2 ||
               (distance2 <= found->distance2 && i < found->node);
        break;
    case FLOOR_RANDOM: /* the k-th one replaces the choice with chance 1/k */
        take = found->in_reach == 1 || rng_below(r, found->in_reach) == 0;
        break;
    }
    if (take) {
        found->node = i;
        found->distance2 = distance2;
    }
}

uint32_t floor_contact(const struct floor_plan *f, struct floor_point p, enum floor_choice choice,
                       struct rng *r)
{
    struct look found = {.node = FLOOR_NOBODY};
    const uint32_t cx = clamp_cell(p.x_m, f->cell_m, f->cells_x);
    const uint32_t cy = clamp_cell(p.y_m, f->cell_m, f->cells_y);
    const uint32_t x_end = cx + 1 < f->cells_x ? cx + 1 : cx;
    const uint32_t y_end = cy + 1 < f->cells_y ? cy + 1 : cy;
    for (uint32_t y = cy > 0 ? cy - 1 : 0; y <= y_end; y++) {
        /* Members of neighbouring cells of a row lie behind one another. */
        const uint32_t row = y * f->cells_x;
        const uint32_t end = f->first[row + x_end + 1];
        for (uint32_t m = f->first[row + (cx > 0 ? cx - 1 : 0)]; m < end; m++) {
            look_at(f, f->member[m], p, choice, r, &found);
        }
    }
    return found.node;
}
