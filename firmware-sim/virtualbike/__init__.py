"""A bike to ride without a bike: physics, a rider, and the wire it answers on.

It imports nothing of the product: the two meet only on bytes, so that a shared mistake cannot hide.
"""
