#!/bin/sh
# Sets everybody's signature in Google Workspace from the files beside this script.
#
#   TOKEN=... sh apply.sh           shows what would be set
#   TOKEN=... sh apply.sh --apply   sets it
#
# TOKEN_COMMAND, when given, is started with a mail address and prints that user's access token: a
# service account with delegation over the domain makes one for each user, with the scope
# https://www.googleapis.com/auth/gmail.settings.basic. Tokens are handed to curl on its standard
# input, never on the command line. Gmail cleans the HTML it is given; other aliases of a user need such a
# service account too.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
apply=${1:-}
tab=$(printf '\t')

while IFS="$tab" read -r file email address; do
    [ -n "$file" ] || continue
    if [ "$apply" != "--apply" ]; then
        echo "would set: $email from $file"
        continue
    fi
    if [ -n "${TOKEN_COMMAND:-}" ]; then
        token=$("$TOKEN_COMMAND" "$email")
    else
        token=${TOKEN:?give TOKEN or TOKEN_COMMAND}
    fi
    printf 'header = "Authorization: Bearer %s"\n' "$token" |
        curl --fail-with-body --silent --show-error --config - --request PATCH \
            --header "Content-Type: application/json" --data-binary "@$here/$file" --output /dev/null \
            "https://gmail.googleapis.com/gmail/v1/users/$address/settings/sendAs/$address"
    echo "set: $email"
done <"$here/people.tsv"
