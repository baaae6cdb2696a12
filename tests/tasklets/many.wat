;; So many locals that the last ones are far from the first: two of them hold values across calls.
(module
  (import "" "double" (func $double (param i32) (result i32)))
  (func (export "run") (param $x i32) (result i32)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64
           i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64
           i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64
           i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (local $far i64) (local $last i32)
    (local.set $far (i64.mul (i64.extend_i32_u (local.get $x)) (i64.const 3000000007)))
    (local.set $last (call $double (local.get $x)))
    (local.set $last
      (i32.add (call $double (i32.wrap_i64 (local.get $far)))
               (local.tee $last (i32.add (local.get $last) (i32.const 1)))))
    (i32.xor (local.get $last) (i32.wrap_i64 (i64.shr_u (local.get $far) (i64.const 32))))))
