/** The api-versions of Microsoft.Authorization that named clients send. */

export const authorizationVersions = [
  '2015-07-01',
  '2017-10-01-preview',
  '2018-01-01-preview',
  '2018-07-01',
  '2018-09-01-preview',
  '2020-03-01-preview',
  '2020-04-01-preview',
  '2020-08-01-preview',
  '2020-10-01',
  '2020-10-01-preview',
  '2021-04-01-preview',
  '2022-01-01-preview',
  '2022-04-01',
  '2022-05-01-preview',
] as const;

/** Of Privileged Identity Management. */
export const scheduleVersions = [
  '2020-10-01',
  '2020-10-01-preview',
  '2022-04-01-preview',
  '2024-09-01-preview',
] as const;
export const denyVersions = ['2018-07-01-preview', '2022-04-01', '2024-07-01-preview'] as const;
export const classicVersions = [
  '2014-07-01-preview',
  '2014-10-01-preview',
  '2015-06-01',
  '2015-07-01',
] as const;

export const types = {
  definition: 'Microsoft.Authorization/roleDefinitions',
  assignment: 'Microsoft.Authorization/roleAssignments',
} as const;
