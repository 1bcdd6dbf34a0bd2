name_is_known || [ -z "$branch" ] || python_hook
