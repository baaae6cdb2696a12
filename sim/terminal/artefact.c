#include "sim/terminal/artefact.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/store/store_sql.h"

static enum sim_status fail(struct store_error *error, const char *path, int code)
{
    store_error_set(error, "%s: %s", path, strerror(code));
    return SIM_ERR_IO;
}

enum sim_status artefact_make_folder(const char *folder, struct store_error *error)
{
    struct stat there;
    if (mkdir(folder, 0777) == 0) {
        return SIM_OK;
    }
    const int code = errno;
    if (code == EEXIST && stat(folder, &there) == 0) {
        return S_ISDIR(there.st_mode) ? SIM_OK : fail(error, folder, ENOTDIR);
    }
    return fail(error, folder, code);
}

enum sim_status artefact_open(struct artefact *a, const char *folder, const char *name,
                              struct store_error *error)
{
    const int length = snprintf(a->path, sizeof a->path, "%s/%s", folder, name);
    if (length < 0 || (size_t)length >= sizeof a->path) {
        return fail(error, folder, ENAMETOOLONG);
    }
    (void)snprintf(a->temporary, sizeof a->temporary, "%s.new", a->path);
    a->to = fopen(a->temporary, "w");
    return a->to != NULL ? SIM_OK : fail(error, a->temporary, errno);
}

enum sim_status artefact_close(struct artefact *a, enum sim_status status,
                               struct store_error *error)
{
    const bool was_written = ferror(a->to) == 0;
    errno = 0;
    const bool is_flushed = fclose(a->to) == 0;
    if (status == SIM_OK && !(was_written && is_flushed)) {
        status = fail(error, a->temporary, errno != 0 ? errno : EIO);
    }
    if (status == SIM_OK && rename(a->temporary, a->path) != 0) {
        status = fail(error, a->path, errno);
    }
    if (status != SIM_OK) {
        (void)unlink(a->temporary);
    }
    return status;
}
