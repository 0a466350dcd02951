/** Where Azure CLI's extensions come from: the page's section stands outside of its clouds' tabs. */

import { type PageRow, type PageTable, row } from './page-table.ts';

const installing = { phase: 'install' } as const;

/** Extension and host, in the page's order. */
const ownHosts = `
  ai-examples azurecliprod.blob.core.windows.net
  aksarc hybridaksstorage.z13.web.core.windows.net
  akshybrid hybridaksstorage.z13.web.core.windows.net
  alias azurecliprod.blob.core.windows.net
  arcappliance arcplatformcliextprod.z13.web.core.windows.net
  arcdata azurearcdatacli.blob.core.windows.net
  azure-batch-cli-extensions github.com
  azure-cli-ml azurecliext.blob.core.windows.net
  azure-devops github.com
  azure-iot github.com
  azure-iot-ops github.com
  azure-sphere software-static.download.prss.microsoft.com
  azurestackhci hybridaksstorage.z13.web.core.windows.net
  cli-translator azurecliprod.blob.core.windows.net
  csvmware github.com
  customlocation arcplatformcliextprod.z13.web.core.windows.net
  deploy-to-azure github.com
  dev-spaces azurecliprod.blob.core.windows.net
  footprint azurecliprod.blob.core.windows.net
  fzf pahealyfzf.blob.core.windows.net
  hybridaks hybridaksstorage.z13.web.core.windows.net
  ip-group azurecliprod.blob.core.windows.net
  ml azuremlsdktestpypi.blob.core.windows.net
  partnercenter github.com
  sap-hana github.com
  stack-hci-vm hciarcvmsstorage.z13.web.core.windows.net`
  .trim()
  .split('\n')
  .map((line) => line.trim().split(' '));

/** Arc is onboarded with these; the others are there for whoever asks for them. */
const ofArc = ['arcappliance', 'arcdata', 'customlocation'];

const ownHost = ([extension = '', host = '']: readonly string[], index: number): PageRow =>
  row(index + 1, host, `The extension ${extension}`, {
    ...installing,
    condition: 'when that extension is installed',
    variant: extension,
    ...(ofArc.includes(extension) ? {} : { features: ['cli-extensions'] }),
  });

export const azureCliExtensions: readonly Pick<PageTable, 'table' | 'rows'>[] = [
  {
    table: 'Extensions',
    rows: [
      row(1, 'aka.ms azcliextensionsync.blob.core.windows.net', 'Index of extensions', {
        ...installing,
        condition: 'when extensions are searched',
      }),
      row(2, 'azcliprod.blob.core.windows.net', 'Packages of extensions', {
        ...installing,
        condition: 'when extensions are installed that have no host of their own',
      }),
      row(3, 'azurecliextensionsync.blob.core.windows.net', 'Index of commands', {
        features: ['cli-extensions'],
        condition: 'when extensions are installed by the command that needs them',
      }),
    ],
  },
  { table: 'Extensions with a host of their own', rows: ownHosts.map(ownHost) },
];
