#!/bin/bash
# Says where axe-core is, in the version that is pinned here, fetched from npm where it is not there yet;
# nothing where it cannot be had.
set -u
version=4.14.1
sum=1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b734f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5
folder=.deps/axe-$version
file=$folder/package/axe.min.js

if [ ! -e "$file" ] && command -v npm >/dev/null; then
    mkdir -p .deps
    part=$(mktemp -d .deps/axe-XXXXXX)
    (cd "$part" && timeout 60 npm pack "axe-core@$version" --silent >/dev/null 2>&1)
    archive=$part/axe-core-$version.tgz
    if [ -e "$archive" ] && echo "$sum  $archive" | sha512sum --check --status 2>/dev/null; then
        tar xzf "$archive" -C "$part" package/axe.min.js package/LICENSE && mv -T "$part" "$folder" 2>/dev/null
    fi
    rm -rf "$part"
fi
[ ! -e "$file" ] || echo "$file"
