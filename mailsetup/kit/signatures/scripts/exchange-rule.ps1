# Adds a transport rule that puts transport-rule.html below letters, with the sender's name and title.
#
#   Connect-ExchangeOnline
#   .\transport-rule.ps1            adds the rule in test mode
#   .\transport-rule.ps1 -Enforce   adds the rule and uses it
#
# Letters that already carry the marker get no second one. Where the text cannot be put in (encrypted
# letters), the letter goes out as it is: -Fallback Wrap makes an attachment of it, Reject sends it back.
param(
    [switch] $Enforce,
    [ValidateSet('Ignore', 'Wrap', 'Reject')] [string] $Fallback = 'Ignore'
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$html = Get-Content -LiteralPath (Join-Path $PSScriptRoot 'transport-rule.html') -Raw -Encoding UTF8
if ($html.Length -gt 5000) { throw "The text has $($html.Length) characters; Exchange takes 5000." }
$mode = if ($Enforce) { 'Enforce' } else { 'AuditAndNotify' }
New-TransportRule -Name @RULE@ -FromScope InOrganization -SentToScope NotInOrganization `
    -ApplyHtmlDisclaimerLocation Append -ApplyHtmlDisclaimerText $html -ApplyHtmlDisclaimerFallbackAction $Fallback `
    -ExceptIfSubjectOrBodyContainsWords @MARKER@ -Mode $mode
