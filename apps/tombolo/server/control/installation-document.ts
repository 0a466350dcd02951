/** The installation as a document of the store, so that a backup is one file. */

export const installationDocument = { id: '/tombolo/installation', type: 'Tombolo/installations' } as const;
