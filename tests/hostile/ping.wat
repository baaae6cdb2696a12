;; Calls what calls it.
(module
  (import "" "pong" (func $pong (param i32) (result i32)))
  (func (export "run") (param i32) (result i32)
    (call $pong (local.get 0))))
