"""Payments: all sightings of one transfer, in bookings and messages of any bank, become one. See payments.py."""
