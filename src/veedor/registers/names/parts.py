"""Which words of a name its bearer may leave out: second surname, married "de", patronymic, middle names."""

from __future__ import annotations

from collections.abc import Sequence

from veedor.registers.names.vocabulary import FATHER_OF, PATRONYMIC_ENDS


def omissible(words: Sequence[str], names: Sequence[int], given: int) -> set[int]:
    """Places in `words` that may be missing elsewhere. `names` are the places of words that are names; the first
    `given` words are known to be given names (0: nobody said where surnames begin).

    Spanish and Portuguese names end in two surnames of which the second (Spanish: the mother's) falls away; a married
    woman may add "de" and her husband's; Russian names have a patronymic in the middle, Arabic ones "bin" and the
    father's. With three names or more the middle one may go in any language.
    """
    found = {at for at in names if words[at].endswith(PATRONYMIC_ENDS) and len(words[at]) > 6}
    found |= {at for at in names if at > 0 and words[at - 1] in FATHER_OF}
    if len(names) < 3:
        return found & set(names[1:-1])
    found |= {names[-1], *names[1:-1]}
    found |= {at for at in names[2:] if words[at - 1] == "de"}
    first_surname = next((at for at in names if at >= given), None) if given else None
    return found - {first_surname} if first_surname is not None else found
