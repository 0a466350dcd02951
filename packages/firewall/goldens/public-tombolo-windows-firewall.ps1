# Tombolo: servers, esu in AzureCloud japaneast; connectivity public; features esu; catalogue 0.0.0, no sources; service tags Public 7
# Not executed: no parser of this form is at hand where it was made; read it before you load it.
# NOT EXPRESSED here, allow it by other means:
#   *.guestnotificationservice.azure.com port 443: no service tag has its addresses, and they change: allow it by name
#   aka.ms port 443: no service tag has its addresses, and they change: allow it by name
#   azgn*.servicebus.windows.net port 443: no service tag has its addresses, and they change: allow it by name
#   dc.services.visualstudio.com port 443: no service tag has its addresses, and they change: allow it by name
#   download.microsoft.com port 443: no service tag has its addresses, and they change: allow it by name
#   guestnotificationservice.azure.com port 443: no service tag has its addresses, and they change: allow it by name
#   packages.microsoft.com port 443: no service tag has its addresses, and they change: allow it by name
#   www.microsoft.com/pkiops/certs port 80: no service tag has its addresses, and they change: allow it by name
#   www.microsoft.com/pkiops/certs port 443: no service tag has its addresses, and they change: allow it by name
#Requires -RunAsAdministrator
$ErrorActionPreference = 'Stop'
Get-NetFirewallRule -Group 'tombolo' -ErrorAction SilentlyContinue | Remove-NetFirewallRule

$addresses = @(
    '192.0.2.0/25',
    '198.51.100.0/24',
    '203.0.113.0/25',
    '203.0.113.128/32',
    '203.0.113.130/31',
    '203.0.113.192/27',
    '2001:db8:1::/48',
    '2001:db8:2::/47'
)
New-NetFirewallRule -Name 'tombolo-internet-tcp-443' -DisplayName 'tombolo-internet-tcp-443' -Group 'tombolo' -Description 'AzureActiveDirectory, AzureArcInfrastructure, AzureFrontDoor.Frontend, AzureResourceManager, AzureTrafficManager, Storage' -Direction Outbound -Action Allow -Profile Any -Protocol TCP -RemotePort 443 -RemoteAddress $addresses | Out-Null
