#include "analysis/store/sha256.h"

#include <pthread.h>
#include <sodium.h>

static void start(void)
{
    const int code = sodium_init();
    ASSERT(code >= 0);
}

void sha256_hex(const void *bytes, size_t length, char hex[SHA256_HEX])
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const int code = pthread_once(&once, start);
    ASSERT(code == 0);
    unsigned char hash[crypto_hash_sha256_BYTES];
    (void)crypto_hash_sha256(hash, bytes, length);
    (void)sodium_bin2hex(hex, SHA256_HEX, hash, sizeof hash);
}
