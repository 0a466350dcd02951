# Tombolo: servers, esu in AzureCloud japaneast; connectivity private-endpoint; features esu; catalogue 0.0.0, no sources; service tags Public 7
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
    '2001:db8:1::/48',
    '2001:db8:2::/48'
)
New-NetFirewallRule -Name 'tombolo-internet-tcp-443' -DisplayName 'tombolo-internet-tcp-443' -Group 'tombolo' -Description 'AzureActiveDirectory, AzureResourceManager' -Direction Outbound -Action Allow -Profile Any -Protocol TCP -RemotePort 443 -RemoteAddress $addresses | Out-Null

$addresses = @(
    '10.0.1.4/30',
    '10.0.1.8/31'
)
New-NetFirewallRule -Name 'tombolo-endpoint-tcp-443' -DisplayName 'tombolo-endpoint-tcp-443' -Group 'tombolo' -Description 'agentserviceapi.guestconfiguration.azure.com, gbl.his.arc.azure.com, japan-ats.his.arc.azure.com, japaneast-gas.guestconfiguration.azure.com, je.his.arc.azure.com and 1 more' -Direction Outbound -Action Allow -Profile Any -Protocol TCP -RemotePort 443 -RemoteAddress $addresses | Out-Null

$addresses = @(
    '10.0.2.4/32'
)
New-NetFirewallRule -Name 'tombolo-dns-tcp-53' -DisplayName 'tombolo-dns-tcp-53' -Group 'tombolo' -Description 'the inbound name server' -Direction Outbound -Action Allow -Profile Any -Protocol TCP -RemotePort 53 -RemoteAddress $addresses | Out-Null

$addresses = @(
    '10.0.2.4/32'
)
New-NetFirewallRule -Name 'tombolo-dns-udp-53' -DisplayName 'tombolo-dns-udp-53' -Group 'tombolo' -Description 'the inbound name server' -Direction Outbound -Action Allow -Profile Any -Protocol UDP -RemotePort 53 -RemoteAddress $addresses | Out-Null

# Everything else that leaves is blocked, unless another rule allows it.
Set-NetFirewallProfile -All -DefaultOutboundAction Block
