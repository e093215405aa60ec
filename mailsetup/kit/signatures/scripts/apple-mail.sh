#!/bin/sh
# Puts the signature beside this script into Apple Mail. We have not tried it on a Mac ourselves.
#
# First, in Mail: Settings, Signatures, choose the account, press "+", type any word. Then quit Mail
# and start:  sh install.sh
set -eu

file=@FILE@
here=$(cd "$(dirname "$0")" && pwd)

if pgrep -x Mail >/dev/null 2>&1; then
    echo "Mail is running; quit it and start this script again." >&2
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
    echo "There is no signature in Mail yet; add one with any word in it, quit Mail, and start this again." >&2
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
echo "Done: $newest"
echo "Start Mail and write a letter to yourself."
