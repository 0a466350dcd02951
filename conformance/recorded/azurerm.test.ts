/** Terraform's azurerm, played against an installation as it comes. */

import { playAzurerm } from './azurerm/scenarios.ts';

await playAzurerm([]);
