# A private network with an Arc private link scope behind a private endpoint, its three private DNS
# zones and a security group. Everything about the installation comes from the environment:
#   ./tombolo terraform -chdir=examples/terraform init
#   ./tombolo terraform -chdir=examples/terraform apply
# With -var revision=2 each resource that has something to change is changed in place.
terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = ">= 5.0"
    }
  }
}

provider "azurerm" {
  features {}
  resource_provider_registrations = "none"
}

variable "revision" {
  type    = number
  default = 1
}

variable "location" {
  type    = string
  default = "japaneast"
}

locals {
  tags = { revision = tostring(var.revision) }
  zones = toset([
    "privatelink.his.arc.azure.com",
    "privatelink.guestconfiguration.azure.com",
    "privatelink.dp.kubernetesconfiguration.azure.com",
  ])
}

resource "azurerm_resource_group" "arc" {
  name     = "terraform-example"
  location = var.location
  tags     = local.tags
}

resource "azurerm_virtual_network" "hub" {
  name                = "hub"
  resource_group_name = azurerm_resource_group.arc.name
  location            = azurerm_resource_group.arc.location
  address_space       = ["10.60.0.0/16"]
  dns_servers         = var.revision > 1 ? ["10.60.1.4"] : []
}

resource "azurerm_subnet" "endpoints" {
  name                              = "endpoints"
  resource_group_name               = azurerm_resource_group.arc.name
  virtual_network_name              = azurerm_virtual_network.hub.name
  address_prefixes                  = ["10.60.1.0/24"]
  private_endpoint_network_policies = "Disabled"
}

resource "azurerm_network_security_group" "outbound" {
  name                = "outbound"
  resource_group_name = azurerm_resource_group.arc.name
  location            = azurerm_resource_group.arc.location
  tags                = local.tags

  security_rule {
    name                       = "sign-in"
    priority                   = 150
    direction                  = "Outbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_port_range          = "*"
    source_address_prefix      = "VirtualNetwork"
    destination_port_range     = "443"
    destination_address_prefix = "AzureActiveDirectory"
  }

  security_rule {
    name                       = "resource-manager"
    priority                   = 151
    direction                  = "Outbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_port_range          = "*"
    source_address_prefix      = "VirtualNetwork"
    destination_port_range     = "443"
    destination_address_prefix = "AzureResourceManager"
  }
}

resource "azurerm_subnet_network_security_group_association" "endpoints" {
  subnet_id                 = azurerm_subnet.endpoints.id
  network_security_group_id = azurerm_network_security_group.outbound.id
}

resource "azurerm_arc_private_link_scope" "servers" {
  name                          = "servers"
  resource_group_name           = azurerm_resource_group.arc.name
  location                      = azurerm_resource_group.arc.location
  public_network_access_enabled = var.revision > 1
}

resource "azurerm_private_dns_zone" "arc" {
  for_each            = local.zones
  name                = each.value
  resource_group_name = azurerm_resource_group.arc.name
  tags                = local.tags
}

resource "azurerm_private_dns_zone_virtual_network_link" "hub" {
  for_each            = azurerm_private_dns_zone.arc
  name                = "hub"
  private_dns_zone_id = each.value.id
  virtual_network_id  = azurerm_virtual_network.hub.id
}

resource "azurerm_private_endpoint" "arc" {
  name                = "arc"
  resource_group_name = azurerm_resource_group.arc.name
  location            = azurerm_resource_group.arc.location
  subnet_id           = azurerm_subnet.endpoints.id
  tags                = local.tags

  private_service_connection {
    name                           = "servers"
    private_connection_resource_id = azurerm_arc_private_link_scope.servers.id
    subresource_names              = ["hybridcompute"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [for zone in azurerm_private_dns_zone.arc : zone.id]
  }
}

output "names" {
  value = azurerm_private_endpoint.arc.custom_dns_configs
}
