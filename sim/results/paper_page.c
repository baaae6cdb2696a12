/* `paper --page`: results of any models, sorted by model, measured, written as one page. */
#include "sim/results/paper_page.h"

#include <stdlib.h>

#include "analysis/report/report.h"
#include "sim/study/load.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/json.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"

struct page {
    struct paper_tab *tab; /* in the order of the models */
    size_t tabs;
};

static struct paper_result *last_of(struct paper_result *r)
{
    while (r->next != NULL) {
        r = r->next;
    }
    return r;
}

static size_t count_models(void)
{
    size_t count = 0;
    while (models[count] != NULL) {
        count++;
    }
    return count;
}

/* Opens a result and puts it behind those of its model; by_model has one a model. Exit code. */
static int add_result(struct paper_result **by_model, const char *path)
{
    struct paper_result *r = calloc(1, sizeof *r);
    if (r == NULL) {
        message_error("no memory for %s", path);
        return EXIT_INTERNAL;
    }
    const int code = paper_result_open(r, path);
    if (code != EXIT_OK) {
        free(r);
        return code;
    }
    size_t index = 0;
    while (models[index] != r->model) {
        index++;
    }
    if (by_model[index] == NULL) {
        by_model[index] = r;
    } else {
        last_of(by_model[index])->next = r;
    }
    return EXIT_OK;
}

static enum sim_status read_pictures(struct paper_pictures *p, struct store_error *error)
{
    const struct paper_result *r = p->of;
    if (r->archive.runs.points > 0) {
        return drawn_read(&p->drawn, r->archive.store, r->model, NULL, error);
    }
    struct contrasts contrasts;
    enum sim_status status =
        stored_contrasts(&contrasts, r->archive.store, r->model, &r->archive.runs, error);
    if (status == SIM_OK) {
        status = drawn_read(&p->drawn, r->archive.store, r->model, &contrasts, error);
        contrasts_deinit(&contrasts);
    }
    return status;
}

/* Measures the model's results. Exit code. */
static int fill_tab(struct paper_tab *tab)
{
    struct store_error error = {{0}};
    enum sim_status status = paper_table_init(&tab->table, tab->result, &error);
    size_t results = 0;
    for (const struct paper_result *r = tab->result; r != NULL; r = r->next) {
        results += !r->shares_archive;
    }
    if (status == SIM_OK) {
        tab->pictures = calloc(results + 1, sizeof *tab->pictures);
        status = tab->pictures == NULL ? SIM_ERR_NOMEM : SIM_OK;
    }
    for (const struct paper_result *r = tab->result; r != NULL && status == SIM_OK; r = r->next) {
        if (!r->shares_archive) {
            struct paper_pictures p = {.of = r};
            status = read_pictures(&p, &error);
            if (status == SIM_OK) {
                status = measured_read(&p.measured, r->archive.store, &error);
                tab->pictures[tab->pictures_count++] = p;
            }
        }
    }
    return status == SIM_OK ? EXIT_OK : archive_failed(&tab->result->archive, status, &error);
}

static void drop_tab(struct paper_tab *tab)
{
    for (size_t i = 0; i < tab->pictures_count; i++) {
        drawn_deinit(&tab->pictures[i].drawn);
        measured_deinit(&tab->pictures[i].measured);
    }
    free(tab->pictures);
    paper_table_deinit(&tab->table);
}

static enum sim_status write_page(FILE *to, const void *context)
{
    const struct page *page = context;
    return paper_put_page(to, page->tab, page->tabs);
}

static int tell_page(const struct page *page, const struct paper_request *request)
{
    size_t missed = 0;
    for (size_t i = 0; i < page->tabs; i++) {
        missed += paper_missed(&page->tab[i].table);
    }
    int code = EXIT_OK;
    if (request->json) {
        struct json j;
        json_begin(&j, stdout);
        json_object_open(&j);
        json_field_string(&j, "page", request->page);
        json_field_uint(&j, "papers", page->tabs);
        json_field_uint(&j, "missed", missed);
        json_object_close(&j);
        code = output_end_standard(json_end(&j));
    } else {
        (void)printf("%s\n", request->page);
        code = output_end_standard(true);
    }
    if (code == EXIT_OK && missed > 0) {
        message_error("%zu of the papers' numbers missed their band", missed);
        code = EXIT_CHECK_FAILED;
    }
    return code;
}

static int store_page(const struct page *page, const struct paper_request *request)
{
    struct store_error error = {{0}};
    const enum sim_status status = report_replace_file(request->page, write_page, page, &error);
    if (status != SIM_OK) {
        message_error("%s", error.text);
        return status == SIM_ERR_INVALID ? EXIT_CANNOT_CREATE : load_exit_code(status);
    }
    return tell_page(page, request);
}

/* A tab for each model that has a result; writes the page. Exit code. */
static int make_page(struct paper_result **by_model, const struct paper_request *request)
{
    int code = EXIT_OK;
    struct page page = {.tab = calloc(count_models() + 1, sizeof *page.tab)};
    if (page.tab == NULL) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    for (size_t i = 0; models[i] != NULL && code == EXIT_OK; i++) {
        if (by_model[i] != NULL) {
            struct paper_tab *tab = &page.tab[page.tabs++];
            tab->model = models[i];
            tab->result = by_model[i];
            code = fill_tab(tab);
        }
    }
    if (code == EXIT_OK) {
        code = store_page(&page, request);
    }
    for (size_t i = 0; i < page.tabs; i++) {
        drop_tab(&page.tab[i]);
    }
    free(page.tab);
    return code;
}

int paper_tell_page(const struct paper_request *request)
{
    const size_t count = count_models();
    struct paper_result **by_model = calloc(count + 1, sizeof(struct paper_result *));
    if (by_model == NULL) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    int code = EXIT_OK;
    for (size_t i = 0; i < request->paths && code == EXIT_OK; i++) {
        code = add_result(by_model, request->path[i]);
    }
    if (code == EXIT_OK) {
        code = make_page(by_model, request);
    }
    for (size_t i = 0; i < count; i++) {
        if (by_model[i] != NULL) {
            paper_result_close(by_model[i]);
            free(by_model[i]);
        }
    }
    free(by_model);
    return code;
}
