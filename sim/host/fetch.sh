#!/bin/bash
# Fetches the sources of the libraries that the WASI module is built with, as Debian 12 has them, and
# makes one folder of headers of them. Does nothing where all is there.
#     sim/host/fetch.sh FOLDER
set -eu
folder=$1
mark=$folder/fetched-1
[ -e "$mark" ] && exit 0

rm -rf "$folder"
mkdir -p "$folder/apt/lists/partial" "$folder/include/gsl"
cd "$folder"
echo "deb-src http://deb.debian.org/debian bookworm main" >apt/sources.list
apt=(apt-get --quiet=2 -o "Dir::Etc::sourcelist=$PWD/apt/sources.list" -o Dir::Etc::sourceparts=-
    -o "Dir::State::lists=$PWD/apt/lists" -o APT::Sandbox::User=)
echo "  FETCH   gsl libyaml libsodium sqlite3" >&2
"${apt[@]}" update
# Not a package's own patches: none of them is about what is built here.
"${apt[@]}" source --download-only gsl libyaml libsodium sqlite3 >/dev/null
unpack() { # FOLDER ARCHIVE
    mkdir "$1"
    tar xf "$2" -C "$1" --strip-components=1
}
unpack gsl gsl_*.orig.tar.gz
unpack yaml libyaml_*.orig.tar.gz
unpack sodium libsodium_*.orig.tar.gz
unpack sqlite-source sqlite3_*.orig.tar.xz
rm -rf apt ./*.tar.* ./*.dsc

mkdir sqlite
(
    cd sqlite
    ../sqlite-source/configure --disable-shared && make sqlite3.c
) >sqlite.log 2>&1 || { tail -5 sqlite.log >&2 && exit 1; }

# GSL's headers lie beside their sources, and what configure would find out is known.
find gsl -name 'gsl_*.h' -exec cp {} include/gsl/ \;
cat >include/config.h <<'HEADER'
#define PACKAGE "gsl"
#define VERSION "2.7.1"
#define RELEASED 1
#define GSL_RANGE_CHECK 1
#define HAVE_DECL_EXPM1 1
#define HAVE_DECL_FINITE 0
#define HAVE_DECL_FREXP 1
#define HAVE_DECL_HYPOT 1
#define HAVE_DECL_ISFINITE 1
#define HAVE_DECL_ISINF 1
#define HAVE_DECL_ISNAN 1
#define HAVE_DECL_LDEXP 1
#define HAVE_DECL_LOG1P 1
#define HAVE_IEEE_COMPARISONS 1
#define HAVE_IEEE_DENORMALS 1
#define RETURN_IF_NULL(x) if (!x) { return ; }
HEADER
cp sqlite/sqlite3.h yaml/include/yaml.h include/
cp -r sodium/src/libsodium/include/sodium sodium/src/libsodium/include/sodium.h include/
sed -e '/MINIMAL_DEF/d' -e 's/@VERSION@/1.0.18/' -e 's/@SODIUM_[A-Z_]*@/0/' include/sodium/version.h.in >include/sodium/version.h
# Its start and its way to forget, of which a hash needs no more than this.
cat >sodium/part.c <<'PART'
#include <stdlib.h>
#include <string.h>
int sodium_init(void) { return 0; }
void sodium_misuse(void) { abort(); }
void sodium_memzero(void *const at, const size_t bytes) { memset(at, 0, bytes); }
PART
: >"$(basename "$mark")"
