"""The class maker: a plan file becomes a class that can be ridden (picture, sound, captions, HLS ladder, poster).

    plan_file  ─▶  Plan  ─┬─▶  picture.film    frames, drawn by code      ─┐
    (checked, with line   ├─▶  sound.mixdown   music bed and spoken lines  ├─▶  packaging  ─▶  checking  ─▶  shelf
     numbers)             └─▶  captions        WebVTT                     ─┘    HLS, pieces      class.json last

``production`` is the flow for one class, ``__main__`` the commands. Every file but the few that say what is offered is
a piece: named by its content, never changed. This room imports :mod:`sync.records` and :mod:`sync.cloud.storage` only.
"""
