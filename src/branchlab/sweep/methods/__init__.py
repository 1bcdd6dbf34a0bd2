"""The methods of a search: each proposes trials from the plan, a seed and what earlier trials came to."""
