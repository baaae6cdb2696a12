;; The mean of so many integers from address 0 on, rounded towards zero.
(module
  (memory 1)
  (func (export "run") (param $count i32) (result i32)
    (local $at i32) (local $end i32) (local $sum i64)
    (local.set $end (i32.shl (local.get $count) (i32.const 2)))
    (loop $next
      (local.set $sum (i64.add (local.get $sum) (i64.load32_s (local.get $at))))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4)))
                             (local.get $end))))
    (i32.wrap_i64 (i64.div_s (local.get $sum) (i64.extend_i32_u (local.get $count))))))
