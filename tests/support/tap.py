"""The end of a test script: what it found, as TAP."""

import sys


def report(tests):
    """tests: pairs of a test's name and what is wrong, lines; none: it is well. Prints them and leaves the program."""
    tests = [(name, list(wrong)) for name, wrong in tests]
    print(f"1..{len(tests)}")
    for n, (name, wrong) in enumerate(tests, 1):
        print(f"{'not ok' if wrong else 'ok'} {n} - {name}")
        for line in wrong:
            print(f"# {line}")
    sys.exit(1 if any(wrong for _, wrong in tests) else 0)
