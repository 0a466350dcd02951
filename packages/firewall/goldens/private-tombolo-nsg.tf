# Tombolo: servers, esu in AzureCloud japaneast; connectivity private-endpoint; features esu; catalogue 0.0.0, no sources; service tags Public 7
# Not executed: no parser of this form is at hand where it was made; read it before you load it.
# NOT EXPRESSED here, allow it by other means:
#   *.guestnotificationservice.azure.com port 443: no service tag has it: allow it by name, in a firewall that knows names
#   aka.ms port 443: no service tag has it: allow it by name, in a firewall that knows names
#   azgn*.servicebus.windows.net port 443: no service tag has it: allow it by name, in a firewall that knows names
#   dc.services.visualstudio.com port 443: no service tag has it: allow it by name, in a firewall that knows names
#   download.microsoft.com port 443: no service tag has it: allow it by name, in a firewall that knows names
#   guestnotificationservice.azure.com port 443: no service tag has it: allow it by name, in a firewall that knows names
#   packages.microsoft.com port 443: no service tag has it: allow it by name, in a firewall that knows names
#   www.microsoft.com/pkiops/certs port 80: no service tag has it: allow it by name, in a firewall that knows names
#   www.microsoft.com/pkiops/certs port 443: no service tag has it: allow it by name, in a firewall that knows names

variable "tombolo_resource_group_name" {
  type = string
}

variable "tombolo_network_security_group_name" {
  type = string
}

resource "azurerm_network_security_rule" "tombolo_allow_aadoutbound_access" {
  name                        = "AllowAADOutboundAccess"
  description                 = "login.microsoftonline.com, login.windows.net, pas.windows.net"
  priority                    = 150
  direction                   = "Outbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  source_address_prefix       = "VirtualNetwork"
  destination_port_range      = "443"
  destination_address_prefix  = "AzureActiveDirectory"
  resource_group_name         = var.tombolo_resource_group_name
  network_security_group_name = var.tombolo_network_security_group_name
}

resource "azurerm_network_security_rule" "tombolo_allow_az_outbound_access" {
  name                        = "AllowAzOutboundAccess"
  description                 = "management.azure.com"
  priority                    = 151
  direction                   = "Outbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  source_address_prefix       = "VirtualNetwork"
  destination_port_range      = "443"
  destination_address_prefix  = "AzureResourceManager"
  resource_group_name         = var.tombolo_resource_group_name
  network_security_group_name = var.tombolo_network_security_group_name
}

resource "azurerm_network_security_rule" "tombolo_allow_endpoint_tcp443" {
  name                   = "AllowEndpointTcp443"
  description            = "agentserviceapi.guestconfiguration.azure.com, gbl.his.arc.azure.com, japan-ats.his.arc.azure.com and 3 more"
  priority               = 161
  direction              = "Outbound"
  access                 = "Allow"
  protocol               = "Tcp"
  source_port_range      = "*"
  source_address_prefix  = "VirtualNetwork"
  destination_port_range = "443"
  destination_address_prefixes = [
    "10.0.1.4/30",
    "10.0.1.8/31",
  ]
  resource_group_name         = var.tombolo_resource_group_name
  network_security_group_name = var.tombolo_network_security_group_name
}

resource "azurerm_network_security_rule" "tombolo_allow_dns_tcp53" {
  name                        = "AllowDnsTcp53"
  description                 = "the inbound name server"
  priority                    = 162
  direction                   = "Outbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  source_address_prefix       = "VirtualNetwork"
  destination_port_range      = "53"
  destination_address_prefix  = "10.0.2.4/32"
  resource_group_name         = var.tombolo_resource_group_name
  network_security_group_name = var.tombolo_network_security_group_name
}

resource "azurerm_network_security_rule" "tombolo_allow_dns_udp53" {
  name                        = "AllowDnsUdp53"
  description                 = "the inbound name server"
  priority                    = 163
  direction                   = "Outbound"
  access                      = "Allow"
  protocol                    = "Udp"
  source_port_range           = "*"
  source_address_prefix       = "VirtualNetwork"
  destination_port_range      = "53"
  destination_address_prefix  = "10.0.2.4/32"
  resource_group_name         = var.tombolo_resource_group_name
  network_security_group_name = var.tombolo_network_security_group_name
}

resource "azurerm_network_security_rule" "tombolo_deny_internet_out_bound" {
  name                        = "DenyInternetOutBound"
  description                 = "All other traffic to the internet"
  priority                    = 4000
  direction                   = "Outbound"
  access                      = "Deny"
  protocol                    = "*"
  source_port_range           = "*"
  source_address_prefix       = "VirtualNetwork"
  destination_port_range      = "*"
  destination_address_prefix  = "Internet"
  resource_group_name         = var.tombolo_resource_group_name
  network_security_group_name = var.tombolo_network_security_group_name
}
