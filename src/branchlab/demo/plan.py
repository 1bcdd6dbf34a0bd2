"""The experiments of the demo: what is tried, on which data, and why."""

from __future__ import annotations

from branchlab.tuples import NamedTuple


class Trial(NamedTuple):
    """One experiment.

    Attributes:
        name: its branch.
        why: the hypothesis, which becomes the note.
        settings: values for `-S`.
        fails: whether it is there to show what becomes of a run that fails.
    """

    name: str
    why: str
    settings: tuple[str, ...] = ()
    fails: bool = False


class Batch(NamedTuple):
    """Experiments on the same data; `data` are the arguments of prepare.py that write it, for the reason `why`."""

    data: tuple[str, ...]
    why: str
    trials: tuple[Trial, ...]


SCALED = "features=scaled"
WIDE = ("model=network", SCALED, "network.hidden_layer_sizes=[128]")
DEEP = ("model=forest", "forest.max_depth=12")

PLAN = (
    Batch(
        (),
        "600 digits to train on, 250 to validate, 250 to test",
        (
            Trial("exp/model/linear", "the simplest model, as a floor"),
            Trial("exp/feature/scaled", "a linear model wants features of one scale", (SCALED,)),
            Trial("exp/model/network", "a small network bends where a line cannot", ("model=network", SCALED)),
            Trial("exp/tune/wide-network", "32 units are too few for ten classes", WIDE),
            Trial("exp/feature/pca", "16 components keep what matters", ("model=network", "features=pca")),
            Trial("exp/model/forest", "trees need no scaling at all", ("model=forest",)),
            Trial("exp/tune/deep-forest", "deeper trees, if the size allows it", DEEP),
            Trial("exp/fix/no-step", "a learning rate of zero, to see a run fail", ("linear.eta0=0.0",), fails=True),
        ),
    ),
    Batch(
        ("--rows", "1200"),
        "more rows arrived; branchlab sees that the data changed",
        (
            Trial("exp/data/more-rows", "twice the labelled rows for the wide network", WIDE),
            Trial("exp/data/rows-forest", "twice the labelled rows for the deep forest", DEEP),
        ),
    ),
    Batch(
        ("--data", "breast-cancer"),
        "other data in the same files",
        (Trial("exp/data/breast-cancer", "other data: its accuracy compares with nothing above", WIDE),),
    ),
)
BASELINE = ("run", "--here", "--quiet")
BASELINE_WHY = "main has figures of its own, and each experiment is held against them"
SWEEP = ("sweep", "run", "--quiet")
SWEEP_WHY = "six trials of sweep.toml, two at a time"
# What is shown at the end.
_COLUMNS = "name,status,accuracy,latency,size,model,features,age"
# Without the trials of the sweep, which SEARCHED shows.
SHOWN = ("ls", "--sort", "-accuracy", "--columns", _COLUMNS, "--", "-sweep:digits")
SEARCHED = ("sweep", "show", "digits")
DIFFERENCE = ("diff", "exp/data/more-rows", "exp/tune/wide-network")
