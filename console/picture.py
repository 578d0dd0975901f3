"""The picture of a player on the screen: two textures, a small shader, redrawn when there is something new.

A picture of 30 a second is the most expensive thing the console draws, above all without a graphics chip. So it is
sampled twice a pixel (see :mod:`console.frames`), neither blended nor smoothed where its pixels are the screen's,
and nothing is drawn when nothing changed. ``on_frame`` comes with every picture drawn: what changes the screen then
costs no redraw of its own.
"""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.graphics import BindTexture, Callback, Rectangle, RenderContext
from kivy.graphics.opengl import glDisable, glEnable
from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, ObjectProperty, OptionProperty
from kivy.uix.widget import Widget

from console.frames import Frame
from console.patches import drawn_by_software

_GL_BLEND = 0x0BE2
_BLACK, _LUMA_RANGE, _GREY, _CHROMA_RANGE = 16 / 255, 255 / 219, 128 / 255, 255 / 224


def _shader(kr: float, kb: float) -> str:
    """Limited range YCbCr with these weights of red and blue (ITU-R BT.601, BT.709) to RGB."""
    kg = 1.0 - kr - kb
    red, blue = 2 * (1 - kr) * _CHROMA_RANGE, 2 * (1 - kb) * _CHROMA_RANGE
    of_blue, of_red = -blue * kb / kg, -red * kr / kg
    return f"""$HEADER$
uniform sampler2D chroma;
void main(void) {{
    float y = (texture2D(texture0, tex_coord0).r - {_BLACK:.7f}) * {_LUMA_RANGE:.7f};
    vec2 c = texture2D(chroma, tex_coord0).ra - vec2({_GREY:.7f}, {_GREY:.7f});
    gl_FragColor = vec4(y + {red:.7f} * c.y, y + {of_blue:.7f} * c.x + {of_red:.7f} * c.y, y + {blue:.7f} * c.x, 1.0);
}}
"""


_BT709 = _shader(0.2126, 0.0722)
_BT601 = _shader(0.299, 0.114)


class Picture(Widget):
    """Shows what ``player`` plays. ``fit`` "fit" shows all of the picture, "fill" leaves no border.

    ``has_picture`` is false until the first picture and after the class is closed: what lies underneath is seen then.
    """

    player = ObjectProperty(None, allownone=True)
    fit = OptionProperty("fit", options=["fit", "fill"])
    has_picture = BooleanProperty(False)

    __events__ = ("on_frame",)

    def __init__(self, **properties: Any) -> None:
        self._frame: Frame | None = None
        self._luma: Any = None
        self._chroma: Any = None
        self._rectangle: Any = None
        super().__init__(**properties)
        self._context = RenderContext(use_parent_projection=True, use_parent_modelview=True)
        self.canvas.add(self._context)
        self._poll = Clock.create_trigger(lambda dt: self._look(), 0, interval=True)
        self.bind(pos=self._lay, size=self._lay, fit=self._lay, player=self._start)
        self._start()

    def on_frame(self) -> None:
        """A new picture is about to be drawn."""

    def _start(self, *_: Any) -> None:
        if self.player is None:
            self._poll.cancel()
            self._clear()
        else:
            self._poll()

    def _look(self) -> None:
        frames = self.player.frames
        frame = frames.take()
        if frame is not None:
            self._show(frame)
        elif self.has_picture and frames.empty:
            self._clear()

    def _show(self, frame: Frame) -> None:
        before, self._frame = self._frame, frame
        if before is None or (before.stride, before.rows, before.bt709) != (frame.stride, frame.rows, frame.bt709):
            self._build(frame)
        if before is None or (before.width, before.height) != (frame.width, frame.height):
            self._lay()
        self._luma.blit_buffer(frame.luma, colorfmt="luminance", bufferfmt="ubyte")
        self._chroma.blit_buffer(frame.chroma, colorfmt="luminance_alpha", bufferfmt="ubyte")
        self._context.ask_update()
        self.has_picture = True
        self.dispatch("on_frame")

    def _build(self, frame: Frame) -> None:
        self._luma = Texture.create((frame.stride, frame.rows), colorfmt="luminance")
        self._chroma = Texture.create((frame.stride // 2, frame.rows // 2), colorfmt="luminance_alpha")
        for texture in (self._luma, self._chroma):
            texture.wrap = "clamp_to_edge"
        # Smoothing colours is a fifth of the cost of a picture without a chip, and hardly seen.
        smooth = "nearest" if drawn_by_software() else "linear"
        self._chroma.min_filter = self._chroma.mag_filter = smooth
        self._context.clear()
        self._context.shader.fs = _BT709 if frame.bt709 else _BT601
        self._context["chroma"] = 1
        with self._context:
            Callback(lambda instruction: glDisable(_GL_BLEND))
            BindTexture(texture=self._chroma, index=1)
            self._rectangle = Rectangle(texture=self._luma)
            Callback(lambda instruction: glEnable(_GL_BLEND))
        self._lay()

    def _lay(self, *_: Any) -> None:
        """Place the picture in the widget, on whole pixels."""
        frame = self._frame
        if frame is None or self._rectangle is None:
            return
        x, y, width, height, crop_x, crop_y = place(
            (frame.width, frame.height), (self.x, self.y, self.width, self.height), self.fit == "fill"
        )
        self._rectangle.pos, self._rectangle.size = (x, y), (width, height)
        # Half a pixel of colour stays out at the right and at the foot, or the padding would shine through.
        right = (frame.width - crop_x - (frame.stride > frame.width)) / frame.stride
        foot = (frame.height - crop_y - (frame.rows > frame.height)) / frame.rows
        left, head = crop_x / frame.stride, crop_y / frame.rows
        self._rectangle.tex_coords = (left, foot, right, foot, right, head, left, head)
        filtering = "nearest" if (width, height, crop_x, crop_y) == (frame.width, frame.height, 0, 0) else "linear"
        self._luma.min_filter = self._luma.mag_filter = filtering

    def _clear(self) -> None:
        self.has_picture = False
        self._frame = self._luma = self._chroma = self._rectangle = None
        self._context.clear()


def place(
    picture: tuple[int, int], space: tuple[float, float, float, float], fill: bool
) -> tuple[int, int, int, int, float, float]:
    """Where a picture goes in a space (x, y, width, height): x, y, width, height in whole pixels, and how many
    pixels of the picture are cut off at the left and right, and at head and foot."""
    wide, tall = picture
    x, y, width, height = space
    scale = (max if fill else min)(width / wide, height / tall)
    shown_w, shown_h = min(round(wide * scale), round(width)), min(round(tall * scale), round(height))
    crop_x = max(wide - width / scale, 0.0) / 2 if fill and scale else 0.0
    crop_y = max(tall - height / scale, 0.0) / 2 if fill and scale else 0.0
    return round(x + (width - shown_w) / 2), round(y + (height - shown_h) / 2), shown_w, shown_h, crop_x, crop_y
