;; A square matrix of n x n words, transposed.
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

  (func (export "run") (param $seed i32) (param $n i32) (param $bytes i32) (result i32)
    (local $words i32) (local $row i32) (local $size i32)
    (local $from i32) (local $to i32) (local $i i32) (local $j i32)
    (local.set $row (i32.shl (local.get $n) (i32.const 2)))
    (local.set $words (i32.mul (local.get $n) (local.get $n)))
    (local.set $size (i32.shl (local.get $words) (i32.const 2)))
    (call $reserve (i32.add (i32.shl (local.get $size) (i32.const 1)) (local.get $bytes)))
    (call $touch (i32.shl (local.get $size) (i32.const 1)) (local.get $bytes))
    (call $fill (i32.const 0) (local.get $words) (local.get $seed))
    (loop $rows
      (local.set $to (i32.add (local.get $size) (i32.shl (local.get $i) (i32.const 2))))
      (local.set $j (i32.const 0))
      (loop $columns
        (i32.store (local.get $to) (i32.load (local.get $from)))
        (local.set $from (i32.add (local.get $from) (i32.const 4)))
        (local.set $to (i32.add (local.get $to) (local.get $row)))
        (br_if $columns
          (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 1))) (local.get $n))))
      (br_if $rows
        (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (call $fold (local.get $size) (local.get $words)))
)
