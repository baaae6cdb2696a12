;; What a call costs, and nothing else.
(module
  (func (export "run")))
