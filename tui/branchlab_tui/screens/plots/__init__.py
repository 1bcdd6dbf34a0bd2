"""Confusion matrices, PR and ROC, slices, resources and images of several experiments."""
