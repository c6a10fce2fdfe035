"""What happens to the machine and the provider: kills, breaks, a clock that jumps."""

from datetime import timedelta

from tests.life.product import Death
from tests.life.scenario import Act, Persona
from tests.life.simulation import Simulation


def kill(sim: Simulation, me: Persona, act: Act) -> None:
    """The scheduler dies at its next commit: before it, or just after it."""
    sim.product.jobs.dies = Death(act.details["when"])
    sim.note("world", f"kills at next commit, {act.details['when']}")


def stop_jobs(sim: Simulation, me: Persona, act: Act) -> None:
    """No scheduler runs for some minutes."""
    sim.stop_jobs(timedelta(minutes=act.details["minutes"]))
    sim.note("world", f"no jobs for {act.details['minutes']} minutes")


def fail_provider(sim: Simulation, me: Persona, act: Act) -> None:
    """The provider refuses everything for some minutes."""
    until = sim.clock.true + timedelta(minutes=act.details["minutes"])
    for channel in sim.provider.values():
        channel.down_until = until
    sim.note("world", f"provider down for {act.details['minutes']} minutes")


def set_clock(sim: Simulation, me: Persona, act: Act) -> None:
    """The machine's clock is set forward, or back."""
    sim.set_clock(timedelta(minutes=act.details["minutes"]))
    sim.note("world", f"clock set by {act.details['minutes']} minutes")
