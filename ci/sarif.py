"""SARIF reports against the OASIS schema: python3 ci/sarif.py sarif-schema-2.1.0.json report.sarif...

The schema is that of https://docs.oasis-open.org/sarif/sarif/v2.1.0/ ; it is not ours to ship. Needs the package
jsonschema. Exits with 1 on any fault, and on a URI that is not relative.
"""

import json
import sys

import jsonschema

schema = json.load(open(sys.argv[1], encoding="utf-8"))
validator = jsonschema.validators.validator_for(schema)(schema)
faults = 0
for name in sys.argv[2:]:
    report = json.load(open(name, encoding="utf-8"))
    wrong = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(report)]
    for run in report["runs"]:
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        for number, result in enumerate(run["results"]):
            for location in result.get("locations", []):
                uri = location["physicalLocation"]["artifactLocation"]["uri"]
                if uri.startswith("/") or ":" in uri.split("/")[0]:
                    wrong.append(f"results[{number}]: {uri} is not relative")
            if rules[result["ruleIndex"]] != result["ruleId"]:
                wrong.append(f"results[{number}]: ruleIndex is not that of {result['ruleId']}")
            if not result.get("partialFingerprints"):
                wrong.append(f"results[{number}]: no fingerprint")
    faults += len(wrong)
    print(f"{name}: {len(wrong)} faults")
    for line in wrong[:5]:
        print(f"  {line[:300]}")
sys.exit(1 if faults else 0)
