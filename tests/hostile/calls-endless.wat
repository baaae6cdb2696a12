;; What it calls never ends.
(module
  (import "" "endless" (func $endless (param i32) (result i32)))
  (func (export "run") (param i32) (result i32)
    (call $endless (local.get 0))))
