/* What a user asks replay for, read and done. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/tasklets/runtime.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/testbed/replay.h"

/* "5 %", "0.1%", "5". */
static int read_sample(const char *text, uint32_t *ppm)
{
    char *end = NULL;
    const double percent = strtod(text, &end);
    end += strspn(end, " ");
    end += *end == '%';
    if (end == text || *end != '\0' || !(percent >= 0.0001) || percent > 100) {
        message_error("--sample: '%s' is no percentage from 0.0001 %% to 100 %%, such as 5%%",
                      text);
        return EXIT_USAGE;
    }
    *ppm = (uint32_t)lround(percent * 1e4);
    return EXIT_OK;
}

/* RESULT.db: RESULT.replay.db beside it. free() it. */
static char *default_out(const char *source)
{
    const size_t length = strlen(source);
    const bool has_end = length > 3 && strcmp(source + length - 3, ".db") == 0;
    const size_t size = length + sizeof ".replay.db";
    char *out = malloc(size);
    if (out != NULL) {
        (void)snprintf(out, size, "%.*s.replay.db", (int)(has_end ? length - 3 : length), source);
    }
    return out;
}

int replay_as_asked(struct replay_request *request, const char *mode, const char *sample)
{
    int code = mode != NULL ? runtime_read_mode(mode, &request->mode) : EXIT_OK;
    if (code == EXIT_OK && sample != NULL) {
        code = read_sample(sample, &request->sample_ppm);
    }
    if (code != EXIT_OK) {
        return code;
    }
    char *out = request->out == NULL ? default_out(request->source) : NULL;
    if (request->out == NULL) {
        request->out = out;
    }
    if (request->out == NULL) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    code = replay_job(request);
    free(out);
    return code;
}
