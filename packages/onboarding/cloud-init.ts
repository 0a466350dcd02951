/** User data for cloud-init: writes the script and runs it once. Written as JSON, which is YAML. */

const path = '/var/lib/onboarding/onboard.sh';

/** User data can be read by every process of the server: the credential is not in it and has to be there by another way. */
export const cloudInit = (script: string): string =>
  `#cloud-config\n${JSON.stringify(
    {
      write_files: [{ path, owner: 'root:root', permissions: '0700', content: script }],
      runcmd: [['bash', path]],
    },
    null,
    2,
  )}\n`;
