;; A memory that begins with no page, and gets one between two calls.
(module
  (import "" "double" (func $double (param i32) (result i32)))
  (memory 0 1)
  (func (export "run") (param i32) (result i32)
    (local.set 0 (call $double (local.get 0)))
    (drop (memory.grow (i32.const 1)))
    (i32.store (i32.const 8) (local.get 0))
    (i32.add (call $double (i32.load (i32.const 8))) (i32.load (i32.const 8)))))
