"""Fails when a route of docs/reference/rest-routes.md has no case, or a case no route.

usage: rest_routes.py SOURCE
"""

import pathlib
import re
import sys


def main(source):
    page = (source / "docs/reference/rest-routes.md").read_text()
    sys.path.insert(0, str(source / "tests/integration/main_job"))
    import rest_cases

    routes = re.findall(r"^\| `([A-Z]+ /api/[^`]*)`", page, re.M)
    cases = {*rest_cases.CASES, *rest_cases.REFUSED}
    wrong = [f"{route} has no case" for route in routes if route not in cases]
    wrong += [f"{case} is no route" for case in cases if case not in routes]
    if not routes:
        wrong.append("the page has no routes")
    print("\n".join(wrong) or f"{len(routes)} routes, each with its cases")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
