/** The api-versions of Microsoft.HybridCompute: every stable one, and the previews that clients are known to send. */

/** Machines. */
export const machineVersions = [
  '2019-12-12',
  '2020-03-11-preview',
  '2020-07-30-preview',
  '2020-08-02',
  '2020-08-15-preview',
  '2021-01-28-preview',
  '2021-03-25-preview',
  '2021-04-22-preview',
  '2021-05-17-preview',
  '2021-05-18',
  '2021-05-20',
  '2021-06-10-preview',
  '2021-12-10-preview',
  '2022-03-10',
  '2022-05-10-preview',
  '2022-08-11-preview',
  '2022-11-10',
  '2022-12-27',
  '2022-12-27-preview',
  '2023-03-15-preview',
  '2023-06-20-preview',
  '2023-10-03-preview',
  '2024-03-31-preview',
  '2024-05-20-preview',
  '2024-07-10',
  '2024-07-31-preview',
  '2024-09-10-preview',
  '2024-11-10-preview',
  '2025-01-13',
  '2025-02-19-preview',
  '2025-06-01',
  '2025-08-21-preview',
  '2025-09-16-preview',
  '2026-02-12-preview',
  '2026-06-04-preview',
  '2026-06-16-preview',
  '2026-07-15',
  '2026-09-01',
] as const;

/** Private link came with 2020-08-15-preview. */
export const privateLinkVersions = machineVersions.filter((version) => version >= '2020-08-15');

export const newestVersions = machineVersions.filter((version) => version >= '2024-07-10');

/** Run commands came with 2023-10-03-preview (the template reference's change log). */
export const runCommandVersions = machineVersions.filter((version) => version >= '2023-10-03');

/** A scope's `serviceExtensions` (the template reference's change log of privateLinkScopes). */
export const serviceExtensionsSince = '2025-09-16-preview';
