def check_project(p, s, today=None, published=frozenset()):
    return list(p.problems)
