"""Bits that several categories declare alike."""

from __future__ import annotations

SOURCE = "SAC 8, SIC 8"
MODE_1 = "V 1, G 1, L 1, MODE1 5"
MODE_2 = "V 1, G 1, L 1, - 1, MODE2 12"
MODE_3A = "V 1, G 1, L 1, - 1, MODE3A 12"
PULSES_1 = "- 3, QA4 1, QA2 1, QA1 1, QB2 1, QB1 1"
"""How sure each pulse of a Mode 1 code is; 1 is low quality, as in PULSES."""
PULSES = "- 4, QA4 1, QA2 1, QA1 1, QB4 1, QB2 1, QB1 1, QC4 1, QC2 1, QC1 1, QD4 1, QD2 1, QD1 1"
MODE_C = (
    "V 1, G 1, - 2, MODEC 12, - 4, QC1 1, QA1 1, QC2 1, QA2 1, QC4 1, QA4 1, QB1 1, QD1 1, QB2 1, QD2 1, QB4 1, QD4 1"
)
BDS_REGISTER = "MBDATA 56, BDS1 4, BDS2 4"
"""A Comm-B message and the register it is said to come from."""
INTENT_POINT = (
    "TCA 1, NC 1, TCPN 6, ALT s16 10 ft, LAT s24 180/8388608 °, LON s24 180/8388608 °,"
    " PT 4, TD 2, TRA 1, TOA 1, TOV 24 1 s, TTR 16 1/100 NM"
)
"""A point of the intended trajectory."""
