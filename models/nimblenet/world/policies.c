#include "models/nimblenet/world/policies.h"

#include <string.h>

const char *const policies_names[] = {"lfu",  "lru",       "lfu-history", "lfu-aging", "arc",
                                      "gdsf", "neighbour", "belady",      NULL};
static const struct cache_policy *const policies[] = {
    &policy_lfu, &policy_lru,  &policy_lfu_history, &policy_lfu_aging,
    &policy_arc, &policy_gdsf, &policy_neighbour,   &policy_belady,
};
enum { COUNT = sizeof policies / sizeof policies[0] };
_Static_assert(sizeof policies_names / sizeof policies_names[0] == COUNT + 1, "a name each");

const struct cache_policy *policies_at(size_t index)
{
    return index < COUNT ? policies[index] : NULL;
}

const struct cache_policy *policies_find(const char *name)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (strcmp(policies_names[i], name) == 0) {
            return policies[i];
        }
    }
    return NULL;
}

const char *policies_name(const struct cache_policy *policy)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (policies[i] == policy) {
            return policies_names[i];
        }
    }
    return "";
}
