#include "sim/terminal/artefact.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum sim_status fail(char *why, size_t bytes, const char *path, int code)
{
    (void)snprintf(why, bytes, "%s: %s", path, strerror(code));
    return SIM_ERR_IO;
}

enum sim_status artefact_make_folder(const char *folder, char *why, size_t bytes)
{
    struct stat there;
    if (mkdir(folder, 0777) == 0) {
        return SIM_OK;
    }
    const int code = errno;
    if (code == EEXIST && stat(folder, &there) == 0) {
        return S_ISDIR(there.st_mode) ? SIM_OK : fail(why, bytes, folder, ENOTDIR);
    }
    return fail(why, bytes, folder, code);
}

enum sim_status artefact_open(struct artefact *a, const char *folder, const char *name, char *why,
                              size_t bytes)
{
    const int length = snprintf(a->path, sizeof a->path, "%s/%s", folder, name);
    if (length < 0 || (size_t)length >= sizeof a->path) {
        return fail(why, bytes, folder, ENAMETOOLONG);
    }
    (void)snprintf(a->temporary, sizeof a->temporary, "%s.new", a->path);
    a->to = fopen(a->temporary, "w");
    return a->to != NULL ? SIM_OK : fail(why, bytes, a->temporary, errno);
}

enum sim_status artefact_close(struct artefact *a, enum sim_status status, char *why, size_t bytes)
{
    const bool was_written = ferror(a->to) == 0;
    errno = 0;
    const bool is_flushed = fclose(a->to) == 0;
    if (status == SIM_OK && !(was_written && is_flushed)) {
        status = fail(why, bytes, a->temporary, errno != 0 ? errno : EIO);
    }
    if (status == SIM_OK && rename(a->temporary, a->path) != 0) {
        status = fail(why, bytes, a->path, errno);
    }
    if (status != SIM_OK) {
        (void)unlink(a->temporary);
    }
    return status;
}
