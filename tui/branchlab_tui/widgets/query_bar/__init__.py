"""A line to type a query into: tells at once what it finds, where it is wrong, and how names go on."""
