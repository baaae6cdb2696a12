;; Grows its memory page by page until it gets no more, writes to the last of it, and tells how
;; many pages it has; the argument is added to the address.
(module
  (memory 1)
  (func (export "run") (param i32) (result i32)
    (loop $again
      (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
    (i32.store
      (i32.add (local.get 0) (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 4)))
      (i32.const 1))
    (memory.size)))
