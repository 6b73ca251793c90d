"""What `composer validate` finds, beyond what loading a project refuses.

    paths → projects (projects) → every problem of the files (mending) → rules (rules) → what the
    user wants to hear of (choice, comments), with frames (frames)

Pure: files are reached through the loader's Reader. May import: load, graph, spec, tree, errors,
source, value.
"""
