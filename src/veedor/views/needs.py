"""Which data a test of an innocent explanation lacks where it could not decide, by the explanation's key."""

from __future__ import annotations

from collections.abc import Mapping

_KEYS: Mapping[str, tuple[str, ...]] = {
    "longer": (
        "innocent.payroll",
        "innocent.collection",
        "innocent.wage_and_rent",
        "innocent.merchant",
        "innocent.clearing",
        "innocent.fixed_price",
        "innocent.takings",
        "innocent.funnel.takings",
        "innocent.declared.takings",
        "innocent.declared.redeposited",
        "innocent.shells.rhythm",
        "innocent.listed_few",
        "innocent.missing.system",
        "innocent.missing.slips",
        "innocent.missing.collected",
    ),
    "years": ("innocent.season",),
    "contracts": (
        "innocent.price",
        "innocent.wage_scale",
        "innocent.agent",
        "innocent.exchange.trade",
        "innocent.netting.regulars",
    ),
    "names": (
        "innocent.treasury",
        "innocent.netting.own_exchange",
    ),
    "countries": ("innocent.remittances",),
    "house_books": (
        "innocent.exchange.cancelled",
        "innocent.exchange.gain",
        "innocent.netting.settled",
    ),
    "persons": (
        "innocent.declared.companions",
        "innocent.funnel.traveller",
        "innocent.funnel.family",
    ),
    "customers": (
        "innocent.shells.family",
        "innocent.shells.group_of_firms",
        "innocent.shells.adviser",
        "innocent.wire.two_accounts",
    ),
    "registers": (
        "innocent.listed_passed_on",
        "innocent.listed_no_registration",
    ),
    "identifiers": (
        "innocent.listed_ship_name",
        "innocent.listed_birth",
        "innocent.listed_country",
        "innocent.listed_number",
        "innocent.listed_kind",
        "innocent.listed_weak",
        "innocent.listed_common",
    ),
    "lists": ("innocent.listed_then",),
    "messages": (
        "innocent.wire.spelling",
        "innocent.wire.on_behalf",
    ),
    "rates": ("innocent.missing.small", "innocent.declared.exchanged"),
    "answers": (
        "air.innocent.side_lobes",
        "air.innocent.second_time_around",
        "air.innocent.reflection",
        "air.site.innocent.open_field",
        "air.site.innocent.listed",
        "air.innocent.clutter",
        "air.innocent.known_flight",
        "air.innocent.open_field",
        "air.innocent.survey_flight",
        "air.innocent.calibration",
        "air.innocent.ambulance",
        "air.innocent.slow_echoes",
    ),
    "coverage": (
        "air.site.innocent.shuttle",
        "air.site.innocent.end_of_coverage",
        "air.innocent.left_coverage",
        "air.innocent.end_of_coverage",
    ),
    "sites": (
        "air.site.innocent.above_sensor",
        "air.site.innocent.declared",
        "air.innocent.looked_away",
        "air.innocent.above_sensor",
    ),
    "more_radars": (
        "air.site.innocent.reference",
        "air.innocent.goes_on",
    ),
    "more_targets": (
        "air.site.innocent.few_targets",
        "air.site.innocent.changed",
    ),
    "movements": ("air.innocent.landed_at_aerodrome",),
    "service": ("air.innocent.sensor_off",),
    "heights": (
        "air.innocent.low_altitude",
        "air.innocent.field_work",
        "air.innocent.helicopter",
        "air.innocent.glider",
        "air.innocent.fire_fighting",
        "air.innocent.training_circuits",
    ),
    "plans": (
        "air.innocent.transponder_failure",
        "air.innocent.local_flight",
        "air.innocent.as_planned",
        "air.innocent.holding",
    ),
    "longer_plots": ("air.innocent.end_of_record",),
    "state_addresses": (
        "air.innocent.followed_another",
        "air.innocent.state_aircraft",
        "air.innocent.chase",
    ),
    "broadcasts": ("air.innocent.disturbed_navigation",),
    "notices": (
        "air.site.innocent.announced",
        "air.innocent.reserved_airspace",
        "air.innocent.announced",
    ),
    "messages_radar": (
        "air.thinned.innocent.capture_loss",
        "air.thinned.innocent.filter",
        "air.thinned.innocent.overload",
    ),
    "other_feeds": ("air.thinned.innocent.other_feed",),
}
NEEDS: Mapping[str, str] = {key: need for need, keys in _KEYS.items() for key in keys}
"""By key of the explanation, the name under which `needs.NAME` says what would let the test decide."""
