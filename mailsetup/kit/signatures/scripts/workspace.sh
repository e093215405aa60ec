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
#
# Задаёт всем подписи в Google Workspace из файлов, которые лежат рядом.
#
#   TOKEN=... sh apply.sh           показывает, что было бы задано
#   TOKEN=... sh apply.sh --apply   задаёт
#
# TOKEN_COMMAND, если он указан, запускается с адресом почты и печатает токен доступа этого пользователя: его
# выпускает сервисный аккаунт с делегированием на весь домен, область доступа
# https://www.googleapis.com/auth/gmail.settings.basic. Токены передаются curl через стандартный ввод и не попадают
# в командную строку. Gmail чистит полученный HTML; для других адресов пользователя тоже нужен такой аккаунт.
set -eu
# Russian where the terminal speaks it.
tell() {
    case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
    ru*) echo "$2" ;;
    *) echo "$1" ;;
    esac
}
here=$(cd "$(dirname "$0")" && pwd)
apply=${1:-}
tab=$(printf '\t')

while IFS="$tab" read -r file email address; do
    [ -n "$file" ] || continue
    if [ "$apply" != "--apply" ]; then
        tell "would set: $email from $file" "было бы задано: $email из $file"
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
    tell "set: $email" "задано: $email"
done <"$here/people.tsv"
