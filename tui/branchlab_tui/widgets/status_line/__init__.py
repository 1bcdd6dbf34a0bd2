"""A line of facts: what is filtered, sorted, marked; what matters least gives way first."""
