#!/bin/sh
# Puts the signature beside this script into Apple Mail. We have not tried it on a Mac ourselves.
#
# First, in Mail: Settings, Signatures, choose the account, press "+", type any word. Then quit Mail
# and start:  sh install.sh
#
# Ставит подпись, которая лежит рядом, в программу «Почта» Apple. На Mac мы этого сами не пробовали.
#
# Сначала в «Почте»: Настройки, Подписи, выберите учётную запись, нажмите «+», введите любое слово. Затем закройте
# «Почту» и запустите:  sh install.sh
set -eu

# Russian where the terminal speaks it.
tell() {
    case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
    ru*) echo "$2" ;;
    *) echo "$1" ;;
    esac
}

file=@FILE@
here=$(cd "$(dirname "$0")" && pwd)

if pgrep -x Mail >/dev/null 2>&1; then
    tell "Mail is running; quit it and start this script again." \
        "«Почта» запущена; закройте её и запустите этот скрипт ещё раз." >&2
    exit 1
fi

newest=""
for candidate in "$HOME"/Library/Mail/V*/MailData/Signatures/*.mailsignature; do
    [ -f "$candidate" ] || continue
    if [ -z "$newest" ] || [ "$candidate" -nt "$newest" ]; then
        newest=$candidate
    fi
done
if [ -z "$newest" ]; then
    tell "There is no signature in Mail yet; add one with any word in it, quit Mail, and start this again." \
        "В «Почте» ещё нет подписи; добавьте её с любым словом, закройте «Почту» и запустите скрипт ещё раз." >&2
    exit 1
fi

# The headers of the placeholder stay (Mail knows the file by them); what follows them is replaced.
made=$(mktemp)
trap 'rm -f "$made"' EXIT
awk '{ print } /^\r?$/ { exit }' "$newest" >"$made"
awk 'seen { print } /^\r?$/ { seen = 1 }' "$here/$file" >>"$made"
cp "$newest" "$newest.before"
chflags nouchg "$newest" 2>/dev/null || true
cat "$made" >"$newest"
chflags uchg "$newest" # locked, or Mail rewrites it; unlock it with: chflags nouchg
tell "Done: $newest" "Готово: $newest"
tell "Start Mail and write a letter to yourself." "Запустите «Почту» и напишите письмо самому себе."
