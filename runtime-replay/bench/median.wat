;; The median of so many integers from address 0 on, which are sorted in place; between two, the
;; middle, rounded towards zero.
(module
  (memory 1)
  (func $item (param $index i32) (result i64)
    (i64.load32_s (i32.shl (local.get $index) (i32.const 2))))
  (func $sort (param $end i32)
    (local $at i32) (local $hole i32) (local $value i32) (local $before i32)
    (local.set $at (i32.const 4))
    (block $done
      (loop $insert
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $value (i32.load (local.get $at)))
        (local.set $hole (local.get $at))
        (block $found
          (loop $shift
            (br_if $found (i32.eqz (local.get $hole)))
            (local.set $before (i32.load (i32.sub (local.get $hole) (i32.const 4))))
            (br_if $found (i32.le_s (local.get $before) (local.get $value)))
            (i32.store (local.get $hole) (local.get $before))
            (local.set $hole (i32.sub (local.get $hole) (i32.const 4)))
            (br $shift)))
        (i32.store (local.get $hole) (local.get $value))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br $insert))))
  (func (export "run") (param $count i32) (result i32)
    (call $sort (i32.shl (local.get $count) (i32.const 2)))
    (i32.wrap_i64
      (i64.div_s
        (i64.add (call $item (i32.shr_u (i32.sub (local.get $count) (i32.const 1)) (i32.const 1)))
                 (call $item (i32.shr_u (local.get $count) (i32.const 1))))
        (i64.const 2)))))
