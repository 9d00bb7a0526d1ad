"""What the references have in common.

A reference is given its data as a JSON document, says when it is ready, and then does its work once for every line that it reads, so
that its rounds can take turns with those of the program.
"""
import json
import sys
import time


def serve(prepare):
    """prepare(description) gives run(), which is timed, and check(result), which is not and says what came out."""
    run, check, about = prepare(json.loads(sys.argv[1]))
    print(json.dumps({"ready": about}), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        result = run()
        seconds = time.perf_counter() - start
        print(json.dumps({"seconds": seconds, "check": check(result)}), flush=True)
