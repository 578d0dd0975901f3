"""The class maker: a plan file becomes a class that can be ridden (picture, sound, captions, HLS ladder, poster).

    plan_file  ─▶  Plan  ─┬─▶  picture.film    frames, drawn by code      ─┐
    (checked, with line   ├─▶  sound.mixdown   music bed and spoken lines  ├─▶  ladder (ffmpeg)  ─▶  shelf
     numbers)             └─▶  captions        WebVTT                     ─┘    HLS rungs           class.json last

``production`` is the flow for one class, ``__main__`` the commands. This room imports :mod:`sync.records` only.
"""
