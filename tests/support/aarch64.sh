#!/bin/bash
# Another machine beside this one: what compiles for arm64, and runs that, in a folder of its own.
#     tests/support/aarch64.sh FOLDER
# FOLDER/cc compiles and links against Debian's arm64 packages in FOLDER/root, FOLDER/run runs what
# came out under qemu-user. Nothing of this machine's own packages is changed but that qemu-user is
# installed where it may be. Ends with 1, and says what is missing, where all that cannot be had.
set -u
folder=$1
mkdir -p "$folder"
folder=$(realpath "$folder")
packages=(libigraph-dev libgsl-dev libyaml-dev libsqlite3-dev libsodium-dev libc6-dev libgcc-12-dev)

missing() {
    echo "$1"
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }
for program in clang ld.lld llvm-ar apt-get dpkg; do
    has $program || missing "$program is not there"
done
if ! has qemu-aarch64; then
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
    timeout 300 "${as_root[@]}" apt-get install -y --no-install-recommends qemu-user \
        >"$folder/qemu.log" 2>&1 || missing "qemu-user cannot be installed ($folder/qemu.log)"
fi

# An apt whose only machine is an arm64 with nothing on it.
if [ ! -e "$folder/root/complete" ]; then
    rm -rf "$folder/root" "$folder/apt"
    mkdir -p "$folder/root" "$folder"/apt/{lists/partial,cache/archives/partial}
    : >"$folder/apt/status"
    cat >"$folder/apt.conf" <<-END
	APT::Architecture "arm64";
	APT::Architectures { "arm64"; };
	Dir::State "$folder/apt";
	Dir::State::Lists "$folder/apt/lists";
	Dir::State::status "$folder/apt/status";
	Dir::Cache "$folder/apt/cache";
	Debug::NoLocking "true";
	END
    export APT_CONFIG=$folder/apt.conf
    { timeout 300 apt-get update && timeout 600 apt-get install -y --no-install-recommends \
        --download-only "${packages[@]}"; } >"$folder/apt.log" 2>&1 ||
        missing "the arm64 packages cannot be fetched ($folder/apt.log)"
    unset APT_CONFIG
    for package in "$folder"/apt/cache/archives/*.deb; do
        dpkg -x "$package" "$folder/root" || missing "$package cannot be unpacked"
    done
    rm -rf "$folder/apt"
    # What a package's installation would have chosen.
    libraries=$folder/root/usr/lib/aarch64-linux-gnu
    ln -sf blas/libblas.so.3 lapack/liblapack.so.3 "$libraries/"
    touch "$folder/root/complete"
fi

cat >"$folder/cc" <<END
#!/bin/sh
exec clang --target=aarch64-linux-gnu --sysroot='$folder/root' -fuse-ld=lld \\
    -Wno-unused-command-line-argument "\$@"
END
cat >"$folder/run" <<END
#!/bin/sh
exec qemu-aarch64 -L '$folder/root' "\$AARCH64_PROGRAM" "\$@"
END
chmod +x "$folder/cc" "$folder/run"
