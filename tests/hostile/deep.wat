;; Calls itself, in the module, for ever.
(module
  (func $down (export "run") (param i32) (result i32)
    (i32.add (call $down (local.get 0)) (i32.const 1))))
