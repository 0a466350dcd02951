/** Terraform's azurerm, played against an installation with --strict: what it sends is nothing that Azure refuses. */

import { playAzurerm } from './azurerm/scenarios.ts';

await playAzurerm(['--strict']);
