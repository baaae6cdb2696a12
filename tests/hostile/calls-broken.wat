;; What it calls traps.
(module
  (import "" "unreachable" (func $broken (param i32) (result i32)))
  (func (export "run") (param i32) (result i32)
    (call $broken (local.get 0))))
