;; Mean and median of n integers, 60 in a sensor's minute.
;; run(seed, n, bytes): what it comes to, with so many bytes of memory written to beside.
(module
  (memory 1)
  ;; Room for so many bytes, or an end.
  (func $reserve (param $bytes i32)
    (local $more i32)
    (local.set $more
      (i32.sub
        (i32.shr_u (i32.add (local.get $bytes) (i32.const 65535)) (i32.const 16))
        (memory.size)))
    (if (i32.gt_s (local.get $more) (i32.const 0))
      (then
        (if (i32.eq (memory.grow (local.get $more)) (i32.const -1))
          (then unreachable)))))

  ;; Writes a word into each 4 KiB of [from, from + bytes).
  (func $touch (param $from i32) (param $bytes i32)
    (local $at i32)
    (block $out
      (loop $next
        (br_if $out (i32.ge_u (local.get $at) (local.get $bytes)))
        (i32.store (i32.add (local.get $from) (local.get $at)) (local.get $at))
        (local.set $at (i32.add (local.get $at) (i32.const 4096)))
        (br $next))))

  ;; Words from a linear congruence, into [from, from + 4 count).
  (func $fill (param $from i32) (param $count i32) (param $seed i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $from) (i32.shl (local.get $count) (i32.const 2))))
    (block $out
      (loop $next
        (br_if $out (i32.ge_u (local.get $from) (local.get $end)))
        (local.set $seed
          (i32.add (i32.mul (local.get $seed) (i32.const 1664525)) (i32.const 1013904223)))
        (i32.store (local.get $from) (i32.shr_s (local.get $seed) (i32.const 12)))
        (local.set $from (i32.add (local.get $from) (i32.const 4)))
        (br $next))))

  ;; What words come to, in their order.
  (func $fold (param $from i32) (param $count i32) (result i32)
    (local $end i32) (local $sum i32)
    (local.set $end (i32.add (local.get $from) (i32.shl (local.get $count) (i32.const 2))))
    (block $out
      (loop $next
        (br_if $out (i32.ge_u (local.get $from) (local.get $end)))
        (local.set $sum
          (i32.add (i32.mul (local.get $sum) (i32.const 31)) (i32.load (local.get $from))))
        (local.set $from (i32.add (local.get $from) (i32.const 4)))
        (br $next)))
    (local.get $sum))

  (func $sort (param $n i32)
    (local $at i32) (local $hole i32) (local $value i32) (local $left i32)
    (local.set $at (i32.const 4))
    (block $out
      (loop $next
        (br_if $out (i32.ge_u (local.get $at) (i32.shl (local.get $n) (i32.const 2))))
        (local.set $value (i32.load (local.get $at)))
        (local.set $hole (local.get $at))
        (block $found
          (loop $down
            (br_if $found (i32.eqz (local.get $hole)))
            (local.set $left (i32.load (i32.sub (local.get $hole) (i32.const 4))))
            (br_if $found (i32.le_s (local.get $left) (local.get $value)))
            (i32.store (local.get $hole) (local.get $left))
            (local.set $hole (i32.sub (local.get $hole) (i32.const 4)))
            (br $down)))
        (i32.store (local.get $hole) (local.get $value))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br $next))))

  (func $mean (param $n i32) (result i32)
    (local $at i32) (local $sum i64)
    (loop $next
      (local.set $sum (i64.add (local.get $sum)
        (i64.load32_s (i32.shl (local.get $at) (i32.const 2)))))
      (br_if $next
        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (local.get $n))))
    (i32.wrap_i64 (i64.div_s (local.get $sum) (i64.extend_i32_u (local.get $n)))))

  (func (export "run") (param $seed i32) (param $n i32) (param $bytes i32) (result i32)
    (local $size i32)
    (local.set $size (i32.shl (local.get $n) (i32.const 2)))
    (call $reserve (i32.add (local.get $size) (local.get $bytes)))
    (call $touch (local.get $size) (local.get $bytes))
    (call $fill (i32.const 0) (local.get $n) (local.get $seed))
    (call $sort (local.get $n))
    (i32.xor
      (i32.mul (call $mean (local.get $n)) (i32.const 31))
      (i32.load (i32.shl (i32.shr_u (local.get $n) (i32.const 1)) (i32.const 2)))))
)
