"""The mission that other tests hand files in to, here for its bundles and reveals."""

from tests.mission.conftest import mission, stage

__all__ = ["mission", "stage"]
