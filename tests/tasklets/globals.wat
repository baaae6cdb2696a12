;; Globals of all four types, none of them exported, that change between the calls.
(module
  (import "" "double" (func $double (param i32) (result i32)))
  (global $a (mut i32) (i32.const 3))
  (global $b (mut i64) (i64.const -5000000000))
  (global $c (mut f32) (f32.const 0.5))
  (global $d (mut f64) (f64.const 1e9))
  (global $e i32 (i32.const 11))
  (func $turn
    (global.set $a (call $double (i32.add (global.get $a) (global.get $e))))
    (global.set $b (i64.mul (global.get $b) (i64.extend_i32_s (global.get $a))))
    (global.set $c (f32.mul (global.get $c) (f32.const 1.5)))
    (global.set $d (f64.sub (global.get $d) (f64.convert_i32_s (global.get $a)))))
  (func (export "run") (param i32) (result i32)
    (global.set $a (i32.xor (global.get $a) (local.get 0)))
    (call $turn) (call $turn) (call $turn)
    (i32.xor
      (i32.xor (global.get $a) (i32.wrap_i64 (i64.shr_u (global.get $b) (i64.const 7))))
      (i32.xor (i32.reinterpret_f32 (global.get $c))
               (i32.wrap_i64 (i64.reinterpret_f64 (global.get $d)))))))
