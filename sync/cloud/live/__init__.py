"""Live classes: an instructor's encoder in, an HLS ladder, a feed for consoles and a recording out.

    encoder ─▶ door ─▶ intake ─┬─ packets ──▶ media time: when each picture was on the air
               (RTMP,  (ffmpeg │
                SRT)    copies)├─ NUT ─▶ ladder (ffmpeg) ─┬─▶ segments ─▶ window: playlists ─▶ web (HTTP)
                               │                          └─▶ MPEG-TS ──▶ feed (GStreamer, SRT)
                               └─ MPEG-TS ─▶ recording ─▶ film ─▶ an on-demand class

Media time is the encoder's own timestamps (PTS), kept as they are from end to end: what has the same PTS is the same
moment on every origin that this encoder sends to, and all of them cut their segments at its whole seconds.
"""
