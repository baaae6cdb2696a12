;; A name that a terminal would obey.
(module
  (import "" "\1b[2J" (func $clear))
  (func (export "run") (param i32) (result i32)
    (call $clear) (i32.const 0)))
