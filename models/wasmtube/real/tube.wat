;; The tasklet that is called and exchanged: the mean and the median of whole numbers.
;; run(mode, at, length) reads its argument in memory and writes its answer over it; its result is the
;; answer's length. mode 0: JSON, parsed, and a fixed answer; 1: JSON; 2: words, and a fixed answer; 3: words.
(module
  (memory 1)
  ;; A version, which whoever makes a module writes over; and the words of an answer, below byte 42.
  (data (i32.const 8) "\01\00\00\00")
  (data (i32.const 12) "{\"mean\":,\"median\":,\"version\":")
  (global $to (mut i32) (i32.const 0)) ;; where the answer goes on

  ;; The numbers of a JSON list, as words from 16384 on; how many.
  (func $parse (param $at i32) (param $length i32) (result i32)
    (local $end i32) (local $c i32) (local $value i32) (local $is_below i32) (local $is_inside i32)
    (local $into i32)
    (local.set $into (i32.const 16384))
    (local.set $end (i32.add (local.get $at) (local.get $length)))
    (block $out
      (loop $next
        (br_if $out (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $c (i32.load8_u (local.get $at)))
        (if (i32.lt_u (i32.sub (local.get $c) (i32.const 48)) (i32.const 10))
          (then
            (local.set $is_inside (i32.const 1))
            (local.set $value
              (i32.add (i32.mul (local.get $value) (i32.const 10))
                (i32.sub (local.get $c) (i32.const 48)))))
          (else
            (if (local.get $is_inside)
              (then
                (i32.store (local.get $into)
                  (select (i32.sub (i32.const 0) (local.get $value)) (local.get $value)
                    (local.get $is_below)))
                (local.set $into (i32.add (local.get $into) (i32.const 4)))
                (local.set $value (i32.const 0))
                (local.set $is_inside (i32.const 0))))
            (local.set $is_below (i32.eq (local.get $c) (i32.const 45)))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (i32.shr_u (i32.sub (local.get $into) (i32.const 16384)) (i32.const 2)))

  ;; Words as they came, to 16384.
  (func $take (param $at i32) (param $length i32) (result i32)
    (local $done i32)
    (block $out
      (loop $next
        (br_if $out (i32.ge_u (local.get $done) (local.get $length)))
        (i32.store offset=16384 (local.get $done)
          (i32.load (i32.add (local.get $at) (local.get $done))))
        (local.set $done (i32.add (local.get $done) (i32.const 4)))
        (br $next)))
    (i32.shr_u (local.get $length) (i32.const 2)))

  (func $mean (param $count i32) (result i32)
    (local $at i32) (local $end i32) (local $sum i64)
    (if (i32.eqz (local.get $count)) (then (return (i32.const 0))))
    (local.set $end (i32.shl (local.get $count) (i32.const 2)))
    (loop $next
      (local.set $sum
        (i64.add (local.get $sum) (i64.load32_s offset=16384 (local.get $at))))
      (br_if $next
        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (local.get $end))))
    (i32.wrap_i64
      (i64.div_s (local.get $sum) (i64.extend_i32_u (local.get $count)))))

  ;; Sorts by insertion; element count / 2.
  (func $median (param $count i32) (result i32)
    (local $at i32) (local $end i32) (local $hole i32) (local $value i32)
    (if (i32.eqz (local.get $count)) (then (return (i32.const 0))))
    (local.set $end (i32.shl (local.get $count) (i32.const 2)))
    (local.set $at (i32.const 4))
    (block $sorted
      (loop $next
        (br_if $sorted (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $value (i32.load offset=16384 (local.get $at)))
        (local.set $hole (local.get $at))
        (block $found
          (loop $down
            (br_if $found (i32.eqz (local.get $hole)))
            (br_if $found
              (i32.le_s (i32.load offset=16380 (local.get $hole)) (local.get $value)))
            (i32.store offset=16384 (local.get $hole) (i32.load offset=16380 (local.get $hole)))
            (local.set $hole (i32.sub (local.get $hole) (i32.const 4)))
            (br $down)))
        (i32.store offset=16384 (local.get $hole) (local.get $value))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br $next)))
    (i32.load offset=16384 (i32.shl (i32.shr_u (local.get $count) (i32.const 1)) (i32.const 2))))

  (func $put (param $byte i32)
    (i32.store8 (global.get $to) (local.get $byte))
    (global.set $to (i32.add (global.get $to) (i32.const 1))))
  (func $words (param $from i32) (param $length i32)
    (loop $next
      (call $put (i32.load8_u (local.get $from)))
      (local.set $from (i32.add (local.get $from) (i32.const 1)))
      (br_if $next (local.tee $length (i32.sub (local.get $length) (i32.const 1))))))
  ;; A number's digits: the last ones first, from 16384 down.
  (func $number (param $value i32)
    (local $at i32)
    (if (i32.lt_s (local.get $value) (i32.const 0))
      (then
        (call $put (i32.const 45))
        (local.set $value (i32.sub (i32.const 0) (local.get $value)))))
    (local.set $at (i32.const 16384))
    (loop $next
      (local.set $at (i32.sub (local.get $at) (i32.const 1)))
      (i32.store8 (local.get $at)
        (i32.add (i32.const 48) (i32.rem_u (local.get $value) (i32.const 10))))
      (br_if $next (local.tee $value (i32.div_u (local.get $value) (i32.const 10)))))
    (call $words (local.get $at) (i32.sub (i32.const 16384) (local.get $at))))

  (func (export "run") (param $mode i32) (param $at i32) (param $length i32) (result i32)
    (local $count i32) (local $mean i32) (local $median i32)
    (local.set $count
      (if (result i32) (i32.le_u (local.get $mode) (i32.const 1))
        (then (call $parse (local.get $at) (local.get $length)))
        (else
          (if (result i32) (i32.eq (local.get $mode) (i32.const 3))
            (then (call $take (local.get $at) (local.get $length)))
            (else (i32.const 0))))))
    (if (i32.and (local.get $mode) (i32.const 1))
      (then
        (local.set $mean (call $mean (local.get $count)))
        (local.set $median (call $median (local.get $count)))))
    (if (i32.ge_u (local.get $mode) (i32.const 2))
      (then
        (i32.store (local.get $at) (local.get $mean))
        (i32.store offset=4 (local.get $at) (local.get $median))
        (i32.store offset=8 (local.get $at) (i32.load (i32.const 8)))
        (return (i32.const 12))))
    (global.set $to (local.get $at))
    (call $words (i32.const 12) (i32.const 8))
    (call $number (local.get $mean))
    (call $words (i32.const 20) (i32.const 10))
    (call $number (local.get $median))
    (call $words (i32.const 30) (i32.const 11))
    (call $number (i32.load (i32.const 8)))
    (call $put (i32.const 125))
    (i32.sub (global.get $to) (local.get $at)))
)
