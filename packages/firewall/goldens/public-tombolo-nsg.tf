# Tombolo: servers, esu in AzureCloud japaneast; connectivity public; features esu; catalogue 0.0.0, no sources; service tags Public 7
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

resource "azurerm_network_security_rule" "tombolo_allow_azure_arc_infrastructure443_out_bound" {
  name                        = "AllowAzureArcInfrastructure443OutBound"
  description                 = "*.guestconfiguration.azure.com, *.his.arc.azure.com, agentserviceapi.guestconfiguration.azure.com, gbl.his.arc.azure.com and 3 more"
  priority                    = 161
  direction                   = "Outbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  source_address_prefix       = "VirtualNetwork"
  destination_port_range      = "443"
  destination_address_prefix  = "AzureArcInfrastructure"
  resource_group_name         = var.tombolo_resource_group_name
  network_security_group_name = var.tombolo_network_security_group_name
}

resource "azurerm_network_security_rule" "tombolo_allow_azure_front_door_frontend443_out_bound" {
  name                        = "AllowAzureFrontDoorFrontend443OutBound"
  description                 = "required since April 2026"
  priority                    = 162
  direction                   = "Outbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  source_address_prefix       = "VirtualNetwork"
  destination_port_range      = "443"
  destination_address_prefix  = "AzureFrontDoor.Frontend"
  resource_group_name         = var.tombolo_resource_group_name
  network_security_group_name = var.tombolo_network_security_group_name
}

resource "azurerm_network_security_rule" "tombolo_allow_azure_traffic_manager443_out_bound" {
  name                        = "AllowAzureTrafficManager443OutBound"
  description                 = "listed among the service tags to allow"
  priority                    = 163
  direction                   = "Outbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  source_address_prefix       = "VirtualNetwork"
  destination_port_range      = "443"
  destination_address_prefix  = "AzureTrafficManager"
  resource_group_name         = var.tombolo_resource_group_name
  network_security_group_name = var.tombolo_network_security_group_name
}

resource "azurerm_network_security_rule" "tombolo_allow_storage443_out_bound" {
  name                        = "AllowStorage443OutBound"
  description                 = "*.blob.core.windows.net"
  priority                    = 164
  direction                   = "Outbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  source_address_prefix       = "VirtualNetwork"
  destination_port_range      = "443"
  destination_address_prefix  = "Storage"
  resource_group_name         = var.tombolo_resource_group_name
  network_security_group_name = var.tombolo_network_security_group_name
}
