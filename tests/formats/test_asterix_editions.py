"""Editions are one answer only where they say the same, and every site table that was given counts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.formats.asterix_bytes import block, plot_048
from tests.formats.conftest import read_all
from veedor.errors import InputError
from veedor.formats import BytesSource, Options, choose
from veedor.formats.asterix.categories import find
from veedor.formats.asterix.layout import Category, Fixed
from veedor.formats.radar.editions import Editions
from veedor.formats.sites import SiteTable

PLOTS = block(48, plot_048(43_200), plot_048(43_201))


def with_coarser_ranges(category: Category) -> Category:
    """An edition whose bytes are laid out alike, but for which a step of range is twice as long."""
    item = category.item("040")
    assert isinstance(item, Fixed)
    rho, theta = item.part.subfields
    assert rho.lsb is not None
    changed = replace(item, part=replace(item.part, subfields=(replace(rho, lsb=rho.lsb * 2), theta)))
    items = tuple(changed if each is item else each for each in category.items)
    return replace(category, editions=("9.9",), items=items)


def tried(data: bytes) -> str:
    plain = find(48, "1.32")
    view = np.frombuffer(data, np.uint8)
    editions = Editions(SiteTable(()), "radar.ast")
    return editions._tried(view, np.array([[0, len(data)]]), 25 << 8 | 201, [plain, with_coarser_ranges(plain)]).how


def test_editions_that_read_the_same_numbers_in_other_steps_are_not_one() -> None:
    with pytest.raises(InputError, match="several editions") as asked:
        tried(PLOTS)
    assert asked.value.found == "1.32, 9.9"
    at_zero = block(48, plot_048(43_200, rho=0), plot_048(43_201, rho=0))
    assert tried(at_zero) == "same", "nothing is nothing in all steps"


def test_site_tables_of_one_name_are_both_read() -> None:
    tables = [
        BytesSource(f'sites = "sites/1"\n[[sensor]]\nsensor = "{name}"\nsac = 25\nsic = {sic}\n'.encode(), "sites.toml")
        for name, sic in (("guri", 201), ("paraguana", 202))
    ]
    radar = BytesSource(PLOTS + block(48, plot_048(43_202, sic=202)), "radar.ast")
    chosen = choose([radar, *tables, tables[0]], Options())
    (of_radar,) = [each for each in chosen if each.source is radar]
    found = read_all(of_radar.reader, of_radar.source, of_radar.options).tables["plots"]
    assert found["sensor"].to_pylist() == ["guri", "guri", "paraguana"]
