"""Whether a rider can read what is on the window, and touch what can be touched."""

from __future__ import annotations

from tests.gallery.sight import targets, texts


def all_can_be_read_and_reached(size: tuple[int, int]) -> None:
    """No word is cut off or too small, no target smaller than 64 px. Raises AssertionError."""
    assert texts(), "an empty screen"
    for label in texts():
        assert label.font_size >= 20, f"{label.text!r} is too small"
        assert label.texture_size[0] <= label.width + 1 and label.texture_size[1] <= label.height + 8, label.text
        if not label.hug and label.lines == 1:
            assert label.natural_width(label.font_size) <= label.width + 1, f"{label.text!r} ends in an ellipsis"
    for target in targets():
        x, y = target.to_window(*target.center)
        if not (0 <= x <= size[0] and 0 <= y <= size[1]):
            continue  # to be scrolled to
        inside = target.to_widget(x, y)
        for across, along in ((31, 0), (-31, 0), (0, 31), (0, -31)):
            assert target.within(inside[0] + across, inside[1] + along), f"{target} is smaller than 64 px"
