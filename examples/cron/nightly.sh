#!/usr/bin/env bash
# A nightly sync by cron. Prints nothing while all is well, so that cron writes a mail only where something is not:
#
#   17 3 * * *  /srv/byline/nightly.sh
#
# Once, as the user whose crontab it is:
#
#   sf plugins install sf-plugin-byline
#   sf org login jwt --alias magazine --instance-url https://magazine.my.salesforce.com --username editor@magazine.example
#     --client-id 3MVG9… --jwt-key-file /srv/byline/jwt.key
#
# Beside this script: byline-sync.sh, byline.json, and byline.env with the secrets of the services, which only that user
# may read: BYLINE_FACEBOOK_TOKEN='…'
set -euo pipefail
cd "$(dirname "$0")"

# cron knows none of the variables of a login shell.
export PATH="$HOME/.local/bin:/usr/local/bin:$PATH"
export SF_TARGET_ORG=magazine
set -a
. ./byline.env
set +a

# One at a time, however long a night takes.
exec 9> byline.lock
flock --nonblock 9 || { echo 'The sync of last night still runs.'; exit 1; }

if ! ON_PARTIAL=fail ./byline-sync.sh --config-file byline.json > byline.log 2>&1; then
  cat byline.log
  exit 1
fi
