# Written by tombolo dns export from endpoint.json
# Every machine that asks this server gets the private addresses, and is refused unless it is associated with the scope.
# One zone for each exact name: all other names still resolve as before.
# Not executed: no program that reads this was at hand when it was made. Try it on a test server first.
#Requires -Modules DnsServer
# -Store Local: on this server only. Domain, Forest: in Active Directory, replicated to the domain's or forest's DNS servers.
param([ValidateSet('Local', 'Domain', 'Forest')] [string] $Store = 'Local')
$ErrorActionPreference = 'Stop'

if (-not (Get-DnsServerZone -Name 'gbl.his.arc.azure.com' -ErrorAction SilentlyContinue)) {
    if ($Store -eq 'Local') { Add-DnsServerPrimaryZone -Name 'gbl.his.arc.azure.com' -ZoneFile 'gbl.his.arc.azure.com.dns' -DynamicUpdate None }
    else { Add-DnsServerPrimaryZone -Name 'gbl.his.arc.azure.com' -ReplicationScope $Store -DynamicUpdate None }
}
Get-DnsServerResourceRecord -ZoneName 'gbl.his.arc.azure.com' -Name '@' -RRType A -Node -ErrorAction SilentlyContinue | Remove-DnsServerResourceRecord -ZoneName 'gbl.his.arc.azure.com' -Force
Add-DnsServerResourceRecordA -ZoneName 'gbl.his.arc.azure.com' -Name '@' -IPv4Address '10.0.1.4' -TimeToLive ([TimeSpan]::FromSeconds(300))

if (-not (Get-DnsServerZone -Name 'japan-ats.his.arc.azure.com' -ErrorAction SilentlyContinue)) {
    if ($Store -eq 'Local') { Add-DnsServerPrimaryZone -Name 'japan-ats.his.arc.azure.com' -ZoneFile 'japan-ats.his.arc.azure.com.dns' -DynamicUpdate None }
    else { Add-DnsServerPrimaryZone -Name 'japan-ats.his.arc.azure.com' -ReplicationScope $Store -DynamicUpdate None }
}
Get-DnsServerResourceRecord -ZoneName 'japan-ats.his.arc.azure.com' -Name '@' -RRType A -Node -ErrorAction SilentlyContinue | Remove-DnsServerResourceRecord -ZoneName 'japan-ats.his.arc.azure.com' -Force
Add-DnsServerResourceRecordA -ZoneName 'japan-ats.his.arc.azure.com' -Name '@' -IPv4Address '10.0.1.6' -TimeToLive ([TimeSpan]::FromSeconds(300))

if (-not (Get-DnsServerZone -Name 'je.his.arc.azure.com' -ErrorAction SilentlyContinue)) {
    if ($Store -eq 'Local') { Add-DnsServerPrimaryZone -Name 'je.his.arc.azure.com' -ZoneFile 'je.his.arc.azure.com.dns' -DynamicUpdate None }
    else { Add-DnsServerPrimaryZone -Name 'je.his.arc.azure.com' -ReplicationScope $Store -DynamicUpdate None }
}
Get-DnsServerResourceRecord -ZoneName 'je.his.arc.azure.com' -Name '@' -RRType A -Node -ErrorAction SilentlyContinue | Remove-DnsServerResourceRecord -ZoneName 'je.his.arc.azure.com' -Force
Add-DnsServerResourceRecordA -ZoneName 'je.his.arc.azure.com' -Name '@' -IPv4Address '10.0.1.5' -TimeToLive ([TimeSpan]::FromSeconds(300))

if (-not (Get-DnsServerZone -Name 'agentserviceapi.guestconfiguration.azure.com' -ErrorAction SilentlyContinue)) {
    if ($Store -eq 'Local') { Add-DnsServerPrimaryZone -Name 'agentserviceapi.guestconfiguration.azure.com' -ZoneFile 'agentserviceapi.guestconfiguration.azure.com.dns' -DynamicUpdate None }
    else { Add-DnsServerPrimaryZone -Name 'agentserviceapi.guestconfiguration.azure.com' -ReplicationScope $Store -DynamicUpdate None }
}
Get-DnsServerResourceRecord -ZoneName 'agentserviceapi.guestconfiguration.azure.com' -Name '@' -RRType A -Node -ErrorAction SilentlyContinue | Remove-DnsServerResourceRecord -ZoneName 'agentserviceapi.guestconfiguration.azure.com' -Force
Add-DnsServerResourceRecordA -ZoneName 'agentserviceapi.guestconfiguration.azure.com' -Name '@' -IPv4Address '10.0.1.7' -TimeToLive ([TimeSpan]::FromSeconds(300))

if (-not (Get-DnsServerZone -Name 'japaneast-gas.guestconfiguration.azure.com' -ErrorAction SilentlyContinue)) {
    if ($Store -eq 'Local') { Add-DnsServerPrimaryZone -Name 'japaneast-gas.guestconfiguration.azure.com' -ZoneFile 'japaneast-gas.guestconfiguration.azure.com.dns' -DynamicUpdate None }
    else { Add-DnsServerPrimaryZone -Name 'japaneast-gas.guestconfiguration.azure.com' -ReplicationScope $Store -DynamicUpdate None }
}
Get-DnsServerResourceRecord -ZoneName 'japaneast-gas.guestconfiguration.azure.com' -Name '@' -RRType A -Node -ErrorAction SilentlyContinue | Remove-DnsServerResourceRecord -ZoneName 'japaneast-gas.guestconfiguration.azure.com' -Force
Add-DnsServerResourceRecordA -ZoneName 'japaneast-gas.guestconfiguration.azure.com' -Name '@' -IPv4Address '10.0.1.8' -TimeToLive ([TimeSpan]::FromSeconds(300))

if (-not (Get-DnsServerZone -Name 'japaneast.dp.kubernetesconfiguration.azure.com' -ErrorAction SilentlyContinue)) {
    if ($Store -eq 'Local') { Add-DnsServerPrimaryZone -Name 'japaneast.dp.kubernetesconfiguration.azure.com' -ZoneFile 'japaneast.dp.kubernetesconfiguration.azure.com.dns' -DynamicUpdate None }
    else { Add-DnsServerPrimaryZone -Name 'japaneast.dp.kubernetesconfiguration.azure.com' -ReplicationScope $Store -DynamicUpdate None }
}
Get-DnsServerResourceRecord -ZoneName 'japaneast.dp.kubernetesconfiguration.azure.com' -Name '@' -RRType A -Node -ErrorAction SilentlyContinue | Remove-DnsServerResourceRecord -ZoneName 'japaneast.dp.kubernetesconfiguration.azure.com' -Force
Add-DnsServerResourceRecordA -ZoneName 'japaneast.dp.kubernetesconfiguration.azure.com' -Name '@' -IPv4Address '10.0.1.9' -TimeToLive ([TimeSpan]::FromSeconds(300))
