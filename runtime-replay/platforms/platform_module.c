/* What is in a module, as far as loading it costs by it: a walk over its sections. */
#include "runtime-replay/platforms/platform.h"

enum { MAGIC_BYTES = 8, SECTION_IMPORT = 2, SECTION_FUNCTION = 3, SECTION_MEMORY = 5 };
enum { LEB_BITS = 7, LEB_BYTES = 5 };

/* An unsigned number in LEB128. False at the end of the bytes. */
static bool read_leb(const uint8_t *bytes, size_t length, size_t *at, uint32_t *value)
{
    *value = 0;
    for (unsigned i = 0; i < LEB_BYTES && *at < length; i++) {
        const uint8_t byte = bytes[(*at)++];
        *value |= (uint32_t)(byte & 0x7F) << (LEB_BITS * i);
        if ((byte & 0x80) == 0) {
            return true;
        }
    }
    return false;
}

/* The pages that a memory starts with: count, limits' kind, least. None is no memory. */
static bool read_pages(const uint8_t *bytes, size_t length, size_t at, uint32_t *pages)
{
    uint32_t count;
    uint32_t kind;
    return read_leb(bytes, length, &at, &count) &&
           (count == 0 ||
            (read_leb(bytes, length, &at, &kind) && read_leb(bytes, length, &at, pages)));
}

bool platform_module_read(struct platform_module *m, const uint8_t *bytes, size_t length)
{
    static const uint8_t magic[MAGIC_BYTES] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    *m = (struct platform_module){.bytes = (uint32_t)length};
    for (size_t i = 0; i < MAGIC_BYTES; i++) {
        if (length < MAGIC_BYTES || length > UINT32_MAX || bytes[i] != magic[i]) {
            return false;
        }
    }
    size_t at = MAGIC_BYTES;
    while (at < length) {
        const uint8_t section = bytes[at++];
        uint32_t size;
        if (!read_leb(bytes, length, &at, &size) || size > length - at) {
            return false;
        }
        size_t inside = at;
        uint32_t *count = section == SECTION_IMPORT     ? &m->imports
                          : section == SECTION_FUNCTION ? &m->functions
                                                        : NULL;
        at += size;
        if (count != NULL && !read_leb(bytes, at, &inside, count)) {
            return false;
        }
        if (section == SECTION_MEMORY && !read_pages(bytes, at, inside, &m->pages)) {
            return false;
        }
    }
    return true;
}
