"""The 50 per cent rule: who is owned, on a day, for half or more by listed parties together, and by which path.

OFAC's rule of 2014 (the EU's is alike): what blocked persons own together for 50 per cent or more, directly or through
others that are so owned, counts as blocked. Shares add up per owner; an owner that is itself owned by half counts with
its whole share. Shares of which nobody said the part count nothing and are named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from veedor.registers.sanctions.listed import Share

HALF_PERMILLE = 500


@dataclass(frozen=True)
class Owned:
    """An asset that counts as listed: how much listed owners hold of it together, and one step of the path each."""

    asset: str
    permille: int
    steps: tuple[Share, ...]


def owned_by_listed(shares: Sequence[Share], listed: Collection[str], day: date) -> Mapping[str, Owned]:
    """What `listed` own by half or more on `day`, directly or through others; the steps of each lead back to listed
    parties. Rings of ownership end: an asset is added once."""
    counted = [
        share
        for share in shares
        if share.permille is not None
        and (share.first is None or share.first <= day)
        and (share.last is None or day < share.last)
    ]
    of_asset: dict[str, list[Share]] = defaultdict(list)
    for share in counted:
        of_asset[share.asset].append(share)
    blocked = set(listed)
    found: dict[str, Owned] = {}
    while True:
        added = []
        for asset in sorted(set(of_asset) - blocked):
            # Several rows of one owner are one share told twice, not two: the largest counts.
            held: dict[str, Share] = {}
            for share in of_asset[asset]:
                if share.owner in blocked and share.owner != asset:
                    known = held.get(share.owner)
                    if known is None or (share.permille or 0) > (known.permille or 0):
                        held[share.owner] = share
            permille = sum(share.permille or 0 for share in held.values())
            if permille >= HALF_PERMILLE:
                added.append(Owned(asset, min(permille, 1000), tuple(held[owner] for owner in sorted(held))))
        if not added:
            return found
        for each in added:
            found[each.asset] = each
            blocked.add(each.asset)


def path(asset: str, found: Mapping[str, Owned], names: Mapping[str, str]) -> str:
    """How an asset is owned, step by step, from it to listed parties: `A 60 % <- B 30 % + C 30 %`."""
    said: list[str] = []
    waiting, done = [asset], set()
    while waiting:
        each = waiting.pop(0)
        if each in done or each not in found:
            continue
        done.add(each)
        owners = " + ".join(
            f"{names.get(one.owner, one.owner)} {(one.permille or 0) / 10:g} %" for one in found[each].steps
        )
        said.append(f"{names.get(each, each)} <- {owners}")
        waiting += [one.owner for one in found[each].steps]
    return "; ".join(said)
