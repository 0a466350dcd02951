# Written by tombolo dns export; the names below go to /subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/hub
# The public suffixes are forwarded, never the privatelink names: clients ask for the public ones, and a server that gets
# those answered elsewhere may take the whole CNAME chain with the public address and never ask for the privatelink name.
# Not executed: no program that reads this was at hand when it was made. Try it on a test server first.
#Requires -Modules DnsServer
# -Store Local: on this server only. Domain, Forest: in Active Directory, replicated to the domain's or forest's DNS servers.
param([ValidateSet('Local', 'Domain', 'Forest')] [string] $Store = 'Local')
$ErrorActionPreference = 'Stop'

if (Get-DnsServerZone -Name 'his.arc.azure.com' -ErrorAction SilentlyContinue) {
    Set-DnsServerConditionalForwarderZone -Name 'his.arc.azure.com' -MasterServers '10.0.2.4', 'fd00::4'
}
elseif ($Store -eq 'Local') { Add-DnsServerConditionalForwarderZone -Name 'his.arc.azure.com' -MasterServers '10.0.2.4', 'fd00::4' }
else { Add-DnsServerConditionalForwarderZone -Name 'his.arc.azure.com' -MasterServers '10.0.2.4', 'fd00::4' -ReplicationScope $Store }

if (Get-DnsServerZone -Name 'guestconfiguration.azure.com' -ErrorAction SilentlyContinue) {
    Set-DnsServerConditionalForwarderZone -Name 'guestconfiguration.azure.com' -MasterServers '10.0.2.4', 'fd00::4'
}
elseif ($Store -eq 'Local') { Add-DnsServerConditionalForwarderZone -Name 'guestconfiguration.azure.com' -MasterServers '10.0.2.4', 'fd00::4' }
else { Add-DnsServerConditionalForwarderZone -Name 'guestconfiguration.azure.com' -MasterServers '10.0.2.4', 'fd00::4' -ReplicationScope $Store }

if (Get-DnsServerZone -Name 'dp.kubernetesconfiguration.azure.com' -ErrorAction SilentlyContinue) {
    Set-DnsServerConditionalForwarderZone -Name 'dp.kubernetesconfiguration.azure.com' -MasterServers '10.0.2.4', 'fd00::4'
}
elseif ($Store -eq 'Local') { Add-DnsServerConditionalForwarderZone -Name 'dp.kubernetesconfiguration.azure.com' -MasterServers '10.0.2.4', 'fd00::4' }
else { Add-DnsServerConditionalForwarderZone -Name 'dp.kubernetesconfiguration.azure.com' -MasterServers '10.0.2.4', 'fd00::4' -ReplicationScope $Store }
