#!/bin/bash
# Writes runtime-replay/trials/kernel_modules.c: the kernels of this folder as bytes, by wat2wasm.
#     runtime-replay/bench/kernels.sh > runtime-replay/trials/kernel_modules.c
set -eu
here=$(dirname "$0")
echo "/*"
echo " * The modules of kernel.h as bytes, made of runtime-replay/bench/kernel-*.wat by kernels.sh beside"
echo " * them; a test compares."
echo " */"
echo '#include "runtime-replay/trials/kernel.h"'
names="matrix convolution fib transpose statistics"
for name in $names; do
    echo
    echo "static const uint8_t ${name}[] = {"
    wat2wasm --output=- "$here/kernel-$name.wat" | od -An -v -tx1 | sed 's/ \(..\)/0x\1, /g'
    echo "};"
done
echo
echo "const struct execute_binary kernel_module[KERNELS] = {"
for name in $names; do
    echo "    [KERNEL_${name^^}] = {$name, sizeof $name},"
done
echo "};"
