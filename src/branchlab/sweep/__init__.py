"""Search over experiments: a plan, a method that proposes trials, the engine that runs them, and what came out."""
