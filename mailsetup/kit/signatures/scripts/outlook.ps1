# Copies the signatures beside this script into the Signatures folder of classic Outlook.
#
#   .\install.ps1                   copies the files, changes nothing else
#   .\install.ps1 -SetDefault       also chooses them for new letters and for replies
#   .\install.ps1 -DisableRoaming   also makes Outlook use local files where it keeps signatures in the
#                                   cloud; an administrator may prefer the tenant setting
#                                   PostponeRoamingSignaturesUntilLater
#   add -WhatIf to see what would happen
#
# Close Outlook first.
#
# Копирует подписи, которые лежат рядом, в папку подписей классического Outlook.
#
#   .\install.ps1                   копирует файлы и больше ничего не меняет
#   .\install.ps1 -SetDefault       ещё и выбирает их для новых писем и для ответов
#   .\install.ps1 -DisableRoaming   ещё и велит Outlook брать файлы с этого компьютера, если он хранит подписи
#                                   в облаке; администратор может вместо этого задать для всей организации
#                                   PostponeRoamingSignaturesUntilLater
#   с ключом -WhatIf видно, что было бы сделано
#
# Сначала закройте Outlook.
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    [switch] $SetDefault,
    [switch] $DisableRoaming
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

# Russian where the system speaks it.
function Select-Said($english, $russian) {
    if ((Get-UICulture).TwoLetterISOLanguageName -eq 'ru') { return $russian }
    return $english
}

$signature = @SIGNATURE@
$reply = @REPLY@
$email = @EMAIL@
$office = 'HKCU:\Software\Microsoft\Office\16.0'

function Get-Value($path, $name) {
    if (-not (Test-Path -LiteralPath $path)) { return $null }
    $item = Get-ItemProperty -LiteralPath $path
    if ($item.PSObject.Properties.Name -contains $name) { return $item.$name }
    return $null
}

function ConvertTo-Text($value) {
    if ($value -is [byte[]]) { return [Text.Encoding]::Unicode.GetString($value).TrimEnd([char] 0) }
    return [string] $value
}

if (Get-Process -Name 'OUTLOOK' -ErrorAction SilentlyContinue) {
    throw (Select-Said 'Outlook is running; close it and start this script again.' 'Outlook запущен; закройте его и запустите этот скрипт ещё раз.')
}

# The folder may carry another name, which Office writes down here.
$name = Get-Value "$office\Common\General" 'Signatures'
if (-not $name) { $name = 'Signatures' }
$folder = Join-Path (Join-Path $env:APPDATA 'Microsoft') $name
if (-not (Test-Path -LiteralPath $folder)) {
    if ($PSCmdlet.ShouldProcess($folder, 'create folder')) { New-Item -ItemType Directory -Path $folder | Out-Null }
}

Get-ChildItem -LiteralPath $PSScriptRoot | Where-Object { $_.Name -ne 'install.ps1' } | ForEach-Object {
    if ($PSCmdlet.ShouldProcess((Join-Path $folder $_.Name), 'copy')) {
        Copy-Item -LiteralPath $_.FullName -Destination $folder -Recurse -Force
    }
}

if ($SetDefault) {
    $profiles = "$office\Outlook\Profiles"
    $accounts = '9375CFF0413111d3B88A00104B2A6676'
    if (Test-Path -LiteralPath $profiles) {
        foreach ($one in Get-ChildItem -LiteralPath $profiles) {
            $list = Join-Path $one.PSPath $accounts
            if (-not (Test-Path -LiteralPath $list)) { continue }
            foreach ($account in Get-ChildItem -LiteralPath $list) {
                $who = ConvertTo-Text (Get-Value $account.PSPath 'Account Name')
                if ($who -ne $email) { continue }
                if ($PSCmdlet.ShouldProcess($who, 'choose the signatures')) {
                    New-ItemProperty -LiteralPath $account.PSPath -Name 'New Signature' -Value $signature -PropertyType String -Force | Out-Null
                    New-ItemProperty -LiteralPath $account.PSPath -Name 'Reply-Forward Signature' -Value $reply -PropertyType String -Force | Out-Null
                }
            }
        }
    }
}

if ($DisableRoaming) {
    $setup = "$office\Outlook\Setup"
    if ($PSCmdlet.ShouldProcess($setup, 'keep signatures on this computer')) {
        if (-not (Test-Path -LiteralPath $setup)) { New-Item -Path $setup -Force | Out-Null }
        New-ItemProperty -LiteralPath $setup -Name 'DisableRoamingSignatures' -Value 1 -PropertyType DWord -Force | Out-Null
    }
}

Write-Output (Select-Said "Signatures are in $folder. Start Outlook and write a letter to yourself." `
    "Подписи лежат в папке $folder. Запустите Outlook и напишите письмо самому себе.")
