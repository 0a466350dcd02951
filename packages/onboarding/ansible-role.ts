/** A role for Ansible: runs the script, says whether it changed anything, and brings the credential for as long as it runs. */

import type { BundleFile } from './bundle.ts';
import { linuxScript } from './linux-script.ts';
import type { Onboarding } from './onboarding.ts';

/** Written as JSON within YAML: no value becomes a template or a key. */
const text = (value: string): string => JSON.stringify(value);

const tasks = (file: string | undefined): string => `---
- name: Connect the server
  become: true
  block:
    - name: Bring the onboarding script
      ansible.builtin.copy:
        src: onboard.sh
        dest: /root/onboard.sh
        mode: "0700"
      changed_when: false
${
  file === undefined
    ? ''
    : `
    - name: Bring the credential
      ansible.builtin.copy:
        content: "{{ onboarding_credential }}"
        dest: !unsafe ${text(file)}
        mode: "0600"
      no_log: true
      changed_when: false
      when: onboarding_credential is defined
`
}
    - name: Run it
      ansible.builtin.command: bash /root/onboard.sh
      register: onboarding
      changed_when: "'nothing was changed' not in onboarding.stdout"
  always:
    - name: Take the script away
      ansible.builtin.file:
        path: /root/onboard.sh
        state: absent
      changed_when: false
${
  file === undefined
    ? ''
    : `
    - name: Take the credential away
      ansible.builtin.file:
        path: !unsafe ${text(file)}
        state: absent
      changed_when: false
      when: onboarding_credential is defined
`
}`;

/** @throws OnboardingProblem */
export const ansibleRole = (onboarding: Onboarding): readonly BundleFile[] => {
  const { authentication } = onboarding;
  const file =
    authentication.kind === 'secret' || authentication.kind === 'token' ? authentication.file : undefined;
  return [
    { name: 'tasks/main.yml', content: tasks(file), mode: 0o644 },
    { name: 'files/onboard.sh', content: linuxScript(onboarding), mode: 0o644 },
  ];
};
