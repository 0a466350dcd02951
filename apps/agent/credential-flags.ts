/** The flags of the commands that sign in. */

import type { Command } from 'commander';

export const withCredentialFlags = (command: Command): Command =>
  command
    .option('--access-token <token>', 'an ARM access token')
    .option('-i, --service-principal-id <id>', 'client id of a service principal')
    .option(
      '-p, --service-principal-secret <secret>',
      'its secret (rather: AZCMAGENT_SERVICE_PRINCIPAL_SECRET)',
    )
    .option('--service-principal-secret-file <file>', 'a file that holds the secret')
    .option('--service-principal-cert <file>', 'its certificate and key, PEM or PFX')
    .option('--service-principal-cert-thumbprint <hex>', "one of Windows' store (refused)")
    .option('--use-azcli', 'as whoever is signed in to the az command')
    .option('--use-device-code', 'by a code in a browser (refused: no device code flow here)')
    .option('-t, --tenant-id <guid>', 'tenant')
    .option('--user-tenant-id <guid>', 'tenant of the account that signs in, where it is another')
    .option('--cloud <name>', 'AzureCloud, AzureUSGovernment or AzureChinaCloud')
    .option('--cloud-profile <file>', 'the cloud profile of an installation');
