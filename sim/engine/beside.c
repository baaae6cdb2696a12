#include "sim/engine/beside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ATTEMPTS_MAX = 100, NUMBER_BYTES = 40 };

static const char infix[] = ".new-";

/* Between its creation and our lock somebody may have taken the file for one that was left. */
static bool hold(int file)
{
    struct stat about;
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        return errno != EWOULDBLOCK; /* no locks here: nobody removes anything */
    }
    return fstat(file, &about) == 0 && about.st_nlink > 0;
}

enum sim_status beside_create(const char *path, char **name, int *file)
{
    const size_t size = strlen(path) + sizeof infix + NUMBER_BYTES;
    char *made = malloc(size);
    if (made == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        (void)snprintf(made, size, "%s%s%ld.%d", path, infix, (long)getpid(), attempt);
        *file = open(made, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (*file >= 0 && hold(*file)) {
            *name = made;
            return SIM_OK;
        }
        if (*file < 0 && errno != EEXIST) {
            break;
        }
        if (*file >= 0) {
            (void)close(*file);
        }
    }
    const int code = errno;
    free(made);
    errno = code;
    return SIM_ERR_IO;
}

/* The file, and the journal that SQLite may have put beside it in its turn. */
static void remove_if_left(const char *name)
{
    static const char journal[] = "-journal";
    const int file = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat about;
    if (file < 0) {
        return;
    }
    if (fstat(file, &about) == 0 && S_ISREG(about.st_mode) && flock(file, LOCK_EX | LOCK_NB) == 0) {
        char beside[PATH_MAX + sizeof journal];
        (void)snprintf(beside, sizeof beside, "%s%s", name, journal);
        (void)unlink(beside);
        (void)unlink(name);
    }
    (void)close(file);
}

/* BASE.new-NUMBER.NUMBER, and nothing behind it. */
static bool is_ours(const char *entry, const char *base, size_t length)
{
    const size_t before = length + sizeof infix - 1;
    return strncmp(entry, base, length) == 0 &&
           strncmp(entry + length, infix, sizeof infix - 1) == 0 && entry[before] != '\0' &&
           entry[before + strspn(entry + before, "0123456789.")] == '\0';
}

void beside_sweep(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash != NULL ? slash + 1 : path;
    const size_t folder_length = (size_t)(base - path);
    char name[PATH_MAX];
    if (folder_length >= sizeof name) {
        return;
    }
    memcpy(name, path, folder_length);
    name[folder_length] = '\0';
    DIR *folder = opendir(folder_length > 0 ? name : ".");
    if (folder == NULL) {
        return; /* whoever writes there will say why */
    }
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        const size_t length = strlen(entry->d_name);
        if (is_ours(entry->d_name, base, strlen(base)) && folder_length + length < sizeof name) {
            memcpy(name + folder_length, entry->d_name, length + 1);
            remove_if_left(name);
        }
    }
    (void)closedir(folder);
}
