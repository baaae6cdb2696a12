/* One replay at a time writes into a database. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/testbed/replay.h"

/*
 * A lock of the whole file, which has nothing to do with SQLite's own: these end with each
 * transaction, and readers may look on between two of them.
 */

int replay_lock(struct replay_plan *p)
{
    const char *path = p->request->out;
    struct stat about;
    replay_unlock(p);
    if (stat(path, &about) != 0 || !S_ISREG(about.st_mode)) {
        return EXIT_OK; /* nobody works there; what it is instead, others tell */
    }
    p->lock = open(path, O_RDONLY | O_CLOEXEC);
    if (p->lock < 0 || flock(p->lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) {
        return EXIT_OK; /* a file system without locks: go on as if nobody else were there */
    }
    message_error("%s: another replay writes into it at this moment", path);
    message_hint("wait for its end, or name another file with --out FILE.db");
    replay_unlock(p);
    return EXIT_CANNOT_CREATE;
}

void replay_unlock(struct replay_plan *p)
{
    if (p->lock >= 0) {
        (void)close(p->lock);
    }
    p->lock = -1;
}
