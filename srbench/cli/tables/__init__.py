"""Tables that a command names: the request, its run, and the files of whole tables."""
