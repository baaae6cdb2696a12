;; Asks for no more memory, again and again: an instruction that takes hundreds of others.
(module
  (memory 1)
  (func (export "run") (param i32) (result i32)
    (loop $again
      (drop (memory.grow (i32.const 0)))
      (br $again))
    (local.get 0)))
