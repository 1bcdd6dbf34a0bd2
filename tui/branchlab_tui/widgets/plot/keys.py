"""The keys of a line plot. Free of Textual, so that help and documents can list them."""

from __future__ import annotations

from branchlab_tui.widgets.drawn.key import Key

KEYS = (
    Key("plot.cursor_left", "h,left", "move_cursor(-1)", "cursor left"),
    Key("plot.cursor_right", "l,right", "move_cursor(1)", "cursor right"),
    Key("plot.cursor_far_left", "b,ctrl+left", "move_cursor(-10)", "cursor ten columns left"),
    Key("plot.cursor_far_right", "w,ctrl+right", "move_cursor(10)", "cursor ten columns right"),
    Key("plot.cursor_first", "0,home", "cursor_first", "cursor to the first step"),
    Key("plot.cursor_last", "dollar_sign,end", "cursor_last", "cursor to the last step"),
    Key("plot.focus_next", "j,down", "focus_series(1)", "next series"),
    Key("plot.focus_previous", "k,up", "focus_series(-1)", "series before"),
    Key("plot.isolate", "i", "isolate", "only the focused series"),
    Key("plot.zoom_in", "plus,equals_sign", "zoom(0.5)", "zoom in"),
    Key("plot.zoom_out", "minus", "zoom(2)", "zoom out"),
    Key("plot.zoom_in_y", "right_parenthesis", "zoom_y(0.5)", "zoom in on y"),
    Key("plot.zoom_out_y", "left_parenthesis", "zoom_y(2)", "zoom out on y"),
    Key("plot.pan_left", "H,less_than_sign,shift+left", "pan(-0.25, 0)", "pan left"),
    Key("plot.pan_right", "greater_than_sign,shift+right", "pan(0.25, 0)", "pan right"),
    Key("plot.pan_down", "J,shift+down", "pan(0, -0.25)", "pan down"),
    Key("plot.pan_up", "K,shift+up", "pan(0, 0.25)", "pan up"),
    Key("plot.reset", "r", "reset", "all in view again"),
    Key("plot.log", "L", "log_axes", "linear, log y, log x, both"),
    Key("plot.smoother", "right_curly_bracket", "smooth(1)", "more smoothing"),
    Key("plot.rougher", "left_curly_bracket", "smooth(-1)", "less smoothing"),
    Key("plot.back", "escape", "back", "put the cursor away, show all series"),
)
