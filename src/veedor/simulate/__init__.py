"""Scenarios with truth, seeded, and the scoring of findings against that truth; shares nothing with detectors."""
