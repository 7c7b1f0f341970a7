"""What all tests share: tests made of random examples draw the same examples in every run."""

from __future__ import annotations

from pathlib import Path

from hypothesis import configuration, settings

# Where it puts its files by default, pytest would look for tests in them.
configuration.set_hypothesis_home_dir(Path(__file__).parents[1] / "build" / "hypothesis")
settings.register_profile("same_every_time", derandomize=True, deadline=None, database=None)
settings.load_profile("same_every_time")
