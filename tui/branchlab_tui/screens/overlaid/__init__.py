"""What views share that lay the curves of several experiments over each other."""
