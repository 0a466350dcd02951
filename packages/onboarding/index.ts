/** Onboarding scripts: values in, text out. */

export { type ExecutableArchitecture, executableArchitectures } from './agent-package.ts';
export { ansibleRole } from './ansible-role.ts';
export {
  type BundleFile,
  bundleFiles,
  bundleScript,
  checksumList,
  profileFiles,
  signatureFiles,
} from './bundle.ts';
export { bundleSignerName } from './bundle-signer.ts';
export { cloudInit } from './cloud-init.ts';
export { downloadPaths, globalHost, globalOrigin } from './hosts.ts';
export { linuxInstaller } from './linux-installer.ts';
export { linuxScript } from './linux-script.ts';
export {
  type Authentication,
  checkProxyUrl,
  type Onboarding,
  type PrivateLink,
  proxyBypassGroups,
} from './onboarding.ts';
export { OnboardingProblem } from './problem.ts';
export { locationTagNames } from './tags.ts';
export { windowsScript } from './windows-script.ts';
