"""Planted cases of model M08: claims for treatment that cannot have taken place, and what looks like it."""

from __future__ import annotations

from clew.demo.stage import Stage
from clew.demo.stories.hospital.elsewhere import abroad, dead, in_custody
from clew.demo.stories.hospital.overlap import again_and_again, one_hospital_at_a_time, two_hospitals
from clew.demo.stories.hospital.provider import providers


def plant(stage: Stage) -> None:
    """Plant every case ``stage.copies`` times."""
    for copy in range(stage.copies):
        two_hospitals(stage, copy)
        one_hospital_at_a_time(stage, copy)
        dead(stage, copy)
        in_custody(stage, copy)
        abroad(stage, copy)
        again_and_again(stage)
        providers(stage, copy)
