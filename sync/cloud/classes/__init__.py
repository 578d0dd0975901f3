"""The class maker: a plan, or a film and its plan, becomes a class that can be ridden.

    plan_file  ─▶  Plan  ─┬─▶  picture.film    frames, drawn by code      ─┐
    (checked, with line   ├─▶  sound.mixdown   music bed and spoken lines  ├─▶  packaging  ─▶  checking  ─▶  shelf
     numbers)             └─▶  captions        WebVTT                     ─┘    HLS, pieces      class.json last

    source  ─▶  sampling, choosing  ─▶  transcode  ─┐
    (a film)    which rungs it is worth             ├─▶  packaging  ─▶  checking  ─▶  shelf
            ─▶  loudness                           ─┘

``production`` is the flow of a drawn class, ``publication`` that of a film (``job`` is how far it is, on the disk),
``__main__`` the commands. Every file but the few that say what is offered is a piece: named by its content, never
changed. This room imports :mod:`sync.records` and :mod:`sync.cloud.storage` only.
"""
