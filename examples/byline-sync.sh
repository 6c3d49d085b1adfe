#!/usr/bin/env bash
# Syncs for a pipeline, and makes of the exit code what a pipeline wants to know. The arguments are those of
# "sf byline sync".
#
#   69  The job was still running when the waiting time ended: waits on, RESUMES times at most (3).
#   68  Some rows or counts were unavailable: a warning, and 0; with ON_PARTIAL=fail it stays 68.
#
# Everything else is handed on. With REPORT=FILE the outcome is written there, whatever it is.
set -uo pipefail

sf byline sync ${REPORT:+--report "$REPORT"} "$@"
code=$?

for ((round = 1; code == 69 && round <= ${RESUMES:-3}; round += 1)); do
  sf byline resume --use-most-recent
  code=$?
  if [ -n "${REPORT:-}" ]; then sf byline report --use-most-recent --report "$REPORT" > /dev/null; fi
done

if [ "$code" -eq 68 ] && [ "${ON_PARTIAL:-warn}" = warn ]; then
  # GitHub shows such a line at the run; anywhere else it is a line of the log.
  echo "::warning::Some rows or counts were unavailable; what is above says which."
  code=0
fi
exit "$code"
