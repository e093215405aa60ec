# Adds a transport rule that puts transport-rule.html below letters, with the sender's name and title.
#
#   Connect-ExchangeOnline
#   .\transport-rule.ps1            adds the rule in test mode
#   .\transport-rule.ps1 -Enforce   adds the rule and uses it
#
# Letters that already carry the marker get no second one. Where the text cannot be put in (encrypted
# letters), the letter goes out as it is: -Fallback Wrap makes an attachment of it, Reject sends it back.
#
# Добавляет правило транспорта, которое ставит под письмами transport-rule.html с именем и должностью отправителя.
#
#   Connect-ExchangeOnline
#   .\transport-rule.ps1            добавляет правило в режиме проверки
#   .\transport-rule.ps1 -Enforce   добавляет правило и включает его
#
# Письма, в которых такая подпись уже есть, второй не получают. Если текст вставить нельзя (письмо
# зашифровано), оно уходит как есть: с -Fallback Wrap становится вложением, с Reject возвращается.
param(
    [switch] $Enforce,
    [ValidateSet('Ignore', 'Wrap', 'Reject')] [string] $Fallback = 'Ignore'
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

# Russian where the system speaks it.
function Select-Said($english, $russian) {
    if ((Get-UICulture).TwoLetterISOLanguageName -eq 'ru') { return $russian }
    return $english
}

$html = Get-Content -LiteralPath (Join-Path $PSScriptRoot 'transport-rule.html') -Raw -Encoding UTF8
if ($html.Length -gt 5000) {
    throw (Select-Said "The text has $($html.Length) characters; Exchange takes 5000." `
        "В тексте символов: $($html.Length); Exchange берёт не больше 5000.")
}
$mode = if ($Enforce) { 'Enforce' } else { 'AuditAndNotify' }
New-TransportRule -Name @RULE@ -FromScope InOrganization -SentToScope NotInOrganization `
    -ApplyHtmlDisclaimerLocation Append -ApplyHtmlDisclaimerText $html -ApplyHtmlDisclaimerFallbackAction $Fallback `
    -ExceptIfSubjectOrBodyContainsWords @MARKER@ -Mode $mode
