# Written by tombolo dns export from endpoint.json
# Every machine that asks this server gets the private addresses, and is refused unless it is associated with the scope.
# For servers that follow the public CNAMEs into their own zones, as BIND does. One that passes on what its
# upstream answers (dnsmasq) gives the public address at the end of the chain: use --zones public, or forward.
# Not executed: no program that reads this was at hand when it was made. Try it on a test server first.
#Requires -Modules DnsServer
# -Store Local: on this server only. Domain, Forest: in Active Directory, replicated to the domain's or forest's DNS servers.
param([ValidateSet('Local', 'Domain', 'Forest')] [string] $Store = 'Local')
$ErrorActionPreference = 'Stop'

if (-not (Get-DnsServerZone -Name 'privatelink.his.arc.azure.com' -ErrorAction SilentlyContinue)) {
    if ($Store -eq 'Local') { Add-DnsServerPrimaryZone -Name 'privatelink.his.arc.azure.com' -ZoneFile 'privatelink.his.arc.azure.com.dns' -DynamicUpdate None }
    else { Add-DnsServerPrimaryZone -Name 'privatelink.his.arc.azure.com' -ReplicationScope $Store -DynamicUpdate None }
}
Get-DnsServerResourceRecord -ZoneName 'privatelink.his.arc.azure.com' -Name 'gbl' -RRType A -Node -ErrorAction SilentlyContinue | Remove-DnsServerResourceRecord -ZoneName 'privatelink.his.arc.azure.com' -Force
Add-DnsServerResourceRecordA -ZoneName 'privatelink.his.arc.azure.com' -Name 'gbl' -IPv4Address '10.0.1.4' -TimeToLive ([TimeSpan]::FromSeconds(300))
Get-DnsServerResourceRecord -ZoneName 'privatelink.his.arc.azure.com' -Name 'japan-ats' -RRType A -Node -ErrorAction SilentlyContinue | Remove-DnsServerResourceRecord -ZoneName 'privatelink.his.arc.azure.com' -Force
Add-DnsServerResourceRecordA -ZoneName 'privatelink.his.arc.azure.com' -Name 'japan-ats' -IPv4Address '10.0.1.6' -TimeToLive ([TimeSpan]::FromSeconds(300))
Get-DnsServerResourceRecord -ZoneName 'privatelink.his.arc.azure.com' -Name 'je' -RRType A -Node -ErrorAction SilentlyContinue | Remove-DnsServerResourceRecord -ZoneName 'privatelink.his.arc.azure.com' -Force
Add-DnsServerResourceRecordA -ZoneName 'privatelink.his.arc.azure.com' -Name 'je' -IPv4Address '10.0.1.5' -TimeToLive ([TimeSpan]::FromSeconds(300))

if (-not (Get-DnsServerZone -Name 'privatelink.guestconfiguration.azure.com' -ErrorAction SilentlyContinue)) {
    if ($Store -eq 'Local') { Add-DnsServerPrimaryZone -Name 'privatelink.guestconfiguration.azure.com' -ZoneFile 'privatelink.guestconfiguration.azure.com.dns' -DynamicUpdate None }
    else { Add-DnsServerPrimaryZone -Name 'privatelink.guestconfiguration.azure.com' -ReplicationScope $Store -DynamicUpdate None }
}
Get-DnsServerResourceRecord -ZoneName 'privatelink.guestconfiguration.azure.com' -Name 'agentserviceapi' -RRType A -Node -ErrorAction SilentlyContinue | Remove-DnsServerResourceRecord -ZoneName 'privatelink.guestconfiguration.azure.com' -Force
Add-DnsServerResourceRecordA -ZoneName 'privatelink.guestconfiguration.azure.com' -Name 'agentserviceapi' -IPv4Address '10.0.1.7' -TimeToLive ([TimeSpan]::FromSeconds(300))
Get-DnsServerResourceRecord -ZoneName 'privatelink.guestconfiguration.azure.com' -Name 'japaneast-gas' -RRType A -Node -ErrorAction SilentlyContinue | Remove-DnsServerResourceRecord -ZoneName 'privatelink.guestconfiguration.azure.com' -Force
Add-DnsServerResourceRecordA -ZoneName 'privatelink.guestconfiguration.azure.com' -Name 'japaneast-gas' -IPv4Address '10.0.1.8' -TimeToLive ([TimeSpan]::FromSeconds(300))

if (-not (Get-DnsServerZone -Name 'privatelink.dp.kubernetesconfiguration.azure.com' -ErrorAction SilentlyContinue)) {
    if ($Store -eq 'Local') { Add-DnsServerPrimaryZone -Name 'privatelink.dp.kubernetesconfiguration.azure.com' -ZoneFile 'privatelink.dp.kubernetesconfiguration.azure.com.dns' -DynamicUpdate None }
    else { Add-DnsServerPrimaryZone -Name 'privatelink.dp.kubernetesconfiguration.azure.com' -ReplicationScope $Store -DynamicUpdate None }
}
Get-DnsServerResourceRecord -ZoneName 'privatelink.dp.kubernetesconfiguration.azure.com' -Name 'japaneast' -RRType A -Node -ErrorAction SilentlyContinue | Remove-DnsServerResourceRecord -ZoneName 'privatelink.dp.kubernetesconfiguration.azure.com' -Force
Add-DnsServerResourceRecordA -ZoneName 'privatelink.dp.kubernetesconfiguration.azure.com' -Name 'japaneast' -IPv4Address '10.0.1.9' -TimeToLive ([TimeSpan]::FromSeconds(300))
