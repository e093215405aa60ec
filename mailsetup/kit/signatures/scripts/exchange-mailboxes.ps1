# Sets everybody's signature for Outlook on the web and new Outlook, from people.json beside this script.
#
#   Connect-ExchangeOnline
#   .\set-signatures.ps1            shows what would be set
#   .\set-signatures.ps1 -Apply     sets it
#
#   add -PostponeRoaming            to keep signatures from roaming in the whole organisation
#
# The settings of a mailbox do nothing while signatures roam (PostponeRoamingSignaturesUntilLater of
# Set-OrganizationConfig).
#
# Задаёт всем подписи для Outlook в браузере и нового Outlook из файла people.json, который лежит рядом.
#
#   Connect-ExchangeOnline
#   .\set-signatures.ps1            показывает, что было бы задано
#   .\set-signatures.ps1 -Apply     задаёт
#
#   с ключом -PostponeRoaming подписи во всей организации перестают храниться в облаке
#
# Пока подписи хранятся в облаке, настройки ящика не действуют (PostponeRoamingSignaturesUntilLater
# в Set-OrganizationConfig).
param(
    [switch] $Apply,
    [switch] $PostponeRoaming
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

# Russian where the system speaks it.
function Select-Said($english, $russian) {
    if ((Get-UICulture).TwoLetterISOLanguageName -eq 'ru') { return $russian }
    return $english
}

if ($PostponeRoaming) {
    if ($Apply) { Set-OrganizationConfig -PostponeRoamingSignaturesUntilLater $true }
    else { Write-Output ((Select-Said 'would set: ' 'было бы задано: ') + 'PostponeRoamingSignaturesUntilLater') }
}

$people = Get-Content -LiteralPath (Join-Path $PSScriptRoot 'people.json') -Raw -Encoding UTF8 | ConvertFrom-Json
foreach ($person in $people) {
    $html = Get-Content -LiteralPath (Join-Path $PSScriptRoot "$($person.id).html") -Raw -Encoding UTF8
    $text = Get-Content -LiteralPath (Join-Path $PSScriptRoot "$($person.id).txt") -Raw -Encoding UTF8
    if (-not $Apply) {
        Write-Output (Select-Said "would set: $($person.email) ($($html.Length) characters)" `
            "было бы задано: $($person.email) (символов: $($html.Length))")
        continue
    }
    Set-MailboxMessageConfiguration -Identity $person.email -SignatureHtml $html -SignatureText $text `
        -SignatureTextOnMobile $text -AutoAddSignature $true -AutoAddSignatureOnReply $false
    Write-Output (Select-Said "set: $($person.email)" "задано: $($person.email)")
}
