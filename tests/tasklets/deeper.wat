;; Calls tasklets that call: three on the way down.
(module
  (import "" "chain" (func $chain (param i32) (result i32)))
  (import "" "recursion" (func $recursion (param i32) (result i32)))
  (func (export "run") (param i32) (result i32)
    (i32.sub (call $chain (local.get 0)) (call $recursion (call $chain (i32.const 5))))))
