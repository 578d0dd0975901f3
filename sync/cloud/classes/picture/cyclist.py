"""The rider of the picture, drawn from the side and pedalling: a bicycle, a body on it, sprites of both by pose.

Lengths are design pixels at a wheel of 86 px; the origin is on the road under the bottom bracket, y is upwards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from sync.cloud.classes.picture.brush import Brush, Spot
from sync.cloud.classes.picture.canvas import Canvas, Sprite
from sync.cloud.classes.picture.journey import Moment
from sync.cloud.classes.picture.palette import INK, Colour, Palette, mix

WHEEL, CRANK = 86.0, 42.0
REAR, FRONT, BRACKET = (-106.0, WHEEL), (148.0, WHEEL), (0.0, 70.0)
SADDLE, HEAD_TOP, HEAD_LOW, HOODS = (-50.0, 240.0), (104.0, 214.0), (114.0, 176.0), (156.0, 224.0)
THIGH, SHIN, FOOT, UPPER_ARM, FOREARM = 114.0, 112.0, 36.0, 80.0, 82.0
PHASES, GRADE_STEP_DEG, STAND_STEPS = 60, 0.25, 6
WIDTH, HEIGHT, ORIGIN = 472.0, 500.0, (224.0, 470.0)


@dataclass(frozen=True, slots=True)
class Pose:
    """A body at one moment: where its joints are. ``lean`` tips everything backwards on a slope, in degrees."""

    hip: Spot
    shoulder: Spot
    head: Spot
    elbow: Spot


@dataclass(frozen=True, slots=True)
class Kit:
    """The colours of rider and bicycle."""

    jersey: Colour
    jersey_shade: Colour
    shorts: Colour
    skin: Colour
    skin_shade: Colour
    helmet: Colour
    shoe: Colour
    frame: Colour
    tyre: Colour
    metal: Colour
    rim_light: Colour


def kit_of(palette: Palette) -> Kit:
    """Rider and bicycle in a palette: dark against its glow, with one loud jersey."""
    skin = mix((168, 112, 84), palette.near, 0.25)
    return Kit(
        jersey=palette.bright,
        jersey_shade=mix(palette.bright, palette.ground, 0.42),
        shorts=mix(INK, palette.near, 0.25),
        skin=skin,
        skin_shade=mix(skin, palette.ground, 0.5),
        helmet=mix(palette.sun, (255, 255, 255), 0.25),
        shoe=mix(palette.sun, (255, 255, 255), 0.4),
        frame=mix(palette.sun, palette.bright, 0.2),
        tyre=mix(INK, palette.near, 0.15),
        metal=mix(palette.sun, palette.near, 0.55),
        rim_light=palette.sun,
    )


def pose_of(stand: float, turns: float) -> Pose:
    """The joints when ``stand`` (0 seated, 1 out of the saddle), swaying a little with the legs."""
    sway = math.sin(turns * 4 * math.pi)
    hip = _between((-44.0, 252.0), (8.0, 256.0), stand)
    shoulder = _between((74.0, 344.0), (116.0, 348.0), stand)
    hip = (hip[0] + 1.0 * sway, hip[1] + (1.5 + 7 * stand) * sway)
    shoulder = (shoulder[0] + 1.5 * sway, shoulder[1] + (1.0 + 5 * stand) * sway)
    head = (shoulder[0] + 42 - 4 * stand, shoulder[1] + 36 + 2 * stand)
    return Pose(hip, shoulder, head, joint(shoulder, HOODS, UPPER_ARM, FOREARM, bend=-1))


def _between(a: Spot, b: Spot, share: float) -> Spot:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def joint(a: Spot, b: Spot, first: float, second: float, bend: int) -> Spot:
    """Where a limb of two parts from ``a`` to ``b`` bends; ``bend`` +1 or -1 chooses the side."""
    reach = min(math.dist(a, b), (first + second) * 0.999)
    along = (first**2 - second**2 + reach**2) / (2 * reach)
    out = math.sqrt(max(first**2 - along**2, 0.0)) * bend
    ux, uy = (b[0] - a[0]) / math.dist(a, b), (b[1] - a[1]) / math.dist(a, b)
    return a[0] + ux * along - uy * out, a[1] + uy * along + ux * out


class Cyclist:
    """Draws the rider into canvases of one scale; sprites are made when first needed and kept."""

    def __init__(self, palette: Palette, scale: float) -> None:
        self._kit, self._scale = kit_of(palette), scale
        self._sprite = lru_cache(maxsize=2 * PHASES)(self._paint)

    def draw(self, canvas: Canvas, moment: Moment, x: float, y: float) -> None:
        """Draw with the bottom bracket above ``x, y`` (design pixels, on the road)."""
        phase = round(moment.turns * PHASES) % PHASES
        grade = round(moment.grade_deg / GRADE_STEP_DEG)
        sprite = self._sprite(phase, grade, round(moment.stand * STAND_STEPS))
        sprite.draw(canvas, (x - ORIGIN[0]) * self._scale, (y - ORIGIN[1]) * self._scale)

    def _paint(self, phase: int, grade: int, stand: int) -> Sprite:
        painter = _Painter(Brush(WIDTH, HEIGHT, self._scale, ORIGIN), self._kit, grade * GRADE_STEP_DEG)
        painter.rider(phase / PHASES, stand / STAND_STEPS)
        return painter.brush.sprite(self._kit.rim_light)


class _Painter:
    """Draws one pose, turned by the slope, on one sheet."""

    def __init__(self, brush: Brush, kit: Kit, grade_deg: float) -> None:
        self.brush, self._kit = brush, kit
        self._sin, self._cos = math.sin(math.radians(grade_deg)), math.cos(math.radians(grade_deg))

    def rider(self, turns: float, stand: float) -> None:
        pose = pose_of(stand, turns)
        self._leg(pose, turns + 0.5, far=True)
        self._arm(pose, far=True)
        self._wheels(turns)
        self._frame()
        self._crank(turns)
        self._leg(pose, turns, far=False)
        self._body(pose)
        self._arm(pose, far=False)
        self._head(pose)

    def _on(self, spot: Spot) -> Spot:
        """Upwards to downwards, turned by the slope."""
        x, y = spot
        return x * self._cos - y * self._sin * 1.0, -(x * self._sin + y * self._cos)

    def _limb(self, a: Spot, b: Spot, thick_a: float, thick_b: float, colour: Colour) -> None:
        self.brush.limb(self._on(a), self._on(b), thick_a, thick_b, colour)

    def _line(self, *spots: Spot, thick: float, colour: Colour) -> None:
        self.brush.line([self._on(spot) for spot in spots], thick, colour)

    def _polygon(self, *spots: Spot, colour: Colour) -> None:
        self.brush.polygon([self._on(spot) for spot in spots], colour)

    def _shape(self, *spots: Spot, colour: Colour) -> None:
        self.brush.shape([self._on(spot) for spot in spots], colour)

    def _wheels(self, turns: float) -> None:
        for hub in (REAR, FRONT):
            self.brush.ring(self._on(hub), WHEEL, 9, self._kit.tyre)
            self.brush.ring(self._on(hub), WHEEL - 8, 5, self._kit.metal)
            for i in range(5):
                angle = -2 * math.pi * (turns * 2 + i / 5)
                tip = (hub[0] + math.cos(angle) * (WHEEL - 12), hub[1] + math.sin(angle) * (WHEEL - 12))
                self._line(hub, tip, thick=2.2, colour=self._kit.metal)
            self.brush.disc(self._on(hub), 7, self._kit.metal)

    def _frame(self) -> None:
        kit, seat = self._kit, (-38.0, 196.0)
        for spots in ((REAR, seat), (REAR, BRACKET), (HEAD_LOW, (124.0, 150.0), FRONT)):
            self._line(*spots, thick=8, colour=kit.frame)
        for spots in ((BRACKET, seat), (seat, HEAD_TOP), (HEAD_LOW, BRACKET), (HEAD_TOP, HEAD_LOW)):
            self._line(*spots, thick=12, colour=kit.frame)
        self._line(seat, SADDLE, thick=7, colour=kit.metal)
        self._line((-76.0, 244.0), (-50.0, 241.0), (-22.0, 241.0), thick=9, colour=kit.tyre)
        self._line(HEAD_TOP, (101.0, 226.0), (134.0, 232.0), thick=8, colour=kit.tyre)
        drop = ((134.0, 232.0), (158.0, 226.0), (168.0, 204.0), (154.0, 186.0), (136.0, 186.0))
        self._line(*drop, thick=8, colour=kit.tyre)
        self._line((158.0, 226.0), (166.0, 240.0), thick=9, colour=kit.tyre)

    def _crank(self, turns: float) -> None:
        self.brush.ring(self._on(BRACKET), 23, 6, self._kit.metal)
        self._line(BRACKET, pedal_of(turns), thick=8, colour=self._kit.tyre)

    def _leg(self, pose: Pose, turns: float, far: bool) -> None:
        kit, pedal = self._kit, pedal_of(turns)
        if far:
            self._line(BRACKET, pedal, thick=8, colour=kit.tyre)
        ankle = ankle_of(turns)
        knee = joint(pose.hip, ankle, THIGH, SHIN, bend=1)
        skin, cloth = (kit.skin_shade, mix(kit.shorts, INK, 0.5)) if far else (kit.skin, kit.shorts)
        shoe = mix(kit.shoe, kit.shorts, 0.55) if far else kit.shoe
        self._limb(knee, ankle, 33, 18, skin)
        calf = _between(knee, ankle, 0.34)
        self._limb((calf[0] - 5, calf[1]), _between(knee, ankle, 0.62), 30, 20, skin)
        self._limb(_between(knee, ankle, 0.8), ankle, 21, 18, shoe)
        self._limb(pose.hip, knee, 60, 35, skin)
        self._limb(pose.hip, _between(pose.hip, knee, 0.74), 62, 44, cloth)
        toe = (pedal[0] + 13, pedal[1] + 5)
        self._limb(ankle, toe, 19, 13, shoe)
        self._line((ankle[0] - 6, ankle[1] - 8), (toe[0] + 2, toe[1] - 6), thick=5, colour=kit.tyre)

    def _body(self, pose: Pose) -> None:
        kit, (hx, hy), (sx, sy) = self._kit, pose.hip, pose.shoulder
        self._limb(pose.hip, _between(pose.hip, pose.shoulder, 0.3), 62, 58, kit.shorts)
        back = [(hx - 27, hy + 18), (hx + 4, hy + 62), (hx + (sx - hx) * 0.6, sy + 19), (sx - 2, sy + 25)]
        chest = [(sx + 22, sy + 12), (sx + 22, sy - 18), (sx - 8, sy - 44), (hx + 44, hy + 16), (hx + 8, hy + 2)]
        self._shape(*back, *chest, colour=kit.jersey)
        self._shape(*[(sx + 22, sy - 16), *chest[2:4], (hx + 34, hy + 24), (sx - 24, sy - 22)], colour=kit.jersey_shade)

    def _arm(self, pose: Pose, far: bool) -> None:
        kit, hands = self._kit, (HOODS[0] + 4, HOODS[1] + 14)
        skin, cloth = (kit.skin_shade, kit.jersey_shade) if far else (kit.skin, kit.jersey_shade)
        shift = 8.0 if far else 0.0
        elbow = (pose.elbow[0] + shift, pose.elbow[1])
        self._limb(elbow, hands, 23, 15, skin)
        self._limb(pose.shoulder, elbow, 34, 24, skin)
        self._limb(pose.shoulder, _between(pose.shoulder, elbow, 0.72), 38, 31, cloth)
        self._limb(hands, (hands[0] + 8, hands[1] - 4), 17, 14, skin)

    def _head(self, pose: Pose) -> None:
        kit, (x, y) = self._kit, pose.head
        self._limb((x - 24, y - 26), (x - 6, y - 8), 30, 26, kit.skin_shade)
        face = [(x - 22, y + 4), (x + 14, y + 12), (x + 25, y - 4), (x + 23, y - 18), (x + 8, y - 29), (x - 16, y - 16)]
        self._shape(*face, colour=kit.skin)
        self._line((x + 12, y + 1), (x + 24, y - 1), thick=9, colour=kit.shorts)
        shell = [(x - 36, y - 2), (x - 33, y + 18), (x - 8, y + 35), (x + 18, y + 29), (x + 30, y + 9), (x - 2, y + 5)]
        self._shape(*shell, colour=kit.helmet)
        vent = mix(kit.helmet, kit.shorts, 0.6)
        for i in (-1, 0, 1):
            self._line((x - 4 + i * 14, y + 27 - abs(i) * 4), (x - 11 + i * 15, y + 15), thick=4, colour=vent)
        self._line((x - 4, y + 4), (x + 4, y - 22), thick=3, colour=kit.shorts)


def ankle_of(turns: float) -> Spot:
    """The ankle over the pedal after ``turns``; the heel dips and lifts with them."""
    pedal, lift = pedal_of(turns), math.radians(20 + 14 * math.sin(2 * math.pi * turns))
    return pedal[0] - FOOT * math.cos(lift), pedal[1] + 8 + FOOT * math.sin(lift)


def pedal_of(turns: float) -> Spot:
    """The pedal after ``turns`` from the top, clockwise as seen from the right."""
    angle = math.pi / 2 - 2 * math.pi * turns
    return BRACKET[0] + CRANK * math.cos(angle), BRACKET[1] + CRANK * math.sin(angle)
