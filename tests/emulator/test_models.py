"""Model ids, sizes and shutdown dates."""

from datetime import date

import pytest

from shadow.emulator.models import MODELS

# Width x height as the documentation of image generation prints them for Gemini 3.
DOCUMENTED = {
    "1:1": ("512x512", "1024x1024", "2048x2048", "4096x4096"),
    "2:3": ("424x632", "848x1264", "1696x2528", "3392x5056"),
    "3:2": ("632x424", "1264x848", "2528x1696", "5056x3392"),
    "3:4": ("448x600", "896x1200", "1792x2400", "3584x4800"),
    "4:3": ("600x448", "1200x896", "2400x1792", "4800x3584"),
    "4:5": ("464x576", "928x1152", "1856x2304", "3712x4608"),
    "5:4": ("576x464", "1152x928", "2304x1856", "4608x3712"),
    "9:16": ("384x688", "768x1376", "1536x2752", "3072x5504"),
    "16:9": ("688x384", "1376x768", "2752x1536", "5504x3072"),
    "21:9": ("792x336", "1584x672", "3168x1344", "6336x2688"),  # printed 792x168 at 512: taken for a misprint
    "1:4": ("256x1024", "512x2048", "1024x4096", "2048x8192"),
    "4:1": ("1024x256", "2048x512", "4096x1024", "8192x2048"),
    "1:8": ("192x1536", "384x3072", "768x6144", "1536x12288"),
    "8:1": ("1536x192", "3072x384", "6144x768", "12288x1536"),
}


@pytest.mark.parametrize("ratio", DOCUMENTED)
def test_flash_sizes_are_the_documented_ones(ratio: str) -> None:
    """Every ratio and image size of the Flash table has exactly the documented pixels."""
    flash = MODELS["gemini-3.1-flash-image"]
    sizes = [flash.pixels(ratio, image_size) for image_size in ("512", "1K", "2K", "4K")]
    assert [f"{size[0]}x{size[1]}" for size in sizes if size] == list(DOCUMENTED[ratio])


def test_pro_has_ten_ratios_and_no_512() -> None:
    """Pro offers the first ten ratios in three sizes and nothing else."""
    pro = MODELS["gemini-3-pro-image"]
    offered = {ratio for ratio in DOCUMENTED if pro.pixels(ratio, "1K")}
    assert offered == set(list(DOCUMENTED)[:10])
    assert pro.pixels("1:1", "512") is None
    assert pro.pixels("1:1", "2k") is None


def test_the_second_generation_has_its_own_pixels() -> None:
    """16:9 at 1K is narrower at 2.5 Flash Image than at Gemini 3."""
    assert MODELS["gemini-2.5-flash-image"].pixels("16:9", "1K") == (1344, 768)


def test_a_model_is_gone_on_the_day_of_its_shutdown() -> None:
    """The preview answers on 24 June 2026 and no longer on the 25th; its successor does on both days."""
    preview, successor = MODELS["gemini-3-pro-image-preview"], MODELS["gemini-3-pro-image"]
    assert preview.serves(date(2026, 6, 24))
    assert not preview.serves(date(2026, 6, 25))
    assert successor.serves(date(2026, 6, 25))


def test_a_reference_picture_lends_its_ratio() -> None:
    """Without a ratio in the request the nearest one on offer is taken."""
    assert MODELS["gemini-3-pro-image"].nearest_ratio((1920, 1080)) == "16:9"
    assert MODELS["gemini-3-pro-image"].nearest_ratio((3000, 4000)) == "3:4"
