"""ASTERIX on the wire: layouts of categories and editions as data, one walker for all of them, an encoder beside it.

Start at `layout` (what is declared), `decode` and `encode`. What an item means is for `formats/radar` to know.
"""
