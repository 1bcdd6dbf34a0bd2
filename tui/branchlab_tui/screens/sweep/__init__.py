"""One sweep: how it went, and what its trials tell about the parameters."""
