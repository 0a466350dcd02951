/** The functions of the onboarding script for Windows; every value comes to them by a variable. */

const text = `function Send-Report([string]$type, [string]$message) {
    $report = [ordered]@{
        subscriptionId = $subscriptionId; resourceGroup = $resourceGroup; tenantId = $tenantId
        location = $location; correlationId = $correlationId; authType = $authType
        operation = 'onboarding'; messageType = $type; message = $message
    }
    if ($report.message.Length -gt 1500) { $report.message = $report.message.Substring(0, 1500) }
    $request = @{
        Uri = "$origin/log"; Method = 'Put'; ContentType = 'application/json'; UseBasicParsing = $true
        TimeoutSec = 20; Body = ($report | ConvertTo-Json -Compress)
    }
    if ($downloadProxy) { $request.Proxy = $downloadProxy }
    try { Invoke-WebRequest @request | Out-Null } catch { Write-Warning "The failure could not be reported to $origin/log." }
}

function Stop-Onboarding([int]$code, [string]$type, [string]$message, [string]$advice) {
    [Console]::Error.WriteLine("ERROR: $message")
    [Console]::Error.WriteLine("       $advice")
    if ($code -ne 18) { Send-Report $type $message }
    exit $code
}

function Test-Administrator {
    $principal = [Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()
    if (-not $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
        Stop-Onboarding 18 'NotAdministrator' 'This script has to run as an administrator.' 'Start PowerShell with "Run as administrator".'
    }
    [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor 3072
}

# For administrators and the system alone: the credential is there for as long as this script runs.
function New-Work {
    $script:work = Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid().ToString())
    New-Item -ItemType Directory -Path $work | Out-Null
    $acl = New-Object Security.AccessControl.DirectorySecurity
    $acl.SetAccessRuleProtection($true, $false)
    foreach ($sid in 'S-1-5-18', 'S-1-5-32-544') {
        $who = New-Object Security.Principal.SecurityIdentifier($sid)
        $acl.AddAccessRule((New-Object Security.AccessControl.FileSystemAccessRule($who, 'FullControl', 'ContainerInherit,ObjectInherit', 'None', 'Allow')))
    }
    Set-Acl -LiteralPath $work -AclObject $acl
}

function Write-File([string]$path, [string]$content) {
    [IO.File]::WriteAllText($path, $content, (New-Object Text.UTF8Encoding($false)))
}

# A program's output goes to its lines and to people; what it writes to standard error is no error of ours.
function Invoke-Agent([string[]]$arguments) {
    $ErrorActionPreference = 'Continue'
    $script:agentLines = @()
    & $agent @arguments 2>&1 | ForEach-Object { $script:agentLines += "$_"; Write-Host "$_" }
    $script:agentCode = $LASTEXITCODE
}

function Get-LastError {
    $found = @($agentLines | Where-Object { $_ -match 'ERROR' })
    if ($found.Count -gt 0) { return ($found[-1] -replace '^.*ERROR:? *', '') }
    if ($agentLines.Count -gt 0) { return $agentLines[-1] }
    return "azcmagent ended with $agentCode"
}

function Test-Connected {
    if (-not (Test-Path -LiteralPath $agent)) { return $false }
    # Windows PowerShell takes a program's standard error for an error of ours.
    $ErrorActionPreference = 'Continue'
    try { $shown = & $agent show --json 2>$null | Out-String | ConvertFrom-Json } catch { return $false }
    if (-not $shown.resourceName) { return $false }
    $same = $shown.subscriptionId -eq $subscriptionId -and $shown.resourceGroup -eq $resourceGroup
    if ($same -and (-not $resourceName -or $shown.resourceName -eq $resourceName)) {
        Write-Host "This server is connected already, as $($shown.resourceName) in the resource group $($shown.resourceGroup): nothing was changed."
        return $true
    }
    Stop-Onboarding 27 'ConnectedElsewhere' "This server is connected already, as $($shown.resourceName) in the resource group $($shown.resourceGroup) of subscription $($shown.subscriptionId)." 'If that is wrong, disconnect it first: azcmagent disconnect'
}

function Test-Name([string]$name, [string[]]$right) {
    # At startup the network may come later than this script.
    $tries = if ($unattended) { 24 } else { 1 }
    while ($true) {
        try { $answers = @([Net.Dns]::GetHostAddresses($name) | ForEach-Object { $_.IPAddressToString }) } catch { $answers = @() }
        $tries -= 1
        if ($answers.Count -gt 0 -or $tries -eq 0) { break }
        Start-Sleep -Seconds 5
    }
    $advice = 'Let its name server forward that name to the DNS of the private endpoint, or write its names into the hosts file.'
    if ($answers.Count -eq 0) { Stop-Onboarding 26 'NameNotResolved' "This server's DNS has no address for $name." $advice }
    if ($right.Count -eq 0 -or @($answers | Where-Object { $right -contains $_ }).Count -gt 0) { return }
    Stop-Onboarding 26 'NameNotPrivate' "$name is $($answers -join ' ') for this server, and not $($right -join ' '), where the private endpoint is." $advice
}

function Read-Credential([string]$what, [string]$path) {
    $text = ''
    if (Test-Path -LiteralPath $path -PathType Leaf) {
        $text = [IO.File]::ReadAllText($path).Trim()
    } elseif (-not $unattended -and [Environment]::UserInteractive) {
        $typed = Read-Host -Prompt $what -AsSecureString
        $text = (New-Object Net.NetworkCredential('', $typed)).Password
    }
    if ($text -notmatch '^[ -~]+$') {
        Stop-Onboarding 19 'NoCredentials' "There is no $what in $path." 'Put it there alone, readable for administrators only, and run this again.'
    }
    return $text
}

function Install-Agent([string]$url) {
    Write-Output "Downloading $url"
    $installer = Join-Path $work 'install_windows_azcmagent.ps1'
    $request = @{ Uri = $url; OutFile = $installer; UseBasicParsing = $true; TimeoutSec = 30 }
    if ($downloadProxy) { $request.Proxy = $downloadProxy }
    try { Invoke-WebRequest @request } catch {
        Stop-Onboarding 26 'DownloadScriptFailed' "$url could not be downloaded: $_" 'Let this server resolve that name and reach it: look at DNS, firewall and proxy.'
    }
    Write-Output 'Installing the agent'
    if ($proxyUrl) { & $installer -proxy $proxyUrl } else { & $installer }
    if ($LASTEXITCODE -ne 0 -or -not (Test-Path -LiteralPath $agent)) {
        Stop-Onboarding 122 'InstallationFailed' "The agent was not installed: its installer ended with $LASTEXITCODE." 'Look at the lines above.'
    }
    Start-Sleep -Seconds 5
}

function Set-AgentProxy {
    Write-Output "Setting the proxy $proxyUrl"
    Invoke-Agent @('config', 'set', 'proxy.url', $proxyUrl)
    if ($agentCode -eq 0 -and $proxyBypass) { Invoke-Agent @('config', 'set', 'proxy.bypass', $proxyBypass) }
    if ($agentCode -ne 0) {
        Stop-Onboarding 27 'ProxyRefused' "The agent did not take the proxy: $(Get-LastError)" 'See what it says, and make the script anew.'
    }
}

function Connect-Agent {
    Write-Output 'Connecting'
    $file = Join-Path $work 'connect.json'
    Write-File $file ($options | ConvertTo-Json)
    Invoke-Agent @('connect', '--config', $file)
    if ($agentCode -ne 0) {
        Stop-Onboarding $agentCode 'ConnectFailed' "This server was not connected: $(Get-LastError)" 'Remove that cause and run this again.'
    }
}
`;

/** Windows' own line ends. */
export const windowsFunctions = text.replaceAll('\n', '\r\n');
