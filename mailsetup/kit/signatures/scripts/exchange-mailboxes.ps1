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
param(
    [switch] $Apply,
    [switch] $PostponeRoaming
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

if ($PostponeRoaming) {
    if ($Apply) { Set-OrganizationConfig -PostponeRoamingSignaturesUntilLater $true }
    else { Write-Output 'would set: PostponeRoamingSignaturesUntilLater' }
}

$people = Get-Content -LiteralPath (Join-Path $PSScriptRoot 'people.json') -Raw -Encoding UTF8 | ConvertFrom-Json
foreach ($person in $people) {
    $html = Get-Content -LiteralPath (Join-Path $PSScriptRoot "$($person.id).html") -Raw -Encoding UTF8
    $text = Get-Content -LiteralPath (Join-Path $PSScriptRoot "$($person.id).txt") -Raw -Encoding UTF8
    if (-not $Apply) {
        Write-Output "would set: $($person.email) ($($html.Length) characters)"
        continue
    }
    Set-MailboxMessageConfiguration -Identity $person.email -SignatureHtml $html -SignatureText $text `
        -SignatureTextOnMobile $text -AutoAddSignature $true -AutoAddSignatureOnReply $false
    Write-Output "set: $($person.email)"
}
