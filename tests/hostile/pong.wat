;; Calls what calls it.
(module
  (import "" "ping" (func $ping (param i32) (result i32)))
  (func (export "run") (param i32) (result i32)
    (call $ping (local.get 0))))
