"""Colours as triples of 0-255 and the three things a painter does to them."""

from colorsys import hls_to_rgb, rgb_to_hls

Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """The colour `share` of the way from `first` (0) to `second` (1)."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def lit(colour: Colour, share: float) -> Colour:
    """Towards white for a positive share, towards black for a negative one."""
    return mixed(colour, WHITE, share) if share >= 0 else mixed(colour, BLACK, -share)


def turned(colour: Colour, degrees: float) -> Colour:
    """The same lightness and saturation, its hue turned round the wheel."""
    hue, lightness, saturation = rgb_to_hls(*(part / 255 for part in colour))
    red, green, blue = hls_to_rgb((hue + degrees / 360) % 1.0, lightness, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)
