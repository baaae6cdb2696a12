#include "sim/study/provenance.h"
#include "sim/engine/text_memory.h"

#include <gsl/gsl_version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "analysis/statistics/stats.h"
#include "analysis/store/store.h"
#include "models/library.h"
#include "runtime-replay/wasm/wasm_host.h"
#include "sim/engine/text.h"
#include "sim/study/version.h"
#include "sim/terminal/message.h"

static void tell_waiting(const char *path)
{
    message_note("%s is locked by another process: waiting for it", path);
}

void provenance_begin(void)
{
    store_on_wait(tell_waiting);
    model_library_init();
    stats_init();
}

void provenance_print(FILE *to)
{
    (void)fprintf(to, "nimblesim %s (%s), %s\nWasm runtime: %s\n", PROVENANCE_VERSION,
                  version_commit, version_compiler, wasm_host_runtime());
}

char *provenance_command(int argc, char **argv)
{
    struct text_memory m;
    FILE *to = text_memory_open(&m);
    if (to != NULL) {
        (void)fputs("nimblesim", to);
    }
    for (int i = 0; to != NULL && i < argc; i++) {
        (void)fputc(' ', to);
        text_shell(argv[i], to);
    }
    return text_memory_close(&m, to);
}

static void note_file(void *context, const char *key, const struct scenario_file *file)
{
    struct provenance *p = context;
    if (p->input_count == p->input_capacity) {
        const size_t capacity = 2 * p->input_capacity + 4;
        struct result_input *larger = realloc(p->input, capacity * sizeof *larger);
        if (larger == NULL) {
            p->out_of_memory = true;
            return;
        }
        p->input = larger;
        p->input_capacity = capacity;
    }
    p->input[p->input_count++] = (struct result_input){
        .path = file->written, .key = key, .bytes = file->bytes, .length = file->length};
}

enum sim_status provenance_init(struct provenance *p, const struct scenario *s, int argc,
                                char **argv)
{
    *p = (struct provenance){
        .arguments = provenance_command(argc, argv),
        .resolved = scenario_print_text(s),
        .library = {{"igraph", model_library_version()},
                    {"gsl", gsl_version},
                    {"libyaml", scenario_library_version()},
                    {"wasm", wasm_host_runtime()}},
    };
    study_store_model_init(&p->store, model_of_schema(s->schema));
    scenario_visit_files(s, note_file, p);
    if (p->arguments == NULL || p->resolved == NULL || p->out_of_memory ||
        scenario_hash(s, p->hash) != SIM_OK) {
        provenance_deinit(p);
        return SIM_ERR_NOMEM;
    }
    struct utsname host;
    if (uname(&host) == 0) {
        (void)snprintf(p->host, sizeof p->host, "%s %s %s", host.sysname, host.release,
                       host.machine);
    }
    p->row = (struct result_invocation){
        .program_version = PROVENANCE_VERSION,
        .program_commit = version_commit,
        .compiler = version_compiler,
        .compiler_flags = version_flags,
        .host = p->host,
        .arguments = p->arguments,
        .scenario_path = s->path,
        .scenario_text = s->text,
        .scenario_resolved = p->resolved,
        .scenario_hash = p->hash,
        .seed = s->seed,
        .libraries = p->library,
        .library_count = sizeof p->library / sizeof p->library[0],
        .inputs = p->input,
        .input_count = p->input_count,
    };
    return SIM_OK;
}

void provenance_deinit(struct provenance *p)
{
    free(p->arguments);
    free(p->resolved);
    free(p->input);
    *p = (struct provenance){0};
}
