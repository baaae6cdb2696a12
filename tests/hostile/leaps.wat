;; Grows its memory by the argument's pages at once, writes far out, and tells its size.
(module
  (memory 1)
  (func (export "run") (param i32) (result i32)
    (drop (memory.grow (local.get 0)))
    (i32.store (i32.const 0x7ffffff0) (i32.const 1))
    (memory.size)))
