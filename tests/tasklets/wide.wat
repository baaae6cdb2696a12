;; 64-bit values in locals, operands, arguments and results, calls through a table and a branch table.
(module
  (import "" "mix" (func $mix (param i64 i32) (result i64)))
  (type $step (func (param i64) (result i64)))
  (table funcref (elem $one $two))
  (func $one (param i64) (result i64) (call $mix (local.get 0) (i32.const 13)))
  (func $two (param i64) (result i64)
    (i64.sub (call $mix (local.get 0) (i32.const 31)) (local.get 0)))
  (func (export "run") (param i64) (result i64)
    (local $i i32) (local $sum i64)
    (loop $next
      (block $c (block $b (block $a
        (br_table $a $b $c (i32.rem_u (local.get $i) (i32.const 3))))
        (local.set $sum (i64.add (local.get $sum)
          (call_indirect (type $step) (local.get 0) (i32.const 0)))) (br $c))
        (local.set $sum (i64.xor (local.get $sum)
          (call_indirect (type $step) (local.get $sum) (i32.const 1)))))
      (local.set 0 (i64.add (local.get 0) (local.get $sum)))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
                             (i32.const 8))))
    (local.get $sum)))
