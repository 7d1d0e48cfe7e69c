#!/bin/sh
# Are advisories known for a locked package? Fails on a finding; says so and passes where the advisory
# service, or the package index for the auditor itself, cannot be reached.
said=$(mktemp)
audit=${AUDIT:-"pipx run --spec pip-audit==2.10.1 pip-audit"}
if $audit -r "${1:-requirements.lock}" --require-hashes --disable-pip --progress-spinner off \
     --format json --output "$said"; then
  echo "No advisory is known for a locked package."
elif [ -s "$said" ]; then
  cat "$said"
  exit 1
else
  echo "::warning::The locked packages were not audited: the service could not be reached."
fi
