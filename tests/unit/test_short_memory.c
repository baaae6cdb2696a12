/*
 * Each allocation in turn is refused, alone or with all that follow: a grid and the tables of a
 * database are made whole, or not at all. This program has an allocator of its own; under a
 * sanitizer, which has one too, nothing is refused.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include "analysis/store/store_model.h"
#include "models/parts/mesh.h"
#include "tests/support/result.h"

static uint64_t allocations, first_refused, last_refused;

static void refuse(uint64_t first, uint64_t last)
{
    allocations = 0;
    first_refused = first;
    last_refused = last;
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
/* The C library's own, which its malloc() is another name of. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static bool is_refused(void)
{
    const bool is =
        first_refused > 0 && ++allocations >= first_refused && allocations <= last_refused;
    errno = is ? ENOMEM : errno;
    return is;
}

void *malloc(size_t size)
{
    return is_refused() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return is_refused() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return is_refused() ? NULL : __libc_realloc(old, size);
}
#endif

/* Calls attempt with the k-th allocation refused, for every k from first until none is. */
static void refuse_each(uint64_t first, bool lasts, void (*attempt)(void))
{
    uint64_t k = first;
    do {
        refuse(k, lasts ? UINT64_MAX : k);
        attempt();
    } while (allocations >= k++);
    refuse(0, 0);
}

static void make_a_grid(void)
{
    const uint32_t at[] = {1};
    const struct mesh_registries registries = {.at = at, .count = 1};
    struct mesh m;
    struct mesh_error error;
    const enum sim_status status = mesh_init_grid(&m, 3, 2, &registries, &error);
    first_refused = 0;
    if (status == SIM_OK) {
        cr_expect_eq(m.node_count, 7);
        cr_expect_eq(m.diameter_hops, 3);
        mesh_deinit(&m);
    }
}

Test(short_memory, a_grid_is_whole_or_refused)
{
    mesh_library_init();
    refuse_each(1, false, make_a_grid);
    refuse_each(1, true, make_a_grid);
}

/* Columns that have a list of words, and the words' letters; -1: that could not be asked. */
static int64_t words_in(sqlite3 *db)
{
    sqlite3_stmt *row = NULL;
    int64_t sum = -1;
    if (sqlite3_prepare_v2(db, "SELECT 1000 * count(words) + sum(length(words)) FROM model_column",
                           -1, &row, NULL) == SQLITE_OK &&
        sqlite3_step(row) == SQLITE_ROW) {
        sum = sqlite3_column_int64(row, 0);
    }
    (void)sqlite3_finalize(row);
    return sum;
}

static int64_t words_wanted;

static void make_tables(void)
{
    struct store store = {.model = result_model, .path = "short"};
    struct store_error error;
    if (sqlite3_open(":memory:", &store.db) == SQLITE_OK &&
        store_model_create(&store, &error) == SIM_OK) {
        first_refused = 0;
        words_wanted = words_wanted == 0 ? words_in(store.db) : words_wanted;
        cr_expect_eq(words_in(store.db), words_wanted, "allocation %u", (unsigned)allocations);
    }
    first_refused = 0;
    (void)sqlite3_close(store.db);
}

Test(short_memory, a_database_has_all_words_of_its_columns)
{
    sql_configure();
    refuse(UINT64_MAX, 0); /* counts */
    make_tables();
    cr_assert_gt(words_wanted, 1000);
    refuse_each(1 + allocations * 2 / 3, false,
                make_tables); /* the columns are told behind the tables */
}
