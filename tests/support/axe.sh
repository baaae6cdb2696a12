#!/bin/bash
# Says where axe-core is, in the version that is pinned here, fetched from npm where it is not there yet;
# nothing where it cannot be had.
set -u
version=4.14.1
sum=sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==
folder=.deps/axe-$version
file=$folder/package/axe.min.js

if [ ! -e "$file" ] && command -v npm >/dev/null; then
    part=$(mktemp -d .deps/axe-XXXXXX)
    (cd "$part" && timeout 60 npm pack "axe-core@$version" --silent >/dev/null 2>&1)
    archive=$part/axe-core-$version.tgz
    if [ -e "$archive" ] && [ "sha512-$(openssl dgst -sha512 -binary "$archive" | base64 -w 0)" = "$sum" ]; then
        tar xzf "$archive" -C "$part" package/axe.min.js package/LICENSE && mv -T "$part" "$folder" 2>/dev/null
    fi
    rm -rf "$part"
fi
[ ! -e "$file" ] || echo "$file"
