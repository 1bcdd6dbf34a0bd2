"""What the work of the curves brings to the screen."""
