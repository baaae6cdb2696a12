;; The n-th number of Fibonacci, by recursion.
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

  (func $fib (param $n i32) (result i32)
    (if (result i32) (i32.lt_u (local.get $n) (i32.const 2))
      (then (local.get $n))
      (else
        (i32.add
          (call $fib (i32.sub (local.get $n) (i32.const 1)))
          (call $fib (i32.sub (local.get $n) (i32.const 2)))))))

  (func (export "run") (param $seed i32) (param $n i32) (param $bytes i32) (result i32)
    (call $reserve (local.get $bytes))
    (call $touch (i32.const 0) (local.get $bytes))
    (i32.add (call $fib (local.get $n)) (local.get $seed)))
)
