/*
 * A WASI host in memory: what the program's module asks of one, and no more. Files live in a map
 * that outlasts a run; there are no folders but those that paths name.
 */
const wasiHost = (() => {
    "use strict";

    const OK = 0, BADF = 8, EXIST = 20, INVAL = 28, NOENT = 44, NOSYS = 52, SPIPE = 70;
    const FILE = 4, FOLDER = 3;
    const CREATE = 1, AS_FOLDER = 2, EXCLUSIVE = 4, TRUNCATE = 8, APPEND = 1;

    class Exit extends Error {
        constructor(code) {
            super(`exit ${code}`);
            this.code = code;
        }
    }

    const makeFile = (bytes) => ({ bytes: bytes ?? new Uint8Array(0), size: bytes?.length ?? 0, ino: BigInt(++makeFile.count) });
    makeFile.count = 0;
    const reserve = (file, size) => {
        if (size > file.bytes.length) {
            const larger = new Uint8Array(Math.max(size, 2 * file.bytes.length, 4096));
            larger.set(file.bytes.subarray(0, file.size));
            file.bytes = larger;
        }
    };

    /* Runs the module once over the files. Gives its exit code and what it wrote. */
    const run = (module, files, words) => {
        const environment = ["PWD=/", "NO_COLOR=1", "LC_ALL=C.UTF-8"];
        const written = { 1: [], 2: [] };
        const open = new Map([[3, { isFolder: true, path: "" }]]);
        let nextFd = 4;
        let memory = null;
        const view = () => new DataView(memory.buffer);
        const bytesAt = (at, length) => new Uint8Array(memory.buffer, at, length);
        const textAt = (at, length) => new TextDecoder().decode(bytesAt(at, length).slice());
        const pathAt = (at, length) => textAt(at, length).split("/").filter((part) => part !== "" && part !== ".").join("/");
        const isFolder = (path) => path === "" || path === "tmp" || [...files.keys()].some((name) => name.startsWith(`${path}/`));

        const putTexts = (texts, pointers, buffer) => {
            let at = buffer;
            texts.forEach((text, i) => {
                const bytes = new TextEncoder().encode(`${text}\0`);
                view().setUint32(pointers + 4 * i, at, true);
                bytesAt(at, bytes.length).set(bytes);
                at += bytes.length;
            });
            return OK;
        };
        const putSizes = (texts, count, size) => {
            view().setUint32(count, texts.length, true);
            view().setUint32(size, texts.reduce((sum, text) => sum + new TextEncoder().encode(text).length + 1, 0), true);
            return OK;
        };
        const putStat = (at, type, size, ino) => {
            bytesAt(at, 64).fill(0);
            view().setBigUint64(at + 8, ino, true);
            view().setUint8(at + 16, type);
            view().setBigUint64(at + 24, 1n, true);
            view().setBigUint64(at + 32, BigInt(size), true);
            return OK;
        };
        const eachVector = (vectors, count, act) => {
            let total = 0;
            for (let i = 0; i < count; i++) {
                const at = view().getUint32(vectors + 8 * i, true);
                const length = view().getUint32(vectors + 8 * i + 4, true);
                const done = act(bytesAt(at, length));
                total += done;
                if (done < length) {
                    break;
                }
            }
            return total;
        };

        const calls = {
            args_get: (pointers, buffer) => putTexts(["nimblesim", ...words], pointers, buffer),
            args_sizes_get: (count, size) => putSizes(["nimblesim", ...words], count, size),
            environ_get: (pointers, buffer) => putTexts(environment, pointers, buffer),
            environ_sizes_get: (count, size) => putSizes(environment, count, size),
            clock_time_get: (id, _precision, at) => {
                const ms = id === 0 ? Date.now() : performance.now();
                view().setBigUint64(at, BigInt(Math.round(ms * 1e6)), true);
                return OK;
            },
            fd_close: (fd) => open.delete(fd) ? OK : BADF,
            fd_fdstat_get: (fd, at) => {
                const of = open.get(fd);
                if (!of && fd > 2) {
                    return BADF;
                }
                bytesAt(at, 24).fill(0);
                view().setUint8(at, of?.isFolder ? FOLDER : FILE);
                view().setUint16(at + 2, of?.isAppended ? APPEND : 0, true);
                view().setBigUint64(at + 8, 0x1fffffffn, true);
                view().setBigUint64(at + 16, 0x1fffffffn, true);
                return OK;
            },
            fd_fdstat_set_flags: () => OK,
            fd_filestat_get: (fd, at) => {
                const of = open.get(fd);
                return fd < 3 ? putStat(at, FILE, 0, 0n) : !of ? BADF
                    : of.isFolder ? putStat(at, FOLDER, 0, 1n) : putStat(at, FILE, of.file.size, of.file.ino);
            },
            fd_filestat_set_size: (fd, size) => {
                const file = open.get(fd)?.file;
                if (!file) {
                    return BADF;
                }
                reserve(file, Number(size));
                file.bytes.fill(0, Math.min(file.size, Number(size)), Math.max(file.size, Number(size)));
                file.size = Number(size);
                return OK;
            },
            fd_prestat_get: (fd, at) => {
                if (fd !== 3) {
                    return BADF;
                }
                view().setUint32(at, 0, true);
                view().setUint32(at + 4, 1, true);
                return OK;
            },
            fd_prestat_dir_name: (_fd, at) => {
                bytesAt(at, 1)[0] = 47;
                return OK;
            },
            fd_read: (fd, vectors, count, at) => {
                const of = open.get(fd);
                if (fd === 0) {
                    view().setUint32(at, 0, true);
                    return OK;
                }
                if (!of?.file) {
                    return BADF;
                }
                view().setUint32(at, eachVector(vectors, count, (to) => {
                    const part = of.file.bytes.subarray(of.at, Math.min(of.at + to.length, of.file.size));
                    to.set(part);
                    of.at += part.length;
                    return part.length;
                }), true);
                return OK;
            },
            fd_write: (fd, vectors, count, at) => {
                const of = open.get(fd);
                if (!of?.file && !written[fd]) {
                    return BADF;
                }
                view().setUint32(at, eachVector(vectors, count, (from) => {
                    if (written[fd]) {
                        written[fd].push(from.slice());
                        return from.length;
                    }
                    of.at = of.isAppended ? of.file.size : of.at;
                    reserve(of.file, of.at + from.length);
                    of.file.bytes.set(from, of.at);
                    of.at += from.length;
                    of.file.size = Math.max(of.file.size, of.at);
                    return from.length;
                }), true);
                return OK;
            },
            fd_readdir: (_fd, _buffer, _length, _cookie, used) => {
                view().setUint32(used, 0, true);
                return OK;
            },
            fd_seek: (fd, offset, whence, at) => {
                const of = open.get(fd);
                if (!of?.file) {
                    return fd < 3 ? SPIPE : BADF;
                }
                const to = Number(offset) + (whence === 0 ? 0 : whence === 1 ? of.at : of.file.size);
                if (to < 0) {
                    return INVAL;
                }
                of.at = to;
                view().setBigUint64(at, BigInt(to), true);
                return OK;
            },
            fd_sync: () => OK,
            path_create_directory: () => OK,
            path_filestat_get: (_fd, _flags, path, length, at) => {
                const name = pathAt(path, length);
                const file = files.get(name);
                return file ? putStat(at, FILE, file.size, file.ino) : isFolder(name) ? putStat(at, FOLDER, 0, 1n) : NOENT;
            },
            path_filestat_set_times: () => OK,
            path_link: (_fd, _flags, from, fromLength, _to, to, toLength) => {
                const [old, name] = [pathAt(from, fromLength), pathAt(to, toLength)];
                if (!files.has(old) || files.has(name)) {
                    return files.has(old) ? EXIST : NOENT;
                }
                files.set(name, files.get(old));
                return OK;
            },
            path_open: (_fd, _lookup, path, length, how, _rights, _inherited, flags, at) => {
                const name = pathAt(path, length);
                let file = files.get(name);
                if (!file && isFolder(name)) {
                    open.set(nextFd, { isFolder: true, path: name });
                } else if (how & AS_FOLDER) {
                    return NOENT;
                } else if (file && (how & EXCLUSIVE)) {
                    return EXIST;
                } else if (!file && !(how & CREATE)) {
                    return NOENT;
                } else {
                    if (!file) {
                        file = makeFile();
                        files.set(name, file);
                    }
                    if (how & TRUNCATE) {
                        file.size = 0;
                    }
                    open.set(nextFd, { file, at: 0, isAppended: (flags & APPEND) !== 0 });
                }
                view().setUint32(at, nextFd++, true);
                return OK;
            },
            path_readlink: () => INVAL,
            path_remove_directory: () => NOENT,
            path_rename: (_fd, from, fromLength, _to, to, toLength) => {
                const [old, name] = [pathAt(from, fromLength), pathAt(to, toLength)];
                if (!files.has(old)) {
                    return NOENT;
                }
                const file = files.get(old);
                files.delete(old);
                files.set(name, file);
                return OK;
            },
            path_unlink_file: (_fd, path, length) => files.delete(pathAt(path, length)) ? OK : NOENT,
            poll_oneoff: (waits, events, count, done) => { /* nobody need wait here */
                for (let i = 0; i < count; i++) {
                    bytesAt(events + 32 * i, 32).fill(0);
                    bytesAt(events + 32 * i, 8).set(bytesAt(waits + 48 * i, 8));
                    view().setUint8(events + 32 * i + 10, view().getUint8(waits + 48 * i + 8));
                }
                view().setUint32(done, count, true);
                return OK;
            },
            proc_exit: (code) => {
                throw new Exit(code);
            },
        };
        for (const { name } of WebAssembly.Module.imports(module)) {
            calls[name] ??= () => NOSYS;
        }

        const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: calls });
        memory = instance.exports.memory;
        let code = 0;
        try {
            instance.exports._start();
        } catch (error) {
            if (!(error instanceof Exit)) {
                throw error;
            }
            code = error.code;
        }
        const text = (parts) => {
            const decoder = new TextDecoder();
            return parts.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode();
        };
        return { code, out: text(written[1]), err: text(written[2]) };
    };

    return { run, makeFile };
})();
