/* SHA-256 of what the standard gives examples of. */
#include <criterion/criterion.h>

#include "analysis/store/sha256.h"

Test(sha256, gives_what_fips_180_says)
{
    static const struct {
        const char *text, *hash;
        size_t length;
    } known[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 0},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 3},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", 56},
    };
    char hex[SHA256_HEX];
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        sha256_hex(known[i].text, known[i].length, hex);
        cr_expect_str_eq(hex, known[i].hash);
    }
    sha256_hex(NULL, 0, hex);
    cr_expect_str_eq(hex, known[0].hash);
}
